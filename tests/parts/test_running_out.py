"""What will not come again is sold to the last piece and not beyond; what serves instead is offered with price and stock."""

from decimal import Decimal
from typing import Any

import pytest

from parts import superseding
from parts.basket import Row, assess
from parts.models import OrderKind, PartsOrder
from parts.ordering import PartsNotSupplied, Wanted, place_order
from parts.running_out import NoMoreToBeHad
from portal.accounts.roles import Role
from tests.conftest import race
from tests.factories.parts import make_location, make_part, make_supersession, put_stock, stock_at_headquarters
from tests.factories.stations import make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def station() -> Any:
    station = make_station()
    make_grade(station=station, grade="B")
    return station


def ordered(station: Any, number: str, qty: int | str, **values: Any) -> PartsOrder:
    return place_order(station, lines=[Wanted(number, D(qty))], actor=make_user(), **values)


def test_a_part_that_runs_out_is_ordered_up_to_what_nobody_waits_for(station: Any) -> None:
    old, new = make_part(number="OLD", lifecycle="phase_out", pack_qty=2), make_part(number="NEW")
    make_supersession(old, new)
    stock_at_headquarters(old, 5)
    put_stock(make_location(region=station.center.region), old, 3)
    ordered(make_station(), "OLD", 2)

    with pytest.raises(NoMoreToBeHad) as refusal:
        ordered(station, "OLD", 7)
    for said in ("OLD", "6", "NEW"):
        assert said in str(refusal.value)
    assert ordered(station, "OLD", 6).lines.get().ordered_qty == 6
    with pytest.raises(NoMoreToBeHad):
        ordered(station, "OLD", 1, kind=OrderKind.MACHINE_DOWN)


def test_a_part_replaced_by_a_kit_ends_with_its_stock_and_one_replaced_piece_by_piece_does_not(station: Any) -> None:
    old, same = make_part(number="OLD"), make_part(number="SAME")
    for _turn in range(2):
        make_supersession(old, make_part())
    make_supersession(same, make_part())

    with pytest.raises(NoMoreToBeHad, match="OLD"):
        ordered(station, "OLD", 1)
    assert ordered(station, "SAME", 1).status == "confirmed"


def test_the_basket_the_form_and_the_program_say_how_many_and_what_instead(station: Any, client: Any) -> None:
    old, new = make_part(number="OLD", lifecycle="phase_out"), make_part(number="NEW", price="120.00")
    gone = make_part(number="GONE", lifecycle="discontinued")
    for part in (old, gone):
        make_supersession(part, new)
    stock_at_headquarters(old, 3)
    stock_at_headquarters(new, 9)

    rows = [Row(1, "OLD", D(2)), Row(2, "OLD", D(2)), Row(3, "GONE", D(1))]
    first, second, third = assess(station, rows).lines

    assert (first.problem, first.is_running_out) == ("", True)
    for line in (second, third):
        (offer,) = line.offers
        assert (offer.part, offer.is_successor, offer.difference, offer.available) == (new, True, D("15.00"), 9)
    assert "1" in str(second.problem)
    with pytest.raises(PartsNotSupplied, match="GONE → NEW"):
        ordered(station, "GONE", 1)
    client.force_login(make_member(Role.STATION_CLERK, station=station))
    body = {"station": station.pk, "kind": "stock", "rows": "OLD\t4"}
    assert "NEW" in client.post("/parts/orders/new/", body).content.decode()
    assert PartsOrder.objects.count() == 0


def test_what_is_interchangeable_is_offered_with_price_and_stock(station: Any) -> None:
    part, other, cheap = (
        make_part(number="A"),
        make_part(number="B", price="100.00"),
        make_part(number="C", price="80.00"),
    )
    ended = make_part(number="D", lifecycle="discontinued")
    for one, two in ((part, other), (cheap, part), (ended, part)):
        superseding.make_alternates(one, two, actor=make_user())
    stock_at_headquarters(cheap, 4)

    line = assess(station, [Row(1, "A", D(2))]).lines[0]

    offers = [(offer.part.number, offer.is_successor, offer.difference, offer.available) for offer in line.offers]
    assert offers == [("B", False, D("0.00"), 0), ("C", False, D("-15.00"), 4)]
    assert "15.00" in line.offers[1].costs


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_do_not_both_get_the_last_piece() -> None:
    stations = [make_station(), make_station()]
    stock_at_headquarters(make_part(number="OLD", lifecycle="phase_out"), 1)

    results = race(2, lambda number: ordered(stations[number], "OLD", 1))

    assert sorted(type(result).__name__ for result in results) == ["NoMoreToBeHad", "PartsOrder"]
