"""The supplier's money for what it accepted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.money import round_money
from portal.core.states import lock
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.concluding import conclude
from warranty.chargebacks.refusals import PaymentOutOfBounds
from warranty.models import Chargeback, RecoveryEntry
from warranty.settlement_states import ANSWERS


@transaction.atomic
def record_supplier_payment(
    note: Chargeback,
    *,
    amount: Decimal,
    bank_reference: str,
    actor: Any,
    received_on: date | None = None,
    at: datetime | None = None,
) -> RecoveryEntry:
    """Money of the supplier stands on the note; with the last cent of what it accepted the note is settled.

    A negative amount takes a mistake back. A reference is posted once. Raises PaymentOutOfBounds.
    """
    at = at or clock.now()
    note = lock(note)
    amount = round_money(amount)
    known = note.receipts.filter(source=bank_reference).first()
    if known:
        return known
    after = note.recovered + amount
    if not amount or not 0 <= after <= note.accepted or note.status not in ANSWERS:
        raise PaymentOutOfBounds(amount=amount, sum=after, number=note.number, limit=note.accepted, field="amount")
    entry = RecoveryEntry.objects.create(
        chargeback=note,
        actor=actor,
        source=bank_reference,
        amount=amount,
        received_on=received_on or clock.local_date(at),
        at=at,
    )
    data = {"note": note.number, "amount": str(amount), "bank_reference": bank_reference}
    events.record(note, "chargeback.payment", actor=actor, at=at, data=data)
    record_on_every_chain(note, "recoverycase.paid", actor, at, data)
    note.refresh_from_db()
    if after == note.accepted:
        conclude(note, actor, at)
    return entry
