"""What deciding several disputed lines alike would do, before it is done. Reads only; the decision itself is disputes'."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core import clock
from portal.core.money import total
from warranty import settlement_posting as posting
from warranty.chargebacks.concluding import end_of
from warranty.chargebacks.disputes import DENIED, READ_BESIDE, answer_again_by, refusals_of
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_states import ChargebackStatus


@dataclass(frozen=True)
class Foreseen:
    """One line: the month of its station's statement that would carry the debit, or why it cannot be decided so."""

    line: ChargebackLine
    month: date | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Foresight:
    """All chosen lines, how much of them is disputed, where the note would stand, and who would have to act until when."""

    outcome: str
    lines: Sequence[Foreseen]
    status: ChargebackStatus
    left: int
    answer_by: date | None = None

    @property
    def amount(self) -> Decimal:
        """What is decided about, CNY."""
        return total(each.line.disputed or Decimal(0) for each in self.lines)

    @property
    def refused(self) -> list[Foreseen]:
        """With one of these nothing is decided."""
        return [each for each in self.lines if each.refusal]


def foresee_decision(
    note: Chargeback, *, lines: Collection[int], outcome: str, actor: Any, at: datetime | None = None
) -> Foresight:
    """The effect of decide_disputes() on the lines as they are now; the number of queries does not grow with them."""
    at = at or clock.now()
    rows = note.lines.filter(is_live=True, pk__among=lines).select_related(*READ_BESIDE).order_by("position")
    chosen, months = list(rows), dict[int, date]()
    if outcome == "station":
        stations = {line.case.claim.station_id for line in chosen}
        months = posting.first_open_months(stations, clock.local_date(at))
    refusals = refusals_of(note, chosen, outcome, actor=actor, at=at)
    found = [
        Foreseen(line, months.get(line.case.claim.station_id), str(refusal or ""))
        for line, refusal in zip(chosen, refusals, strict=True)
    ]
    left = note.lines.in_dispute().exclude(pk__among=lines).count()
    return Foresight(
        outcome, found, _status(note, chosen, outcome, left), left, answer_again_by(at) if outcome == DENIED else None
    )


def _status(note: Chargeback, lines: Sequence[ChargebackLine], outcome: str, left: int) -> ChargebackStatus:
    """Where the note would stand."""
    if left or outcome == DENIED:
        return ChargebackStatus(note.status)
    more = total(line.disputed or Decimal(0) for line in lines) if outcome == "conceded" else Decimal(0)
    kept = [line.pk for line in lines] if outcome == "conceded" else []
    return end_of(note, accepted=note.accepted + more, conceded=kept)
