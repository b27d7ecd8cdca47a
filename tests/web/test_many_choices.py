"""The filters of a list where the network is large: nobody scrolls through two thousand stations."""

from decimal import Decimal

import pytest
from django.urls import reverse

from parts.ordering import Wanted, place_order
from portal.core.listing import SELECTABLE
from stations.models import Station
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.parts import make_part
from tests.factories.stations import make_grade

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers(cast: Cast) -> list[str]:
    """One order of station A and one of station B."""
    part = make_part()
    for station in (cast.station_a, cast.station_b):
        make_grade(station=station, grade="B")
    wanted = [Wanted(part.number, Decimal(1))]
    return [
        place_order(cast.station_a, lines=wanted, actor=cast.clerk_a).number,
        place_order(cast.station_b, lines=wanted, actor=cast.clerk_b).number,
    ]


def enlarge(cast: Cast) -> None:
    Station.objects.bulk_create(
        Station(center=cast.center_a, dealer=cast.dealer_a, code=f"N-{n:04d}", name=f"新站{n}", name_en=f"New {n}")
        for n in range(SELECTABLE + 1)
    )


def shown(cast: Cast, name: str, **asked: str) -> list[str]:
    answer = as_user(getattr(cast, name)).get(reverse("parts_order_list"), asked)
    return sorted(row.number for row in answer.context["page"].rows)


def test_few_stations_are_chosen_from_a_list(cast: Cast, numbers: list[str]) -> None:
    page = as_user(cast.warehouse).get(reverse("parts_order_list")).content.decode()

    assert f'<option value="{cast.station_a.pk}">' in page
    assert shown(cast, "warehouse", station=str(cast.station_b.pk)) == numbers[1:]


def test_many_stations_are_named_by_code_or_a_part_of_the_name(cast: Cast, numbers: list[str]) -> None:
    enlarge(cast)

    page = as_user(cast.warehouse).get(reverse("parts_order_list")).content.decode()

    assert "新站7" not in page
    assert shown(cast, "warehouse", station="hz-0103") == numbers[:1]
    assert shown(cast, "warehouse", station="锦江") == numbers[1:]
    assert shown(cast, "warehouse", station="nowhere") == []


def test_a_typed_name_reaches_no_foreign_record(cast: Cast, numbers: list[str]) -> None:
    enlarge(cast)

    assert shown(cast, "owner_a", station="西湖") == numbers[:1]
    assert shown(cast, "owner_a", station="锦江") == []


def test_what_is_typed_is_bounded(cast: Cast, numbers: list[str]) -> None:
    enlarge(cast)

    for text in ("x" * 61, "a\x00b"):
        answer = as_user(cast.warehouse).get(reverse("parts_order_list"), {"station": text})
        assert answer.status_code == 200
        assert answer.context["filterset"].form.errors["station"]
