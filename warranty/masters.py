"""Dated terms of headquarters: proposed by one person, released by another, ended by the next, withdrawn before they begin.

For rates, excluded causes and the three guarantees. Not here: policies (policies), parameters (portal.core.parameters).
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, states
from portal.core.errors import Refusal
from warranty.models import MasterStatus
from warranty.models.dated import DatedMaster


class OwnTerm(Refusal):
    """Four eyes."""

    message = _("You proposed it: another person releases it.")
    code = "own_term"


class TermInThePast(Refusal):
    """What happened under one term keeps it."""

    message = _("Valid from: got %(got)s, expected %(first)s or later: what happened before keeps its terms.")
    code = "term_in_the_past"


class TermTaken(Refusal):
    """A later one has been released already."""

    message = _("One that begins on %(day)s is released already: withdraw it first, or choose a day behind it.")
    code = "term_taken"


class TermTooFarOff(Refusal):
    """A day that nobody who sets terms will see is a slip."""

    message = _("Valid from: got %(got)s, expected a day before %(last)s.")
    code = "term_too_far_off"


class TermHolds(Refusal):
    """What has begun has been used."""

    message = _("It holds since %(day)s and cannot be withdrawn: propose the next one.")
    code = "term_holds"


class TermEndWrong(Refusal):
    """An end lies ahead, behind the beginning, and only moves closer."""

    message = _("Valid to: got %(got)s, expected a day from %(first)s to %(last)s.")
    code = "term_end_wrong"


class TermNotReleased(Refusal):
    """Only what holds can end."""

    message = _("It is not released.")
    code = "term_not_released"


FURTHEST = date(2100, 1, 1)


@transaction.atomic
def propose[M: DatedMaster](
    model: type[M], *, valid_from: date, actor: Any, at: datetime | None = None, **says: Any
) -> M:
    """A term stands as a proposal; it is used once another person has released it. says: its subject and what it says.

    Raises TermTooFarOff, TermInThePast, TermTaken. Writes the term, one Event.
    """
    moment = at or clock.now()
    made = model(valid_from=valid_from, created_by=actor, **says)
    _fitting(made, clock.local_date(moment))
    made.save()
    data = {"valid_from": valid_from.isoformat()}
    kind = f"{model._meta.model_name}.proposed"
    events.record(made, kind, actor=actor, at=moment, to_status=MasterStatus.PROPOSED, data=data)
    return made


@transaction.atomic
def release[M: DatedMaster](term: M, *, actor: Any, at: datetime | None = None) -> M:
    """It is used from its first day on; the one of the same subject that holds then ends there.

    Raises OwnTerm, TermInThePast, TermTaken, TransitionNotAllowed. Writes the term, the end of the one before, one Event.
    """
    moment = at or clock.now()
    _one_at_a_time(term)
    row = states.lock(term)
    if actor is None or row.created_by_id == actor.pk:
        raise OwnTerm
    states.require_move(row, MasterStatus.RELEASED)
    for other in _fitting(row, clock.local_date(moment)):
        row.replaces, row.replaced_to = other, other.valid_to
        _end(other, row.valid_from)
    row.released_by, row.released_at = actor, moment
    row.save(update_fields=["replaces", "replaced_to", "released_by", "released_at"])
    return states.move(row, MasterStatus.RELEASED, actor=actor, at=moment)


@transaction.atomic
def withdraw[M: DatedMaster](term: M, *, reason: str, actor: Any, at: datetime | None = None) -> M:
    """A proposal, or a released one before its first day, will not be used; the one it would have ended goes on.

    Raises TermHolds, TransitionNotAllowed. Writes the term, the end of the one before, one Event.
    """
    moment = at or clock.now()
    _one_at_a_time(term)
    row = states.lock(term)
    states.require_move(row, MasterStatus.WITHDRAWN)
    released = not row.is_proposed
    if released and row.valid_from <= clock.local_date(moment):
        raise TermHolds(day=row.valid_from.isoformat())
    row = states.move(row, MasterStatus.WITHDRAWN, actor=actor, at=moment, note=reason)
    if released:
        _goes_on(row)
    return row


@transaction.atomic
def end[M: DatedMaster](term: M, *, before: date, actor: Any, at: datetime | None = None) -> M:
    """It holds on days before this one and no longer; nothing follows unless something is released.

    Raises TermNotReleased, TermEndWrong. Writes the term, one Event.
    """
    moment = at or clock.now()
    _one_at_a_time(term)
    row = states.lock(term)
    if row.status != MasterStatus.RELEASED:
        raise TermNotReleased
    first = max(row.valid_from, clock.local_date(moment)) + timedelta(days=1)
    last = row.valid_to or FURTHEST
    if not first <= before <= last:
        raise TermEndWrong(got=before.isoformat(), first=first.isoformat(), last=last.isoformat(), field="before")
    _end(row, before)
    kind = f"{row._meta.model_name}.ended"
    events.record(row, kind, actor=actor, at=moment, data={"before": before.isoformat()})
    return row


def refuse_unfit(draft: DatedMaster, *, at: datetime | None = None) -> None:
    """Nothing, where the proposal could be released as things stand. Raises TermTooFarOff, TermInThePast, TermTaken."""
    with transaction.atomic():
        _fitting(draft, clock.local_date(at or clock.now()))


def _fitting(draft: DatedMaster, today: date) -> list[Any]:
    """Released rows of the subject that hold on the draft's first day, at most one. Raises where it does not fit in."""
    if draft.valid_from >= FURTHEST:
        raise TermTooFarOff(got=draft.valid_from.isoformat(), last=FURTHEST.isoformat(), field="valid_from")
    rows = list(_of_subject(draft).filter(Q(valid_to=None) | Q(valid_to__gt=draft.valid_from)).order_by("valid_from"))
    if draft.valid_from <= today and (rows or not draft.FIRST_LIES_BACK or draft.changes_what_happened()):
        first = (today + timedelta(days=1)).isoformat()
        raise TermInThePast(got=draft.valid_from.isoformat(), first=first, field="valid_from")
    later = [row for row in rows if row.valid_from >= draft.valid_from]
    if draft.valid_to is not None:
        later = [row for row in later if row.valid_from < draft.valid_to]
    if later:
        raise TermTaken(day=later[0].valid_from.isoformat(), field="valid_from")
    return [row for row in rows if row.valid_from < draft.valid_from]


def _of_subject(term: DatedMaster) -> Any:
    """The released rows of the same subject, locked."""
    same = {name: getattr(term, name) for name in term.SUBJECT}
    rows: Any = type(term)._default_manager.filter(**same, status=MasterStatus.RELEASED)
    return rows.select_for_update(of=("self",), no_key=True)


def _goes_on(row: DatedMaster) -> None:
    """What the withdrawn row had ended holds again, to where it ended before or to the next one; that one replaces it now."""
    earlier = type(row)._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.replaces_id).first()
    if earlier is None or earlier.valid_to != row.valid_from:
        return
    after = _of_subject(row).filter(valid_from__gt=row.valid_from).order_by("valid_from").first()
    ends = [day for day in (row.replaced_to, after.valid_from if after else None) if day is not None]
    _end(earlier, min(ends, default=None))
    if after is not None and after.replaces_id == row.pk:
        after.replaces, after.replaced_to = earlier, row.replaced_to
        after.save(update_fields=["replaces", "replaced_to"])


def _end(row: DatedMaster, before: date | None) -> None:
    row.valid_to = before
    row.save(update_fields=["valid_to"])


def _one_at_a_time(term: DatedMaster) -> None:
    """Two who release or withdraw stand in line, or neither would see the other's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3605))", [term._meta.db_table])
