"""Where a failed piece came from: its serial number or its batch tells the supplier, and the day we received it.

Not here: who answers for a part in general (recovery_agreements). Source: rules.md 3.7.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from parts.issuing import ISSUE
from parts.models import GoodsReceiptLine, PartSerial, StockEntry, Supplier
from portal.core import clock
from service.models import IssuedPart
from warranty.models import ClaimLine
from warranty.settlement_states import NamedBy


@dataclass(frozen=True)
class Origin:
    """Who delivered the failed piece, when we received it, and what tells so."""

    supplier: Supplier
    received_on: date
    named_by: NamedBy


def origin_of(line: ClaimLine) -> Origin | None:
    """The delivery of the removed piece, by its serial number, else by the batch it was issued from; None: not known."""
    return _by_serial(line) or _by_batch(line)


def _parts_of(line: ClaimLine) -> list[int]:
    """The part as claimed, and the failed one where the job names another."""
    issued = line.issued_part
    return [key for key in (line.part_id, issued.failed_part_id if issued else None) if key]


def _by_serial(line: ClaimLine) -> Origin | None:
    if not line.removed_serial:
        return None
    pieces = PartSerial.objects.filter(part__in=_parts_of(line), serial=line.removed_serial)
    found = list(pieces.select_related("receipt_line__receipt__supplier").order_by("pk")[:2])
    if len(found) != 1:
        return None
    receipt = found[0].receipt_line.receipt
    return Origin(receipt.supplier, clock.local_date(receipt.received_at), NamedBy.SERIAL)


def _by_batch(line: ClaimLine) -> Origin | None:
    """All batches from which the piece may have been issued to the unit were delivered by one supplier.

    Of several deliveries the last one counts: no right is given up by a guess.
    """
    batches = _batches_of(line)
    if not batches:
        return None
    lines = GoodsReceiptLine.objects.filter(part__in=_parts_of(line), batch__in=batches)
    receipts = [row.receipt for row in lines.select_related("receipt__supplier").order_by("receipt__received_at", "pk")]
    if {row.supplier_id for row in receipts} != {row.supplier_id for row in receipts[-1:]} or not receipts:
        return None
    return Origin(receipts[-1].supplier, clock.local_date(receipts[-1].received_at), NamedBy.BATCH)


def _batches_of(line: ClaimLine) -> set[str]:
    """Batches of what an earlier job fitted into the unit: the piece of that number, else the part fitted last."""
    claim: Any = line.claim
    fitted = IssuedPart.objects.standing().filter(
        work_order__request__unit=claim.unit_id, part__in=_parts_of(line), issued_at__lt=clock.end_of(claim.failed_on)
    )
    if line.removed_serial:
        fitted = fitted.filter(fitted_serial=line.removed_serial)
    row = fitted.exclude(work_order=claim.work_order_id).select_related("work_order").order_by("-issued_at").first()
    if row is None or claim.unit_id is None:
        return set()
    source = f"{row.work_order.number}/{row.position}"
    entries = StockEntry.objects.filter(posting__kind=ISSUE, posting__source=source, part=row.part_id, qty__lt=0)
    found = set(entries.values_list("batch", flat=True))
    return set() if "" in found else found
