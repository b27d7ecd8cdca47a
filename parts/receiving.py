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
from parts.models import GoodsReceipt, GoodsReceiptLine, Part, Supplier
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number


@dataclass(frozen=True)
class Delivered:
    """Pieces of a part at their purchase price, CNY without tax."""

    part: Part
    qty: Decimal
    unit_cost: Decimal


class EmptyReceipt(Refusal):
    """Nothing came."""

    message = _("A goods receipt needs at least one line.")
    code = "empty_receipt"


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
    at: datetime | None = None,
) -> GoodsReceipt:
    """The goods lie in the central warehouse at their cost, and backorders for them are allocated.

    Raises EmptyReceipt, NoteReceivedBefore, QuantityNotPositive. Writes a GoodsReceipt, one Posting, an AllocationRun when
    somebody waits, Events. Source: rules.md 3.9.
    """
    if not lines:
        raise EmptyReceipt
    for line in lines:
        stock.positive(line.qty)
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
        location=waiting.location,
        received_by=actor,
        delivery_note=delivery_note,
        received_at=moment,
        number=take_number("GR", at=moment),
    )
    receipt.save(force_insert=True)
    GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(receipt=receipt, part=line.part, qty=line.qty, unit_cost=line.unit_cost) for line in lines
    )
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


def _per_part(lines: Sequence[Delivered]) -> dict[int, tuple[Decimal, Decimal]]:
    """Pieces and their value per part; two lines of a part at different cost come in at the sum of both."""
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for line in lines:
        qty, value = sums.get(line.part.pk, (Decimal(0), Decimal(0)))
        sums[line.part.pk] = (qty + line.qty, value + line.qty * line.unit_cost)
    return sums
