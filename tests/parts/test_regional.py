"""Regional warehouses serve their region first, the central one serves the rest; a shipment leaves one of them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts import books, places, stock
from parts.allocation import allocate
from parts.basket import Row, assess
from parts.models import Allocation, Location, Part, StockBalance
from parts.ordering import Wanted, place_order
from parts.ranking import explained
from parts.receiving import Delivered, receive_goods
from parts.replenishment.run import start_planning
from parts.taking import NothingToPick, pick_order
from portal.accounts.roles import Role
from portal.core import jobs
from tests.factories.parts import (
    make_bin,
    make_location,
    make_part,
    make_supersession,
    make_supplier,
    make_supplier_part,
    put_stock,
    stock_at_headquarters,
)
from tests.factories.stations import make_center, make_region, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def near() -> Any:
    """A station whose region has a warehouse."""
    return make_station()


@pytest.fixture
def warehouse(near: Any) -> Location:
    return make_location(code="EAST", region=near.center.region)


@pytest.fixture
def far() -> Any:
    return make_station(center=make_center(region=make_region()))


def ordered(station: Any, part: Part, qty: int, **values: Any) -> Any:
    return place_order(station, lines=[Wanted(part.number, D(qty))], actor=make_user(), **values)


def taken(order: Any) -> list[tuple[str, Decimal]]:
    rows = Allocation.objects.filter(line__order=order).order_by("-location__kind")
    return list(rows.values_list("location__code", "allocated_qty"))


def test_a_region_is_served_by_its_warehouse_then_by_the_central_one(near: Any, far: Any, warehouse: Location) -> None:
    part = make_part()
    put_stock(make_bin(warehouse, code="E-01"), part, 4)
    stock_at_headquarters(part, 5)
    distant, close = ordered(far, part, 3), ordered(near, part, 6)

    run = allocate(actor=make_user())

    assert (taken(distant), taken(close)) == ([("HQ", 3)], [("E-01", 4), ("HQ", 2)])
    assert run is not None
    assert [rank.row["from"] for rank in explained(run)] == [[], [["EAST", "4"], ["HQ", "2"]]]
    assert "EAST 4, HQ 2" in explained(run)[1].why
    assert books.CHECKS.keys()
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []

    first, second = pick_order(close, actor=make_user()), pick_order(close, actor=make_user())
    assert {(made.from_location.code, made.lines.get().qty) for made in (first, second)} == {("EAST", 4), ("HQ", 2)}
    with pytest.raises(NothingToPick):
        pick_order(close, actor=make_user())


def test_the_old_part_of_both_warehouses_is_used_up_before_its_successor(near: Any, warehouse: Location) -> None:
    old, new = make_part(), make_part()
    make_supersession(old, new)
    stock_at_headquarters(old, 1)
    for part in (old, new):
        put_stock(warehouse, part, 1)
    order = ordered(near, old, 3)

    allocate()

    rows = Allocation.objects.filter(line__order=order).order_by("pk").values_list("location__code", "part")
    assert list(rows) == [("EAST", old.pk), ("HQ", old.pk), ("EAST", new.pk)]


def test_goods_that_come_to_a_region_serve_its_backorders_at_once(near: Any, far: Any, warehouse: Location) -> None:
    part = make_part()
    distant, close = ordered(far, part, 2), ordered(near, part, 2)
    allocate()

    receive_goods(make_supplier(), lines=[Delivered(part, D(5), D(1))], place=warehouse, actor=make_user())

    assert (taken(distant), taken(close)) == ([], [("EAST", 2)])


def test_the_basket_counts_what_the_region_has_and_no_other_region(near: Any, far: Any, warehouse: Location) -> None:
    part = make_part()
    put_stock(make_bin(warehouse), part, 4)
    stock_at_headquarters(part, 1)

    line, distant = (assess(station, [Row(1, part.number, D(5))]).lines[0] for station in (near, far))

    assert (line.available, line.around.regional, line.stock_tone) == (5, 4, "good")
    assert (distant.available, distant.around.regional, distant.stock_tone) == (1, 0, "wait")
    assert (line.expected_on is not None, distant.expected_on) == (True, None)


def test_a_run_over_many_lines_and_regions_is_a_constant_number_of_statements(near: Any, warehouse: Location) -> None:
    counts = []
    for number in (1, 2, 6):
        for _turn in range(number):
            part, station = make_part(), make_station(center=make_center(region=make_region()))
            put_stock(make_location(region=station.center.region), part, 1)
            ordered(station, part, 2)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            allocate()
        counts.append(len(statements))

    assert counts[1] == counts[2]


def test_a_region_has_one_warehouse_and_only_a_regional_one_serves_it(
    near: Any, warehouse: Location, client: Any
) -> None:
    clerk, other = make_user(Role.WAREHOUSE), make_location()
    with pytest.raises(places.RegionServed, match=warehouse.name):
        places.serve_region(other, near.center.region, actor=clerk)
    with pytest.raises(places.NotForARegion):
        places.serve_region(make_location(kind="hq"), near.center.region, actor=clerk)

    client.force_login(clerk)
    client.post(f"/parts/places/{warehouse.pk}/change/", {"name": "华东仓", "pick_order": "0", "region": ""})
    warehouse.refresh_from_db()
    assert (warehouse.name, warehouse.region) == ("华东仓", None)
    answer = client.post(
        f"/parts/places/{other.pk}/change/", {"name": "二仓", "pick_order": "0", "region": near.center.region_id}
    )
    assert (answer.status_code, Location.objects.get(pk=other.pk).region) == (302, near.center.region)


def test_planning_counts_a_regional_warehouse_with_the_central_one(warehouse: Location) -> None:
    part = make_part()
    make_supplier_part(make_supplier(), part, "9.00")
    stock_at_headquarters(part, 3)
    put_stock(warehouse, part, 4)

    run = start_planning(actor=None)
    jobs.drain()

    figure = run.figures.get(part=part, location=stock.central_warehouse())
    assert (figure.on_hand, figure.position) == (7, 7)


def test_what_is_on_the_way_or_in_dispute_is_nobodys_to_take(near: Any) -> None:
    part = make_part()
    put_stock(stock.transit_location(near), part, 3)
    put_stock(stock.station_location(near), part, 2)

    found = {
        row.location.kind: (row.on_hand, row.usable) for row in StockBalance.objects.filter(location__station=near)
    }

    assert found == {"transit": (3, 0), "station": (2, 2)}
