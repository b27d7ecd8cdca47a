"""What a part costs: the one national price, and what a station pays for it and why. Not here: what customers are charged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parts.models import ListPrice, OrderKind, Part
from parts.parameters import PRICE_FACTORS
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.parameters import param
from stations.grading import grade_on

ONE = Decimal(1)


class NoPrice(Refusal):
    """Nobody has priced the part for this day."""

    message = _("Part %(part)s has no national price on %(on)s.")
    code = "no_price"


@dataclass(frozen=True)
class NetPrice:
    """What a station pays for one piece, CNY without tax, and how that came about."""

    part_id: int
    list_price: Decimal
    grade: str
    grade_factor: Decimal
    kind_factor: Decimal
    amount: Decimal

    def reason(self) -> dict[str, str]:
        """The same for a document that keeps it."""
        return {
            "list_price": str(self.list_price),
            "grade": self.grade,
            "grade_factor": str(self.grade_factor),
            "kind_factor": str(self.kind_factor),
        }


def list_prices(parts: Iterable[int], on: date | None = None) -> dict[int, Decimal]:
    """The national price of each part (by key) that has one on this day; one query."""
    day = on or clock.today()
    rows = ListPrice.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), part__in=list(parts), valid_from__lte=day)
    return dict(rows.values_list("part_id", "price"))


def public_price(part: Part, on: date | None = None) -> Decimal | None:
    """The national price that customers are quoted, or None where there is none."""
    return list_prices([part.pk], on).get(part.pk)


def net_price(part: Part, station: Any, on: date | None = None) -> Decimal:
    """What the station pays for one piece of an ordinary order. Raises NoPrice."""
    day = on or clock.today()
    quoted = quote([part.pk], station, on=day).get(part.pk)
    if quoted is None:
        raise NoPrice(part=part.number, on=day)
    return quoted.amount


def quote(
    parts: Iterable[int], station: Any, *, kind: str = OrderKind.STOCK, on: date | None = None
) -> dict[int, NetPrice]:
    """What the station pays for each part (by key) that is priced on this day: list × grade factor × kind factor.

    A constant number of queries. Source: rules.md 3.9 Price.
    """
    day = on or clock.today()
    grade = str(grade_on(station, day))
    factors = param(PRICE_FACTORS, at=day)
    return {
        part: price_of(part, list_price, grade=grade, kind=kind, factors=factors)
        for part, list_price in list_prices(parts, day).items()
    }


def price_of(
    part: int, list_price: Decimal, *, grade: str, kind: str, factors: Mapping[str, Mapping[str, str]]
) -> NetPrice:
    """Pure: one rounding, of the product. An unknown grade or kind pays the full price."""
    by_grade = Decimal(factors["grade"].get(grade, ONE))
    by_kind = Decimal(factors["order_kind"].get(kind, ONE))
    return NetPrice(part, list_price, grade, by_grade, by_kind, round_money(list_price * by_grade * by_kind))


@dataclass(frozen=True)
class Priced:
    """A part (by key) costs so much from a day on, CNY without tax."""

    part_id: int
    price: Decimal
    valid_from: date


def price_conflicts(wanted: Iterable[Priced]) -> list[tuple[Priced, Decimal]]:
    """Prices whose first day already begins another price, with that one; the same price again is no conflict."""
    rows = list(wanted)
    known = dict(
        ((part, day), price)
        for part, day, price in ListPrice.objects.filter(part__in={row.part_id for row in rows}).values_list(
            "part_id", "valid_from", "price"
        )
    )
    standing = [(row, known.get((row.part_id, row.valid_from))) for row in rows]
    return [(row, price) for row, price in standing if price is not None and price != row.price]


@transaction.atomic
def set_prices(wanted: Iterable[Priced], *, source: str = "") -> int:
    """Each part has the price from its day until the next one that is known; how many prices are new.

    A period that covered the day ends there. The same price from the same day again changes nothing. Set-based.
    """
    rows = sorted(wanted, key=lambda row: (row.part_id, row.valid_from))
    standing: dict[int, list[ListPrice]] = {}
    known = ListPrice.objects.filter(part__in={row.part_id for row in rows}).order_by("part_id", "valid_from")
    for price in known.select_for_update(no_key=True, of=("self",)):
        standing.setdefault(price.part_id, []).append(price)
    ended, fresh = [], []
    for row in rows:
        periods = standing.setdefault(row.part_id, [])
        if any(period.valid_from == row.valid_from for period in periods):
            continue
        later = min((period.valid_from for period in periods if period.valid_from > row.valid_from), default=None)
        before = max(
            (period for period in periods if period.valid_from < row.valid_from),
            key=lambda period: period.valid_from,
            default=None,
        )
        if before is not None and (before.valid_to is None or before.valid_to > row.valid_from):
            before.valid_to = row.valid_from
            if before.pk:
                ended.append(before)
        made = ListPrice(part_id=row.part_id, price=row.price, valid_from=row.valid_from, valid_to=later, source=source)
        periods.append(made)
        fresh.append(made)
    ListPrice.objects.bulk_update(ended, ["valid_to"], batch_size=5_000)
    ListPrice.objects.bulk_create(fresh, batch_size=5_000)
    return len(fresh)
