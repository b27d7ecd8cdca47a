"""What a reversed claim does to its recovery: cases close, an unsent note loses the lines, a sent one gets a credit note.

Source: rules.md 3.1 (approved…paid → reversed).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock, events
from portal.core.money import total
from portal.core.numbering import take_number
from portal.core.states import lock, move
from warranty.chargebacks_documents import issue_credit_note
from warranty.models import Chargeback, ChargebackLine, RecoveryCase, RecoveryEntry, WarrantyClaim
from warranty.settlement_states import RUNNING_RECOVERY, ChargebackStatus, RecoveryStatus

CREDITED = "credited"
ENDS = (*RUNNING_RECOVERY, RecoveryStatus.CHARGED, RecoveryStatus.LOST)


@transaction.atomic
def release_claim(claim: WarrantyClaim, *, actor: Any | None, at: datetime | None = None) -> list[str]:
    """No supplier is asked for a reversed claim any more; answers the numbers of the credit notes written.

    Done again it changes nothing. Writes Events on each case and note.
    """
    at = at or clock.now()
    credits = []
    for note in _notes_of(claim):
        note = lock(note)
        lines = note.lines.filter(case__claim=claim, is_live=True).exclude(outcome=CREDITED).order_by("position")
        if note.status == ChargebackStatus.OPEN:
            _drop(note, list(lines), actor, at)
        elif lines:
            credits.append(_credit(note, list(lines), actor, at))
    for case in claim.recovery_cases.filter(status__in=ENDS).order_by("pk"):
        _close(lock(case), actor, at)
    return credits


def _notes_of(claim: WarrantyClaim) -> list[Chargeback]:
    return list(Chargeback.objects.filter(lines__case__claim=claim, lines__is_live=True).distinct().order_by("pk"))


def _close(case: RecoveryCase, actor: Any | None, at: datetime) -> None:
    case.close_reason, case.expected = _("The claim was reversed."), Decimal(0)
    case.save(update_fields=["close_reason", "expected"])
    move(case, RecoveryStatus.CLOSED, actor=actor, at=at)


def _drop(note: Chargeback, lines: list[ChargebackLine], actor: Any | None, at: datetime) -> None:
    """The note was never sent: it is as if the lines had not been on it."""
    gone = total(line.claimed for line in lines)
    note.lines.filter(pk__in=[line.pk for line in lines]).update(is_live=False)
    note.claimed -= gone
    note.save(update_fields=["claimed"])
    data = {"claim": lines[0].case.claim.number, "amount": str(gone)} if lines else {}
    events.record(note, "chargeback.lines_dropped", actor=actor, at=at, data=data)
    if not note.lines.filter(is_live=True).exists():
        move(note, ChargebackStatus.WITHDRAWN, actor=actor, at=at)


def _credit(note: Chargeback, lines: list[ChargebackLine], actor: Any | None, at: datetime) -> str:
    """The supplier owes nothing for the lines; what it had paid for them is owed back under the credit note's number."""
    number = take_number("CN", at=at)
    for line in lines:
        line.accepted, line.disputed, line.outcome, line.answer_by = Decimal(0), line.claimed, CREDITED, None
        line.save(update_fields=["accepted", "disputed", "outcome", "answer_by"])
    live = list(note.lines.filter(is_live=True))
    accepted = total(line.accepted or Decimal(0) for line in live)
    back = max(note.recovered - accepted, Decimal(0)) if note.answered_at else Decimal(0)
    if back:  # first: the database never sees more received than accepted
        RecoveryEntry.objects.create(
            chargeback=note, actor=actor, source=number, amount=-back, received_on=clock.local_date(at), at=at
        )
    note.accepted, note.disputed = accepted, total(line.disputed or Decimal(0) for line in live)
    note.save(update_fields=["accepted", "disputed"])
    amount = total(line.claimed for line in lines)
    issue_credit_note(note, lines, number=number, owed_back=back, actor=actor, at=at)
    data = {"credit_note": number, "amount": str(amount), "owed_back": str(back)}
    events.record(note, "chargeback.credited", actor=actor, at=at, data=data)
    for case in {line.case_id: line.case for line in lines}.values():
        events.record(case, "recoverycase.credited", actor=actor, at=at, data=data)
    return number
