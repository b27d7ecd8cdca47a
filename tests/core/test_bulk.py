"""update_rows(): many rows in one statement, each with its own values."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts.models import PartsOrderLine, ShipmentLine
from portal.core.bulk import update_rows
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
