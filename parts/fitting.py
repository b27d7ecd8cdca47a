"""Which part fits this very unit: the one question to a model's bill of materials by serial number and production day.

Not here: what supersedes what (superseding).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from parts.models import Fitment
from portal.core.written import Written
from stations.models import ProductModel

PIECES = re.compile(r"\d+|\D+")


def serial_key(serial: str) -> tuple[tuple[int, int, str], ...]:
    """Serial numbers in their order: digits compare as numbers, everything else as upper-case text."""
    pieces = PIECES.findall(serial.strip().upper())
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def in_range(serial: str, first: str, last: str) -> bool:
    """Whether the serial number lies from first to last, both included; an empty end is open."""
    if not serial:
        return True
    key = serial_key(serial)
    return (not first or serial_key(first) <= key) and (not last or key <= serial_key(last))


def fitting(
    product_model: Any, *, serial: str = "", produced_on: date | None = None, rows: QuerySet[Fitment] | None = None
) -> list[Fitment]:
    """The fitments of the model that hold for the unit; what is not known of it excludes nothing. One query.

    rows: only these fitments. Source: rules.md 3.2, C17.
    """
    found = (Fitment.objects.all() if rows is None else rows).filter(product_model=product_model)
    return [row for row in _built_in(found, produced_on) if in_range(serial, row.serial_from, row.serial_to)]


def fits(numbers: Iterable[str], product_model: Any, *, serial: str = "", produced_on: date | None = None) -> bool:
    """Whether one of these part numbers stands in the bill of materials of the unit."""
    ranges = _ranges(sorted(set(numbers)), product_model.pk, produced_on)
    return any(in_range(serial, first, last) for first, last in ranges)


def _built_in(rows: QuerySet[Fitment], produced_on: date | None) -> QuerySet[Fitment]:
    if produced_on is None:
        return rows
    return rows.filter(
        Q(produced_from=None) | Q(produced_from__lte=produced_on), Q(produced_to=None) | Q(produced_to__gt=produced_on)
    )


_ranges = Written(
    lambda numbers, product_model, produced_on: _built_in(
        Fitment.objects.filter(part__number__in=numbers, product_model=product_model), produced_on
    ).values_list("serial_from", "serial_to")
)


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a unit for choosing its parts."""

    product_model: Any
    serial_number: str
    produced_on: date | None


type Finder = Callable[[Any, str], UnitFacts | None]
_finders: list[Finder] = []


def unit_finder(finder: Finder) -> None:
    """`finder(user, serial)` answers the unit of the user's scope. Called in AppConfig.ready() of who keeps units."""
    if finder not in _finders:
        _finders.append(finder)


def unit_named(user: Any, serial: str) -> UnitFacts | None:
    """The unit with this serial number, if the user may see it."""
    return next((found for finder in _finders if (found := finder(user, serial))), None)


def models_named(text: str, *, most: int = 12) -> list[ProductModel]:
    """Models in service by code or name: the one whose code this is, else those that contain it. One query."""
    rows = ProductModel.objects.filter(is_active=True).filter(
        Q(code__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
    )
    found = list(rows.order_by("code")[: most + 1])
    return [row for row in found if row.code.casefold() == text.casefold()] or found
