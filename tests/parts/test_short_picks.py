"""Picks that come short: the rest waits, a count of the bin is asked for."""

from decimal import Decimal
from typing import Any

import pytest

from parts import picking, stock
from parts.allocation import allocate
from parts.fulfillment import ship_shipment
from parts.models import (
    Part,
    Shipment,
    StockCount,
)
from parts.ordering import Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.picking import confirm_pick
from parts.taking import pick_order
from portal.accounts.roles import Role
from portal.core.models import Event
from portal.core.states import TransitionNotAllowed
from tests.factories.parts import make_bin, make_part, put_stock, stock_at_headquarters
from tests.factories.stations import make_station, make_user
from tests.parts.test_counting import violations

D = Decimal
database = pytest.mark.django_db


def _picked(part: Part, station: Any, clerk: Any, qty: int) -> Shipment:
    order = place_order(station, lines=[Wanted(part.number, D(qty))], actor=clerk)
    allocate(actor=None)
    return pick_order(order, actor=clerk)


@database
def test_a_short_pick_lets_the_rest_wait_asks_for_a_count_and_promises_nothing_from_there() -> None:
    part, station, clerk = make_part(price="10.00"), make_station(), make_user()
    shelf = make_bin(stock.central_warehouse(), code="A1")
    put_stock(shelf, part, 6)
    shipment = _picked(part, station, clerk, 4)
    row = shipment.lines.get()

    with pytest.raises(picking.NothingMissing):
        picking.short_pick(shipment, missing={}, reason="货架空了", actor=clerk)
    with pytest.raises(picking.ShortReasonMissing):
        picking.short_pick(shipment, missing={row.pk: D(1)}, reason="", actor=clerk)
    with pytest.raises(picking.MissingTooMany):
        picking.short_pick(shipment, missing={row.pk: D(5)}, reason="货架空了", actor=clerk)
    picking.short_pick(shipment, missing={row.pk: D(1)}, reason="货架只有三件", actor=clerk)

    line = shipment.order.lines.get()
    assert (line.picked_qty, line.backordered_qty, shipment.lines.get().qty) == (3, 1, 3)
    asked = StockCount.objects.get()
    assert (asked.reason, asked.scope) == ("short_pick", {"bins": [shelf.pk], "parts": [part.pk]})
    allocate(actor=None)
    assert shipment.order.lines.get().backordered_qty == 1
    packed = pack_shipment(shipment, boxes=[Box(weight_kg=D(1))], actor=clerk)
    with pytest.raises(TransitionNotAllowed):
        picking.short_pick(packed, missing={row.pk: D(1)}, reason="货架空了", actor=clerk)
    assert ship_shipment(packed, carrier="顺丰", actor=clerk).amount == D("24.00")
    assert violations() == []


@database
def test_a_pick_of_which_nothing_was_found_is_cancelled() -> None:
    part, clerk = make_part(price="10.00"), make_user()
    put_stock(stock.central_warehouse(), part, 2)
    shipment = _picked(part, make_station(), clerk, 2)

    cancelled = picking.short_pick(shipment, missing={shipment.lines.get().pk: D(2)}, reason="货位全空", actor=clerk)

    assert cancelled.status == "cancelled"
    assert shipment.order.lines.get().backordered_qty == 2
    assert violations() == []


@pytest.mark.django_db
def test_who_found_the_goods_stands_with_the_shipment_once() -> None:
    """Confirmed on the walk; packing a list that nobody confirmed says it as well."""
    part, clerk = make_part(), make_user(Role.WAREHOUSE)
    stock_at_headquarters(part, 4)
    shipments = []
    for _ in range(2):
        order = place_order(make_station(), lines=[Wanted(part.number, D(2))], actor=make_user())
        allocate(actor=None)
        shipments.append(pick_order(order, actor=clerk))
    walked, packed = shipments

    confirm_pick(walked, actor=clerk)
    confirm_pick(walked, actor=make_user(Role.WAREHOUSE))
    for shipment in shipments:
        pack_shipment(shipment, boxes=[Box(weight_kg=D(1))], actor=clerk)

    assert set(Shipment.objects.values_list("picked_by", flat=True)) == {clerk.pk}
    kinds = Event.objects.filter(kind="shipment.picked").values_list("subject_number", flat=True)
    assert sorted(kinds) == sorted([walked.number, packed.number])
    with pytest.raises(TransitionNotAllowed):
        confirm_pick(walked, actor=clerk)
