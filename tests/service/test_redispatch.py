"""A station out of service loses its open jobs at once; what found no other station is told after 24 hours."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.core import clock, events, jobs
from portal.core.models import Division, Notification
from service import dispatch, redispatch, work_orders
from service.models import RequestStatus, WorkOrderStatus
from stations import coverage, lifecycle, opening
from stations.models import Station
from tests.factories import service as desk
from tests.factories import stations as network

pytestmark = pytest.mark.django_db
W = WorkOrderStatus


def suspended(station: Any) -> Any:
    return lifecycle.suspend_station(station, reason="两次整改未完成", actor=None)


def test_an_accepted_job_goes_back_to_dispatch_and_the_trail_says_why() -> None:
    order = desk.make_accepted()

    suspended(order.station)
    jobs.drain()

    order.refresh_from_db()
    assert (order.status, order.request.status) == (W.CANCELLED, RequestStatus.DISPATCHING)
    assert events.of_subject(order).first().note == "两次整改未完成"


def test_an_offer_goes_to_the_next_station() -> None:
    order = desk.make_offer()
    other = network.make_station(center=order.station.center)
    family = order.request.unit.product_model.family
    network.make_certificate(technician=network.make_technician(station=other), family=family)

    suspended(order.station)
    jobs.drain()

    order.refresh_from_db()
    newer = order.request.work_orders.exclude(pk=order.pk).get()
    assert (order.status, newer.station, newer.status) == (W.CANCELLED, other, W.OFFERED)


def test_who_is_on_site_finishes_and_the_finished_job_stays() -> None:
    on_site, done = desk.make_on_site(), desk.make_completed()

    for order in (on_site, done):
        suspended(order.station)
    jobs.drain()

    for order in (on_site, done):
        order.refresh_from_db()
    assert (on_site.status, done.status) == (W.ON_SITE, W.COMPLETED)


def test_termination_takes_even_the_job_on_site() -> None:
    order = desk.make_on_site()

    lifecycle.terminate_station(order.station, reason="合同解除", actor=None)
    jobs.drain()

    order.refresh_from_db()
    assert order.status == W.CANCELLED


def test_a_station_taken_back_before_the_job_ran_keeps_its_jobs() -> None:
    order = desk.make_accepted()

    station = suspended(order.station)
    lifecycle.resume_station(station, reason="误操作，立即恢复", actor=None)
    jobs.drain()

    order.refresh_from_db()
    assert order.status == W.ACCEPTED


def test_a_suspended_station_can_neither_be_offered_nor_accept_a_job() -> None:
    order = desk.make_offer()
    suspended(order.station)

    with pytest.raises(dispatch.StationNotDispatchable) as refused:
        work_orders.accept_job(order, actor=None)
    with pytest.raises(dispatch.StationNotDispatchable):
        dispatch.offer_to_station(desk.make_request(), Station.objects.get(pk=order.station_id), actor=None)

    assert clock.today().isoformat() in str(refused.value)


def test_a_family_outside_the_contract_is_not_offered_and_ranks_as_ineligible() -> None:
    order = desk.make_offer()
    order.station.contracts.get().families.add(network.make_family())
    request = desk.make_request(unit=order.request.unit)

    with pytest.raises(dispatch.StationNotDispatchable):
        dispatch.offer_to_station(request, order.station, actor=None)

    assert "family" in dispatch.candidates(request).ineligible[order.station.pk]


def fitting_station(family: Any, **kw: Any) -> Station:
    """One with a technician for the family, on the map next to nobody's customer unless told where."""
    station = network.make_station(**kw)
    network.make_certificate(technician=network.make_technician(station=station), family=family)
    return station


def test_who_serves_the_place_is_decided_by_service_area_contract_or_radius_and_told() -> None:
    unit = desk.make_unit(customer=desk.make_customer(division="310104"))
    family, far = unit.product_model.family, {"longitude": Decimal("102.700000"), "latitude": Decimal("25.040000")}
    near, named, agreed, nowhere = (fitting_station(family, **place) for place in ({}, far, far, far))
    unplaced = fitting_station(family, longitude=None, latitude=None)
    shanghai = Division.objects.get(code="310000")
    coverage.set_service_area(named, divisions=[shanghai], radius_km=0, actor=None)
    agreed.contracts.get().divisions.add(shanghai)

    ranking = dispatch.candidates(desk.make_request(unit=unit))

    told = {entry.candidate.key: entry.candidate.covered_by for entry in ranking.ranked}
    assert told == {near.pk: "radius", named.pk: "division", agreed.pk: "contract"}
    assert ranking.ineligible[unplaced.pk] == ("area",)
    assert nowhere.pk not in ranking.ineligible  # beyond the radius of dispatch
    assert {row["covered_by"] for row in dispatch.explain(ranking)["ranked"]} == {"radius", "division", "contract"}


def test_who_is_closed_all_day_is_not_on_shift_and_the_others_say_how_they_are_reached(
    django_assert_num_queries: Any,
) -> None:
    unit, day = desk.make_unit(), clock.today()
    shut, standby, usual = (fitting_station(unit.product_model.family) for _number in range(3))
    opening.add_closed_days(shut, first_day=day, last_day=day, reason="盘点", actor=None)
    opening.add_closed_days(standby, first_day=day, last_day=day, reason="盘点", is_on_call=True, actor=None)
    on_call = [opening.Hours("on_call", weekday, time(0), time(0)) for weekday in range(7)]
    opening.set_hours(standby, hours=on_call, actor=None)
    request = desk.make_request(unit=unit)

    with django_assert_num_queries(10):
        ranking = dispatch.candidates(request, at=clock.start_of(day))

    told = {entry.candidate.key: entry.candidate.opening for entry in ranking.ranked}
    assert told == {standby.pk: "on_call", usual.pk: "closed"}
    assert ranking.ineligible[shut.pk] == ("shift",)


def test_dispatchers_are_told_once_after_24_hours() -> None:
    agent = network.make_user("agent")
    order = desk.make_accepted()
    suspended(order.station)
    jobs.drain()
    now = clock.now()

    early = redispatch.alarm_stranded(at=now + timedelta(hours=23))
    told = redispatch.alarm_stranded(at=now + timedelta(hours=25))
    again = redispatch.alarm_stranded(at=now + timedelta(hours=26))

    assert (early, told, again) == ([], [order], [])
    assert Notification.objects.filter(user=agent, kind="workorder.stranded").count() == 1
