"""The fleet is counted anew every night, so that a page reads hundreds of counts and not millions of units."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth

from portal.core import clock
from portal.core.bulk import copy_rows
from service.models import InstalledUnit, UnitStatus
from warranty.costs.units import extended_among, region_of, with_cover
from warranty.models import FleetCount
from warranty.settlement_rules import month_of

FIELDS = ("product_model", "region", "sold_month", "cover_month", "end_month", "unit_count", "counted_on")


@transaction.atomic
def count_fleet() -> int:
    """Units not scrapped are counted by model, region, month of sale and months of cover; how many counts that makes.

    What a contract adds is a count of its own without a month of sale, so that no unit is in service twice.
    """
    today = clock.today()
    FleetCount.objects.all().delete()
    rows = list(_counts(today))
    copy_rows(FleetCount, FIELDS, rows)
    return len(rows)


def _counts(today: date) -> Iterator[tuple[Any, ...]]:
    every = InstalledUnit.objects.exclude(status=UnitStatus.SCRAPPED).order_by()
    units = with_cover(every).annotate(of_region=region_of())
    months = {"sold": TruncMonth("sold_on"), "first": TruncMonth("cover_from"), "end": TruncMonth("cover_to")}
    grouped = units.annotate(**months).values_list("product_model", "of_region", "sold", "first", "end")
    for model, region, sold, first, end, count in grouped.annotate(count=Count("pk")):
        is_covered = first is not None and end is not None
        yield model, region, sold, first if is_covered else None, end if is_covered else None, count, today
    for each in extended_among(units, "product_model", "of_region"):
        yield *each.keys, None, month_of(each.first), month_of(each.last), 1, today


def counted_on() -> date | None:
    """The day the fleet was counted; None before the first night."""
    return FleetCount.objects.values_list("counted_on", flat=True).first()
