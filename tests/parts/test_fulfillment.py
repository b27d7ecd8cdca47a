"""From order to the station's shelf: every piece, every cent of credit, every refusal."""

from decimal import Decimal
from typing import Any

import pytest

from parts import books, fulfillment, issuing, ordering, stock
from parts.allocation import allocate
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import OrderKind, PartsOrder, Shipment
from parts.ordering import Wanted, cancel_rest, place_order, release_hold, retest_holds
from parts.packing import Box, pack_shipment
from parts.replacements import ReferenceMissing, ReferenceUsed, save_once
from parts.taking import pick_order, undo_pick
from portal.accounts.roles import Role
from portal.core import clock, jobs, show
from portal.core.documents import documents_of, pdf_bytes
from portal.core.states import TransitionNotAllowed
from stations import dealer_account
from stations.models import DealerAccount
from tests.api.calls import Program
from tests.factories.parts import make_part, make_price, make_supersession, stock_at_headquarters
from tests.factories.service import make_accepted
from tests.factories.stations import make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def station() -> Any:
    """A grade-B station with 100,000.00 of credit."""
    station = make_station()
    make_grade(station=station, grade="B")
    return station


@pytest.fixture
def clerk() -> Any:
    return make_user()


def account(station: Any) -> DealerAccount:
    return dealer_account.account_of(station)


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def order_of(station: Any, clerk: Any, *wanted: tuple[Any, int | str], **values: Any) -> PartsOrder:
    return place_order(station, lines=[Wanted(part.number, D(qty)) for part, qty in wanted], actor=clerk, **values)


def shipped(order: PartsOrder, clerk: Any) -> Shipment:
    shipment = pack_shipment(pick_order(order, actor=clerk), boxes=[Box("SF100", D("1.5"))], actor=clerk)
    return ship_shipment(shipment, carrier="顺丰", actor=clerk)


def test_place_order_freezes_price_and_reason_and_commits_credit(station: Any, clerk: Any) -> None:
    part = make_part(price="200.00", pack_qty=2, min_order_qty=4)

    order = order_of(station, clerk, (part, 1))

    line = order.lines.get()
    assert order.status == "confirmed"
    assert order.number.startswith("PO-")
    assert (line.ordered_qty, line.net_price, line.amount) == (4, D("150.00"), D("600.00"))
    assert line.price_reason == {
        "list_price": "200.00",
        "grade": "B",
        "grade_factor": "0.75",
        "kind_factor": "1.00",
        "asked_qty": "1",
    }
    assert (account(station).committed, account(station).used) == (D("600.00"), 0)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ([], ordering.EmptyOrder),
        ([Wanted("NO-SUCH", D(1))], ordering.UnknownParts),
        ([Wanted("OLD", D(1))], ordering.PartsNotSupplied),
        ([Wanted("DEAR", D(1))], Exception),
        ([Wanted("GOOD", D(0))], stock.QuantityNotPositive),
        ([Wanted("GOOD", D(-5))], stock.QuantityNotPositive),
        ([Wanted("GOOD", D("0.0001"))], stock.QuantityNotPositive),
        ([Wanted("GOOD", D("NaN"))], stock.QuantityNotPositive),
        ([Wanted("GOOD", D("Infinity"))], stock.QuantityNotPositive),
    ],
)
def test_place_order_refuses(station: Any, clerk: Any, wanted: list[Wanted], refusal: type[Exception]) -> None:
    make_part(number="GOOD")
    make_part(number="OLD", lifecycle="discontinued")
    make_part(number="DEAR", price=None)

    with pytest.raises(refusal):
        place_order(station, lines=wanted, actor=clerk)

    assert not PartsOrder.objects.exists()


def test_the_whole_way_keeps_ledger_account_and_columns_true(station: Any, clerk: Any) -> None:
    part = make_part(price="100.00")
    stock_at_headquarters(part, 10)
    order = order_of(station, clerk, (part, 3))

    allocate(actor=clerk)
    hq = stock.central_warehouse()
    assert (stock.on_hand(part, hq), stock.available(part, hq)) == (10, 7)
    shipment = shipped(order, clerk)
    assert stock.on_hand(part, stock.transit_location(station)) == 3
    assert (account(station).committed, account(station).used) == (0, D("225.00"))
    assert violations() == []
    line = shipment.lines.get()
    receive_shipment(shipment, counts={line.pk: Count(D(3))}, actor=clerk)

    order.refresh_from_db()
    assert order.status == "closed"
    assert stock.on_hand(part, stock.station_location(station)) == 3
    assert stock.on_hand(part, stock.transit_location(station)) == 0
    assert violations() == []


def test_delivery_note_is_searchable_chinese_and_frozen(station: Any, clerk: Any) -> None:
    part = make_part(name="智能网关主板")
    stock_at_headquarters(part, 1)
    order = order_of(station, clerk, (part, 1))
    allocate(actor=clerk)

    shipment = shipped(order, clerk)

    note = documents_of(shipment, fulfillment.DELIVERY_NOTE).get()
    assert note.number == shipment.number
    assert note.facts["lines"][0]["name"] == "智能网关主板"
    assert pdf_bytes(note).startswith(b"%PDF")


def test_receiving_short_and_damaged_leaves_the_rest_in_transit(station: Any, clerk: Any) -> None:
    part = make_part()
    stock_at_headquarters(part, 5)
    order = order_of(station, clerk, (part, 5))
    allocate(actor=clerk)
    shipment = shipped(order, clerk)
    line = shipment.lines.get()

    received = receive_shipment(shipment, counts={line.pk: Count(D(4), D(1), "外壳破损")}, actor=clerk)

    order.refresh_from_db()
    assert received.status == "received_with_differences"
    assert order.status == "shipped"
    assert stock.on_hand(part, stock.station_location(station)) == 3
    assert stock.on_hand(part, stock.transit_location(station)) == 2
    assert violations() == []


@pytest.mark.parametrize(("got", "damaged"), [("2", "3"), ("9", "6"), ("-1", "0"), ("NaN", "0"), ("1e9", "0")])
def test_receiving_impossible_counts_is_refused(station: Any, clerk: Any, got: str, damaged: str) -> None:
    part = make_part()
    stock_at_headquarters(part, 5)
    order = order_of(station, clerk, (part, 5))
    allocate(actor=clerk)
    shipment = shipped(order, clerk)

    with pytest.raises(fulfillment.CountImpossible):
        receive_shipment(shipment, counts={shipment.lines.get().pk: Count(D(got), D(damaged))}, actor=clerk)


def test_receiving_twice_is_refused(station: Any, clerk: Any) -> None:
    part = make_part()
    stock_at_headquarters(part, 5)
    order = order_of(station, clerk, (part, 5))
    allocate(actor=clerk)
    shipment = shipped(order, clerk)
    counts = {shipment.lines.get().pk: Count(D(5))}
    receive_shipment(shipment, counts=counts, actor=clerk)

    with pytest.raises(TransitionNotAllowed) as refused:
        receive_shipment(shipment, counts=counts, actor=clerk)

    moment = show.moment(Shipment.objects.get().received_at)
    assert str(refused.value).endswith(f"已处于“已收货”状态。{clerk}已于 {moment} 将其变为“已收货”。")
    assert stock.on_hand(part, stock.station_location(station)) == 5


def test_undoing_a_pick_keeps_the_stock_set_aside(station: Any, clerk: Any) -> None:
    part = make_part()
    stock_at_headquarters(part, 5)
    order = order_of(station, clerk, (part, 2))
    allocate(actor=clerk)
    shipment = pick_order(order, actor=clerk)

    undo_pick(shipment, actor=clerk, note="货架位置错误")

    line = order.lines.get()
    order.refresh_from_db()
    assert (line.allocated_qty, line.picked_qty, order.status) == (2, 0, "allocated")
    assert violations() == []


def test_shipping_in_two_parts_invoices_every_cent_once(station: Any, clerk: Any) -> None:
    part = make_part(
        price="0.67", pack_qty=D("0.001"), min_order_qty=D("0.001"), unit="米"
    )  # meters of cable, net 0.50
    stock_at_headquarters(part, "1.333")
    order = order_of(station, clerk, (part, "2.667"))
    allocate(actor=clerk)
    first = shipped(order, clerk)
    stock_at_headquarters(part, 9)
    allocate(actor=clerk)
    second = shipped(order, clerk)

    assert first.amount + second.amount == order.total
    assert (account(station).committed, account(station).used) == (0, order.total)
    assert violations() == []


def test_an_order_above_the_limit_is_held_and_released_with_a_reason_for_itself_only(station: Any, clerk: Any) -> None:
    part = make_part(price="200000.00")
    order = order_of(station, clerk, (part, 1))
    assert (order.status, account(station).committed) == ("on_hold", 0)
    finance = make_user()

    with pytest.raises(ordering.ReasonMissing):
        release_hold(order, actor=finance, reason="ok")
    released = release_hold(order, actor=finance, reason="年度框架协议")

    assert (released.status, released.release_reason) == ("confirmed", "年度框架协议")
    assert (account(station).committed, account(station).override) == (D("150000.00"), 0)
    assert order_of(station, clerk, (make_part(price="1.34"), 1)).status == "on_hold"


def test_exposure_equal_to_the_limit_is_no_hold(station: Any, clerk: Any) -> None:
    assert order_of(station, clerk, (make_part(price="133333.33"), 1)).total == D("100000.00")
    assert PartsOrder.objects.get().status == "confirmed"


def test_a_payment_lets_held_orders_go_oldest_first_and_one_too_large_blocks_none(station: Any, clerk: Any) -> None:
    part = make_part(price="120000.00")
    stock_at_headquarters(part, 1)
    first = order_of(station, clerk, (part, 1))
    allocate(actor=clerk)
    shipped(first, clerk)
    large = order_of(station, clerk, (make_part(price="160000.00"), 1))
    small = order_of(station, clerk, (make_part(price="80000.00"), 1))
    assert {large.status, small.status} == {"on_hold"}

    dealer_account.post_entry(
        account(station),
        kind="payment",
        source="BANK-1",
        amount=D("-60000.00"),
        station=station,
        leg="used",
        actor=clerk,
    )
    jobs.drain()

    large.refresh_from_db()
    small.refresh_from_db()
    assert (large.status, small.status) == ("on_hold", "confirmed")
    assert retest_holds(account(station)) == []


def test_a_suspended_station_orders_only_on_hold(clerk: Any) -> None:
    station = make_station(active=False)

    order = order_of(station, clerk, (make_part(), 1))

    assert order.status == "on_hold"
    assert order.hold_reason


def test_warranty_replacements_are_free_and_need_no_credit(station: Any, clerk: Any) -> None:
    part, number = make_part(price="999999.00"), make_accepted(station).number
    free: Any = {"kind": OrderKind.WARRANTY_REPLACEMENT}
    order = order_of(station, clerk, (part, 1), reference=number, **free)

    for foreign in ("", "WO-0", make_accepted(make_station()).number):
        with pytest.raises(ReferenceMissing):
            order_of(station, clerk, (part, 1), reference=foreign, **free)
    assert (order.status, order.total, account(station).committed) == ("confirmed", 0, 0)


def test_free_parts_of_a_job_come_once_also_for_two_at_once_and_by_program(station: Any, clerk: Any) -> None:
    part, number = make_part(price="100.00"), make_accepted(station).number
    program = Program(make_member(Role.STATION_CLERK, station=station))
    body = {"station": station.code, "kind": "warranty_replacement", "lines": [{"part": part.number, "qty": "1"}]}

    made = program.post("parts-orders/", body | {"reference": number})
    again = program.post("parts-orders/", body | {"reference": f" {number}"})
    assert (made.status_code, made.json()["total"], again.status_code) == (201, "0.00", 422)
    assert again.json()["code"] == "replacement_reference_used"
    twin = PartsOrder(
        station=station, kind="warranty_replacement", reference=number, created_by=clerk, created_at=clock.now()
    )
    with pytest.raises(ReferenceUsed):
        save_once(twin)
    cancel_rest(PartsOrder.objects.get(), actor=clerk, reason="订错了配件")
    assert order_of(station, clerk, (part, 1), reference=number, kind=OrderKind.WARRANTY_REPLACEMENT).total == 0


def test_cancelling_the_rest_frees_credit_and_touches_nothing_set_aside(station: Any, clerk: Any) -> None:
    part = make_part(price="100.00")
    stock_at_headquarters(part, 2)
    order = order_of(station, clerk, (part, 5))
    allocate(actor=clerk)

    cancel_rest(order, actor=clerk, reason="客户取消")

    line = order.lines.get()
    order.refresh_from_db()
    assert (line.allocated_qty, line.cancelled_qty, line.backordered_qty) == (2, 3, 0)
    assert (order.status, account(station).committed) == ("allocated", D("150.00"))
    with pytest.raises(ordering.NothingToCancel):
        cancel_rest(order, actor=clerk, reason="再次取消")
    assert violations() == []


def test_successors_fill_what_the_old_part_cannot(station: Any, clerk: Any) -> None:
    old, new = make_part(), make_part()
    make_supersession(old, new)
    stock_at_headquarters(old, 1)
    stock_at_headquarters(new, 5)
    order = order_of(station, clerk, (old, 3))

    allocate(actor=clerk)

    shipment = shipped(order, clerk)
    assert sorted((line.part.number, line.qty) for line in shipment.lines.all()) == [(old.number, 1), (new.number, 2)]
    assert violations() == []


def test_the_price_of_the_day_is_taken(station: Any, clerk: Any) -> None:
    from datetime import date

    from parts.pricing import NoPrice, net_price, public_price

    part = make_part(price=None)
    make_price(part, "100.00", valid_from=date(2026, 1, 1), valid_to=date(2026, 7, 1))
    make_price(part, "120.00", valid_from=date(2026, 7, 1))

    assert [net_price(part, station, date(2026, 6, 30)), net_price(part, station, date(2026, 7, 1))] == [75, 90]
    assert public_price(part, date(2025, 12, 31)) is None
    with pytest.raises(NoPrice):
        net_price(part, station, date(2025, 12, 31))


@pytest.mark.django_db
def test_issue_to_job_takes_from_the_stations_own_stock_once(station: Any, clerk: Any) -> None:
    from tests.factories.parts import stock_at_station

    part = make_part()
    stock_at_station(station, part, 2)

    issued = [issuing.issue_to_job(station, part, D(2), source="WO-1", line=1, actor=clerk) for _ in range(2)]

    assert issued == [True, False]
    with pytest.raises(stock.NotEnoughStock):
        issuing.issue_to_job(station, part, D(1), source="WO-1", line=2)
    assert issuing.return_from_job(station, part, D(2), source="WO-1", line=1)
    assert stock.on_hand(part, stock.station_location(station)) == 2
    assert violations() == []
