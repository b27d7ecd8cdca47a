"""The stations order what their shelves lack; headquarters allocates and ships; the stations receive."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from parts import fulfillment, ordering, packing, taking
from parts.allocation import allocate
from parts.models import PartsOrder, PartsOrderLine
from parts.stock import held_by_part, station_location
from portal.core import clock
from portal.core.errors import Refusal
from portal.web.demo.story import BUSY, Story
from stations.models import Station

OPEN = ("received", "closed", "cancelled")


def stock_up(story: Story) -> None:
    """Every station whose shelf runs low orders; what the warehouse can give leaves it within a day or two."""
    at = clock.now()
    orders = [
        order
        for number, station in enumerate(story.things["stations"])
        if (order := _order(story, number, station)) is not None
    ]
    if not orders:
        return
    allocate(actor=story.people["warehouse"], cause="manual")
    filled = set(
        PartsOrderLine.objects.filter(order__in=orders, allocated_qty__gt=0).values_list("order_id", flat=True)
    )
    for order in orders:
        if order.pk in filled:
            story.plan(story.later(at, 2, 30), ship(story, order), by=story.people["warehouse"])


def _order(story: Story, number: int, station: Station) -> PartsOrder | None:
    if number % 17 == 16:  # a few stations never order: their shelves are empty
        return None
    held = held_by_part([station_location(station)])
    coming = PartsOrderLine.objects.filter(order__station=station).exclude(order__status__in=OPEN)
    waiting = set(coming.values_list("part_id", flat=True))
    goal = Decimal(80 if number == BUSY else 6)
    lines = [
        ordering.Wanted(part.number, goal - held.get(part.pk, Decimal(0)))
        for model in story.things["models_of"][station.pk]
        for part in story.things["parts_of"].get(model.pk, ())
        if held.get(part.pk, Decimal(0)) < goal / 3 and part.pk not in waiting
    ]
    if not lines:
        return None
    try:
        return ordering.place_order(station, lines=lines[:120], actor=story.clerk_of(station))
    except Refusal as refusal:
        story.refused.append(f"order {station.code}: {refusal}")
        return None


def ship(story: Story, order: PartsOrder, *, then: bool = True) -> Callable[[], Any]:
    """The act of the warehouse that picks, packs and ships an order; the station receives some days later."""

    def act() -> Any:
        shipment = taking.pick_order(PartsOrder.objects.get(pk=order.pk), actor=story.people["warehouse"])
        packing.pack_shipment(
            shipment, boxes=[packing.Box(f"SF{story.dice.randrange(10**12):012d}", Decimal("6.5"))],
            actor=story.people["warehouse"],
        )  # fmt: skip
        shipped = fulfillment.ship_shipment(shipment, carrier="顺丰速运", actor=story.people["warehouse"])
        if then:
            story.plan(story.later(clock.now(), 24, 72), lambda: _receive(story, shipped))
        return shipped

    return act


def _receive(story: Story, shipment: Any) -> None:
    counts = {line.pk: fulfillment.Count(line.qty) for line in shipment.lines.all()}
    fulfillment.receive_shipment(shipment, counts=counts, actor=story.clerk_of(shipment.order.station))
