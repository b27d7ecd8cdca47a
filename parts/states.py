"""The states of parts orders and shipments, and the moves between them. What makes a move happen is in the operations."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.states import Moves


class OrderStatus(models.TextChoices):
    """Where an order stands; submitting passes the credit check in one step, and from confirmed on its lines decide."""

    DRAFT = "draft", _("Draft")
    ON_HOLD = "on_hold", _("On credit hold")
    CONFIRMED = "confirmed", _("Confirmed")
    BACKORDERED = "backordered", _("Backordered")
    PARTIALLY_ALLOCATED = "partially_allocated", _("Partly allocated")
    ALLOCATED = "allocated", _("Allocated")
    PICKED = "picked", _("Picked")
    PARTIALLY_SHIPPED = "partially_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class ShipmentStatus(models.TextChoices):
    """Where a shipment stands, from the shelf to the station's counter."""

    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("In transit")
    RECEIVED = "received", _("Received")
    RECEIVED_WITH_DIFFERENCES = "received_with_differences", _("Received with differences")
    CANCELLED = "cancelled", _("Cancelled")


_S = OrderStatus
_OPEN: Final = (_S.CONFIRMED, _S.BACKORDERED, _S.PARTIALLY_ALLOCATED, _S.ALLOCATED, _S.PICKED)
"""Nothing of the order has left headquarters; a run, a goods receipt, a pick and its undoing move freely between these."""

ORDER_MOVES: Final[Moves] = {
    _S.DRAFT: frozenset({_S.ON_HOLD, _S.CONFIRMED, _S.CANCELLED}),
    _S.ON_HOLD: frozenset({_S.CONFIRMED, _S.CANCELLED}),
    **{
        state: frozenset({*_OPEN, _S.PARTIALLY_SHIPPED, _S.SHIPPED, _S.CANCELLED}) - {state, _S.CONFIRMED}
        for state in _OPEN
    },
    _S.PARTIALLY_SHIPPED: frozenset({_S.SHIPPED, _S.RECEIVED}),
    _S.SHIPPED: frozenset({_S.RECEIVED}),
    _S.RECEIVED: frozenset({_S.CLOSED}),
}

SHIPMENT_MOVES: Final[Moves] = {
    ShipmentStatus.PICKING: frozenset({ShipmentStatus.PACKED, ShipmentStatus.CANCELLED}),
    ShipmentStatus.PACKED: frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED}),
    ShipmentStatus.SHIPPED: frozenset({ShipmentStatus.RECEIVED, ShipmentStatus.RECEIVED_WITH_DIFFERENCES}),
}
