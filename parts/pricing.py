"""What a part costs: the one national price, and what a station pays for it and why. Not here: what customers are charged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

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
