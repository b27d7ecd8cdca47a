"""Orders at once: the last credit is spent once, the last pieces are promised once; and how many statements an order takes."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts import books, stock
from parts.allocation import allocate
from parts.cases.deciding import Ruling, decide_case, withdraw_case
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import PartsOrder, ReceivingCase
from parts.ordering import Wanted, cancel_rest, place_order
from parts.packing import Box, pack_shipment
from parts.taking import pick_order
from portal.core import context, states
from portal.core.models.events import Event
from stations import dealer_account
from tests.conftest import race
from tests.factories.parts import make_part, make_supplier, stock_at_headquarters
from tests.factories.stations import make_station, make_user

D = Decimal


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


@pytest.mark.django_db(transaction=True)
def test_sixteen_orders_for_the_last_credit_never_pass_the_limit() -> None:
    station, clerk = make_station(), make_user()
    part = make_part(price="12500.00")  # on probation the station pays 0.80: ten orders fit into 100,000.00

    results = race(16, lambda _n: place_order(station, lines=[Wanted(part.number, D(1))], actor=clerk))

    assert not [result for result in results if isinstance(result, Exception)]
    confirmed = PartsOrder.objects.filter(status="confirmed").count()
    account = dealer_account.account_of(station)
    assert (confirmed, account.committed) == (10, D("100000.00"))
    assert len(set(PartsOrder.objects.values_list("number", flat=True))) == 16


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_promise_each_piece_once() -> None:
    stations, clerk = [make_station() for _ in range(4)], make_user()
    part = make_part(price="1.00")
    stock_at_headquarters(part, 5)
    for station in stations:
        place_order(station, lines=[Wanted(part.number, D(2))], actor=clerk)

    results = race(6, lambda _n: allocate(actor=clerk))

    assert not [result for result in results if isinstance(result, Exception)]
    assert stock.available(part, stock.central_warehouse()) == 0
    assert violations() == []


@pytest.mark.django_db(transaction=True)
def test_picking_and_cancelling_at_once_leave_every_piece_in_one_column() -> None:
    station, clerk = make_station(), make_user()
    part = make_part(price="1.00")
    stock_at_headquarters(part, 3)
    order = place_order(station, lines=[Wanted(part.number, D(5))], actor=clerk)
    allocate(actor=clerk)

    def act(number: int) -> Any:
        return cancel_rest(order, actor=clerk, reason="不再需要") if number % 2 else pick_order(order, actor=clerk)

    results = race(4, act)

    assert sum(not isinstance(result, Exception) for result in results) == 2
    line = order.lines.get()
    assert (line.picked_qty, line.cancelled_qty) == (3, 2)
    assert violations() == []


@pytest.mark.django_db
def test_the_statements_of_an_order_do_not_grow_with_its_lines() -> None:
    station, clerk = make_station(), make_user()
    parts = [make_part(price="1.00") for _ in range(60)]

    def statements(count: int) -> int:
        tokens = context.enter(request_id="", role="")
        with CaptureQueriesContext(connection) as queries:
            place_order(station, lines=[Wanted(part.number, D(1)) for part in parts[:count]], actor=clerk)
        context.leave(tokens)
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)

    statements(1)  # the station's dealer is known from here on
    few, many = statements(10), statements(60)

    assert few == many
    assert few <= 13  # one of them reads a business parameter, which a web process reads once


@pytest.mark.django_db
def test_the_order_page_takes_as_many_statements_for_one_line_as_for_sixty(client: Any) -> None:
    from portal.accounts.roles import Role
    from tests.factories.stations import make_member

    station = make_station()
    clerk = make_member(Role.STATION_CLERK, station=station)
    make_supplier()
    parts = [make_part(price="1.00") for _ in range(60)]
    client.force_login(clerk, backend="portal.accounts.backends.Password")

    def statements(count: int) -> int:
        order = place_order(station, lines=[Wanted(part.number, D(1)) for part in parts[:count]], actor=clerk)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(order.get_absolute_url()).status_code == 200
        return len(queries)

    statements(1)
    assert statements(1) == statements(60)


@pytest.mark.django_db
def test_the_statements_of_a_run_do_not_grow_with_its_orders() -> None:
    clerk, part = make_user(), make_part(price="1.00")
    stock_at_headquarters(part, 7)

    def statements(count: int) -> int:
        stations = [make_station() for _ in range(2)]
        orders = [place_order(stations[n % 2], lines=[Wanted(part.number, D(1))], actor=clerk) for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            allocate(parts=[part.pk], actor=clerk)
        kinds = Event.objects.filter(subject_type="parts.partsorder", kind="partsorder.allocated")
        assert [states.lock(order).status for order in orders] == ["allocated"] * count
        assert kinds.filter(subject_id__in=[order.pk for order in orders]).count() == count
        return len(queries)

    assert statements(1) == statements(6)


@pytest.mark.django_db
def test_moving_many_refuses_before_anything_is_written() -> None:
    station, clerk, part = make_station(), make_user(), make_part(price="1.00")
    orders = [place_order(station, lines=[Wanted(part.number, D(1))], actor=clerk) for _ in range(2)]

    with pytest.raises(states.TransitionNotAllowed):
        states.move_all([(orders[0], "backordered"), (orders[1], "received")], actor=clerk)

    assert [states.lock(order).status for order in orders] == ["confirmed", "confirmed"]


@pytest.mark.django_db(transaction=True)
def test_two_deciders_of_one_case_and_a_withdrawal_settle_it_once() -> None:
    station, clerk, warehouse = make_station(), make_user(), make_user()
    part = make_part(price="100.00")
    stock_at_headquarters(part, 3)
    order = place_order(station, lines=[Wanted(part.number, D(3))], actor=clerk)
    allocate(actor=clerk)
    packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk)
    shipment = ship_shipment(packed, carrier="顺丰", actor=clerk)
    receive_shipment(shipment, counts={shipment.lines.get().pk: Count(D(2))}, actor=clerk)
    case = ReceivingCase.objects.get()
    rulings = {case.lines.get().pk: Ruling("credit", "承运签收单少一件")}

    def act(number: int) -> Any:
        if number % 3 == 2:
            return withdraw_case(case, reason="在另一箱中找到", actor=clerk)
        return decide_case(case, rulings=rulings, actor=warehouse)

    results = race(6, act)

    assert sum(not isinstance(result, Exception) for result in results) == 1
    account = dealer_account.account_of(station)
    assert account.used in {D("160.00"), D("240.00")}
    assert violations() == []
