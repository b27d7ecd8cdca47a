"""What our credit notes left owed to a supplier: how much is still owed, and money that went back."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from parts.models import Supplier
from portal.core import clock, events
from portal.core.days import require_day
from portal.core.money import round_money
from portal.core.states import lock
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.refusals import NothingOwedBack, ReferenceUsed, RepaymentOutOfBounds
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
    return owed_back_to([supplier.pk], note=note).get(supplier.pk, [])


def owed_back_to(suppliers: Collection[int], *, note: Chargeback | None = None) -> dict[int, list[OwedBack]]:
    """The same for each of these suppliers to whom something is owed, with as many queries as for one."""
    entries = RecoveryEntry.objects.filter(kind=GivenAs.OWED_BACK, chargeback__supplier__in=suppliers)
    entries = entries.filter(chargeback=note) if note is not None else entries
    rows = list(entries.annotate(owed_to=F("chargeback__supplier")).order_by("pk"))
    if not rows:
        return {}
    repaid = _sums(SupplierRepayment.objects.filter(entry__in=rows), "entry")
    used = RecoveryEntry.objects.filter(kind=GivenAs.OFFSET, chargeback__supplier__in=suppliers)
    offset = _sums(used.filter(source__in=[row.source for row in rows]), "chargeback__supplier", "source")
    found = defaultdict[int, list[OwedBack]](list)
    for row in rows:
        left = -row.amount - repaid.get((row.pk,), ZERO) - offset.get((row.owed_to, row.source), ZERO)
        if left:
            found[row.owed_to].append(OwedBack(row, left))
    return dict(found)


def _sums(rows: Any, *by: str) -> dict[tuple[Any, ...], Decimal]:
    found = rows.order_by().values_list(*by).annotate(total=Sum("amount"))
    return {tuple(key): total for *key, total in found}


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

    A reference is posted once: the same given again changes nothing, another amount is refused. Raises NothingOwedBack,
    ReferenceUsed, RepaymentOutOfBounds, DayOutOfBounds. Writes a SupplierRepayment and Events.
    """
    at = at or clock.now()
    note, amount = lock(note), round_money(amount)
    lock(note.supplier)
    entry = note.receipts.filter(kind=GivenAs.OWED_BACK, source=credit_note).first()
    if entry is None:
        raise NothingOwedBack(number=note.number, field="credit_note")
    known = entry.repayments.filter(source=bank_reference).first()
    if known and known.amount == amount:
        return known  # the same sent twice
    if known:
        raise ReferenceUsed(
            reference=bank_reference, note=note.number, amount=known.amount, got=amount, field="bank_reference"
        )
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
