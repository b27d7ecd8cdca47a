"""Many rows in one statement, each with its own values: changed, copied in, or added with most of them alike."""

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from parts.models import PartsOrderLine, ShipmentLine
from portal.core.bulk import copy_rows, insert_alike, update_rows
from stations.models import Region
from tests.factories.stations import make_region


@pytest.mark.django_db
def test_each_row_gets_its_own_values_in_one_statement() -> None:
    first, second, other = make_region(), make_region(), make_region()
    first.name, first.name_en = "华东'区", "East %s"
    second.name, second.name_en = "", "West"

    with CaptureQueriesContext(connection) as asked:
        count = update_rows([first, second], ["name", "name_en"])

    assert (count, len(asked)) == (2, 1)
    assert list(Region.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk").values_list("name", "name_en")) == [
        ("华东'区", "East %s"),
        ("", "West"),
    ]
    assert Region.objects.get(pk=other.pk).name == other.name


@pytest.mark.django_db
def test_quantities_and_nothing_at_all_have_types_that_the_database_takes() -> None:
    nobody = ShipmentLine(pk=10**15, received_qty=None, damaged_qty=Decimal("1.500"), note="")

    assert update_rows([nobody], ["received_qty", "damaged_qty", "note"]) == 0
    assert update_rows([], ["note"]) == 0
    assert update_rows([PartsOrderLine(pk=10**15, open_qty=Decimal(1))], ["open_qty"]) == 0


@pytest.mark.django_db
def test_copied_rows_stand_as_they_were_given() -> None:
    copy_rows(Region, ["code", "name", "name_en"], [("A1", "华东\t'区\\", "East\n%s"), ("A2", "\\N", "")])

    found = Region.objects.filter(code__in=["A1", "A2"]).order_by("code").values_list("code", "name", "name_en")
    assert list(found) == [("A1", "华东\t'区\\", "East\n%s"), ("A2", "\\N", "")]


@pytest.mark.django_db
def test_a_copy_that_the_database_refuses_leaves_nothing_and_says_so_like_any_insert() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(Region, ["code", "name", "name_en"], [("A1", "甲", ""), ("A1", "乙", "")])

    assert not Region.objects.filter(code="A1").exists()


@pytest.mark.django_db
def test_rows_that_are_alike_but_for_some_fields_come_by_one_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        keys = insert_alike(Region, {"name_en": "East"}, {"code": ["A1", "A2"], "name": ["甲", "乙"]})

    assert len(asked) == 1
    found = Region.objects.filter(pk__in=keys).order_by("pk").values_list("code", "name", "name_en")
    assert list(found) == [("A1", "甲", "East"), ("A2", "乙", "East")]


@pytest.mark.django_db
def test_a_text_that_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert_alike(Region, {"name_en": ""}, {"code": ["A" * 21], "name": ["甲"]})
