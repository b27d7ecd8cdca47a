"""Lines of a note that the supplier does not owe any more: credited where the note was sent, else taken off it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core import clock, events
from portal.core.money import total
from portal.core.numbering import take_number
from portal.core.states import move
from warranty.chargebacks_documents import issue_credit_note
from warranty.models import Chargeback, ChargebackLine, GivenAs, RecoveryEntry
from warranty.settlement_states import ChargebackStatus


def drop_lines(
    note: Chargeback,
    lines: Sequence[ChargebackLine],
    actor: Any | None,
    at: datetime,
    *,
    kind: str = "chargeback.lines_dropped",
) -> None:
    """The locked note was never sent: it is as if the lines had not been on it; without any it is withdrawn.

    kind: of the event that says why.
    """
    gone = total(line.claimed for line in lines)
    note.lines.filter(pk__in=[line.pk for line in lines]).update(is_live=False)
    note.claimed -= gone
    note.save(update_fields=["claimed"])
    data = {"claim": lines[0].case.claim.number, "amount": str(gone)} if lines else {}
    events.record(note, kind, actor=actor, at=at, data=data)
    if not note.lines.filter(is_live=True).exists():
        move(note, ChargebackStatus.WITHDRAWN, actor=actor, at=at)


def credit_lines(
    note: Chargeback, lines: Sequence[ChargebackLine], *, outcome: str, actor: Any | None, at: datetime
) -> str:
    """The supplier owes nothing for the lines; what it had paid for them is owed back under the credit note's number.

    outcome: one of CREDITS, why. note: locked. Writes a Document, Events on the note and each case, and an entry of what
    is owed back. Answers the credit note's number.
    """
    number = take_number("CN", at=at)
    for line in lines:
        line.accepted, line.disputed, line.outcome = Decimal(0), line.claimed, outcome
        line.answer_by = line.tested_since = line.doubted_at = None
        line.save(update_fields=["accepted", "disputed", "outcome", "answer_by", "tested_since", "doubted_at"])
    live = list(note.lines.filter(is_live=True))
    accepted = total(line.accepted or Decimal(0) for line in live)
    back = max(note.recovered - accepted, Decimal(0)) if note.answered_at else Decimal(0)
    if back:  # first: the database never sees more received than accepted
        RecoveryEntry.objects.create(
            chargeback=note,
            actor=actor,
            kind=GivenAs.OWED_BACK,
            source=number,
            amount=-back,
            received_on=clock.local_date(at),
            at=at,
        )
    note.accepted, note.disputed = accepted, total(line.disputed or Decimal(0) for line in live)
    note.save(update_fields=["accepted", "disputed"])
    amount = total(line.claimed for line in lines)
    issue_credit_note(note, lines, number=number, reason=outcome, owed_back=back, actor=actor, at=at)
    data = {"credit_note": number, "amount": str(amount), "owed_back": str(back)}
    events.record(note, "chargeback.credited", actor=actor, at=at, data=data)
    for case in {line.case_id: line.case for line in lines}.values():
        events.record(case, "recoverycase.credited", actor=actor, at=at, data=data)
    return number
