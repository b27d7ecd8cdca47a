"""Today's parts orders and shipments: on hold, confirmed, set aside, picked, packed, on the way, received with a difference."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import F

from parts import fulfillment, ordering, packing, places, stock, taking, transfers, vans
from parts.allocation import allocate
from parts.models import Location, LocationKind, Part, StockBalance
from parts.receiving import Delivered, receive_goods
from portal.web.demo.story import BUSY, Story
from portal.web.demo.today.desk import technician_of
from portal.web.demo.year import shelves

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """The warehouse has orders at every step, the busy station a parcel to receive, finance an order on hold."""
    warehouse = story.people["warehouse"]
    plenty = [part for number, part in enumerate(story.things["parts"]) if number % 23][:6]
    orders = [_order(story, now, BUSY, plenty[:count]) for count in (2, 3, 2, 4, 3)]
    now(lambda: allocate(actor=warehouse, cause="manual"), warehouse)
    now(shelves.ship(story, orders[0], then=False), warehouse)
    shipped = now(shelves.ship(story, orders[1], then=False), warehouse)
    clerk = story.clerk_of(story.things["stations"][BUSY])
    now(lambda: _receive_short(shipped, clerk), clerk)
    packed = now(lambda: taking.pick_order(orders[2], actor=warehouse), warehouse)
    first, *others = packing.picked_lines(packed)
    boxes = [
        packing.Box("SF100000000001", Decimal("3.2"), "40 × 30 × 20 cm", {first.pk: first.qty}),
        packing.Box("SF100000000002", Decimal("0.85"), "", {row.pk: row.qty for row in others}),
    ]
    now(lambda: packing.pack_shipment(packed, boxes=boxes[: 1 + bool(others)], actor=warehouse), warehouse)
    now(lambda: taking.pick_order(orders[3], actor=warehouse), warehouse)
    _order(story, now, BUSY, plenty[:2])  # confirmed, nothing set aside yet
    _order(story, now, 0, plenty, qty=Decimal(9000))  # far above its credit
    cancelled = _order(story, now, 1, plenty[:1])
    other = story.clerk_of(story.things["stations"][1])
    now(lambda: ordering.cancel_rest(cancelled, actor=other, reason="客户改约，暂不需要"), other)
    asking, giving = story.things["stations"][1], story.things["stations"][BUSY]
    lines = [ordering.Wanted(plenty[0].number, Decimal(1))]
    reason = "客户设备停机，急需配件"
    now(lambda: transfers.request_transfer(asking, giving, lines=lines, reason=reason, actor=other), other)
    _load_van(story, now)
    now(lambda: _fill_region(story), warehouse)


def _fill_region(story: Story) -> None:
    """The region of the busy station has a warehouse of its own with what it needs most."""
    region = story.things["stations"][BUSY].center.region
    place = Location.objects.create(code=f"WH-{region.code}", name=f"{region.name}配件仓", kind=LocationKind.REGIONAL)
    places.serve_region(place, region, actor=story.people["warehouse"])
    lines = [Delivered(part, Decimal(40), story.things["price_of"][part.pk]) for part in story.things["parts"][-12:]]
    supplier = story.things["suppliers"][0]
    receive_goods(supplier, lines=lines, place=place, actor=story.people["warehouse"], delivery_note="DN-REGION-1")


def _load_van(story: Story, now: Now) -> None:
    """The technician whose login is shown carries a piece each of what the busy station has most of."""
    technician = technician_of(story)
    room = Location.objects.within(stock.station_location(technician.station).pk).filter(frozen_by="")
    held = StockBalance.objects.filter(location__in=room, on_hand__gt=F("reserved") + 1, part__is_serialised=False)
    numbers = dict.fromkeys(held.order_by("-on_hand", "part__number").values_list("part__number", flat=True)[:6])
    lines = [ordering.Wanted(number, Decimal(1)) for number in list(numbers)[:4]]
    if lines:
        clerk = story.clerk_of(technician.station)
        now(lambda: vans.load_van(technician, lines, actor=clerk), clerk)


def _order(story: Story, now: Now, number: int, parts: list[Part], qty: Decimal = Decimal(4)) -> Any:
    station = story.things["stations"][number]
    clerk = story.clerk_of(station)
    lines = [ordering.Wanted(part.number, qty) for part in parts]
    return now(lambda: ordering.place_order(station, lines=lines, actor=clerk), clerk)


def _receive_short(shipment: Any, clerk: Any) -> None:
    lines = list(shipment.lines.order_by("pk"))
    counts = {line.pk: fulfillment.Count(line.qty) for line in lines}
    counts[lines[0].pk] = fulfillment.Count(lines[0].qty - 1, note="外箱破损，少一件")
    fulfillment.receive_shipment(shipment, counts=counts, actor=clerk)
