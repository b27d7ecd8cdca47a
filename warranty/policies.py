"""Versions of a warranty policy: drawn up, released by another person, followed by the next one, ended, dropped.

Not here: what a policy covers (coverage), goodwill and extended contracts (grants), rates.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, states
from portal.core.errors import Refusal
from warranty.models import PolicyMonths, PolicyStatus, WarrantyPolicy

SUBJECT = ("level", "family", "product_model", "serial_number")
TERMS = ("name", "name_en", "usage_limit", "usage_unit", "piece_months", "piece_pays_labor")


class OwnPolicy(Refusal):
    """Four eyes."""

    message = _("You drew up this policy: another person releases it.")
    code = "own_policy"


class PolicyWithoutMonths(Refusal):
    """A policy that says nothing covers nothing."""

    message = _("%(policy)s names no months yet.")
    code = "policy_without_months"


class PolicyInThePast(Refusal):
    """What was sold was sold under the policy of its day."""

    message = _("%(policy)s holds for sales since %(since)s: got %(got)s, expected a day after %(today)s.")
    code = "policy_in_the_past"


class PolicyOverlaps(Refusal):
    """One policy for one subject on one day of sale."""

    message = _("%(policy)s already holds for sales from %(since)s to before %(until)s.")
    code = "policy_overlaps"


class PolicyBeginsLater(Refusal):
    """The end lies behind the beginning."""

    message = _("%(policy)s begins on %(since)s only: choose a later day.")
    code = "policy_begins_later"


class PolicyNotReleased(Refusal):
    """Only what holds can end or be followed."""

    message = _("%(policy)s is not released.")
    code = "policy_not_released"


class PolicyEndWrong(Refusal):
    """An end once set only moves closer."""

    message = _("For sales before: got %(got)s, expected %(until)s or earlier, where %(policy)s ends already.")
    code = "policy_end_wrong"


@transaction.atomic
def draw_up_policy(
    *,
    code: str,
    level: str,
    valid_from: date,
    months: Mapping[str, int],
    actor: Any,
    at: datetime | None = None,
    **terms: Any,
) -> WarrantyPolicy:
    """The first version of a policy stands as a draft. months: by part class; terms: its subject and other fields.

    Writes the policy, its months, one Event.
    """
    draft = WarrantyPolicy.objects.create(
        code=code, level=level, valid_from=valid_from, created_by=actor, version=_next_version(code), **terms
    )
    _put_months(draft, months)
    events.record(draft, "warrantypolicy.drawn_up", actor=actor, at=at, to_status=PolicyStatus.DRAFT)
    return draft


@transaction.atomic
def next_version(policy: WarrantyPolicy, *, valid_from: date, actor: Any, at: datetime | None = None) -> WarrantyPolicy:
    """A draft with the same subject, terms and months, to be changed and released for sales from valid_from on.

    Raises PolicyNotReleased, PolicyInThePast. Writes the draft, its months, one Event.
    """
    policy = states.lock(policy)
    if policy.status != PolicyStatus.RELEASED:
        raise PolicyNotReleased(policy=policy.reference)
    _refuse_past(policy, valid_from, clock.local_date(at or clock.now()))
    kept = {name: getattr(policy, name) for name in (*SUBJECT, *TERMS) if name != "level"}
    months = dict(policy.months.values_list("part_class", "months"))
    return draw_up_policy(
        code=policy.code, level=policy.level, valid_from=valid_from, months=months, actor=actor, at=at, **kept
    )


@transaction.atomic
def release_policy(policy: WarrantyPolicy, *, actor: Any, at: datetime | None = None) -> WarrantyPolicy:
    """It holds for sales on its days; the earlier version of the same code ends the day it begins.

    Raises OwnPolicy, PolicyWithoutMonths, PolicyInThePast, PolicyOverlaps, TransitionNotAllowed. Writes both versions,
    one Event each.
    """
    moment = at or clock.now()
    _one_release_per_subject(policy)
    draft = states.lock(policy)
    if draft.created_by_id == actor.pk:
        raise OwnPolicy
    if not draft.months.exists():
        raise PolicyWithoutMonths(policy=draft.reference)
    for other in _overlapping(draft):
        _give_way(other, draft, actor=actor, moment=moment)
    draft.released_by, draft.released_at = actor, moment
    draft.save(update_fields=["released_by", "released_at"])
    return states.move(draft, PolicyStatus.RELEASED, actor=actor, at=moment)


@transaction.atomic
def end_policy(policy: WarrantyPolicy, *, before: date, actor: Any, at: datetime | None = None) -> WarrantyPolicy:
    """It holds for sales before this day and no longer; sales made under it keep it.

    Raises PolicyNotReleased, PolicyInThePast, PolicyBeginsLater, PolicyEndWrong. Writes one Event.
    """
    moment = at or clock.now()
    row = states.lock(policy)
    if row.status != PolicyStatus.RELEASED:
        raise PolicyNotReleased(policy=row.reference)
    _refuse_past(row, before, clock.local_date(moment), field="before")
    if row.valid_to is not None and before > row.valid_to:
        until = row.valid_to.isoformat()
        raise PolicyEndWrong(policy=row.reference, got=before.isoformat(), until=until, field="before")
    if before <= row.valid_from:
        raise PolicyBeginsLater(policy=row.reference, since=row.valid_from.isoformat(), field="before")
    return _end(row, before, actor=actor, moment=moment)


@transaction.atomic
def drop_policy(policy: WarrantyPolicy, *, reason: str, actor: Any, at: datetime | None = None) -> WarrantyPolicy:
    """The draft will not hold. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(policy), PolicyStatus.DROPPED, actor=actor, at=at, note=reason)


def _one_release_per_subject(policy: WarrantyPolicy) -> None:
    """Two releases for one subject stand in line, or neither would see the other's."""
    same = {name: getattr(policy, name) for name in SUBJECT}
    list(WarrantyPolicy.objects.filter(**same).order_by("pk").select_for_update(of=("self",)))


def _next_version(code: str) -> int:
    latest: int | None = WarrantyPolicy.objects.filter(code=code).aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1


def _put_months(draft: WarrantyPolicy, months: Mapping[str, int]) -> None:
    PolicyMonths.objects.bulk_create(
        [PolicyMonths(policy=draft, part_class=name, months=count) for name, count in months.items()]
    )


def _overlapping(draft: WarrantyPolicy) -> list[WarrantyPolicy]:
    """Released policies of the same subject that share a day of sale with the draft, locked."""
    same = {name: getattr(draft, name) for name in SUBJECT}
    rows = WarrantyPolicy.objects.filter(**same, status=PolicyStatus.RELEASED)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=draft.valid_from))
    if draft.valid_to is not None:
        rows = rows.filter(valid_from__lt=draft.valid_to)
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _give_way(other: WarrantyPolicy, draft: WarrantyPolicy, *, actor: Any, moment: datetime) -> None:
    """The earlier version of the same code ends; anything else stands in the way."""
    if other.code != draft.code or other.valid_from >= draft.valid_from:
        until = other.valid_to.isoformat() if other.valid_to else "…"
        raise PolicyOverlaps(policy=other.reference, since=other.valid_from.isoformat(), until=until)
    _refuse_past(other, draft.valid_from, clock.local_date(moment))
    _end(other, draft.valid_from, actor=actor, moment=moment)


def _refuse_past(policy: WarrantyPolicy, got: date, today: date, *, field: str = "valid_from") -> None:
    if got <= today:
        raise PolicyInThePast(
            policy=policy.reference, since=policy.valid_from.isoformat(), got=got.isoformat(),
            today=today.isoformat(), field=field,
        )  # fmt: skip


def _end(row: WarrantyPolicy, before: date, *, actor: Any, moment: datetime) -> WarrantyPolicy:
    row.valid_to = before
    row.save(update_fields=["valid_to"])
    events.record(row, "warrantypolicy.ended", actor=actor, at=moment, data={"before": before.isoformat()})
    return row
