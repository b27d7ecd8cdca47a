"""The clock of a return: more days, no return at all, a lost piece, what an overdue one costs, who is reminded."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from portal.core import clock, events, jobs, statements
from portal.core.parameters import param
from portal.core.states import lock, move, refusal
from warranty import recovery
from warranty import settlement_posting as posting
from warranty.desk.releasing import piece_decided
from warranty.failed_parts.refusals import AlreadyExtended, AskedAlready, DebitedAlready, NothingAsked, ReasonMissing
from warranty.failed_parts.tags import OF_PIECE
from warranty.failed_parts_custody import by_login, log_custody
from warranty.failed_parts_rules import return_schedule
from warranty.four_eyes import words_missing
from warranty.models import FailedPart, WarrantyClaim
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus

STAYS_AWAY = (*ON_ITS_WAY, FailedPartStatus.LOST)


@transaction.atomic
def ask_extension(piece: FailedPart, *, days: int, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The station has asked for more time, once a piece and before its last day is over; headquarters answers.

    Raises AlreadyExtended, AskedAlready, ReasonMissing. Writes one Event.
    """
    at = at or clock.now()
    limit = param("warranty.return_extension_days", at)
    piece = lock(piece)
    if least := words_missing(reason, at):
        raise ReasonMissing(least=least, field="reason")
    if piece.extension_days or not 1 <= days <= limit:
        raise AlreadyExtended(days=limit, field="days")
    if piece.asked_at or piece.status not in ON_ITS_WAY or clock.local_date(at) > piece.due_on:
        raise AskedAlready(number=piece.number, day=piece.due_on.isoformat())
    piece.asked_days, piece.asked_reason, piece.asked_at = days, reason.strip(), at
    statements.update(piece, ["asked_days", "asked_reason", "asked_at"])
    events.record(piece, "failedpart.extension_asked", actor=actor, at=at, note=reason.strip(), data={"days": days})
    return piece


@transaction.atomic
def refuse_extension(piece: FailedPart, *, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The station has no more time, and knows why. Raises NothingAsked, ReasonMissing. Writes one Event."""
    at = at or clock.now()
    piece = lock(piece)
    if least := words_missing(reason, at):
        raise ReasonMissing(least=least, field="reason")
    if piece.asked_at is None or piece.extension_days or piece.extension_refused:
        raise NothingAsked(number=piece.number)
    piece.extension_refused = reason.strip()
    statements.update(piece, ["extension_refused"])
    events.record(piece, "failedpart.extension_refused", actor=actor, at=at, note=reason.strip())
    return piece


@transaction.atomic
def extend_return(
    piece: FailedPart, *, days: int, actor: Any, note: str = "", at: datetime | None = None
) -> FailedPart:
    """The last day lies `days` (1–15) later; once a piece, asked for or not. Raises AlreadyExtended, DebitedAlready.

    A piece that is overdue counts as debited, whether or not the night has run.
    """
    limit = param("warranty.return_extension_days", at)
    posting.hold_station(piece.station_id)
    piece = lock(piece, *OF_PIECE, "part")
    if piece.extension_days or not 1 <= days <= limit or piece.status not in ON_ITS_WAY:
        raise AlreadyExtended(days=limit, field="days")
    if posting.was_debited(piece) or debit_if_overdue(piece, at=at or clock.now()):
        raise DebitedAlready(number=piece.number)
    piece.extension_days = days
    piece.due_on = return_schedule(
        piece.requested_on, return_days=param("warranty.return_days", piece.requested_on), extension_days=days
    ).due_on
    statements.update(piece, ["extension_days", "due_on"])
    events.record(piece, "failedpart.extended", actor=actor, at=at, note=note, data={"days": days})
    return piece


@transaction.atomic
def waive_return(piece: FailedPart, *, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The piece need not come back any more; what it was debited for staying away is credited back. Raises ReasonMissing."""
    at = at or clock.now()
    if least := words_missing(reason, at):
        raise ReasonMissing(least=least, field="reason")
    return let_go(piece, reason=reason, actor=actor, at=at)


@transaction.atomic
def let_go(piece: FailedPart, *, reason: str, actor: Any, at: datetime) -> FailedPart:
    """The same where it follows from something else, which gives the reason in its own words."""
    posting.hold_station(piece.station_id)
    piece = lock(piece, *OF_PIECE, "part")
    debit_if_overdue(piece, at=at)
    piece = move(piece, FailedPartStatus.WAIVED, actor=actor, at=at, note=reason)
    log_custody(piece, "waived", giver=piece.station.code, taker="", at=at, note=reason[:300], signed=by_login(actor))
    posting.credit_waived(piece, at=at)
    recovery.note_decided_piece(piece, actor=actor, at=at)
    piece_decided(piece, actor=actor, at=at)
    return piece


@transaction.atomic
def lose_piece(piece: FailedPart, *, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The piece is given up: it will not come, and no supplier can be charged for it. Raises ReasonMissing.

    It costs the station what any piece costs that has not arrived by its last day, on the day after that.
    """
    at = at or clock.now()
    if least := words_missing(reason, at):
        raise ReasonMissing(least=least, field="reason")
    posting.hold_station(piece.station_id)
    piece = lock(piece)
    if piece.status not in ON_ITS_WAY:
        raise refusal(piece, FailedPartStatus.LOST.label)
    piece = move(piece, FailedPartStatus.LOST, actor=actor, at=at, note=reason)
    log_custody(piece, "lost", giver=piece.station.code, taker="", at=at, note=reason[:300])
    recovery.note_decided_piece(piece, actor=actor, at=at)
    piece_decided(piece, actor=actor, at=at)
    return piece


def overdue_on(day: date) -> Any:
    """Pieces that had not arrived by the end of their last day, seen from `day`."""
    return FailedPart.objects.filter(status__in=STAYS_AWAY, due_on__lt=day)


def debit_overdue(*, at: datetime | None = None) -> int:
    """Every piece that is overdue has been debited once, as of the day it became so, however late the job runs; how many now.

    Source: rules.md 3.6; the daily job calls it.
    """
    at = at or clock.now()
    pieces = overdue_on(clock.local_date(at)).exclude(settlement_items__kind="pnr").order_by("pk")
    pieces = pieces.filter(claim__in=WarrantyClaim.objects.paying())  # nothing stands for a held or a reversed one
    return len(jobs.each("warranty.debit_overdue", lambda: pieces, lambda piece: _debit(piece, at)))


def _debit(piece: FailedPart, at: datetime) -> bool:
    """Whether the piece has been debited just now; the station comes before its pieces in the order of locks."""
    posting.hold_station(piece.station_id)
    return debit_if_overdue(lock(piece, *OF_PIECE), at=at)


def debit_if_overdue(piece: FailedPart, *, at: datetime) -> bool:
    """The locked piece has been debited where it is overdue at the instant; whether just now.

    Whoever takes a piece off its way asks this first, so that a night the job missed changes neither money nor dates.
    """
    if not _is_overdue(piece, at) or posting.debit_not_returned(piece, at=_overdue_since(piece)) is None:
        return False
    events.record(piece, "failedpart.overdue", actor=None, at=at, data={"amount": str(-piece.amount)})
    return True


def _is_overdue(piece: FailedPart, at: datetime) -> bool:
    return piece.status in STAYS_AWAY and clock.local_date(at) > piece.due_on and _overdue_since(piece) <= at


def _overdue_since(piece: FailedPart) -> datetime:
    """The first instant after its last day, or what granted its line where that came later: a debit never precedes its credit."""
    begun = clock.start_of(piece.due_on + timedelta(days=1))
    _kind, granted_at = posting.granted_by(piece.line)
    return max(begun, granted_at or begun)


def remind_due(
    *, at: datetime | None = None, tell: Callable[[FailedPart], None] = lambda piece: None
) -> list[FailedPart]:
    """Pieces due in three days (D) have been reminded of, once each; which. tell: what goes with each, in its own step."""
    at = at or clock.now()

    def remind(piece: FailedPart) -> FailedPart | None:
        if not FailedPart.objects.filter(pk=piece.pk, reminded_at=None).update(reminded_at=at):
            return None
        events.record(piece, "failedpart.reminded", actor=None, at=at)
        tell(piece)
        return piece

    return jobs.each("warranty.remind_due", lambda: _due_soon(at), remind)


def _due_soon(at: datetime) -> Any:
    day = clock.local_date(at)
    last = day + timedelta(days=param("warranty.return_reminder_days", at))
    pieces = FailedPart.objects.filter(status__in=ON_ITS_WAY[:3], reminded_at=None, due_on__range=(day, last))
    return pieces.select_related(*OF_PIECE, "part")
