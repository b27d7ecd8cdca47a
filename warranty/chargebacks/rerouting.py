"""A disputed charge goes to another supplier: credited to the one and opened on the other, in one step. Source: rules.md 3.7."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.money import total
from portal.core.states import lock
from warranty import recovery, recovery_rerouting
from warranty.chargebacks.concluding import conclude
from warranty.chargebacks.crediting import credit_lines, drop_lines
from warranty.chargebacks.disputes import open_dispute
from warranty.chargebacks.rounds import entry_of
from warranty.four_eyes import require_words
from warranty.models import CREDITS, REROUTED, Chargeback, ChargebackLine, DisputeAct, RecoveryCase
from warranty.recovery import Candidate
from warranty.recovery_charges import OF_CASE
from warranty.settlement_states import ChargebackStatus


@dataclass(frozen=True)
class Rerouting:
    """What goes along with a disputed line: everything its supplier is charged for the same old part."""

    lines: list[ChargebackLine]
    claimed: Decimal
    accepted: Decimal
    candidates: list[Candidate]


def look_at_rerouting(line: ChargebackLine) -> Rerouting:
    """The effect before it is taken, and the suppliers that come into question, each with its last day."""
    lines = list(_goes_along(line).select_related("chargeback").order_by("chargeback", "position"))
    case = recovery_rerouting.case_to_pass_on(line.case)
    return Rerouting(
        lines,
        total(each.claimed for each in lines),
        total(each.accepted or Decimal(0) for each in lines),
        recovery_rerouting.other_candidates(case),
    )


def _goes_along(line: ChargebackLine) -> Any:
    lines = ChargebackLine.objects.filter(is_live=True, case__line=line.case.line_id)
    return lines.filter(chargeback__supplier=line.chargeback.supplier_id).exclude(outcome__in=CREDITS)


@transaction.atomic
def reroute_dispute(
    line: ChargebackLine,
    *,
    supplier: Any,
    reason: str,
    actor: Any,
    until: date | None = None,
    at: datetime | None = None,
) -> RecoveryCase:
    """Another supplier answers for the old part: the first is credited everything charged for it, the second has a case.

    The new case has its own notice clock; where that has ended, an approver names a new last day (until). No part is
    ever charged to two. Raises OwnNote, NotDisputed, WithSupplier, TextTooShort, NoCandidate, ClockEnded, KeptTooLong.
    Writes credit notes, a RecoveryCase, DisputeEntry rows and Events.
    """
    at = at or clock.now()
    keys = sorted({*_goes_along(line).values_list("chargeback", flat=True), line.chargeback_id})
    notes = {key: lock(Chargeback(pk=key), "supplier") for key in keys}
    _header, line = open_dispute(line, actor, clock.local_date(at))
    require_words(reason, "reason", at)
    recovery.hold_cases([line.case.claim_id])
    case = lock(recovery_rerouting.case_to_pass_on(line.case), *OF_CASE)
    candidate = recovery_rerouting.require_candidate(case, supplier, until=until, at=at)
    numbers = [number for note in notes.values() if (number := _take_off(note, line, reason, actor, at))]
    new = recovery_rerouting.pass_on(case, candidate, until=until, reason=reason, actor=actor, at=at)
    data = {"position": line.position, "credit_notes": numbers}
    events.record(notes[line.chargeback_id], "chargeback.dispute_rerouted", actor=actor, at=at, data=data)
    for note in notes.values():
        note.refresh_from_db()
        conclude(note, actor, at)
    return new


def _take_off(note: Chargeback, line: ChargebackLine, reason: str, actor: Any, at: datetime) -> str:
    """The supplier's lines for the old part are off this note; the number of the credit note, if one was written."""
    lines = list(_goes_along(line).filter(chargeback=note).select_related("case__claim").order_by("position"))
    if not lines:
        return ""
    if note.status == ChargebackStatus.OPEN:
        drop_lines(note, lines, actor, at, kind="chargeback.lines_passed_on")
        return ""
    number = credit_lines(note, lines, outcome=REROUTED, actor=actor, at=at)
    for each in lines:
        entry_of(each, DisputeAct.REROUTED, text=reason, actor=actor, at=at).save()
    return number
