"""What is asked of all stations at once is asked in as many statements for many as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.core.parameters import param
from stations import contracts
from stations.models import Station
from tests.factories.stations import make_station

pytestmark = pytest.mark.django_db


def test_eligibility_of_all_stations_for_a_day_asks_the_same_for_many_and_agrees_with_each_alone() -> None:
    day = clock.today()
    param("stations.redispatch_hours", day)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            contracts.eligibility_on(day)
        return len(captured)

    make_station()
    few = asked()
    for number in range(6):
        make_station(active=number % 2 == 0)

    assert asked() == few <= 7
    found = contracts.eligibility_on(day)
    assert {pk: bool(each.dispatch) for pk, each in found.items()} == {
        station.pk: bool(contracts.is_dispatchable(station, day)) for station in Station.objects.all()
    }
