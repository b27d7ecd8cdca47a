"""Goodwill: asked by a station, authorized within a person's limit and the year's budget, consumed by a decided claim.

Not here: how much of a claim it pays (coverage, assessment), extended-warranty contracts (grants), the budgets themselves.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import roles_of
from portal.core import clock, events, states
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.notifications import notify
from portal.core.numbering import take_number
from service.models import InstalledUnit, WorkOrder
from stations.models import Station
from warranty.campaign_states import UNDECIDED, GoodwillStatus
from warranty.four_eyes import require_words
from warranty.models import (
    GoodwillAuthority,
    GoodwillAuthorization,
    GoodwillBudget,
    Payer,
    WarrantyClaim,
)
from warranty.states import GRANTED, ClaimStatus
from warranty.telling import people_of

ZERO = Decimal(0)
SHARES = ("part_share_percent", "labor_share_percent", "travel_share_percent")


class NoGoodwillBudget(Refusal):
    """Nothing is given away that nobody has set aside."""

    message = _("No goodwill budget of %(year)s holds for this region and product.")
    code = "no_goodwill_budget"


class BudgetUsedUp(Refusal):
    """Not more than was set aside."""

    message = _("Up to: got %(got)s, expected at most %(left)s, which is left of the goodwill budget.")
    code = "goodwill_budget_used_up"


class NoAuthority(Refusal):
    """Somebody must have said how much this person may give away."""

    message = _("Nobody has set up to how much you may authorize goodwill.")
    code = "no_goodwill_authority"


class OwnGoodwill(Refusal):
    """Four eyes."""

    message = _("You asked for it or signed it already; another person decides.")
    code = "own_goodwill"


class NothingShared(Refusal):
    """Some share is above 0."""

    message = _("Say which share of parts, labor or travel is paid.")
    code = "nothing_shared"


class GoodwillEndsWrong(Refusal):
    """It holds from today on."""

    message = _("Good through: got %(got)s, expected %(today)s or later.")
    code = "goodwill_ends_wrong"


class GoodwillExceeded(Refusal):
    """A decision may not spend more than was authorized."""

    message = _("Goodwill %(number)s pays at most %(most)s; the decision would take %(got)s.")
    code = "goodwill_exceeded"


@transaction.atomic
def request_goodwill(
    unit: InstalledUnit,
    *,
    station: Station,
    amount: Decimal,
    reason: str,
    actor: Any,
    work_order: WorkOrder | None = None,
    at: datetime | None = None,
) -> GoodwillAuthorization:
    """Headquarters is asked to pay a share of a repair out of cover, CNY up to the amount.

    Raises TextTooShort. Writes one Event.
    """
    moment = at or clock.now()
    require_words(reason, "reason", moment)
    asked = GoodwillAuthorization.objects.create(
        unit=unit, station=station, work_order=work_order, requested_by=actor, requested_at=moment,
        budget=round_money(amount), reason=reason, number=take_number("GW", at=moment),
    )  # fmt: skip
    data = {"amount": str(asked.budget), "unit": unit.serial_number}
    events.record(asked, "goodwillauthorization.requested", actor=actor, at=moment, to_status=asked.status, data=data)
    return asked


@transaction.atomic
def authorize_request(
    asked: GoodwillAuthorization,
    *,
    actor: Any,
    expires_on: date,
    budget: Decimal,
    shares: Mapping[str, int],
    answer: str = "",
    at: datetime | None = None,
) -> GoodwillAuthorization:
    """Shares of the repair are paid through expires_on, CNY up to the budget; above the person's limit a second one signs.

    shares: percent by part_share_percent, labor_share_percent, travel_share_percent.
    Raises OwnGoodwill, NothingShared, GoodwillEndsWrong, NoAuthority, NoGoodwillBudget, BudgetUsedUp, TransitionNotAllowed.
    """
    moment = at or clock.now()
    today = clock.local_date(moment)
    row = states.lock(asked, "unit__product_model", "station__center")
    states.require_move(row, GoodwillStatus.AUTHORIZED)
    if actor.pk in {row.requested_by_id, row.authorized_by_id}:
        raise OwnGoodwill
    if row.status == GoodwillStatus.SECOND:
        return _second_signature(row, actor=actor, moment=moment)
    if not any(shares.get(name) for name in SHARES):
        raise NothingShared(field=SHARES[0])
    if expires_on < today:
        raise GoodwillEndsWrong(got=expires_on.isoformat(), today=today.isoformat(), field="expires_on")
    limit = authority_of(actor, today)
    for name in SHARES:
        setattr(row, name, shares.get(name, 0))
    row.budget, row.expires_on, row.answer = round_money(budget), expires_on, answer.strip()
    row.authorized_by, row.authorized_at = actor, moment
    if row.budget <= limit:
        return _authorize(row, actor=actor, moment=moment)
    _left_for(row, _source_of(row, today))
    _save(row)
    return states.move(row, GoodwillStatus.SECOND, actor=actor, at=moment, note=answer, data=_said(row))


@transaction.atomic
def authorize_goodwill(
    unit: InstalledUnit,
    *,
    actor: Any,
    expires_on: date,
    budget: Decimal,
    reason: str,
    part_share_percent: int = 0,
    labor_share_percent: int = 0,
    travel_share_percent: int = 0,
    station: Station | None = None,
    at: datetime | None = None,
) -> GoodwillAuthorization:
    """Headquarters gives goodwill without being asked; as authorize_request."""
    moment = at or clock.now()
    made = GoodwillAuthorization.objects.create(
        unit=unit, station=station, requested_at=moment, budget=round_money(budget), reason=reason,
        number=take_number("GW", at=moment),
    )  # fmt: skip
    shares = dict(zip(SHARES, (part_share_percent, labor_share_percent, travel_share_percent), strict=True))
    return authorize_request(made, actor=actor, expires_on=expires_on, budget=budget, shares=shares, at=moment)


@transaction.atomic
def refuse_goodwill(
    asked: GoodwillAuthorization, *, answer: str, actor: Any, at: datetime | None = None
) -> GoodwillAuthorization:
    """Headquarters pays nothing; the station is told. Raises OwnGoodwill, TextTooShort, TransitionNotAllowed. Writes one Event."""
    row = states.lock(asked, "station")
    states.require_move(row, GoodwillStatus.REFUSED)
    if row.requested_by_id == actor.pk:
        raise OwnGoodwill
    require_words(answer, "answer", at)
    row.answer = answer.strip()
    _save(row)
    made = states.move(row, GoodwillStatus.REFUSED, actor=actor, at=at, note=answer)
    _tell(made, at)
    return made


@transaction.atomic
def withdraw_goodwill(
    asked: GoodwillAuthorization, *, reason: str, actor: Any, at: datetime | None = None
) -> GoodwillAuthorization:
    """The station no longer asks. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(asked), GoodwillStatus.WITHDRAWN, actor=actor, at=at, note=reason)


@transaction.atomic
def cancel_goodwill(
    granted: GoodwillAuthorization, *, reason: str, actor: Any | None, at: datetime | None = None
) -> GoodwillAuthorization:
    """It pays nothing any more; what it held of the budget is free again. Raises TransitionNotAllowed. Writes one Event."""
    return _give_back(granted, GoodwillStatus.CANCELLED, actor=actor, at=at, note=reason)


@transaction.atomic
def consume_goodwill(claim: WarrantyClaim, *, at: datetime | None = None) -> GoodwillAuthorization | None:
    """What the granted claim took is consumed, the rest of the reservation free again; None where nothing is open."""
    if claim.goodwill_id is None or claim.status not in GRANTED:
        return None
    row = states.lock(GoodwillAuthorization.objects.get(pk=claim.goodwill_id))
    if row.status != GoodwillStatus.AUTHORIZED:
        return None
    row.consumed = min(goodwill_amount(claim), row.budget)
    _save(row)
    if (source := _locked_source(row)) is not None:
        source.reserved -= row.budget
        source.consumed += row.consumed
        source.save(update_fields=["reserved", "consumed"])
    data = {"claim": claim.number, "consumed": str(row.consumed)}
    return states.move(row, GoodwillStatus.CONSUMED, actor=None, at=at, data=data)


@transaction.atomic
def release_goodwill(claim: WarrantyClaim, *, at: datetime | None = None) -> GoodwillAuthorization | None:
    """The claim was rejected or reversed: nothing of the budget is held or consumed for it any more."""
    row = claim.goodwill
    if row is None or not row.pays:
        return None
    return _give_back(row, GoodwillStatus.CANCELLED, actor=None, at=at, note=claim.number)


@transaction.atomic
def expire_goodwill(*, before: date, at: datetime | None = None) -> int:
    """What was authorized and not used through its last day holds nothing of the budget any more; how many."""
    late = GoodwillAuthorization.objects.filter(status=GoodwillStatus.AUTHORIZED, expires_on__lt=before)
    waiting = late.exclude(claims__status__in=["submitted", "auto_checked", "in_review", "info_requested"])
    rows = list(waiting.order_by("pk"))
    for row in rows:
        _give_back(row, GoodwillStatus.EXPIRED, actor=None, at=at)
    return len(rows)


def open_goodwill(job: WorkOrder) -> GoodwillAuthorization | None:
    """The authorization a claim of this job rests on: of the job, else of its unit at its station."""
    if job.request.unit_id is None:
        return None
    standing = WarrantyClaim.objects.filter(goodwill__isnull=False).exclude(status=ClaimStatus.WITHDRAWN)
    rows = GoodwillAuthorization.objects.filter(status=GoodwillStatus.AUTHORIZED, unit=job.request.unit_id)
    rows = rows.exclude(pk__in=standing.filter(unit=job.request.unit_id).values("goodwill"))
    mine = rows.filter(Q(work_order=job) | Q(work_order=None) & (Q(station=job.station_id) | Q(station=None)))
    return mine.order_by("work_order", "-pk").first()


def goodwill_amount(claim: WarrantyClaim) -> Decimal:
    """CNY of the approved lines that goodwill pays: its parts, and with nothing else covered the other lines as well."""
    lines = claim.lines.filter(approved_amount__gt=0)
    verdicts = [each for each in claim.explanation.get("parts", {}).values() if each.get("verdict") == "covered"]
    if not any(each.get("by") == "goodwill" for each in verdicts):
        return ZERO
    if all(each.get("by") == "goodwill" for each in verdicts):
        lines = lines.exclude(kind="part") | lines.filter(payer=Payer.GOODWILL)
    else:
        lines = lines.filter(kind="part", payer=Payer.GOODWILL)
    return lines.aggregate(total=Sum("approved_amount"))["total"] or ZERO


def refuse_above(claim: WarrantyClaim) -> None:
    """A guard of the claim's approval. Raises GoodwillExceeded."""
    if claim.goodwill_id is None or claim.goodwill is None:
        return
    taken = goodwill_amount(claim)
    if taken > claim.goodwill.budget:
        raise GoodwillExceeded(number=claim.goodwill.number, most=claim.goodwill.budget, got=taken)


def authority_of(user: Any, on: date) -> Decimal:
    """CNY that the person authorizes alone that day: their own limit, else the highest of their roles. Raises NoAuthority."""
    rows = GoodwillAuthority.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, released_by__isnull=False
    )
    own = rows.filter(user=user).first()
    if own is not None:
        return own.limit
    limits = list(rows.filter(role__in=[str(role) for role in roles_of(user)]).values_list("limit", flat=True))
    if not limits:
        raise NoAuthority
    return max(limits)


def _second_signature(row: GoodwillAuthorization, *, actor: Any, moment: datetime) -> GoodwillAuthorization:
    row.second_by = actor
    return _authorize(row, actor=actor, moment=moment)


def _authorize(row: GoodwillAuthorization, *, actor: Any, moment: datetime) -> GoodwillAuthorization:
    """Its amount is reserved under the budget's lock."""
    found = _source_of(row, clock.local_date(moment))
    source = GoodwillBudget.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    _left_for(row, source)
    source.reserved += row.budget
    source.save(update_fields=["reserved"])
    row.source = source
    _save(row)
    made = states.move(row, GoodwillStatus.AUTHORIZED, actor=actor, at=moment, note=row.answer, data=_said(row))
    _tell(made, moment)
    return made


def _left_for(row: GoodwillAuthorization, source: GoodwillBudget) -> None:
    if row.budget > source.left:
        raise BudgetUsedUp(got=row.budget, left=source.left, field="budget")


def _source_of(row: GoodwillAuthorization, on: date) -> GoodwillBudget:
    """The narrowest budget of the year: region and product line, product line, region, the rest. Raises NoGoodwillBudget."""
    region = row.station.center.region_id if row.station else None
    family = row.unit.product_model.family_id
    rows = GoodwillBudget.objects.filter(year=on.year, released_by__isnull=False).filter(
        Q(region=region) | Q(region=None), Q(family=family) | Q(family=None)
    )
    found = max(rows, key=lambda each: (each.family_id is not None, each.region_id is not None), default=None)
    if found is None:
        raise NoGoodwillBudget(year=on.year)
    return found


def _locked_source(row: GoodwillAuthorization) -> GoodwillBudget | None:
    if row.source_id is None:
        return None
    return GoodwillBudget.objects.select_for_update(of=("self",), no_key=True).get(pk=row.source_id)


def _give_back(
    granted: GoodwillAuthorization, to: str, *, actor: Any | None, at: datetime | None, note: str = ""
) -> GoodwillAuthorization:
    row = states.lock(granted)
    states.require_move(row, to)
    if (source := _locked_source(row)) is not None:
        if row.status == GoodwillStatus.CONSUMED:
            source.consumed -= row.consumed
        else:
            source.reserved -= row.budget
        source.save(update_fields=["reserved", "consumed"])
    row.consumed = ZERO
    _save(row)
    return states.move(row, to, actor=actor, at=at, note=note)


def _save(row: GoodwillAuthorization) -> None:
    names = ("budget", "expires_on", "answer", "consumed", "source", "authorized_by", "authorized_at", "second_by")
    row.save(update_fields=[*names, *SHARES])


def _said(row: GoodwillAuthorization) -> dict[str, Any]:
    return {
        "budget": str(row.budget),
        "expires_on": str(row.expires_on),
        **{name: getattr(row, name) for name in SHARES},
    }


def _tell(row: GoodwillAuthorization, at: datetime | None) -> None:
    if row.station is not None:
        kind = f"goodwillauthorization.{row.status}"
        users = list(people_of(row.station))
        notify(users, kind, {"number": row.number}, url=row.get_absolute_url(), subject=row, at=at)


def is_undecided(row: GoodwillAuthorization) -> bool:
    """Whether headquarters still has to answer."""
    return row.status in UNDECIDED
