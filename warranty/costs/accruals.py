"""What the units in cover are expected to cost, month by month, against what they did; how many units are in service.

Units are those counted last (warranty.costs.counting), cost is read at once. Which units they are says warranty.costs.units.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.money import round_money
from stations.models import ProductModel, Region
from warranty.costs.asked import USUAL_MONTHS, Asked
from warranty.costs.entries import NONE, ZERO, entries, keyed, nobody
from warranty.models import FleetCount


@dataclass(frozen=True)
class Accrued:
    """One model or region, or all (key ''): units in cover at the end, expected cost of one a month then, sums over the months asked.

    None where nothing is known: no unit was in cover in the twelve months before.
    """

    key: str
    label: str
    units: int
    rate: Decimal | None
    expected: Decimal | None
    actual: Decimal

    @property
    def difference(self) -> Decimal | None:
        """What it cost above what was expected."""
        return None if self.expected is None else self.actual - self.expected


def counted(user: Any, asked: Asked) -> QuerySet[FleetCount]:
    """The fleet as it was counted last, of the model and region that are asked for."""
    rows: QuerySet[FleetCount] = FleetCount.objects.visible_to(user).order_by()
    if asked.model:
        rows = rows.filter(product_model=asked.model)
    return rows.filter(region=asked.region) if asked.region else rows


def units_by(user: Any, asked: Asked, by: str) -> dict[str, int]:
    """Units sold by the end of the months asked and not scrapped, by the key of a model, product line or region; all under ''."""
    path = {"line": "product_model__family", "model": "product_model", "region": "region"}.get(by)
    rows = counted(user, asked).filter(sold_month__lte=asked.until)
    if path is None:
        return {"": rows.aggregate(count=Sum("unit_count"))["count"] or 0}
    found = dict(rows.values_list(path).annotate(count=Sum("unit_count")))
    return {"": sum(found.values())} | {NONE if key is None else str(key): count for key, count in found.items()}


@dataclass(frozen=True)
class Fleet:
    """Units in cover and costs, by model (or region) and month; those of none lie under None."""

    spans: Mapping[int | None, Sequence[tuple[date, date, int]]]
    costs: Mapping[int | None, Mapping[date, Decimal]]

    def units(self, model: int | None, month: date) -> int:
        """In cover on the last day of the month."""
        return sum(count for first, last, count in self.spans.get(model, ()) if first <= month < last)

    def cost(self, model: int | None, month: date) -> Decimal:
        """What was granted in the month, less reversals."""
        return self.costs.get(model, {}).get(month, ZERO)

    def rate(self, model: int | None, month: date) -> Decimal | None:
        """Cost of a unit-month in the twelve months before; None where no unit was in cover."""
        before = [add_months(month, -number) for number in range(1, USUAL_MONTHS + 1)]
        whole = sum(self.units(model, each) for each in before)
        return sum((self.cost(model, each) for each in before), ZERO) / whole if whole else None

    def expected(self, model: int | None, month: date) -> Decimal | None:
        """Units in cover at the month's end × their expected cost, to the cent."""
        rate = self.rate(model, month)
        return None if rate is None else round_money(rate * self.units(model, month))


@dataclass(frozen=True)
class Accrual:
    """By model or region, the largest first; by month (expected, actual); and all together."""

    models: Sequence[Accrued]
    months: Sequence[tuple[date, Decimal | None, Decimal]]
    whole: Accrued


def accrual(user: Any, asked: Asked, by: str = "model") -> Accrual:
    """What the units in cover were expected to cost, month by month, against what they did; four queries.

    by: model or region; a region's expectation rests on its own units and cost.
    """
    fleet = _fleet(user, asked, by)
    keys = {*fleet.spans, *fleet.costs}
    named: Any = Region if by == "region" else ProductModel
    names = {row.pk: str(row) for row in named.objects.filter(pk__in=[key for key in keys if key])}
    found = [_accrued(fleet, asked, key, names.get(key or 0) or nobody(by)) for key in keys]
    rows = sorted(
        (row for row in found if row.units or row.actual or row.expected), key=lambda row: (-row.actual, row.label)
    )
    months = [
        (month, _sum(fleet.expected(key, month) for key in keys), _cost(fleet, keys, month)) for month in asked.months
    ]
    actual = sum((row.actual for row in rows), ZERO)
    whole = Accrued("", "", sum(row.units for row in rows), None, _sum(row.expected for row in rows), actual)
    return Accrual(rows, months, whole)


def rest_of(rows: Sequence[Accrued]) -> Accrued | None:
    """What the models or regions beyond the largest come to together, so that a table's lines are its total."""
    if not rows:
        return None
    expected = _sum(row.expected for row in rows)
    return Accrued(
        "", _("The rest"), sum(row.units for row in rows), None, expected, sum((row.actual for row in rows), ZERO)
    )


def _fleet(user: Any, asked: Asked, by: str) -> Fleet:
    of_cost, of_unit = (
        ("station__center__region", "region") if by == "region" else ("claim__product_model", "product_model")
    )
    costs: dict[int | None, dict[date, Decimal]] = defaultdict(dict)
    rows = keyed(entries(user, asked.with_history()), "month").values_list(of_cost, "key")
    for model, month, amount in rows.annotate(amount=Sum("cost")):
        costs[model][clock.local_date(month)] = amount
    spans: dict[int | None, list[tuple[date, date, int]]] = defaultdict(list)
    covered = counted(user, asked).filter(cover_month__isnull=False)
    for key, first, last, count in covered.values_list(of_unit, "cover_month", "end_month").annotate(
        count=Sum("unit_count")
    ):
        spans[key].append((first, last, count))
    return Fleet(spans, costs)


def _accrued(fleet: Fleet, asked: Asked, key: int | None, label: str) -> Accrued:
    return Accrued(
        key="none" if key is None else str(key),
        label=label,
        units=fleet.units(key, asked.until),
        rate=None if (rate := fleet.rate(key, asked.until)) is None else round_money(rate),
        expected=_sum(fleet.expected(key, month) for month in asked.months),
        actual=sum((fleet.cost(key, month) for month in asked.months), ZERO),
    )


def _cost(fleet: Fleet, keys: Any, month: date) -> Decimal:
    return sum((fleet.cost(key, month) for key in keys), ZERO)


def _sum(amounts: Any) -> Decimal | None:
    """Of those known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None
