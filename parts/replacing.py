"""An order that sends pieces again, free of charge. Not here: orders that stations place (ordering)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from parts.models import PartsOrder, PartsOrderLine, ShipmentLine
from parts.states import OrderStatus
from portal.core import events, states
from portal.core.numbering import take_number


def order_replacement(
    order: PartsOrder, pieces: Sequence[tuple[ShipmentLine, Decimal]], *, cause: str, actor: Any, at: datetime
) -> PartsOrder:
    """A confirmed order of the same station and kind for these pieces at price 0, so a stopped machine keeps its priority.

    The next run shares out stock for it. Needs the caller's transaction. Writes the order, its lines, Events.
    """
    made = PartsOrder.objects.create(
        station_id=order.station_id,
        kind=order.kind,
        reference=cause,
        created_by=actor,
        created_at=at,
        total=0,
        note=order.number,
    )
    PartsOrderLine.objects.bulk_create(
        PartsOrderLine(
            order=made,
            part_id=row.part_id,
            position=position,
            ordered_qty=qty,
            open_qty=qty,
            net_price=0,
            amount=0,
            price_reason={"replaces": cause},
        )
        for position, (row, qty) in enumerate(pieces, start=1)
    )
    made.number, made.submitted_at, made.confirmed_at = take_number("PO", at=at), at, at
    made.save(update_fields=["number", "submitted_at", "confirmed_at"])
    events.record(
        made, "partsorder.submitted", actor=actor, at=at, to_status="submitted", note=cause, data={"total": "0.00"}
    )
    return states.move(made, OrderStatus.CONFIRMED, actor=actor, at=at, note=cause)
