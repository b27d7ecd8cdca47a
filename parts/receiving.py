"""Goods from suppliers come into the central warehouse; orders that wait for them are served at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import lots, stock
from parts.allocation import lock_waiting, share_out
from parts.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Location,
    LocationKind,
    Part,
    PartBatch,
    PartSerial,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number

WAREHOUSES: Final = (LocationKind.HQ, LocationKind.REGIONAL)


@dataclass(frozen=True)
class Delivered:
    """Pieces of a part at their purchase price, CNY without tax; the line that ordered them, what they are known by.

    location: the bin they are put to, by default where the part lies already. shelf: what the dock clerk wrote, if no bin.
    """

    part: Part
    qty: Decimal
    unit_cost: Decimal
    line: PurchaseOrderLine | None = None
    batch: str = ""
    location: Location | None = None
    expires_on: date | None = None
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


class BatchMissing(Refusal):
    """A part kept by batch came without one."""

    message = _("%(part)s is kept by batch: write down the batch on the label.")
    code = "batch_missing"


class NotAPlaceOf(Refusal):
    """A bin of another warehouse, or one that is closed."""

    message = _("%(location)s is no open bin of %(place)s.")
    code = "not_a_place_of"


class SerialKnown(Refusal):
    """A piece with this serial number stands in the books."""

    message = _("%(part)s: serial number %(serial)s has come in before.")
    code = "serial_known"


class NoteReceivedBefore(Refusal):
    """The supplier's delivery note stands on an earlier receipt."""

    message = _("Delivery note %(note)s of this supplier has already been received as %(receipt)s.")
    code = "note_received_before"


class NotForSuppliersGoods(Refusal):
    """Goods of suppliers lie in the warehouses of headquarters and of the regions."""

    message = _("%(place)s is no open central or regional warehouse.")
    code = "not_for_suppliers_goods"


@transaction.atomic
def receive_goods(
    supplier: Supplier,
    *,
    lines: Sequence[Delivered],
    actor: Any | None,
    delivery_note: str = "",
    order: PurchaseOrder | None = None,
    place: Location | None = None,
    at: datetime | None = None,
) -> GoodsReceipt:
    """The goods lie in the warehouse at their cost, in the bin named or where the part lies already.

    Backorders for them are allocated at once if they came to the central warehouse, or to the one that serves a waiting region.

    place: one of WAREHOUSES, by default the order's, else the central one.
    order: the purchase order they were bought with; receiving against it is purchasing's (purchasing.receiving).
    Raises EmptyReceipt, NoteReceivedBefore, QuantityNotPositive, QuantityNotWhole,
    BatchMissing, SerialsMissing, SerialKnown, NotAPlaceOf,
    NotForSuppliersGoods, PlaceFrozen. Writes a GoodsReceipt, new batches, the serial numbers, one Posting,
    an AllocationRun when somebody waits,
    Events. Source: rules.md 3.9.
    """
    if not lines:
        raise EmptyReceipt
    for line in lines:
        stock.pieces(line.part, line.qty)
        if line.part.is_batch_tracked and not line.batch.strip():
            raise BatchMissing(part=line.part.number, field="batch")
        _require_serials(line)
    moment = at or clock.now()
    earlier = (
        GoodsReceipt.objects.filter(supplier=supplier, delivery_note=delivery_note).exclude(delivery_note="").first()
    )
    if earlier:
        raise NoteReceivedBefore(note=delivery_note, receipt=earlier.number, field="delivery_note")
    place, outside = place or (order.location if order else stock.central_warehouse()), stock.world().pk
    require_warehouse(place)
    put = _put_to(place, lines)
    keys = {(line.part.pk, location.pk, _batch(line)) for line, location in zip(lines, put, strict=True)}
    waiting = lock_waiting(
        [line.part.pk for line in lines], also={*keys, *((part, outside, "") for part, _place, _batch in keys)}
    )
    receipt = GoodsReceipt(
        supplier=supplier,
        purchase_order=order,
        location=place,
        received_by=actor,
        delivery_note=delivery_note,
        received_at=moment,
        number=take_number("GR", at=moment),
    )
    receipt.save(force_insert=True)
    _keep_lines(receipt, lines, put)
    moves = [stock.Move(outside, part, -qty, unit_cost=value / qty) for part, (qty, value) in _per_part(lines).items()]
    for line, location in zip(lines, put, strict=True):
        moves.append(stock.Move(location.pk, line.part.pk, line.qty, batch=_batch(line)))
    stock.post(kind="goods_receipt", source=receipt.number, moves=moves, at=moment, actor=actor)
    events.record(receipt, "goodsreceipt.posted", actor=actor, at=moment, data={"lines": len(lines)})
    if place.pk in waiting.places:
        share_out(waiting, cause=receipt.number, actor=actor, at=moment)
    return receipt


def require_warehouse(place: Location) -> None:
    """Raises NotForSuppliersGoods for a bin, a closed place, or one of another kind."""
    if place.kind not in WAREHOUSES or place.parent_id or not place.is_active:
        raise NotForSuppliersGoods(place=place.name, field="place")


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


def _batch(line: Delivered) -> str:
    """The batch in the ledger; of other parts it is only noted on the receipt."""
    return line.batch.strip() if line.part.is_batch_tracked else ""


def _put_to(place: Location, lines: Sequence[Delivered]) -> list[Location]:
    """Where each line is put: the bin named, by object or by its code, else where the part lies. Raises NotAPlaceOf."""
    named = {line.shelf for line in lines if line.shelf}
    by_code = {row.code: row for row in Location.objects.filter(parent=place, is_active=True, code__in=named)}
    usual = lots.homes(place, [line.part.pk for line in lines])
    found = []
    for line in lines:
        location = line.location or by_code.get(line.shelf) or usual[line.part.pk]
        if location.place_id != place.pk or not location.is_active:
            raise NotAPlaceOf(location=location.code, place=place.name, field="location")
        found.append(location)
    return found


def _keep_lines(receipt: GoodsReceipt, lines: Sequence[Delivered], put: Sequence[Location]) -> None:
    rows = [
        GoodsReceiptLine(
            receipt=receipt,
            part=line.part,
            purchase_line=line.line,
            qty=line.qty,
            unit_cost=line.unit_cost,
            location=location,
            batch=line.batch.strip(),
            shelf=line.shelf,
            note=line.note,
        )
        for line, location in zip(lines, put, strict=True)
    ]
    GoodsReceiptLine.objects.bulk_create(rows)
    PartBatch.objects.bulk_create(
        (
            PartBatch(part=line.part, batch=_batch(line), receipt_line=row, expires_on=line.expires_on)
            for row, line in zip(rows, lines, strict=True)
            if line.part.is_batch_tracked
        ),
        ignore_conflicts=True,
    )
    PartSerial.objects.bulk_create(
        PartSerial(receipt_line=row, part=line.part, serial=serial, location=location)
        for row, line, location in zip(rows, lines, put, strict=True)
        for serial in line.serials
    )


def _per_part(lines: Sequence[Delivered]) -> dict[int, tuple[Decimal, Decimal]]:
    """Pieces and their value per part; two lines of a part at different cost come in at the sum of both."""
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for line in lines:
        qty, value = sums.get(line.part.pk, (Decimal(0), Decimal(0)))
        sums[line.part.pk] = (qty + line.qty, value + line.qty * line.unit_cost)
    return sums
