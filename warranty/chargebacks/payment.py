"""What the supplier gives for what it accepted: money, a credit note of its own, or a set-off against what we owe it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from parts.models import GoodsReceipt
from portal.core import clock, events
from portal.core.days import require_day
from portal.core.money import round_money
from portal.core.states import lock
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.concluding import conclude
from warranty.chargebacks.refusals import (
    CreditNoteUsed,
    NoOffsetRight,
    OffsetOutOfBounds,
    PayableUnknown,
    PaymentOutOfBounds,
    ReferenceUsed,
)
from warranty.chargebacks.repayment import owed_back
from warranty.models import Chargeback, GivenAs, RecoveryEntry
from warranty.settlement_states import ANSWERS

ZERO = Decimal("0.00")


@transaction.atomic
def record_supplier_payment(
    note: Chargeback,
    *,
    amount: Decimal,
    bank_reference: str,
    actor: Any,
    kind: str = GivenAs.CASH,
    received_on: date | None = None,
    at: datetime | None = None,
) -> RecoveryEntry:
    """What the supplier gave stands on the note; with the last cent of what it accepted the note is settled.

    kind: cash; credit, a credit note of the supplier, whose number counts once; offset, set off against a document of what
    we owe it, as far as the agreements of the accepted lines give the right. bank_reference: the reference, number or
    document. received_on: from the day the note was sent to today. A negative amount takes a mistake back. A reference is
    posted once on a note: the same given again changes nothing, another amount is refused. Raises ReferenceUsed,
    PaymentOutOfBounds, CreditNoteUsed, NoOffsetRight, PayableUnknown, OffsetOutOfBounds, DayOutOfBounds.
    """
    at = at or clock.now()
    note = lock(note)
    today = clock.local_date(at)
    day = received_on or today
    amount = round_money(amount)
    known = note.receipts.filter(source=bank_reference).first()
    if known and (known.amount, known.kind) == (amount, kind):
        return known  # the same sent twice
    if known:
        raise ReferenceUsed(
            reference=bank_reference, note=note.number, amount=known.amount, got=amount, field="bank_reference"
        )
    after = note.recovered + amount
    if not amount or not 0 <= after <= note.accepted or note.status not in ANSWERS:
        raise PaymentOutOfBounds(amount=amount, sum=after, number=note.number, limit=note.accepted, field="amount")
    require_day(day, first=clock.local_date(note.sent_at or at), last=today, field="received_on")
    _require(note, kind, amount, bank_reference)
    entry = RecoveryEntry.objects.create(
        chargeback=note,
        actor=actor,
        kind=kind,
        source=bank_reference,
        amount=amount,
        received_on=day,
        at=at,
    )
    data = {"note": note.number, "amount": str(amount), "bank_reference": bank_reference, "kind": str(kind)}
    events.record(note, "chargeback.payment", actor=actor, at=at, data=data)
    record_on_every_chain(note, "recoverycase.paid", actor, at, data)
    note.refresh_from_db()
    if after == note.accepted:
        conclude(note, actor, at)
    return entry


def _require(note: Chargeback, kind: str, amount: Decimal, reference: str) -> None:
    if kind != GivenAs.CASH:
        lock(note.supplier)  # a number counts once, and what is owed back is set off once, whatever the note
    if kind == GivenAs.CREDIT:
        used = RecoveryEntry.objects.filter(kind=kind, supplier=note.supplier_id, source=reference).first()
        if used is not None:
            raise CreditNoteUsed(number=reference, note=used.chargeback.number, field="bank_reference")
    if kind == GivenAs.OFFSET and amount > 0:
        _may_set_off(note, amount, reference)


def offset_limit(note: Chargeback) -> Decimal:
    """What may still be set off on the note: what was accepted of lines whose agreement gives the right, less set-offs."""
    lines = note.lines.filter(is_live=True, case__agreement__offset_right=True)
    accepted = lines.aggregate(sum=Sum("accepted"))["sum"] or ZERO
    return accepted - (note.receipts.filter(kind=GivenAs.OFFSET).aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _may_set_off(note: Chargeback, amount: Decimal, reference: str) -> None:
    if not note.lines.filter(is_live=True, case__agreement__offset_right=True).exists():
        raise NoOffsetRight(number=note.number, field="kind")
    limit = offset_limit(note)
    owed = {each.credit_note: each.open for each in owed_back(note.supplier)}
    if RecoveryEntry.objects.filter(kind=GivenAs.OWED_BACK, source=reference, supplier=note.supplier_id).exists():
        limit = min(limit, owed.get(reference, ZERO))
    elif not _came_in(note, reference):
        raise PayableUnknown(got=reference, supplier=note.supplier.name, field="bank_reference")
    if amount > limit:
        raise OffsetOutOfBounds(amount=amount, document=reference, limit=limit, field="amount")


def _came_in(note: Chargeback, number: str) -> bool:
    """Whether goods of the supplier came in with this receipt, or on this purchase order."""
    known = Q(number=number) | Q(purchase_order__number=number)
    return GoodsReceipt.objects.filter(known, supplier=note.supplier_id).exists()
