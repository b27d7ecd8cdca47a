"""Goods of a purchase order that come, and go back. Not here: the ledger (stock), who gets them (allocation)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from parts import lots, serials, stock
from parts.models import GoodsReceipt, Location, PurchaseOrder, PurchaseOrderLine, SupplierReturn, SupplierReturnLine
from parts.purchasing import letters
from parts.purchasing.orders import LineOfAnotherOrder, ReasonTooShort, follow_purchase_lines, lock_lines
from parts.receiving import Delivered, EmptyReceipt, receive_goods, require_warehouse
from portal.core import clock, events, money, show, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param

MEASURED_DAYS = 730  # receipts of two years tell how long a supplier takes


@dataclass(frozen=True)
class Arrived:
    """Pieces of one line that lie on the dock. note: why more came than was ordered."""

    line: int
    qty: Decimal
    batch: str = ""
    shelf: str = ""
    note: str = ""
    serials: tuple[str, ...] = ()
    expires_on: date | None = None


class OverReceipt(Refusal):
    """More came than the supplier may deliver."""

    message = _("%(part)s: got %(got)s, expected at most %(most)s (%(open)s open, %(percent)s on top allowed).")
    code = "over_receipt"


class OverReceiptNoteMissing(Refusal):
    """More came than is open, and nobody says why it is kept."""

    message = _("%(part)s: %(over)s more than ordered; write in the note why they are kept.")
    code = "over_receipt_note_missing"


class ReturnTooMuch(Refusal):
    """More than came of the line."""

    message = _("%(part)s: got %(got)s, expected at most %(most)s, which came and were not sent back.")
    code = "return_too_much"


@transaction.atomic
def receive_purchase(
    order: PurchaseOrder,
    *,
    arrived: Sequence[Arrived],
    actor: Any | None,
    delivery_note: str = "",
    place: Location | None = None,
    at: datetime | None = None,
) -> GoodsReceipt:
    """The pieces lie in the warehouse at the order's price and are no longer on order; in the central one and in a
    regional one that serves whoever waits they are set aside at once. place: a central or regional warehouse, by default the order's.

    Up to D % more than ordered is kept where a note says why. Raises EmptyReceipt, LineOfAnotherOrder, OverReceipt,
    OverReceiptNoteMissing, TransitionNotAllowed and what receive_goods raises. Writes a GoodsReceipt with batches and
    serial numbers, one Posting, an AllocationRun when somebody waits, Events. Source: rules.md 3.9, reliability.md I14.
    """
    moment = at or clock.now()
    locked = states.lock(order, "supplier")
    lines = lock_lines(locked)
    if not arrived:
        raise EmptyReceipt
    if locked.sent_at is None or not (locked.is_coming or locked.status == "received"):
        raise states.TransitionNotAllowed(record=str(locked), before=locked.get_status_display(), after=_("Received"))
    touched = {}
    for row in arrived:
        line = lines.get(row.line)
        if line is None:
            raise LineOfAnotherOrder(line=row.line, order=locked.number, field="lines")
        _take_in(line, row, moment)
        touched[line.pk] = line
    update_rows(touched.values(), ["open_qty", "received_qty", "over_qty"])
    receipt = receive_goods(
        locked.supplier,
        lines=[_delivered(lines[row.line], row) for row in arrived],
        actor=actor,
        delivery_note=delivery_note,
        order=locked,
        place=place,
        at=moment,
    )
    measure_lead_times(locked.supplier_id, [line.part_id for line in touched.values()], at=moment)
    data = {"receipt": receipt.number}
    events.record(locked, "purchaseorder.goods_received", actor=actor, at=moment, data=data)
    follow_purchase_lines(locked, actor=actor, at=moment)
    return receipt


def _take_in(line: PurchaseOrderLine, row: Arrived, at: datetime) -> None:
    """The line's columns after these pieces. Raises OverReceipt, OverReceiptNoteMissing."""
    qty = stock.pieces(line.part, row.qty, field=f"qty_{line.pk}")
    within = min(qty, line.open_qty)
    over = qty - within
    percent = param("parts.over_receipt_percent", at)
    allowed = line.part.rounded_down((line.ordered_qty - line.cancelled_qty) * percent / 100 - line.over_qty)
    if over > allowed:
        raise OverReceipt(
            part=line.part.number,
            got=stock.plain(qty),
            most=stock.plain(line.open_qty + allowed),
            open=stock.plain(line.open_qty),
            percent=show.percent(percent),
            field=f"qty_{line.pk}",
        )
    if over and len(row.note.strip()) < 4:
        raise OverReceiptNoteMissing(part=line.part.number, over=stock.plain(over), field=f"note_{line.pk}")
    line.open_qty -= within
    line.received_qty += within
    line.over_qty += over


def _delivered(line: PurchaseOrderLine, row: Arrived) -> Delivered:
    return Delivered(
        line.part,
        row.qty,
        line.unit_price,
        line=line,
        batch=row.batch,
        shelf=row.shelf,
        note=row.note.strip(),
        serials=row.serials,
        expires_on=row.expires_on,
    )


def measure_lead_times(supplier: int, parts: Sequence[int], *, at: datetime) -> None:
    """The supplier's rows of these parts say how many days the receipts of two years took, from sending to the shelf.

    Mean and standard deviation of the population, a receipt's line one observation; one statement.
    """
    since = at - timedelta(days=MEASURED_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE parts_supplierpart offer
            SET measured_receipts = took.receipts, measured_lead_days = took.mean, measured_lead_sd_days = took.sd
            FROM (
                SELECT line.part_id, count(*) AS receipts, round(avg(days), 2) AS mean, round(stddev_pop(days), 2) AS sd
                FROM parts_goodsreceiptline line
                JOIN parts_goodsreceipt receipt ON receipt.id = line.receipt_id
                JOIN parts_purchaseorder bought ON bought.id = receipt.purchase_order_id
                CROSS JOIN LATERAL (
                    SELECT extract(epoch FROM receipt.received_at - bought.sent_at) / 86400 AS days
                ) AS took
                WHERE receipt.supplier_id = %s AND line.part_id = ANY(%s) AND receipt.received_at >= %s
                GROUP BY line.part_id
            ) AS took
            WHERE offer.supplier_id = %s AND offer.part_id = took.part_id
            """,
            [supplier, list(parts), since, supplier],
        )


@transaction.atomic
def return_to_supplier(
    order: PurchaseOrder,
    *,
    quantities: Mapping[int, Decimal],
    reason: str,
    actor: Any | None,
    named: Sequence[str] = (),
    place: Location | None = None,
    at: datetime | None = None,
) -> SupplierReturn:
    """The pieces have left the warehouse for the supplier, who is charged the price they were bought at.

    quantities: pieces by key of the line; named: serial numbers of the pieces; place: the warehouse they lie in, by
    default the order's. Raises NotForSuppliersGoods, ReasonTooShort, EmptyReceipt,
    LineOfAnotherOrder, ReturnTooMuch, NotEnoughStock, PlaceFrozen, SerialsToName.
    Writes a SupplierReturn with its debit document, one Posting, a mail, Events. Source: rules.md 3.9.
    """
    if len(reason.strip()) < 4:
        raise ReasonTooShort(field="reason")
    moment = at or clock.now()
    locked = states.lock(order, "supplier", "location")
    lines = lock_lines(locked)
    origin = place or locked.location
    require_warehouse(origin)
    going = {pk: stock.positive(qty) for pk, qty in quantities.items() if qty}
    if not going:
        raise EmptyReceipt
    per_part: dict[int, Decimal] = defaultdict(Decimal)
    for pk, qty in going.items():
        line = lines.get(pk)
        if line is None:
            raise LineOfAnotherOrder(line=pk, order=locked.number)
        if qty > line.returnable_qty:
            raise ReturnTooMuch(
                part=line.part.number, got=stock.plain(qty), most=stock.plain(line.returnable_qty), field=f"qty_{pk}"
            )
        stock.whole(line.part, qty, field=f"qty_{pk}")
        line.returned_qty += qty
        per_part[line.part_id] += qty
    update_rows([lines[pk] for pk in going], ["returned_qty"])
    outside = stock.world().pk
    free = lots.lock_lots([origin.pk], per_part, also=[(part, outside, "") for part in per_part])
    rows = [_return_line(lines[pk], qty) for pk, qty in going.items()]
    made = SupplierReturn.objects.create(
        supplier=locked.supplier,
        order=locked,
        location=origin,
        returned_by=actor,
        number=take_number("DN", at=moment),
        reason=reason.strip(),
        returned_at=moment,
        amount=money.total(row.amount for row in rows),
    )
    for row in rows:
        row.supplier_return = made
    SupplierReturnLine.objects.bulk_create(rows)
    moves = [stock.Move(outside, part, qty) for part, qty in per_part.items()]
    pieces = []
    for part in {lines[pk].part for pk in going}:
        known = serials.lying(part, origin, named) if part.is_serialised else []
        taken = lots.require(free, part, per_part[part.pk], origin, first=serials.keys_of(known))
        moves += [stock.Move(lot.location, part.pk, -lot.qty, batch=lot.batch) for lot in taken]
        pieces += known
    stock.post(kind="supplier_return", source=made.number, moves=moves, at=moment, actor=actor)
    serials.move_serials(moves, to={}, named=pieces)
    data = {"return": made.number, "amount": str(made.amount)}
    events.record(locked, "purchaseorder.goods_returned", actor=actor, at=moment, note=made.reason, data=data)
    letters.send_debit(made, rows, actor=actor, at=moment)
    return made


def _return_line(line: PurchaseOrderLine, qty: Decimal) -> SupplierReturnLine:
    return SupplierReturnLine(
        purchase_line=line, qty=qty, unit_price=line.unit_price, amount=money.round_money(qty * line.unit_price)
    )
