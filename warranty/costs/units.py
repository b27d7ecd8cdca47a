"""Units against which cost is measured: in service, in cover at the end of a month; what a unit in cover is expected to cost.

Cover here is that of the whole unit by the policy of its sale and what extended-warranty contracts add, without repair days and
cover of fitted parts: what the fleet is promised, set-based. What one unit's cover is on one day says warranty.coverage. A unit
is of the region of the station that registered its sale; where none did, of the one that served it last.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncMonth

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.money import round_money
from portal.core.parameters import param
from portal.core.scope import scope_of
from service.models import InstalledUnit, UnitStatus, WorkOrder
from stations.models import ProductModel, Region
from warranty.costs.asked import USUAL_MONTHS, Asked
from warranty.costs.entries import NONE, ZERO, entries, keyed, nobody
from warranty.costs.extended import Extended, extended
from warranty.models import (
    PolicyLevel,
    PolicyMonths,
    PolicyStatus,
    RegistrationStatus,
    UnitRegistration,
    WarrantyPolicy,
)
from warranty.settlement_rules import month_of, next_month


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


def has_units(user: Any, asked: Asked) -> bool:
    """Whether units can be set against the cost: for whoever sees all of them."""
    return scope_of(user).everything


def region_of() -> Coalesce:
    """The region a unit belongs to, as an expression over units; null of one that nobody registered or served."""
    path = "station__center__region"
    registered = UnitRegistration.objects.filter(
        unit=OuterRef("pk"), status=RegistrationStatus.APPROVED, station__isnull=False
    )
    served = WorkOrder.objects.filter(request__unit=OuterRef("pk"), station__isnull=False).order_by("-pk")
    return Coalesce(Subquery(registered.values(path)[:1]), Subquery(served.values(path)[:1]))


def _asked_for(rows: Any, asked: Asked) -> Any:
    """Of the model and region that are asked for."""
    if asked.model:
        rows = rows.filter(product_model=asked.model)
    return rows.alias(its_region=region_of()).filter(its_region=asked.region.pk) if asked.region else rows


def in_service(user: Any, asked: Asked) -> QuerySet[InstalledUnit]:
    """Units sold by the end of the months asked and not scrapped since."""
    rows = InstalledUnit.objects.visible_to(user).filter(sold_on__lt=asked.end).exclude(status=UnitStatus.SCRAPPED)
    found: QuerySet[InstalledUnit] = _asked_for(rows, asked)
    return found


def units_by(user: Any, asked: Asked, by: str) -> dict[str, int]:
    """How many of them, by the key of a model, product line or region; and all under ''. One query."""
    path = {"line": "product_model__family", "model": "product_model", "region": "of_region"}.get(by)
    rows = in_service(user, asked)
    if path is None:
        return {"": rows.count()}
    if by == "region":
        rows = rows.annotate(of_region=region_of())
    found = dict(rows.order_by().values_list(path).annotate(count=Count("pk")))
    return {"": sum(found.values())} | {NONE if key is None else str(key): count for key, count in found.items()}


class EndOfCover(Func):
    """The first day after so many months from a day."""

    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(months => "
    output_field = DateField()


def covered(user: Any, asked: Asked) -> Any:
    """Units not scrapped, with the days `cover_from` and `cover_to` (the first without) of the whole unit's own cover."""
    rows = _asked_for(InstalledUnit.objects.visible_to(user).exclude(status=UnitStatus.SCRAPPED), asked)
    return rows.annotate(cover_from=_start(), cover_months=_months()).annotate(
        cover_to=EndOfCover(F("cover_from"), F("cover_months"))
    )


def in_cover(user: Any, asked: Asked, month: date) -> QuerySet[InstalledUnit]:
    """Units in cover on the last day of a month, by their own cover or by a contract."""
    end, units = next_month(month), covered(user, asked)
    longer = {each.unit for each in _extended(units, "product_model") if each.first <= month < each.last}
    rows: QuerySet[InstalledUnit] = units.filter(Q(cover_from__lt=end, cover_to__gte=end) | Q(pk__among=list(longer)))
    return rows


def _extended(units: Any, key: str) -> list[Extended]:
    return extended(units.annotate(policy_id=Subquery(_policies().values("pk")[:1])), key)


def _start() -> Coalesce:
    """As warranty.coverage.start_of: registration in time, else invoice, else shipment and the days of grace."""
    in_time = ExpressionWrapper(
        F("sale_date") + timedelta(days=param("warranty.registration_days")), output_field=DateField()
    )
    registered = UnitRegistration.objects.filter(
        unit=OuterRef("pk"), status=RegistrationStatus.APPROVED, filed_on__lte=in_time
    )
    grace = timedelta(days=param("warranty.ship_grace_days"))
    shipped = Cast(ExpressionWrapper(F("ship_date") + grace, output_field=DateField()), DateField())
    return Coalesce(Subquery(registered.values("sale_date")[:1]), F("invoice_on"), shipped, output_field=DateField())


def _months() -> Subquery:
    """The months of a whole unit by its policy."""
    whole = PolicyMonths.objects.filter(policy=OuterRef("pk"), part_class="whole_unit").values("months")[:1]
    chosen = _policies().values(its=Coalesce(Subquery(whole), 0))
    return Subquery(chosen[:1], output_field=IntegerField())


def _policies() -> QuerySet[WarrantyPolicy]:
    """As warranty.coverage.choose_policy: the narrowest policy of the day the cover starts first, of equals the latest."""
    levels = [PolicyLevel.SERIAL, PolicyLevel.MODEL, PolicyLevel.FAMILY, PolicyLevel.ALL]
    narrow = Case(
        *(When(level=level, then=Value(rank)) for rank, level in enumerate(levels)), output_field=IntegerField()
    )
    policies = WarrantyPolicy.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("cover_from")),
        Q(level=PolicyLevel.ALL)
        | Q(level=PolicyLevel.FAMILY, family=OuterRef("product_model__family"))
        | Q(level=PolicyLevel.MODEL, product_model=OuterRef("product_model"))
        | Q(level=PolicyLevel.SERIAL, serial_number=OuterRef("serial_number")),
        status=PolicyStatus.RELEASED,
        valid_from__lte=OuterRef("cover_from"),
    )
    return policies.order_by(narrow, "-valid_from", "code")


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
    """What the units in cover were expected to cost, month by month, against what they did; at most seven queries.

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


def _fleet(user: Any, asked: Asked, by: str) -> Fleet:
    of_cost, of_unit = (
        ("station__center__region", "of_region") if by == "region" else ("claim__product_model", "product_model")
    )
    costs: dict[int | None, dict[date, Decimal]] = defaultdict(dict)
    rows = keyed(entries(user, asked.with_history()), "month").values_list(of_cost, "key")
    for model, month, amount in rows.annotate(amount=Sum("cost")):
        costs[model][clock.local_date(month)] = amount
    spans: dict[int | None, list[tuple[date, date, int]]] = defaultdict(list)
    units = covered(user, asked).filter(cover_from__isnull=False, cover_to__isnull=False).order_by()
    if by == "region":
        units = units.annotate(of_region=region_of())
    by_months = units.values_list(of_unit, TruncMonth("cover_from"), TruncMonth("cover_to"))
    for model, first, last, count in by_months.annotate(count=Count("pk")):
        spans[model].append((month_of(first), month_of(last), count))
    for each in _extended(units, of_unit):
        spans[each.key].append((each.first, each.last, 1))
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
