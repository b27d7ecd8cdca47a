"""What a station may do on a day, and why not."""

from datetime import date
from decimal import Decimal

import pytest

from portal.core import clock
from stations import contracts, grading
from stations.models import GradeLetter, StationStatus
from tests.factories.stations import make_contract, make_grade, make_station

pytestmark = pytest.mark.django_db
D = Decimal


def reasons(answer: contracts.Answer) -> list[str]:
    return [str(reason) for reason in answer.reasons]


def test_station_is_dispatchable_until_the_day_before_its_contract_ends() -> None:
    station = make_station()
    contract = station.contracts.get()
    type(contract).objects.filter(pk=contract.pk).update(valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))

    assert contracts.is_dispatchable(station, date(2026, 1, 1))
    assert contracts.is_dispatchable(station, date(2026, 12, 31))
    assert not contracts.is_dispatchable(station, date(2027, 1, 1))
    assert not contracts.is_dispatchable(station, date(2025, 12, 31))
    assert contracts.may_claim(station, date(2026, 12, 31))
    assert not contracts.may_claim(station, date(2027, 1, 1))


def test_answers_carry_their_reasons() -> None:
    station = make_station(active=False, with_account=False)

    answer = contracts.may_order_on_credit(station, date(2026, 5, 1))

    assert len(reasons(answer)) == 3
    assert not answer.ok


def test_expire_contracts_stops_dispatch_but_not_claims_of_earlier_work() -> None:
    station, other = make_station(), make_station()
    station.contracts.update(valid_to=date(2026, 6, 1))

    ended = contracts.expire_contracts(at=clock.start_of(date(2026, 6, 1)))

    station.refresh_from_db()
    other.refresh_from_db()
    assert ended == [station]
    assert (station.status, other.status) == (StationStatus.EXPIRED, StationStatus.ACTIVE)
    assert contracts.may_claim(station, date(2026, 5, 31))


def test_stations_within_measures_and_sorts() -> None:
    near = make_station(longitude=D("121.440000"), latitude=D("31.190000"))
    far = make_station(longitude=D("121.700000"), latitude=D("31.190000"))
    make_station(longitude=D("116.400000"), latitude=D("39.900000"))
    make_station(active=False)

    found = contracts.stations_within(D("121.436837"), D("31.188523"), 50)

    assert [station for station, _ in found] == [near, far]
    assert found[1][1] == pytest.approx(25.0, abs=0.2)


def test_contracts_of_a_station_never_overlap() -> None:
    from django.db import IntegrityError, transaction

    station = make_station()

    with pytest.raises(IntegrityError, match="contracts_of_a_station_never_overlap"), transaction.atomic():
        make_contract(station=station, valid_from=date(2098, 1, 1), valid_to=date(2100, 1, 1))
    make_contract(station=station, valid_from=date(2099, 1, 1), valid_to=date(2100, 1, 1))


def test_probation_ends_by_itself_and_is_priced_as_c() -> None:
    station = make_station()
    make_grade(station=station, grade="probation", valid_from=date(2026, 1, 1), source="probation")
    make_grade(station=station, grade="A", valid_from=date(2026, 7, 1))

    assert grading.grade_on(station, date(2025, 12, 31)) == GradeLetter.PROBATION
    assert grading.grade_on(station, date(2026, 3, 31)) == GradeLetter.PROBATION
    assert grading.grade_on(station, date(2026, 4, 1)) == GradeLetter.C
    assert grading.grade_on(station, date(2026, 7, 1)) == GradeLetter.A
    assert grading.priced_as(GradeLetter.PROBATION) == GradeLetter.C


def test_set_grade_needs_a_reason_and_is_dated() -> None:
    station = make_station()

    with pytest.raises(grading.ReasonMissing):
        grading.set_grade(station, grade="B", valid_from=date(2026, 1, 1), reason=" ", actor=None)
    grading.set_grade(station, grade="B", valid_from=date(2026, 1, 1), reason="年度复评", actor=None)

    assert grading.grade_on(station, date(2026, 1, 1)) == GradeLetter.B
