"""Stock that lies free in bins that are being counted, which neither a run nor a pick list may take. Not here: the counts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from parts.models import Location, StockBalance

type Key = tuple[int, int]
"""Place and part."""


class Frozen(NamedTuple):
    """Free pieces that nobody may take, and the counts that keep them."""

    qty: Decimal
    counts: tuple[str, ...]


def frozen_stock(parts: Iterable[int], places: Iterable[int]) -> dict[Key, Frozen]:
    """What lies free at these places in bins that are being counted; at most one query."""
    wanted = set(parts)
    if not wanted:
        return {}
    counted = Location.objects.within(*places).exclude(frozen_by="")
    rows = StockBalance.objects.filter(part__in=wanted, location__in=counted, on_hand__gt=F("reserved")).order_by()
    of_place = rows.annotate(place=Coalesce("location__parent", "location")).values_list("place", "part")
    sums = of_place.annotate(
        free=Sum(F("on_hand") - F("reserved")), counts=ArrayAgg("location__frozen_by", distinct=True)
    )
    return {(place, part): Frozen(free, tuple(sorted(counts))) for place, part, free, counts in sums}
