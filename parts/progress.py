"""An order's status follows from its lines. Not here: what changes the lines."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from parts.models import PartsOrder, PartsOrderLine
from parts.states import OrderStatus
from portal.core import states

ZERO = Decimal(0)
COLUMNS = ("ordered", "open", "allocated", "picked", "shipped", "backordered", "cancelled", "received", "settled")
SUMS = {name: Sum(f"{name}_qty", default=ZERO) for name in COLUMNS}
FREE = frozenset({OrderStatus.DRAFT, OrderStatus.ON_HOLD, OrderStatus.CLOSED, OrderStatus.CANCELLED})


def status_from(pieces: dict[str, Decimal]) -> OrderStatus:
    """Pure: where an order with these sums of pieces stands."""
    wanted = pieces["ordered"] - pieces["cancelled"]
    if wanted == 0:
        return OrderStatus.CANCELLED
    if pieces["shipped"] == wanted:
        arrived = pieces["received"] + pieces["settled"]
        return OrderStatus.RECEIVED if arrived == wanted else OrderStatus.SHIPPED
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
    sums = order.lines.aggregate(**SUMS)
    status = status_from(sums)
    if order.status in FREE or status == order.status:
        return order
    moved = states.move(order, status, actor=actor, at=at, note=note)
    if status == OrderStatus.RECEIVED:
        moved = states.move(moved, OrderStatus.CLOSED, actor=actor, at=at)
    return moved


def follow_all(orders: Sequence[PartsOrder], *, actor: Any | None, at: datetime | None = None, note: str = "") -> None:
    """follow_lines() for many orders, which the caller has locked: a constant number of statements."""
    found = PartsOrderLine.objects.filter(order__in=[order.pk for order in orders]).order_by()
    sums: dict[int, Any] = {row["order"]: row for row in found.values("order").annotate(**SUMS)}
    due = [(order, status_from(sums[order.pk])) for order in orders if order.status not in FREE]
    moving = [(order, status) for order, status in due if status != order.status]
    states.move_all(moving, actor=actor, at=at, note=note)
    received = [(order, OrderStatus.CLOSED) for order, status in moving if status == OrderStatus.RECEIVED]
    states.move_all(received, actor=actor, at=at)
