"""What a part costs: the one national price, and what a station pays for it and why. Not here: lists of prices (price_lists)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from parts.models import GradePrice, ListPrice, OrderKind, Part, PriceList
from parts.parameters import PRICE_FACTORS
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.parameters import param
from portal.core.written import Written
from stations.grading import grade_on, priced_as

ONE = Decimal(1)


class NoPrice(Refusal):
    """Nobody has priced the part for this day."""

    message = _("Part %(part)s has no national price on %(on)s.")
    code = "no_price"


NATIONAL = ""


@dataclass(frozen=True)
class Base:
    """The price that factors are applied to: national, or a grade's own; and the list or import that brought it."""

    price: Decimal
    grade: str = NATIONAL
    source: str = ""


@dataclass(frozen=True)
class NetPrice:
    """What a station pays for one piece, CNY without tax, and how that came about.

    list_price: the price multiplied; with own_grade it is the grade's own, and no grade factor is applied.
    """

    part_id: int
    list_price: Decimal
    grade: str
    grade_factor: Decimal
    kind_factor: Decimal
    amount: Decimal
    price_list: str = ""
    own_grade: str = ""

    def reason(self) -> dict[str, str]:
        """The same for a document that keeps it."""
        said = {
            "list_price": str(self.list_price),
            "grade": self.grade,
            "grade_factor": str(self.grade_factor),
            "kind_factor": str(self.kind_factor),
        }
        named = {"price_list": self.price_list, "own_grade": self.own_grade}
        return said | {name: value for name, value in named.items() if value}


def list_prices(parts: Iterable[int], on: date | None = None) -> dict[int, Decimal]:
    """The national price of each part (by key) that has one on this day; one query."""
    return dict(_holding(ListPrice, parts, on or clock.today()).values_list("part_id", "price"))


def _holding[M: models.Model](model: type[M], parts: Iterable[int], day: date) -> models.QuerySet[M]:
    holds = Q(valid_to=None) | Q(valid_to__gt=day)
    return model._default_manager.filter(holds, part__in=list(parts), valid_from__lte=day).order_by()


def _national_and_own(parts: list[int], grade: str, on: date) -> models.QuerySet[Any, tuple[Any, ...]]:
    national = _holding(ListPrice, parts, on).values_list("part_id", Value(NATIONAL), "price", "source")
    own = _holding(GradePrice, parts, on).filter(grade=grade).values_list("part_id", "grade", "price", "source")
    return national.union(own, all=True).order_by()


_bases = Written(_national_and_own)


def base_prices(parts: Iterable[int], *, grade: str, on: date, price_list: PriceList | None = None) -> dict[int, Base]:
    """What factors are applied to for each part (by key): the grade's own price where it has one, else the national one.

    price_list: as if this list held already, draft or not. One query, two with a list.
    """
    keys = list(parts)
    rows = _bases(keys, str(grade), on)
    if price_list is not None and price_list.grade in (NATIONAL, grade):
        listed = price_list.rows.filter(part__in=keys).values_list("part_id", "price")
        rows += [(part, price_list.grade, price, price_list.number) for part, price in listed]
    found: dict[int, Base] = {}
    for part, of_grade, price, source in rows:
        if part not in found or of_grade or not found[part].grade:
            found[part] = Base(price, of_grade, source)
    return found


def paid_by_grade(parts: Iterable[int], *, grade: str, on: date) -> dict[int, Decimal]:
    """What each part (by key) costs a grade before the order kind counts; NATIONAL: the national price. One query."""
    factor = Decimal(param(PRICE_FACTORS, at=on)["grade"].get(grade, ONE)) if grade else ONE
    bases = base_prices(parts, grade=grade or "-", on=on)
    return {part: base.price if base.grade else round_money(base.price * factor) for part, base in bases.items()}


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
    parts: Iterable[int],
    station: Any,
    *,
    kind: str = OrderKind.STOCK,
    on: date | None = None,
    price_list: PriceList | None = None,
) -> dict[int, NetPrice]:
    """What the station pays for each part (by key) that is priced on this day: list × grade factor × kind factor.

    A grade's own price takes the place of list × grade factor. price_list: as if this list held already, draft or not.
    A constant number of queries. Source: rules.md 3.9 Price.
    """
    day = on or clock.today()
    grade = grade_on(station, day)
    factors = param(PRICE_FACTORS, at=day)
    bases = base_prices(parts, grade=str(priced_as(grade)), on=day, price_list=price_list)
    return {part: price_of(part, base, grade=str(grade), kind=kind, factors=factors) for part, base in bases.items()}


def stock_prices(wanted: Iterable[tuple[int, date]], *, grade: str) -> dict[tuple[int, date], Decimal]:
    """What each part (by key) costs a station of this grade in an ordinary order on its day; two queries for any number."""
    asked = set(wanted)
    parts, priced = {part for part, _day in asked}, str(priced_as(grade))
    own = _periods(GradePrice.objects.filter(part__in=parts, grade=priced))
    national = _periods(ListPrice.objects.filter(part__in=parts))
    found = {}
    for part, day in asked:
        for periods, of_grade in ((own, priced), (national, NATIONAL)):
            price = next((price for first, end, price in periods[part] if first <= day < (end or date.max)), None)
            if price is not None:
                factors = param(PRICE_FACTORS, at=day)
                base = Base(price, of_grade)
                found[part, day] = price_of(part, base, grade=grade, kind=OrderKind.STOCK, factors=factors).amount
                break
    return found


def _periods(rows: models.QuerySet[Any]) -> dict[int, list[tuple[date, date | None, Decimal]]]:
    found: dict[int, list[tuple[date, date | None, Decimal]]] = defaultdict(list)
    for part, first, end, price in rows.order_by().values_list("part_id", "valid_from", "valid_to", "price"):
        found[part].append((first, end, price))
    return found


def price_of(part: int, base: Base, *, grade: str, kind: str, factors: Mapping[str, Mapping[str, str]]) -> NetPrice:
    """Pure: one rounding, of the product. An unknown grade or kind pays the full price."""
    by_grade = ONE if base.grade else Decimal(factors["grade"].get(grade, ONE))
    by_kind = Decimal(factors["order_kind"].get(kind, ONE))
    amount = round_money(base.price * by_grade * by_kind)
    return NetPrice(part, base.price, grade, by_grade, by_kind, amount, base.source, base.grade)


@dataclass(frozen=True)
class Priced:
    """A part (by key) costs so much from a day on, CNY without tax."""

    part_id: int
    price: Decimal
    valid_from: date


def _known(wanted: Iterable[Priced], grade: str) -> models.QuerySet[Any]:
    """All periods of these parts, national or of a grade."""
    parts = {row.part_id for row in wanted}
    if grade:
        return GradePrice.objects.filter(part__in=parts, grade=grade)
    return ListPrice.objects.filter(part__in=parts)


def price_conflicts(wanted: Iterable[Priced], *, grade: str = NATIONAL) -> list[tuple[Priced, Decimal]]:
    """Prices whose first day already begins another price, with that one; the same price again is no conflict."""
    rows = list(wanted)
    known = {
        (part, day): price for part, day, price in _known(rows, grade).values_list("part_id", "valid_from", "price")
    }
    standing = [(row, known.get((row.part_id, row.valid_from))) for row in rows]
    return [(row, price) for row, price in standing if price is not None and price != row.price]


@transaction.atomic
def set_prices(wanted: Iterable[Priced], *, grade: str = NATIONAL, source: str = "") -> int:
    """Each part has the price from its day until the next one that is known; how many prices are new.

    grade: whose own prices these are; none for the national ones. A period that covered the day ends there. The same
    price from the same day again changes nothing. Set-based.
    """
    rows = sorted(wanted, key=lambda row: (row.part_id, row.valid_from))
    model: Any = GradePrice if grade else ListPrice
    standing: dict[int, list[Any]] = {}
    for price in _known(rows, grade).order_by("part_id", "valid_from").select_for_update(no_key=True, of=("self",)):
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
        facts = {"grade": grade} if grade else {}
        made = model(
            part_id=row.part_id, price=row.price, valid_from=row.valid_from, valid_to=later, source=source, **facts
        )
        periods.append(made)
        fresh.append(made)
    model.objects.bulk_update(ended, ["valid_to"], batch_size=5_000)
    model.objects.bulk_create(fresh, batch_size=5_000)
    return len(fresh)
