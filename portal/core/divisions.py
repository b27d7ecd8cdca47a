"""Administrative divisions: the shipped table, its loader, and questions about it. Not here: who serves where (stations)."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.outline import EAST, NORTH, SOUTH, WEST, inside

DATA = Path(__file__).parent / "data" / "divisions"
NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})  # cities that no address names
WITHOUT_CITIES = ("710000", "810000", "820000")  # three of the 34 province-level units stand only in the coordinates


@dataclass(frozen=True)
class Entry:
    """A division as shipped; parent is a code or None."""

    code: str
    name: str
    level: str
    parent_id: str | None
    full_name: str
    longitude: Decimal | None
    latitude: Decimal | None


class OutsideChina(Refusal):
    """Every outlet stands in the country; exchanged or foreign coordinates are a slip."""

    message = _(
        "Coordinates outside China: got longitude %(longitude)s, latitude %(latitude)s;"
        " expected a longitude from %(west)s to %(east)s and a latitude from %(south)s to %(north)s within the country."
    )
    code = "outside_china"


class CoordinatesExchanged(OutsideChina):
    """Both numbers are right, each in the other's place."""

    message = _(
        "Longitude and latitude look exchanged: got longitude %(longitude)s, latitude %(latitude)s;"
        " expected longitude %(latitude)s, latitude %(longitude)s."
    )
    code = "coordinates_exchanged"


class CoordinatesIncomplete(Refusal):
    """A point has two numbers."""

    message = _("Give longitude and latitude together, or neither.")
    code = "coordinates_incomplete"


def check_in_china(longitude: Decimal | float | None, latitude: Decimal | float | None) -> None:
    """The point, if any is given, lies in China. Raises OutsideChina, CoordinatesExchanged, CoordinatesIncomplete.

    Degrees; the outline is generous (some 30 km), so no address of the country is refused.
    """
    if longitude is None and latitude is None:
        return
    if longitude is None or latitude is None:
        raise CoordinatesIncomplete(field="longitude" if longitude is None else "latitude")
    if inside(longitude, latitude):
        return
    got: dict[str, Any] = {"longitude": longitude, "latitude": latitude}
    if inside(latitude, longitude):
        raise CoordinatesExchanged(field="longitude", **got)
    raise OutsideChina(field="longitude", **got, west=WEST, east=EAST, south=SOUTH, north=NORTH)


def read_shipped(folder: Path = DATA) -> Iterator[Entry]:
    """Provinces, then cities, then counties, each after its parent; 34, 342 and 2,975 of them.

    A county younger than the coordinates takes the point of an older one of the same name in its city, or none.
    """
    points = _points(folder)
    names: dict[str, str] = {}
    for file, level, digits in (("provinces", "province", 2), ("cities", "city", 4), ("areas", "county", 6)):
        for row in _rows(folder / f"{file}.csv"):
            code = row["code"].ljust(6, "0")
            if code in names:  # Dongguan and its like have no counties: the file repeats the city among them
                continue
            parent = row["code"][: digits - 2].ljust(6, "0") if digits > 2 else None
            before = names.get(parent or "", "")
            names[code] = before if row["name"] in NAMELESS else before + row["name"]
            longitude, latitude = points.get(code) or points.get(code[:4] + row["name"]) or (None, None)
            yield Entry(code, row["name"], level, parent, names[code] or row["name"], longitude, latitude)
        if level == "province":
            yield from _lone_provinces(folder, points)


def load_shipped() -> int:
    """Every shipped division stands in the table, as shipped; how many. May run again: others are left alone."""
    from portal.core.models.divisions import Division

    rows = [Division(**asdict(entry)) for entry in read_shipped()]
    fields = ["name", "level", "parent", "full_name", "longitude", "latitude"]
    with transaction.atomic():
        Division.objects.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=fields
        )
    return len(rows)


def ancestors(code: str) -> list[str]:
    """The codes of province, city and county that a code lies in, itself included: 310105 → 310000, 310100, 310105."""
    return list(dict.fromkeys([f"{code[:2]}0000", f"{code[:4]}00", code]))


def point_of(code: str) -> tuple[Decimal, Decimal] | None:
    """Longitude and latitude of the division, or of the nearest one around it that has a point."""
    from portal.core.models.divisions import Division

    found = Division.objects.filter(code__in=ancestors(code)).exclude(longitude=None).order_by("-code").first()
    if found is None or found.longitude is None or found.latitude is None:
        return None
    return found.longitude, found.latitude


def name_of(code: str) -> str:
    """The full name, like 上海市长宁区; the code itself if nobody knows it."""
    from portal.core.models.divisions import Division

    found = Division.objects.filter(code=code).values_list("full_name", flat=True).first()
    return found or code


def _points(folder: Path) -> dict[str, tuple[Decimal, Decimal]]:
    """By six-digit code, and by the city's four digits + name for codes that have changed since."""
    points: dict[str, tuple[Decimal, Decimal]] = {}
    for row in _rows(folder / "cpca-adcodes.csv"):
        if row["longitude"] and row["latitude"]:
            code, point = row["adcode"][:6], (Decimal(row["longitude"]), Decimal(row["latitude"]))
            points[code] = point
            points.setdefault(code[:4] + row["name"], point)
    return points


def _lone_provinces(folder: Path, points: dict[str, tuple[Decimal, Decimal]]) -> Iterator[Entry]:
    names = {row["adcode"][:6]: row["name"] for row in _rows(folder / "cpca-adcodes.csv")}
    for code in WITHOUT_CITIES:
        yield Entry(code, names[code], "province", None, names[code], *points[code])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
