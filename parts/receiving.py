"""Goods from suppliers come into the central warehouse; orders that wait for them are served at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.allocation import lock_waiting, share_out
from parts.models import GoodsReceipt, GoodsReceiptLine, Part, PartSerial, PurchaseOrder, PurchaseOrderLine, Supplier
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number


@dataclass(frozen=True)
class Delivered:
    """Pieces of a part at their purchase price, CNY without tax; the line that ordered them, what they are known by."""

    part: Part
    qty: Decimal
    unit_cost: Decimal
    line: PurchaseOrderLine | None = None
    batch: str = ""
    shelf: str = ""
    note: str = ""
    serials: tuple[str, ...] = ()


class EmptyReceipt(Refusal):
    """Nothing came."""

    message = _("A goods receipt needs at least one line.")
    code = "empty_receipt"


class SerialsMissing(Refusal):
    """A part with serial numbers came without one a piece."""

    message = _("%(part)s: got %(got)s serial numbers, expected %(expected)s, each once.")
    code = "serials_missing"


class SerialKnown(Refusal):
    """A piece with this serial number stands in the books."""

    message = _("%(part)s: serial number %(serial)s has come in before.")
    code = "serial_known"


class NoteReceivedBefore(Refusal):
    """The supplier's delivery note stands on an earlier receipt."""

    message = _("Delivery note %(note)s of this supplier has already been received as %(receipt)s.")
    code = "note_received_before"


@transaction.atomic
def receive_goods(
    supplier: Supplier,
    *,
    lines: Sequence[Delivered],
    actor: Any | None,
    delivery_note: str = "",
    order: PurchaseOrder | None = None,
    at: datetime | None = None,
) -> GoodsReceipt:
    """The goods lie in the central warehouse at their cost, and backorders for them are allocated.

    order: the purchase order they were bought with; receiving against it is purchasing's (purchasing.receiving).
    Raises EmptyReceipt, NoteReceivedBefore, QuantityNotPositive, SerialsMissing, SerialKnown. Writes a GoodsReceipt, the
    serial numbers, one Posting, an AllocationRun when somebody waits, Events. Source: rules.md 3.9.
    """
    if not lines:
        raise EmptyReceipt
    for line in lines:
        stock.positive(line.qty)
        _require_serials(line)
    moment = at or clock.now()
    earlier = (
        GoodsReceipt.objects.filter(supplier=supplier, delivery_note=delivery_note).exclude(delivery_note="").first()
    )
    if earlier:
        raise NoteReceivedBefore(note=delivery_note, receipt=earlier.number, field="delivery_note")
    waiting = lock_waiting([line.part.pk for line in lines])
    outside = stock.world().pk
    stock.lock_balances((line.part.pk, outside, "") for line in lines)
    receipt = GoodsReceipt(
        supplier=supplier,
        purchase_order=order,
        location=waiting.location,
        received_by=actor,
        delivery_note=delivery_note,
        received_at=moment,
        number=take_number("GR", at=moment),
    )
    receipt.save(force_insert=True)
    _keep_lines(receipt, lines)
    moves = []
    for part, (qty, value) in _per_part(lines).items():
        moves += [
            stock.Move(outside, part, -qty, unit_cost=value / qty),
            stock.Move(waiting.location.pk, part, qty),
        ]
    stock.post(kind="goods_receipt", source=receipt.number, moves=moves, at=moment, actor=actor)
    events.record(receipt, "goodsreceipt.posted", actor=actor, at=moment, data={"lines": len(lines)})
    share_out(waiting, cause=receipt.number, actor=actor, at=moment)
    return receipt


def _require_serials(line: Delivered) -> None:
    """One serial number a piece for parts that have them, none for others."""
    expected = int(line.qty) if line.part.is_serialised and line.line else len(line.serials)
    known = set(line.serials)
    if len(line.serials) != expected or len(known) != len(line.serials) or (expected and line.qty != expected):
        raise SerialsMissing(
            part=line.part.number, got=len(line.serials), expected=stock.plain(line.qty), field="serials"
        )
    found = PartSerial.objects.filter(part=line.part, serial__in=known).order_by("serial").first() if known else None
    if found:
        raise SerialKnown(part=line.part.number, serial=found.serial, field="serials")


def _keep_lines(receipt: GoodsReceipt, lines: Sequence[Delivered]) -> None:
    rows = [
        GoodsReceiptLine(
            receipt=receipt,
            part=line.part,
            purchase_line=line.line,
            qty=line.qty,
            unit_cost=line.unit_cost,
            batch=line.batch,
            shelf=line.shelf,
            note=line.note,
        )
        for line in lines
    ]
    GoodsReceiptLine.objects.bulk_create(rows)
    PartSerial.objects.bulk_create(
        PartSerial(receipt_line=row, part=line.part, serial=serial)
        for row, line in zip(rows, lines, strict=True)
        for serial in line.serials
    )


def _per_part(lines: Sequence[Delivered]) -> dict[int, tuple[Decimal, Decimal]]:
    """Pieces and their value per part; two lines of a part at different cost come in at the sum of both."""
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for line in lines:
        qty, value = sums.get(line.part.pk, (Decimal(0), Decimal(0)))
        sums[line.part.pk] = (qty + line.qty, value + line.qty * line.unit_cost)
    return sums
