"""What lies around a station and what is coming: shown while it orders. Reads only; of other stations no more than a count."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from parts.models import LocationKind, StockBalance
from parts.promises import day_of_arrival
from portal.core import clock
from portal.core.calendar import add_working_days

ZERO = Decimal(0)


@dataclass(frozen=True)
class Around:
    """Free pieces of a part: in the station's own rooms, in the central and in the region's warehouse; and at how many
    other stations of the region some are free."""

    own: Decimal = ZERO
    central: Decimal = ZERO
    regional: Decimal = ZERO
    stations: int = 0

    @property
    def served(self) -> Decimal:
        """Free pieces that an order of the station may get at once."""
        return self.regional + self.central


def stock_around(station: Any, parts: Iterable[int]) -> dict[int, Around]:
    """By part; one query. Source: ux.md feature 34."""
    keys = list(parts)
    region = station.center.region_id
    kinds = LocationKind
    near = (
        Q(location__kind=kinds.HQ)
        | Q(location__kind=kinds.REGIONAL, location__region=region)
        | Q(location__kind=kinds.REGIONAL, location__parent__region=region)
        | Q(location__kind=kinds.STATION, location__station__center__region=region)
    )
    rows = StockBalance.objects.filter(near, part__in=keys, location__is_active=True).order_by()
    sums = rows.values("part", "location__kind", "location__station").annotate(free=Sum(F("on_hand") - F("reserved")))
    found: dict[int, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for row in sums.filter(free__gt=0):
        place = _place(row, station)
        found[row["part"]][place] += 1 if place == "stations" else row["free"]
    return {part: Around(**values) for part, values in found.items()}


def _place(row: Mapping[str, Any], station: Any) -> str:
    """The field of Around that the row counts in."""
    if row["location__kind"] == LocationKind.HQ:
        return "central"
    if row["location__kind"] == LocationKind.REGIONAL:
        return "regional"
    return "own" if row["location__station"] == station.pk else "stations"


def expected_on(wanted: Mapping[int, Decimal], around: Mapping[int, Around]) -> dict[int, date]:
    """By part, the day the pieces leave the warehouses that serve the station: the next working day where they lie there, else
    the day suppliers bring what earlier orders leave; parts that nothing covers are left out."""
    missing = {part: qty for part, qty in wanted.items() if around.get(part, Around()).served < qty}
    later = day_of_arrival({part: qty - around.get(part, Around()).served for part, qty in missing.items()})
    ships = add_working_days(clock.today(), 1)
    return {part: later[part] if part in missing else ships for part in wanted if part not in missing or part in later}
