"""The search field of a list: any column, any case, wildcards as typed, own rows only, and through an index."""

from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from parts.models import PartsOrder
from parts.ordering import Wanted, place_order
from portal.core.searching import rows_with
from service.models import WorkOrder
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.parts import make_part
from tests.factories.stations import make_dealer, make_grade, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(cast: Cast) -> list[PartsOrder]:
    """One order of station A and one of station B."""
    part = make_part()
    made = []
    for side, reference in (("a", "Rush_100%"), ("b", "Rush-100x")):
        station = getattr(cast, f"station_{side}")
        make_grade(station=station, grade="B")
        clerk = getattr(cast, f"clerk_{side}")
        wanted = [Wanted(part.number, Decimal(1))]
        made.append(place_order(station, lines=wanted, actor=clerk, reference=reference))
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [("rush", [0, 1]), ("rush_100%", [0]), ("%", [0]), ("_", [0]), ("hz-0103", [0]), ("锦江", [1]), ("nothing", [])],
)
def test_a_text_is_found_in_own_and_in_foreign_columns_as_typed(
    orders: list[PartsOrder], text: str, found: list[int]
) -> None:
    fields = ("number", "reference", "station__name", "station__code")

    assert {row.pk for row in rows_with(PartsOrder.objects.all(), fields, text)} == {orders[n].pk for n in found}


def test_a_search_reaches_no_foreign_row(cast: Cast, orders: list[PartsOrder]) -> None:
    answer = as_user(cast.clerk_a).get(reverse("parts_order_list"), {"q": "Rush"})

    assert [row.pk for row in answer.context["page"].rows] == [orders[0].pk]


def test_numbers_are_looked_up_in_the_trigram_index(db: None) -> None:
    rows = rows_with(WorkOrder.objects.all(), ("number", "request__unit__serial_number"), "004711")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")  # what is left to an index is its bitmap
        plan = rows.explain()

    assert "work_order_search" in plan
    assert "unit_serial_trigram" in plan


def test_the_counts_of_what_was_found_are_those_of_each_status(cast: Cast) -> None:
    for name, active in (("晨曦一店", True), ("晨曦二店", True), ("晨曦三店", False), ("暮色店", True)):
        make_station(name=name, active=active, dealer=make_dealer(name="晨曦商贸"))

    answer = as_user(cast.service_manager).get(reverse("station_list"), {"q": "晨曦"})

    chips = {str(chip["label"]): chip["count"] for chip in answer.context["chips"]}
    assert chips == {"全部": "4", "已启用": "3", "申请中": "1"}
