"""The shipped administrative divisions."""

from decimal import Decimal

import pytest
from django.utils import translation

from portal.core.divisions import (
    CoordinatesExchanged,
    CoordinatesIncomplete,
    OutsideChina,
    ancestors,
    check_in_china,
    load_shipped,
    name_of,
    point_of,
    read_shipped,
)
from portal.core.models import Division


def test_every_level_is_shipped_and_every_parent_stands_before_its_children() -> None:
    entries = list(read_shipped())

    seen: set[str] = set()
    for entry in entries:
        assert entry.parent_id is None or entry.parent_id in seen
        seen.add(entry.code)
    levels = [entry.level for entry in entries]
    assert [levels.count(level) for level in ("province", "city", "county")] == [34, 342, 2975]


def test_migrations_load_the_divisions_and_loading_again_changes_nothing(db: None) -> None:
    before = Division.objects.count()

    assert load_shipped() == before == 3351


def test_full_names_leave_out_nameless_cities(db: None) -> None:
    assert name_of("310105") == "上海市长宁区"
    assert name_of("330106") == "浙江省杭州市西湖区"
    assert name_of("429004") == "湖北省仙桃市"
    assert name_of("999999") == "999999"


def test_a_young_county_stands_at_the_point_of_its_city(db: None) -> None:
    assert Division.objects.get(code="130171").longitude is None
    assert point_of("130171") == point_of("130100")
    assert point_of("310105") == (Decimal("121.424622"), Decimal("31.220372"))
    assert ancestors("310105") == ["310000", "310100", "310105"]


def test_no_seat_of_a_division_lies_outside_china() -> None:
    for entry in read_shipped():
        check_in_china(entry.longitude, entry.latitude)


ABROAD = {
    "Seoul": ("126.98", "37.57"),
    "Hanoi": ("105.85", "21.03"),
    "Kathmandu": ("85.32", "27.70"),
    "Vladivostok": ("131.90", "43.10"),
    "Manila": ("120.98", "14.60"),
    "nowhere": ("0", "0"),
    "no number": ("NaN", "31"),
}


@pytest.mark.parametrize("place", ABROAD)
def test_a_place_abroad_is_refused_with_what_was_got_and_expected(place: str) -> None:
    longitude, latitude = ABROAD[place]

    with pytest.raises(OutsideChina) as refused:
        check_in_china(Decimal(longitude), Decimal(latitude))

    assert refused.value.field == "longitude"
    with translation.override("en"):
        told = str(refused.value)
    assert f"got longitude {longitude}, latitude {latitude}" in told
    assert "expected a longitude from 73 to 136" in told


def test_exchanged_and_half_coordinates_are_told_apart() -> None:
    with pytest.raises(CoordinatesExchanged):
        check_in_china(Decimal("31.2"), Decimal("121.4"))
    with pytest.raises(CoordinatesIncomplete) as refused:
        check_in_china(Decimal("121.4"), None)

    assert refused.value.field == "latitude"
    check_in_china(None, None)
