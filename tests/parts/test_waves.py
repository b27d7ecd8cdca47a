"""What goes onto a pick list: all of an order, a part of it, several orders at once; never what is being counted."""

from decimal import Decimal
from typing import Any

import pytest

from parts import books, stock
from parts.allocation import allocate, foresee
from parts.counts import entry, planning
from parts.models import AllocationRun, Location, PartsOrder, PickWave, StockCount
from parts.ordering import Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.taking import NothingToPick, NotSoManySetAside, at_positions, pick_order, set_aside_for
from parts.waves import TooManyOrders, pick_wave, short_wave, wave_lines
from portal.accounts.roles import Role
from portal.core import events
from portal.core.documents import documents_of, pdf_bytes
from tests.factories.parts import make_bin, make_part, put_stock
from tests.factories.stations import make_grade, make_station, make_user
from tests.parts.test_pages import as_user

pytestmark = pytest.mark.django_db
D = Decimal


class Floor:
    """Two bins with a part each; two orders of two stations for both."""

    def __init__(self) -> None:
        self.clerk = make_user(Role.WAREHOUSE)
        self.place = stock.central_warehouse()
        self.far, self.near = make_bin(self.place, pick_order=9), make_bin(self.place, pick_order=1)
        self.bolt, self.nut = make_part(number="BOLT", price="1.00"), make_part(number="NUT", price="1.00")
        put_stock(self.far, self.bolt, 10)
        put_stock(self.near, self.nut, 10)
        self.orders = [self.order() for _number in range(2)]
        allocate(actor=self.clerk)

    def order(self) -> PartsOrder:
        station = make_station()
        make_grade(station=station, grade="B")
        return place_order(station, lines=[Wanted("BOLT", D(3)), Wanted("NUT", D(2))], actor=self.clerk)

    def count(self, place: Location) -> StockCount:
        """A count has frozen the bin."""
        asked = planning.plan_count(self.place, reason="bins", bins=[place], actor=self.clerk)
        return entry.start_count(asked, actor=self.clerk)


@pytest.fixture
def floor() -> Floor:
    return Floor()


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def held(order: PartsOrder) -> dict[str, Any]:
    return {row.part.number: row for row in set_aside_for(order)}


def test_a_part_of_an_order_is_picked_and_the_rest_stays_for_the_next_list(floor: Floor) -> None:
    order = floor.orders[0]

    first = pick_order(order, wanted={held(order)["BOLT"].pk: D(1)}, actor=floor.clerk)

    assert [(row.part.number, row.qty) for row in first.lines.all()] == [("BOLT", D(1))]
    assert {number: row.allocated_qty for number, row in held(order).items()} == {"BOLT": D(2), "NUT": D(2)}
    second = pick_order(order, actor=floor.clerk)
    assert {row.part.number: row.qty for row in second.lines.all()} == {"BOLT": D(2), "NUT": D(2)}
    order.refresh_from_db()
    assert order.status == "picked"
    assert violations() == []


@pytest.mark.parametrize(
    ("qty", "refusal"),
    [
        ("4", NotSoManySetAside),
        ("0.5", stock.QuantityNotWhole),
        ("-1", stock.QuantityNotPositive),
        ("0", NothingToPick),
    ],
)
def test_a_part_of_an_order_is_refused_where_it_cannot_be(floor: Floor, qty: str, refusal: type[Exception]) -> None:
    order = floor.orders[0]

    with pytest.raises(refusal):
        pick_order(order, wanted={held(order)["BOLT"].pk: D(qty)}, actor=floor.clerk)

    with pytest.raises(NothingToPick):
        pick_order(order, wanted={held(floor.orders[1])["BOLT"].pk: D(1)}, actor=floor.clerk)


def test_pieces_said_by_position_come_from_places_that_nobody_counts(floor: Floor) -> None:
    order = floor.orders[0]
    rows = held(order)

    assert at_positions(order, {1: D(2)}) == {rows["BOLT"].pk: D(2)}
    floor.count(floor.far)
    with pytest.raises(NotSoManySetAside):
        at_positions(order, {1: D(2)})


def test_what_is_being_counted_is_left_out_with_its_reason(floor: Floor) -> None:
    order = floor.orders[0]
    count = floor.count(floor.far)

    with pytest.raises(stock.PlaceFrozen):
        pick_order(order, wanted={held(order)["BOLT"].pk: D(1)}, actor=floor.clerk)
    shipment = pick_order(order, actor=floor.clerk)
    assert [row.part.number for row in shipment.lines.all()] == ["NUT"]
    assert count.number in events.of_subject(shipment).get(kind="shipment.picking").note
    with pytest.raises(stock.PlaceFrozen):
        pick_order(order, actor=floor.clerk)
    page = as_user(floor.clerk).get(f"/parts/orders/{order.pk}/pick/").content.decode()
    assert count.number in page


def test_a_backorder_names_the_count_that_keeps_its_goods(floor: Floor) -> None:
    count = floor.count(floor.far)
    order = place_order(floor.orders[0].station, lines=[Wanted("BOLT", D(1))], actor=floor.clerk)

    foreseen = [row for row in foresee() if row["order"] == order.number]
    runs = AllocationRun.objects.count()
    allocate(actor=floor.clerk)

    assert [(row["got"], row["frozen"]) for row in foreseen] == [("0", "4")]
    assert (runs, AllocationRun.objects.count()) == (1, 2)
    assert count.number in events.of_subject(order).get(kind="partsorder.backordered").note
    assert count.number in as_user(floor.clerk).get(order.get_absolute_url()).content.decode()


def test_one_walk_over_two_orders_is_packed_order_by_order(floor: Floor) -> None:
    wave = pick_wave(floor.orders, actor=floor.clerk)

    assert [(row.part.number, row.tray) for row in wave_lines(wave)] == [
        ("NUT", 1),
        ("NUT", 2),
        ("BOLT", 1),
        ("BOLT", 2),
    ]
    paper = documents_of(wave, "parts.wave_list").get()
    assert [line["tray"] for line in paper.facts["lines"]] == ["1", "2", "1", "2"]
    assert pdf_bytes(paper).startswith(b"%PDF")
    missing = {row.pk: D(1) for row in wave_lines(wave) if row.part.number == "BOLT"}
    short_wave(wave, missing=missing, reason="货位为空", actor=floor.clerk)
    for shipment in wave.shipments.all():
        pack_shipment(shipment, boxes=[Box(weight_kg=D(1))], actor=floor.clerk)
    assert sorted(row.qty for shipment in wave.shipments.all() for row in shipment.lines.all()) == [D(2)] * 4
    assert violations() == []


def test_an_order_of_which_everything_is_counted_is_left_out_of_the_walk(floor: Floor) -> None:
    floor.count(floor.near)
    pick_order(floor.orders[1], actor=floor.clerk)  # its bolts; the nuts are being counted

    wave = pick_wave(floor.orders, actor=floor.clerk)

    assert [row.order_id for row in wave.shipments.all()] == [floor.orders[0].pk]
    assert floor.orders[1].number in events.of_subject(wave).get(kind="pickwave.picking").note
    with pytest.raises(stock.PlaceFrozen):
        pick_wave(floor.orders, actor=floor.clerk)
    with pytest.raises(TooManyOrders):
        pick_wave([], actor=floor.clerk)
    assert PickWave.objects.count() == 1


def test_the_desk_shows_what_is_ready_and_makes_one_list_of_the_chosen(floor: Floor) -> None:
    client = as_user(floor.clerk)
    page = client.get("/parts/picking/")
    assert [(row.lines, row.pieces, row.left_out) for row in page.context["form"].ready] == [(2, D(5), "")] * 2
    assert client.get("/parts/picking/allocate/").status_code == 200
    assert client.post("/parts/picking/", {"orders": ["0"]}).status_code == 422

    made = client.post("/parts/picking/", {"orders": [order.pk for order in floor.orders]})

    wave = PickWave.objects.get()
    assert made["Location"] == wave.get_absolute_url()
    line = wave_lines(wave)[0]
    wrong = client.post(f"{wave.get_absolute_url()}pick/", {f"missing_{line.pk}": "1"})
    done = client.post(f"{wave.get_absolute_url()}pick/", {f"missing_{line.pk}": "1", "reason": "货位为空"})
    assert (wrong.status_code, done.status_code) == (422, 302)
    for address in ("/parts/waves/?q=PW", wave.get_absolute_url(), f"{wave.get_absolute_url()}pick/"):
        assert client.get(address).status_code == 200


def test_one_order_is_picked_in_parts_on_the_page(floor: Floor) -> None:
    order = floor.orders[0]
    rows, client = held(order), as_user(floor.clerk)
    address = f"/parts/orders/{order.pk}/pick/"

    too_many = client.post(address, {f"qty_{rows['BOLT'].pk}": "4"})
    made = client.post(address, {f"qty_{rows['BOLT'].pk}": "1", f"qty_{rows['NUT'].pk}": ""})

    assert (too_many.status_code, made.status_code) == (422, 302)
    assert [(row.part.number, row.qty) for row in order.shipments.get().lines.all()] == [("BOLT", D(1))]
