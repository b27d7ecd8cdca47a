"""Divisions that no station serves, ranked by what happens there. Not here: what is counted (apps register it)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise

from portal.core import clock, registries
from portal.core.models import Division
from portal.core.models.divisions import DivisionLevel
from stations.contracts import dispatchable, distance_km
from stations.coverage import KM_PER_DEGREE
from stations.models import CandidateOutlet, Contract, ServiceArea
from stations.models.products import in_language
from stations.states import OPEN_CANDIDATE

CELL_DEGREES = 1  # points are looked up by cells of a degree


@dataclass(frozen=True)
class Place:
    """A division as the shipped table knows it."""

    code: str
    name: str
    full_name: str
    level: str
    parent: str | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Outlet:
    """A station that may be given jobs, and its radius in km."""

    pk: int
    name: str
    longitude: float
    latitude: float
    radius_km: int


@dataclass(frozen=True)
class WhiteSpot:
    """A division without any station: what was counted there, candidates under way, the nearest station."""

    place: Place
    counts: Sequence[int]
    candidates: int = 0
    nearest: str = ""
    nearest_km: float | None = None

    @property
    def demand(self) -> int:
        """What it is ranked by."""
        return sum(self.counts)


@dataclass(frozen=True)
class Tile:
    """A province: its counties, those without a station, and what was counted in these."""

    place: Place
    counties: int
    white: int
    demand: int

    @property
    def share(self) -> float:
        """The part of its counties that no station serves, 0–1."""
        return self.white / self.counties if self.counties else 0.0


@dataclass
class Coverage:
    """The whole country on one day: every place, which of them a station serves, what was counted where."""

    places: dict[str, Place]
    covered: set[str]
    outlets: list[Outlet]
    labels: list[str | Promise]
    counted: list[Mapping[str, int]]
    candidates: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def leaves(self) -> list[Place]:
        """Divisions without a further one below: counties, and the few cities and provinces that have none."""
        parents = {place.parent for place in self.places.values()}
        return [place for place in self.places.values() if place.code not in parents]

    @cached_property
    def totals(self) -> list[dict[str, int]]:
        """Each count per division of every level: what is counted in a county counts in its city and province."""
        sums: list[dict[str, int]] = []
        for counts in self.counted:
            total: dict[str, int] = defaultdict(int)
            for code, number in counts.items():
                for around in self._around(code):
                    total[around] += number
            sums.append(total)
        return sums

    def _around(self, code: str) -> Iterable[str]:
        here = self.places.get(code[:6])
        while here is not None:
            yield here.code
            here = self.places.get(here.parent) if here.parent else None

    def spots(self, level: str, province: str = "") -> list[WhiteSpot]:
        """Divisions of the level that no station serves, not even in part: the most counted first, else in their order."""
        rows = self.leaves if level == DivisionLevel.COUNTY else self.places.values()
        chosen = (
            place
            for place in rows
            if (level == DivisionLevel.COUNTY or place.level == level)
            and place.code not in self.covered
            and (not province or place.code[:2] == province[:2])
        )
        found = [WhiteSpot(place, [total.get(place.code, 0) for total in self.totals]) for place in chosen]
        return sorted(found, key=lambda spot: (-spot.demand, spot.place.code))

    def tiles(self) -> list[Tile]:
        """Every province, in order."""
        white: dict[str, list[Place]] = defaultdict(list)
        counties: dict[str, int] = defaultdict(int)
        for place in self.leaves:
            counties[place.code[:2]] += 1
            if place.code not in self.covered:
                white[place.code[:2]].append(place)
        return [
            Tile(
                place,
                counties[place.code[:2]],
                len(white[place.code[:2]]),
                sum(total.get(each.code, 0) for each in white[place.code[:2]] for total in self.totals),
            )
            for place in self.places.values()
            if place.level == DivisionLevel.PROVINCE
        ]

    def told(self, spot: WhiteSpot) -> WhiteSpot:
        """The spot with the candidates that are under way in it and the station nearest to its seat."""
        ways = sum(number for code, number in self.candidates.items() if spot.place.code in self._around(code))
        nearest = self._nearest(spot.place)
        name, km = nearest if nearest else ("", None)
        return WhiteSpot(spot.place, spot.counts, ways, name, km)

    def _nearest(self, place: Place) -> tuple[str, float] | None:
        if place.longitude is None or place.latitude is None or not self.outlets:
            return None
        x, y = place.longitude, place.latitude
        outlet = min(self.outlets, key=lambda each: (each.longitude - x) ** 2 * 0.7 + (each.latitude - y) ** 2)
        return outlet.name, _km(outlet, place)


def coverage(user: Any, on: date | None = None) -> Coverage:
    """The country as it is served on the day; candidates as far as the user sees them. A fixed number of queries."""
    places = _places()
    on = on or clock.today()
    named = ServiceArea.objects.filter(station__in=dispatchable(on)).values_list("division_id", flat=True)
    agreed = Contract.objects.filter(station__in=dispatchable(on), valid_from__lte=on, valid_to__gt=on)
    served = {*named, *agreed.exclude(divisions=None).values_list("divisions", flat=True)}
    outlets = _outlets(on)
    near = _within_reach(places.values(), outlets)
    under_way = CandidateOutlet.objects.visible_to(user).filter(status__in=OPEN_CANDIDATE)
    shown = list(registries.coverage_counts.values())
    return Coverage(
        places,
        _spread(places, served, near),
        outlets,
        [count.label for count in shown],
        [count.counts() for count in shown],
        dict(under_way.order_by().values_list("division_id").annotate(how_many=Count("pk"))),
    )


def _places() -> dict[str, Place]:
    rows = Division.objects.order_by("code").values_list(
        "code", "name", "full_name", "level", "parent_id", "longitude", "latitude"
    )
    return {
        code: Place(code, name, full, level, parent, None if x is None else float(x), None if y is None else float(y))
        for code, name, full, level, parent, x, y in rows
    }


def _outlets(on: date | None) -> list[Outlet]:
    rows = dispatchable(on).filter(longitude__isnull=False, latitude__isnull=False)
    return [
        Outlet(pk, in_language(name, name_en), float(x), float(y), radius)
        for pk, name, name_en, x, y, radius in rows.values_list(
            "pk", "name", "name_en", "longitude", "latitude", "service_radius_km"
        )
    ]


def _within_reach(places: Iterable[Place], outlets: Iterable[Outlet]) -> set[str]:
    """Codes of the places whose seat lies in the radius of a station."""
    cells: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        if place.longitude is not None and place.latitude is not None:
            cells[int(place.longitude), int(place.latitude)].append(place)
    found: set[str] = set()
    for outlet in outlets:
        for cell in _cells_around(outlet):
            found |= {
                place.code for place in cells.get(cell, ()) if place.code not in found and _reaches(outlet, place)
            }
    return found


def _cells_around(outlet: Outlet) -> Iterable[tuple[int, int]]:
    steps = (
        int(outlet.radius_km / KM_PER_DEGREE * 2) + 1
    )  # a degree of longitude is at least half of one of latitude here
    rows = int(outlet.radius_km / KM_PER_DEGREE) + 1
    x, y = int(outlet.longitude), int(outlet.latitude)
    return ((x + dx, y + dy) for dx in range(-steps, steps + 1) for dy in range(-rows, rows + 1))


def _reaches(outlet: Outlet, place: Place) -> bool:
    if abs(outlet.latitude - (place.latitude or 0)) * KM_PER_DEGREE > outlet.radius_km + 1:
        return False
    return _km(outlet, place) <= outlet.radius_km


def _km(outlet: Outlet, place: Place) -> float:
    """Between a station and the seat of a place, which must be known."""
    return distance_km(outlet.longitude, outlet.latitude, place.longitude or 0.0, place.latitude or 0.0)


def _spread(places: Mapping[str, Place], served: set[str], near: set[str]) -> set[str]:
    """Served codes with all below a named one, and all above any served one, which are served in part at least.

    The seat of a city or province in a radius serves the county around it, not the whole city or province.
    """
    covered: set[str] = set()
    for place in places.values():  # parents stand before their children
        if place.code in served or (place.parent in covered and place.parent is not None):
            covered.add(place.code)
    parents = {place.parent for place in places.values()}
    covered |= {code for code in near if code not in parents}
    for code in [*covered]:
        above = places[code].parent
        while above:
            covered.add(above)
            above = places[above].parent
    return covered
