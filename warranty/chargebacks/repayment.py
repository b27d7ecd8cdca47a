"""What our credit notes left owed to a supplier: how much is still owed, and money that went back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from parts.models import Supplier
from portal.core import clock, events
from portal.core.days import require_day
from portal.core.money import round_money
from portal.core.states import lock
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.refusals import NothingOwedBack, RepaymentOutOfBounds
from warranty.models import Chargeback, GivenAs, RecoveryEntry, SupplierRepayment

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class OwedBack:
    """What one credit note of ours left owed to the supplier, and what of it was neither paid back nor set off, CNY."""

    entry: RecoveryEntry
    open: Decimal

    @property
    def credit_note(self) -> str:
        """Our credit note's number."""
        return self.entry.source


def owed_back(supplier: Supplier, *, note: Chargeback | None = None) -> list[OwedBack]:
    """What is still owed to the supplier, by credit note, the oldest first; 3 queries. note: only from this one."""
    entries = RecoveryEntry.objects.filter(kind=GivenAs.OWED_BACK, chargeback__supplier=supplier)
    entries = entries.filter(chargeback=note) if note is not None else entries
    rows = list(entries.order_by("pk"))
    if not rows:
        return []
    repaid = _sums(SupplierRepayment.objects.filter(entry__in=rows), "entry")
    used = RecoveryEntry.objects.filter(kind=GivenAs.OFFSET, chargeback__supplier=supplier)
    offset = _sums(used.filter(source__in=[row.source for row in rows]), "source")
    found = [OwedBack(row, -row.amount - repaid.get(row.pk, ZERO) - offset.get(row.source, ZERO)) for row in rows]
    return [each for each in found if each.open]


def _sums(rows: Any, by: str) -> dict[Any, Decimal]:
    return dict(rows.order_by().values_list(by).annotate(total=Sum("amount")))


@transaction.atomic
def repay_supplier(
    note: Chargeback,
    *,
    credit_note: str,
    amount: Decimal,
    bank_reference: str,
    actor: Any,
    paid_on: date | None = None,
    at: datetime | None = None,
) -> SupplierRepayment:
    """Money went back to the supplier for what the credit note of this note left owed; never more than that.

    A reference is posted once. Raises NothingOwedBack, RepaymentOutOfBounds, DayOutOfBounds. Writes a SupplierRepayment and Events.
    """
    at = at or clock.now()
    note, amount = lock(note), round_money(amount)
    lock(note.supplier)
    entry = note.receipts.filter(kind=GivenAs.OWED_BACK, source=credit_note).first()
    if entry is None:
        raise NothingOwedBack(number=note.number, field="credit_note")
    known = entry.repayments.filter(source=bank_reference).first()
    if known:
        return known
    left = next((each.open for each in owed_back(note.supplier, note=note) if each.entry == entry), ZERO)
    if not 0 < amount <= left:
        raise RepaymentOutOfBounds(amount=amount, number=credit_note, limit=left, field="amount")
    today = clock.local_date(at)
    day = require_day(paid_on or today, first=clock.local_date(entry.at), last=today, field="paid_on")
    made = SupplierRepayment.objects.create(
        entry=entry, actor=actor, source=bank_reference, amount=amount, paid_on=day, at=at
    )
    data = {"note": note.number, "credit_note": credit_note, "amount": str(amount), "bank_reference": bank_reference}
    events.record(note, "chargeback.repaid", actor=actor, at=at, data=data)
    record_on_every_chain(note, "recoverycase.repaid", actor, at, data)
    return made
