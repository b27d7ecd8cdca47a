"""A disputed amount finds who bears it, or the supplier is told why it is his; with its last dispute the note moves on."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, show
from portal.core.bulk import update_rows
from portal.core.calendar import add_working_days
from portal.core.errors import Refusal
from portal.core.models import Event
from portal.core.money import total
from portal.core.parameters import param
from portal.core.states import lock, mark_locked
from warranty import settlement_posting as posting
from warranty.chargebacks.concluding import conclude, sum_up
from warranty.chargebacks.refusals import (
    FeeOfNoStation,
    LineUnknown,
    NoLineChosen,
    NotDisputed,
    OwnNote,
    RoundsUsedUp,
    TooManyLines,
    UnderTest,
    UnknownOutcome,
    WithSupplier,
)
from warranty.chargebacks.rounds import entry_of
from warranty.four_eyes import require_words
from warranty.models import Chargeback, ChargebackLine, DisputeAct, DisputeEntry
from warranty.settlement_states import ANSWERS

OUTCOMES = {
    "conceded": _("The supplier accepts after all"),
    "written_off": _("We give the disputed amount up"),
    "station": _("The station bears it"),
}
DENIED, STATION, CONCEDED = "denied", "station", "conceded"
DECISIONS = {DENIED: _("We deny the dispute: the supplier answers again"), **OUTCOMES}
OUTCOME_WORDS = {
    **OUTCOMES,
    "credited": _("Credited, the claim was reversed"),
    "rerouted": _("Credited, another supplier answers for the part"),
    "cleared": _("Credited, the further test found no fault of the supplier"),
    "unpaid": _("Accepted but never paid, given up"),
}
GIVEN_UP = ("written_off", "station")  # needs nothing of the supplier, so it may be said while he thinks
READ_BESIDE: Final = ("case__claim__station__dealer",)
MOST_LINES: Final = 1_000  # what one person can survey, and one transaction holds


def decide_dispute(
    line: ChargebackLine, *, outcome: str, actor: Any, note: str = "", at: datetime | None = None
) -> ChargebackLine:
    """One of DECISIONS is taken about a disputed line: it is denied, or somebody bears it. note: the reason or answer."""
    if outcome == DENIED:
        return deny_dispute(line, answer=note, actor=actor, at=at)
    return resolve_dispute(line, outcome=outcome, actor=actor, note=note, at=at)


@transaction.atomic
def decide_disputes(
    note: Chargeback,
    *,
    lines: Collection[int],
    outcome: str,
    actor: Any,
    reason: str = "",
    at: datetime | None = None,
) -> list[ChargebackLine]:
    """The same is decided about each of these lines of the note, by key, or about none of them.

    At most MOST_LINES; the number of statements does not grow with them. Raises NoLineChosen, TooManyLines, LineUnknown,
    TextTooShort and what decide_dispute() raises, which names the line. Writes what it writes, but one notice to the supplier for all.
    """
    at = at or clock.now()
    if outcome not in DECISIONS:
        raise UnknownOutcome(outcome=outcome, field="outcome")
    if not lines:
        raise NoLineChosen(field="lines")
    if len(set(lines)) > MOST_LINES:
        raise TooManyLines(count=len(set(lines)), most=MOST_LINES, field="lines")
    require_words(reason, "note", at)
    if outcome == STATION:
        _hold_stations(note.lines.filter(pk__among=lines))
    header = lock(note)
    rows = header.lines.filter(is_live=True).select_related(*READ_BESIDE).select_for_update(no_key=True, of=("self",))
    chosen = [mark_locked(line) for line in rows.filter(pk__among=lines).order_by("pk")]
    if len(chosen) < len(set(lines)):
        raise LineUnknown(number=header.number, field="lines")
    for refusal in refusals_of(header, chosen, outcome, actor=actor, at=at):
        if refusal is not None:
            raise refusal
    return _decide(header, chosen, outcome, text=reason, actor=actor, at=at)


def refusals_of(
    header: Chargeback, lines: Sequence[ChargebackLine], outcome: str, *, actor: Any, at: datetime
) -> list[Refusal | None]:
    """Why this person may not decide this about each of the lines now; None where he may."""
    day = None if outcome in GIVEN_UP else clock.local_date(at)
    most = param("warranty.dispute_rounds", at) if outcome == DENIED else None
    return [
        _refusal(header, line, actor, day, ends=outcome != DENIED)
        or _rounds_used_up(line, most)
        or _of_no_station(line, outcome)
        for line in lines
    ]


def _of_no_station(line: ChargebackLine, outcome: str) -> Refusal | None:
    if outcome != STATION or line.claim_line_id is not None:
        return None
    return FeeOfNoStation(position=line.position, field="outcome")


def _rounds_used_up(line: ChargebackLine, most: int | None) -> Refusal | None:
    if most is None or line.rounds < most:
        return None
    return RoundsUsedUp(position=line.position, most=most, field="outcome")


def _decide(
    header: Chargeback, lines: Sequence[ChargebackLine], outcome: str, *, text: str, actor: Any, at: datetime
) -> list[ChargebackLine]:
    if outcome == DENIED:
        return send_back(header, lines, answer=text, actor=actor, at=at)
    return _settle(header, lines, outcome, text=text, actor=actor, at=at)


@transaction.atomic
def resolve_dispute(
    line: ChargebackLine, *, outcome: str, actor: Any, note: str = "", at: datetime | None = None
) -> ChargebackLine:
    """A disputed amount has found who bears it: the supplier after all, we, or the station (a debit on its statement).

    With its last dispute the note is accepted, settled or written off, as its amounts say. While a denial waits for the
    supplier's answer only what he need not agree to is decided. Raises UnknownOutcome, OwnNote, NotDisputed,
    WithSupplier, FeeOfNoStation.
    """
    at = at or clock.now()
    if outcome not in OUTCOMES:
        raise UnknownOutcome(outcome=outcome, field="outcome")
    day = None if outcome in GIVEN_UP else clock.local_date(at)
    if outcome == STATION:
        _hold_stations(ChargebackLine.objects.filter(pk=line.pk))
    header, line = open_dispute(line, actor, day, ends=True)
    if refusal := _of_no_station(line, outcome):
        raise refusal
    return _settle(header, [line], outcome, text=note, actor=actor, at=at)[0]


def _hold_stations(lines: Any) -> None:
    """Stations come before notes in the order of locks: the stations of these lines, by key."""
    for key in sorted(set(lines.order_by().values_list("case__claim__station", flat=True))):
        posting.hold_station(key)


def _settle(
    header: Chargeback, lines: Sequence[ChargebackLine], outcome: str, *, text: str, actor: Any, at: datetime
) -> list[ChargebackLine]:
    """The locked lines' disputes have ended so, and the note stands where that brings it."""
    amounts = [line.disputed or Decimal(0) for line in lines]
    for line in lines:
        line.outcome, line.answer_by, line.tested_since = outcome, None, None
        if outcome == CONCEDED:
            line.accepted, line.disputed = line.claimed, Decimal(0)
    update_rows(lines, ["outcome", "answer_by", "tested_since", "accepted", "disputed"])
    DisputeEntry.objects.bulk_create(
        entry_of(line, DisputeAct(outcome), text=text, actor=actor, at=at) for line in lines
    )
    if outcome == STATION:
        posting.debit_disputes(lines, at=at)
    sum_up(header)
    said = [
        {"position": line.position, "outcome": outcome, "amount": str(amount)}
        for line, amount in zip(lines, amounts, strict=True)
    ]
    first = said[0] | {"count": len(said), "in_all": str(total(amounts))}  # what the supplier is told, once for all
    _tell(header, lines, "dispute_resolved", [first, *said[1:]], said, text=text, actor=actor, at=at)
    conclude(header, actor, at)
    return list(lines)


def tells_favor(event: Event) -> bool:
    """Whether the supplier is told by this event that it does not owe what it disputed: the first of those decided at once."""
    return event.data["outcome"] in GIVEN_UP and "in_all" in event.data


def _tell(
    header: Chargeback,
    lines: Sequence[ChargebackLine],
    kind: str,
    of_note: Sequence[dict[str, Any]],
    of_cases: Sequence[dict[str, Any]],
    *,
    text: str,
    actor: Any,
    at: datetime,
) -> None:
    """Events of the note, then one of each line's case."""
    told = [events.drafted(header, f"chargeback.{kind}", actor=actor, at=at, note=text, data=data) for data in of_note]
    told += [
        events.drafted(line.case, f"recoverycase.{kind}", actor=actor, at=at, note=text, data=data)
        for line, data in zip(lines, of_cases, strict=True)
    ]
    events.record_all(told)


def open_dispute(
    line: ChargebackLine, actor: Any, day: date | None, *, ends: bool = False
) -> tuple[Chargeback, ChargebackLine]:
    """Note and line, locked, with a dispute that this person may decide; on `day` it lies with us, if that is asked.

    ends: the decision ends the dispute, so that it need not wait for a further test. Raises OwnNote, NotDisputed,
    WithSupplier, UnderTest.
    """
    header = lock(line.chargeback)
    line = lock(line, *READ_BESIDE)
    if refusal := _refusal(header, line, actor, day, ends=ends):
        raise refusal
    return header, line


def _refusal(header: Chargeback, line: ChargebackLine, actor: Any, day: date | None, *, ends: bool) -> Refusal | None:
    if actor is not None and actor.pk == header.batched_by_id:
        return OwnNote(number=header.number)
    if not line.disputed or line.outcome or not line.is_live or header.status not in ANSWERS:
        return NotDisputed(position=line.position)
    if day is not None and line.is_with_supplier(day):
        return WithSupplier(position=line.position, day=show.day(line.answer_by), field="outcome")
    if line.tested_since is not None and not ends:
        return UnderTest(position=line.position, day=show.day(line.tested_since), field="outcome")
    return None


@transaction.atomic
def deny_dispute(line: ChargebackLine, *, answer: str, actor: Any, at: datetime | None = None) -> ChargebackLine:
    """The supplier reads why the amount is his, and accepts it or disputes it again by a new last day.

    As often as the limit of rounds says; his days are working days (C42). Raises OwnNote, NotDisputed, WithSupplier,
    TextTooShort, RoundsUsedUp. Writes one DisputeEntry and Events; the amounts stay as he answered them.
    """
    at = at or clock.now()
    header, line = open_dispute(line, actor, clock.local_date(at))
    require_words(answer, "note", at)
    if refusal := _rounds_used_up(line, param("warranty.dispute_rounds", at)):
        raise refusal
    return send_back(header, [line], answer=answer, actor=actor, at=at)[0]


def send_back(
    header: Chargeback, lines: Sequence[ChargebackLine], *, answer: str, actor: Any, at: datetime
) -> list[ChargebackLine]:
    """The locked lines are the supplier's to answer again; one event of the note tells of all of them."""
    day = answer_again_by(at)
    for line in lines:
        line.rounds, line.answer_by = line.rounds + 1, day
    update_rows(lines, ["rounds", "answer_by"])
    DisputeEntry.objects.bulk_create(
        entry_of(line, DisputeAct.DENIED, text=answer, actor=actor, at=at) for line in lines
    )
    said = [{"position": line.position, "amount": str(line.disputed), "answer_by": day.isoformat()} for line in lines]
    whole = {
        "positions": [line.position for line in lines],
        "amount": str(total(line.disputed or Decimal(0) for line in lines)),
        "answer_by": day.isoformat(),
    }
    told = said if len(lines) == 1 else [whole]
    _tell(header, lines, "dispute_denied", told, said, text=answer.strip(), actor=actor, at=at)
    return list(lines)


def answer_again_by(at: datetime) -> date:
    """The supplier's last day to answer what is denied at this moment."""
    return add_working_days(clock.local_date(at), param("warranty.dispute_answer_days", at))
