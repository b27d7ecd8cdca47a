"""An order's status follows from its lines. Not here: what changes the lines."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from parts.models import PartsOrder
from parts.states import OrderStatus
from portal.core import states

ZERO = Decimal(0)
COLUMNS = ("ordered", "open", "allocated", "picked", "shipped", "backordered", "cancelled", "received")
FREE = frozenset({OrderStatus.DRAFT, OrderStatus.ON_HOLD, OrderStatus.CLOSED, OrderStatus.CANCELLED})


def status_from(pieces: dict[str, Decimal]) -> OrderStatus:
    """Pure: where an order with these sums of pieces stands."""
    wanted = pieces["ordered"] - pieces["cancelled"]
    if wanted == 0:
        return OrderStatus.CANCELLED
    if pieces["shipped"] == wanted:
        return OrderStatus.RECEIVED if pieces["received"] == wanted else OrderStatus.SHIPPED
    if pieces["shipped"]:
        return OrderStatus.PARTIALLY_SHIPPED
    if pieces["picked"] == wanted:
        return OrderStatus.PICKED
    if pieces["allocated"] + pieces["picked"] == wanted:
        return OrderStatus.ALLOCATED
    if pieces["allocated"] + pieces["picked"]:
        return OrderStatus.PARTIALLY_ALLOCATED
    return OrderStatus.BACKORDERED if pieces["backordered"] else OrderStatus.CONFIRMED


def follow_lines(order: PartsOrder, *, actor: Any | None, at: datetime | None = None, note: str = "") -> PartsOrder:
    """The order stands where its lines say; one Event if that is elsewhere than before."""
    sums = order.lines.aggregate(**{name: Sum(f"{name}_qty", default=ZERO) for name in COLUMNS})
    status = status_from(sums)
    if order.status in FREE or status == order.status:
        return order
    moved = states.move(order, status, actor=actor, at=at, note=note)
    if status == OrderStatus.RECEIVED:
        moved = states.move(moved, OrderStatus.CLOSED, actor=actor, at=at)
    return moved
