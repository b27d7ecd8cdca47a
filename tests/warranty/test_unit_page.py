"""One page per serial number: everything that ever happened to it, and its cover by class of parts."""

from datetime import date
from typing import Any

import pytest

from portal.core import clock
from tests.conftest import as_user
from tests.counting import assert_as_many_queries
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_grade
from warranty.models import UnitRegistration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def kinds(page: Any) -> dict[str, int]:
    return {kind: count for kind, _label, count in page.context["chips"] if kind}


def test_the_page_tells_everything_in_order_and_filters_by_kind(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()
    UnitRegistration.objects.update(station=cast.station_a)
    address = claim.unit.get_absolute_url()  # type: ignore[union-attr]
    browser = as_user(cast.owner_a)

    page, filtered = browser.get(address), browser.get(address, {"kind": "claims"})

    told = page.context["told"]
    assert {"requests", "jobs", "parts", "claims", "registration"} <= set(kinds(page))
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)
    assert {each.number for each in filtered.context["told"]} == {claim.number}
    assert browser.get(address, {"kind": "gossip"}).status_code == 400
    covers = {str(each.label): each for each in page.context["covers"]}
    assert [each.share > 0 for each in covers.values()] == [True, True, False, True]


def test_a_foreign_claim_is_named_by_reference_only(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()
    make_grade(station=cast.station_b, grade="B")
    bench.job(claim.unit, station=cast.station_b, parts=[], hours="")
    address = claim.unit.get_absolute_url()  # type: ignore[union-attr]

    foreign, office = as_user(cast.owner_b).get(address), as_user(cast.auditor).get(address)

    (told,) = [each for each in foreign.context["told"] if each.kind == "claims"]
    assert (told.number, told.url) == (claim.number, "")
    assert str(cast.station_a) not in foreign.content.decode()
    assert claim.get_absolute_url() in office.content.decode()


def test_the_selling_station_sees_the_unit_it_registered(cast: Any, bench: Bench) -> None:
    unit = bench.unit()
    before = as_user(cast.owner_b).get(unit.get_absolute_url()).status_code
    UnitRegistration.objects.filter(unit=unit).update(station=cast.station_b)

    assert (before, as_user(cast.owner_b).get(unit.get_absolute_url()).status_code) == (404, 200)


def test_a_long_life_asks_no_more_often(cast: Any, bench: Bench) -> None:
    unit = bench.unit()

    def grow(count: int) -> None:
        for _each in range(count):
            bench.draft(unit)

    assert_as_many_queries("unit_detail", cast.auditor, grow, many=4, args=[unit.pk])
