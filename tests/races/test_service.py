"""Two at once on the service desk: one wins, the other is told."""

from typing import Any

import pytest

from portal.core.errors import Refusal
from service import dispatch, work_orders
from service.models import WorkOrder, WorkOrderStatus
from tests.conftest import race
from tests.factories import service as desk
from tests.factories import stations as network


@pytest.mark.django_db(transaction=True)
def test_two_clerks_accept_one_offer_at_once_and_one_wins() -> None:
    order = desk.make_offer()

    results = race(4, lambda _n: work_orders.accept_job(WorkOrder.objects.get(pk=order.pk), actor=None))

    assert sum(isinstance(result, WorkOrder) for result in results) == 1
    assert all(isinstance(result, WorkOrder | Refusal) for result in results), results


@pytest.mark.django_db(transaction=True)
def test_two_agents_offer_one_request_to_two_stations_and_one_wins() -> None:
    request = desk.make_request()
    stations = [network.make_station() for _n in range(4)]

    def offer(number: int) -> Any:
        return dispatch.offer_to_station(type(request).objects.get(pk=request.pk), stations[number], actor=None)

    results = race(4, offer)

    assert sum(isinstance(result, WorkOrder) for result in results) == 1
    assert WorkOrder.objects.filter(status=WorkOrderStatus.OFFERED).count() == 1
    assert all(isinstance(result, WorkOrder | Refusal) for result in results), results
