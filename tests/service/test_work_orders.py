"""A request becomes a finished job; what may not happen is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from parts import stock
from portal.core import clock, events
from portal.core.states import TransitionNotAllowed
from service import dispatch, intake, work_orders
from service.models import RequestStatus, WorkOrder, WorkOrderStatus
from tests.factories import service as desk
from tests.factories import stations as network

pytestmark = pytest.mark.django_db


def test_complete_work_order_closes_the_chain_from_call_to_finished_job() -> None:
    order = desk.make_completed()

    order.refresh_from_db()
    assert order.status == WorkOrderStatus.COMPLETED
    assert order.request.status == RequestStatus.COMPLETED
    assert order.root_number == order.request.number
    kinds = [event.kind for event in events.trail(order.root_number, network.make_user("agent"))]
    assert kinds[0] == "servicerequest.taken"
    assert "workorder.part_issued" in kinds
    assert kinds[-2:] == ["workorder.completed", "servicerequest.completed"]


def test_issue_part_takes_it_out_of_station_stock_and_put_back_returns_it() -> None:
    order = desk.make_on_site()
    part = desk.make_stocked_part(order.station, 3)
    shelf = stock.station_location(order.station)

    row = work_orders.issue_part(order, part, qty=Decimal(2), actor=None)

    assert stock.on_hand(part, shelf) == 1
    work_orders.take_part_back(row, actor=None)
    work_orders.take_part_back(row, actor=None)
    assert stock.on_hand(part, shelf) == 3


def test_issue_part_refuses_more_than_the_station_has_and_changes_nothing() -> None:
    order = desk.make_on_site()
    part = desk.make_stocked_part(order.station, 1)

    with pytest.raises(stock.NotEnoughStock):
        work_orders.issue_part(order, part, qty=Decimal(2), actor=None)

    assert stock.on_hand(part, stock.station_location(order.station)) == 1
    assert order.issued_parts.count() == 0


def test_issue_part_before_check_in_is_refused() -> None:
    order = desk.make_accepted()
    part = desk.make_stocked_part(order.station, 1)

    with pytest.raises(work_orders.JobNotOnSite):
        work_orders.issue_part(order, part, qty=Decimal(1), actor=None)


def test_complete_work_order_names_everything_that_is_missing() -> None:
    order = desk.make_on_site()
    today = clock.today()
    findings = work_orders.Findings(
        complaint="短", cause="", correction="", failed_on=today + timedelta(days=1), repaired_on=today
    )

    with pytest.raises(work_orders.JobIncomplete) as refused:
        work_orders.complete_work_order(order, findings=findings, actor=None)

    assert len(refused.value.values["missing"]) > 40
    order.refresh_from_db()
    assert order.status == WorkOrderStatus.ON_SITE


def test_complete_work_order_flags_a_reading_lower_than_an_earlier_one() -> None:
    unit = desk.make_unit()
    first = desk.make_on_site(unit=unit)
    second = None
    for reading, expected in (("120", False), ("90", True)):
        order = first if second is None else second
        work_orders.record_hours(order, desk.make_operation(), hours=Decimal(1), actor=None)
        day = clock.today()
        findings = work_orders.Findings(
            **desk.TEXTS, failed_on=day, repaired_on=day, usage_reading=Decimal(reading), customer_signed_as="王女士"
        )
        at = clock.now() + timedelta(hours=3)
        done = work_orders.complete_work_order(order, findings=findings, actor=None, at=at)
        assert done.reading_is_lower is expected
        second = desk.make_on_site(unit=unit, technician=None)


def test_decline_job_offers_the_next_station_and_hides_the_request_from_the_first() -> None:
    family = network.make_family()
    model = network.make_product_model(family=family)
    near, far = network.make_station(), network.make_station(latitude=Decimal("31.400000"))
    for station in (near, far):
        network.make_certificate(technician=network.make_technician(station=station), family=family)
    request = desk.make_request(unit=desk.make_unit(product_model=model))
    order = dispatch.dispatch_best(request, actor=None)
    assert order.station == near

    work_orders.decline_job(order, actor=None, reason="今天没有空闲的技师")

    request.refresh_from_db()
    assert request.station == far
    assert request.work_orders.get(status=WorkOrderStatus.OFFERED).station == far


def test_decline_job_without_another_station_gives_the_request_back_to_the_desk() -> None:
    order = desk.make_offer()

    work_orders.decline_job(order, actor=None, reason="今天没有空闲的技师")

    request = order.request
    request.refresh_from_db()
    assert request.station is None
    assert list(type(request).objects.waiting_for_dispatch()) == [request]


def test_expire_offers_takes_back_what_nobody_answered_in_fifteen_minutes() -> None:
    order = desk.make_offer()

    early = dispatch.expire_offers(at=order.offered_at + timedelta(minutes=14))
    late = dispatch.expire_offers(at=order.offered_at + timedelta(minutes=15))

    order.refresh_from_db()
    assert (early, late, order.status) == (0, 1, WorkOrderStatus.EXPIRED)


def test_offer_to_station_allows_one_open_job_per_request() -> None:
    order = desk.make_offer()

    with pytest.raises(dispatch.OpenWorkOrderExists):
        dispatch.offer_to_station(order.request, network.make_station(), actor=None)

    assert WorkOrder.objects.count() == 1


def test_offer_to_station_refuses_one_without_contract() -> None:
    station = network.make_station(active=False)

    with pytest.raises(dispatch.StationNotDispatchable):
        dispatch.offer_to_station(desk.make_request(), station, actor=None)


def test_accept_job_twice_is_refused() -> None:
    order = desk.make_accepted()

    with pytest.raises(TransitionNotAllowed):
        work_orders.accept_job(order, actor=None)


def test_cancel_request_ends_the_open_job_and_refuses_while_parts_are_out() -> None:
    order = desk.make_on_site()
    row = work_orders.issue_part(order, desk.make_stocked_part(order.station), qty=Decimal(1), actor=None)
    with pytest.raises(work_orders.JobNotOnSite):
        intake.cancel_request(order.request, reason="客户自行解决了", actor=None)
    work_orders.take_part_back(row, actor=None)

    intake.cancel_request(order.request, reason="客户自行解决了", actor=None)

    order.refresh_from_db()
    assert order.status == WorkOrderStatus.CANCELLED
