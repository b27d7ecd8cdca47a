"""Service areas, white spots and the figures they are ranked by."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock, events, registries
from portal.core.models import Division
from portal.core.registries import CoverageCount
from portal.core.states import move
from stations import coverage, white_spots
from stations.models import ServiceArea, Station, StationStatus
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
XUHUI = ("310104", Decimal("121.436837"), Decimal("31.188523"))
HANGZHOU = ("330106", Decimal("120.130000"), Decimal("30.260000"))
KUNMING = ("530102", Decimal("102.700000"), Decimal("25.040000"))


def serve(station: Station, *codes: str, radius_km: int = 0) -> Station:
    divisions = list(Division.objects.filter(code__in=codes))
    return coverage.set_service_area(station, divisions=divisions, radius_km=radius_km, actor=make_user())


def test_set_service_area_replaces_the_divisions_and_says_what_was() -> None:
    station = serve(make_station(), "310100", "330106", radius_km=30)

    serve(station, "330106", "330100", radius_km=20)

    assert list(station.service_areas.values_list("division_id", flat=True)) == ["330100", "330106"]
    assert events.of_subject(station)[0].data == {
        "divisions": [["310100", "330106"], ["330100", "330106"]], "radius_km": [30, 20],
    }  # fmt: skip


def test_an_area_is_somewhere_and_its_radius_has_a_bound() -> None:
    station = make_station(longitude=None, latitude=None)

    with pytest.raises(coverage.RadiusTooLarge) as refused:
        serve(station, "310100", radius_km=301)
    assert refused.value.field == "service_radius_km"
    assert refused.value.values == {"given": 301, "most": 300}
    for radius_km in (0, 50):
        with pytest.raises(coverage.ServesNowhere):
            serve(station, radius_km=radius_km)


@pytest.mark.parametrize(
    ("codes", "radius_km", "place", "by"),
    [
        (["330000"], 0, HANGZHOU, "division"),
        (["330100"], 0, HANGZHOU, "division"),
        (["330106"], 0, HANGZHOU, "division"),
        (["330105"], 0, HANGZHOU, ""),
        (["310000"], 50, XUHUI, "division"),
        ([], 50, XUHUI, "radius"),
        ([], 150, HANGZHOU, ""),
        ([], 170, HANGZHOU, "radius"),
        (["330000"], 0, ("330106", None, None), "division"),
        ([], 300, ("", None, None), ""),
    ],
)
def test_covers_by_the_division_or_one_around_it_or_by_the_radius(
    codes: list[str], radius_km: int, place: Any, by: str
) -> None:
    station = make_station()
    ServiceArea.objects.bulk_create(ServiceArea(station=station, division_id=code) for code in codes)
    Station.objects.filter(pk=station.pk).update(service_radius_km=radius_km)
    station.refresh_from_db()

    found = coverage.covers(station, *place)
    among = {each.station.pk: each.cover.by for each in coverage.stations_covering(*place)}

    assert found.by == by
    assert among.get(station.pk, "") == by


def test_stations_covering_asks_once_and_leaves_out_who_gets_no_jobs(django_assert_num_queries: Any) -> None:
    near = serve(make_station(), "330000", radius_km=50)
    far = serve(make_station(**dict(zip(("division", "longitude", "latitude"), KUNMING, strict=True))), "330000")
    suspended = move(serve(make_station(), "330000"), StationStatus.SUSPENDED, actor=None)
    without_contract = serve(make_station(active=False), "330000")

    with django_assert_num_queries(1):
        found = coverage.stations_covering(*HANGZHOU)

    assert [each.station for each in found] == [near, far]
    assert {suspended, without_contract}.isdisjoint(each.station for each in found)
    assert found[0].cover.km == pytest.approx(161, abs=2)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What one registered count answers."""
    numbers: dict[str, int] = {}
    monkeypatch.setattr(registries, "coverage_counts", {"x": CoverageCount("x", "X", lambda: numbers)})
    return numbers


def test_white_spots_are_ranked_by_what_is_counted_else_in_their_order(counted: dict[str, int]) -> None:
    serve(make_station(), "310000")
    hq = make_user("service_manager")

    plain = white_spots.coverage(hq).spots("county", "330000")
    counted |= {"330106": 7, "33010812": 1, "330105": 7, "310104": 90}
    ranked = white_spots.coverage(hq).spots("county")

    assert [spot.place.code for spot in plain][:3] == ["330102", "330105", "330106"]
    assert all(spot.place.code[:2] == "33" for spot in plain)
    assert [(spot.place.code, spot.demand) for spot in ranked][:4] == [
        ("330105", 7), ("330106", 7), ("330108", 1), ("110101", 0),
    ]  # fmt: skip
    assert not [spot for spot in ranked if spot.place.code.startswith("31")]


def test_a_city_is_white_only_if_no_part_of_it_is_served(counted: dict[str, int]) -> None:
    counted |= {"330106": 3, "330200": 5}
    serve(make_station(longitude=None, latitude=None), "330106", "440300")
    whole = white_spots.coverage(make_user("service_manager"))

    cities = {spot.place.code: spot.demand for spot in whole.spots("city")}

    assert "330100" not in cities
    assert "440300" not in cities
    assert cities["330200"] == 5
    assert {"330000", "440000"}.isdisjoint(spot.place.code for spot in whole.spots("province"))
    assert not {"440303", "440305"} & {spot.place.code for spot in whole.spots("county")}  # all of Shenzhen
    zhejiang = next(tile for tile in whole.tiles() if tile.place.code == "330000")
    assert (zhejiang.white, zhejiang.counties, zhejiang.demand) == (89, 90, 0)
    assert len(whole.tiles()) == 34


def test_a_radius_serves_the_seats_within_it_but_not_the_whole_city() -> None:
    station = make_station(longitude=Decimal("120.130000"), latitude=Decimal("30.260000"))
    serve(station, radius_km=10)
    seen = {spot.place.code for spot in white_spots.coverage(make_user("service_manager")).spots("county", "330000")}

    assert "330106" not in seen  # Xihu
    assert {"330110", "330127", "330182"} <= seen  # Yuhang, Chun'an, Jiande


def test_a_station_without_a_contract_serves_nobody() -> None:
    serve(make_station(active=False), "310000")

    whole = white_spots.coverage(make_user("service_manager"))

    assert "310000" in {spot.place.code for spot in whole.spots("province")}


def test_a_spot_tells_the_nearest_station_and_the_candidates_under_way() -> None:
    from tests.factories.recruiting import make_candidate

    station = serve(make_station(), radius_km=20)
    make_candidate(division="330106")
    whole = white_spots.coverage(make_user("service_manager"))

    spot = next(whole.told(each) for each in whole.spots("county", "330000") if each.place.code == "330106")
    city = next(whole.told(each) for each in whole.spots("city", "330000") if each.place.code == "330100")

    assert (spot.candidates, city.candidates) == (1, 1)
    assert spot.nearest == station.name
    assert spot.nearest_km == pytest.approx(160, abs=8)


def test_the_country_is_asked_as_often_for_many_stations_as_for_one() -> None:
    hq, day = make_user("service_manager"), clock.today()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            white_spots.coverage(hq, day).spots("county")
        return len(captured)

    white_spots.coverage(hq, day)  # roles and parameters are read once
    serve(make_station(), "310000", radius_km=20)
    one = asked()
    for _each in range(3):
        serve(make_station(), "330000", radius_km=20)

    assert asked() == one <= 8


def test_service_registers_units_and_requests_by_county() -> None:
    from service.models import Customer, InstalledUnit, ServiceRequest
    from tests.factories import service as desk
    from tests.factories.stations import make_product_model

    model = make_product_model()
    for number, division in enumerate(("330106", "330106003000", "", "310104")):
        customer = Customer.objects.create(
            name="王女士", phone=f"1380000{number:04d}", division=division, created_at=clock.now()
        )
        InstalledUnit.objects.create(product_model=model, customer=customer, serial_number=f"SN{number}")
    InstalledUnit.objects.filter(serial_number="SN3").update(status="scrapped")
    recent, old = desk.make_request(), desk.make_request()
    ServiceRequest.objects.update(division="330106")
    ServiceRequest.objects.filter(pk=old.pk).update(created_at=recent.created_at - timedelta(days=400))

    units, requests = (count.counts() for count in registries.coverage_counts.values())

    assert units == {"330106": 2}
    assert requests == {"330106": 1}
