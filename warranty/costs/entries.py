"""Warranty cost, line by line: what a decision or an appeal granted, less what a reversal took back, each in its own month.

The settlement items say when and how much a station was owed; the lines of their claims say for what. So the sum over any
months is that of the items which the statements are made of. What a station owes for an old part is not a cost and not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, TruncMonth
from django.utils.translation import gettext as _

from parts.models import Part, Supplier
from portal.core import clock, show
from portal.core.money import round_money
from service.models import FaultCode
from stations.models import ProductFamily, ProductModel, Region, Station
from stations.models.products import in_language
from warranty.costs.asked import Asked
from warranty.models import ItemKind, LineKind, RecoveryCase, SettlementItem
from warranty.settlement_rules import next_month

ZERO: Final = Decimal("0.00")
TOP: Final = 50
LINES: Final = "claim__lines"
NONE, REST = "none", "rest"
GRANTED: Final = F(f"{LINES}__approved_amount")
APPEALED: Final = F(f"{LINES}__appealed__granted_amount")
COUNTED: Final = Q(
    kind__in=[ItemKind.CLAIM, ItemKind.APPEAL, ItemKind.REVERSAL], claim__isnull=False, failed_part__isnull=True
)
COST: Final = Coalesce(
    Case(
        When(kind=ItemKind.CLAIM, then=GRANTED),
        When(kind=ItemKind.APPEAL, then=APPEALED),
        When(source=Concat(F("claim__number"), Value("/reversal")), then=GRANTED * -1),
        default=APPEALED * -1,
        output_field=DecimalField(max_digits=14, decimal_places=2),
    ),
    Value(ZERO),
    output_field=DecimalField(max_digits=14, decimal_places=2),
)
SUPPLIER: Final = RecoveryCase.objects.answering_for(OuterRef(f"{LINES}__pk"))
PATHS: Final[Mapping[str, str]] = {
    "month": "",
    "line": "claim__product_model__family",
    "model": "claim__product_model",
    "part": f"{LINES}__part",
    "fault": "claim__fault_code",
    "station": "station",
    "region": "station__center__region",
    "supplier": "",
    "kind": f"{LINES}__kind",
}
RECORDS: Final[Mapping[str, type[Model]]] = {
    "line": ProductFamily,
    "model": ProductModel,
    "part": Part,
    "fault": FaultCode,
    "station": Station,
    "region": Region,
    "supplier": Supplier,
}


class UnknownDimension(ValueError):
    """Nothing is told apart by this."""


@dataclass(frozen=True)
class Share:
    """One bar: key as an address names it, how many decisions, CNY without tax; percent of the whole, None of nothing."""

    key: str
    label: str
    decisions: int | None
    amount: Decimal
    percent: Decimal | None = None


@dataclass(frozen=True)
class Breakdown:
    """The largest shares, and the rest as one where there are more; together they are the total."""

    by: str
    total: Decimal
    shares: Sequence[Share]


def entries(user: Any, asked: Asked) -> QuerySet[SettlementItem]:
    """A row for each item and line that it is for, with its `cost`, signed; of the user's scope."""
    rows = SettlementItem.objects.visible_to(user).filter(
        COUNTED, at__gte=clock.start_of(asked.since), at__lt=clock.start_of(asked.end)
    )
    if asked.model:
        rows = rows.filter(claim__product_model=asked.model)
    if asked.region:
        rows = rows.filter(station__center__region=asked.region)
    return rows.order_by().annotate(cost=COST).filter(Q(cost__gt=0) | Q(cost__lt=0))


def keyed(rows: QuerySet[SettlementItem], by: str) -> Any:
    """The rows with the `key` by which this tells them apart. Raises UnknownDimension."""
    if by not in PATHS:
        raise UnknownDimension(by)
    made: Any = F(PATHS[by])
    if by == "month":
        made = TruncMonth("at", tzinfo=clock.SHANGHAI)
    elif by == "supplier":
        made = Subquery(SUPPLIER.values("supplier")[:1])
    return rows.annotate(key=made)


class OfAll(Func):
    """The sum of an aggregate over all groups, beside each of them: also of those that a limit leaves out."""

    function = "SUM"
    template = "%(function)s(%(expressions)s) OVER ()"


def grouped(user: Any, asked: Asked, by: str) -> Any:
    """One row a key, largest amount first, each with the `whole` of all; months in their order."""
    rows = keyed(entries(user, asked), by).values("key")
    rows = rows.annotate(amount=Sum("cost"), decisions=Count("pk", distinct=True)).annotate(whole=OfAll(F("amount")))
    return rows.order_by("key") if by == "month" else rows.order_by("-amount", "key")


def total_of(user: Any, asked: Asked, by: str = "", value: str = "") -> Decimal:
    """The whole cost, or that of one share; CNY without tax. Raises as decisions()."""
    rows = entries(user, asked)
    if by:
        rows = keyed(rows, by).filter(_chosen(user, asked, by, value, TOP))
    found = rows.aggregate(total=Sum("cost"))["total"]
    return found if found is not None else ZERO


def breakdown(user: Any, asked: Asked, by: str, *, top: int = TOP) -> Breakdown:
    """The cost told apart by this; two queries, at most `top` shares and the rest. Raises UnknownDimension."""
    rows = grouped(user, asked, by)
    shares, total = _shares(rows if by == "month" else rows[: top + 1], by)
    if by == "month":
        shares = _every_month(shares, asked, total)
    elif len(shares) > top:
        shares = shares[:top]
        rest = total - sum((each.amount for each in shares), ZERO)
        shares.append(Share(REST, _("The rest"), None, rest, percent(rest, total)))
    return Breakdown(by, total, shares)


def all_shares(user: Any, asked: Asked, by: str) -> list[Share]:
    """Every share, however many."""
    return _shares(grouped(user, asked, by), by)[0]


def file_shares(user: Any, asked: Asked, by: str) -> list[Share]:
    """The page's shares, none of them summed up as the rest, and their total, which says no count: one decision may lie in
    several shares."""
    shares = breakdown(user, asked, by).shares if by == "month" else all_shares(user, asked, by)
    return [*shares, Share("", _("Total"), None, sum((each.amount for each in shares), ZERO))]


def decisions(user: Any, asked: Asked, by: str = "", value: str = "", *, top: int = TOP) -> QuerySet[SettlementItem]:
    """The items behind a figure, each with the part of its amount that counts there as `counted`: their sum is the figure.

    value: the key of a share, `none` for what has none, `rest` for what is not among the largest; without `by` all.
    Raises UnknownDimension, ValueError for a key that cannot be one.
    """
    rows = entries(user, asked)
    if by:
        rows = keyed(rows, by).filter(_chosen(user, asked, by, value, top))
    each = rows.filter(pk=OuterRef("pk")).values("pk").annotate(its=Sum("cost")).values("its")
    return SettlementItem.objects.filter(pk__in=rows.values("pk")).annotate(counted=Subquery(each))


def _chosen(user: Any, asked: Asked, by: str, value: str, top: int) -> Q:
    if value == NONE:
        return Q(key=None)
    if value == REST:
        largest = [row["key"] for row in grouped(user, asked, by)[:top]]
        named = ~Q(key__in=[key for key in largest if key is not None])
        return named & Q(key__isnull=False) if None in largest else named | Q(key=None)
    if by == "month":
        first = date.fromisoformat(f"{value}-01")
        return Q(at__gte=clock.start_of(first), at__lt=clock.start_of(next_month(first)))
    if by == "kind":
        if value not in LineKind.values:
            raise UnknownDimension(value)
        return Q(key=value)
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise UnknownDimension(value)
    return Q(key=int(value))


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """A share to one place; None of nothing."""
    return round_money(part * 100 / whole) if whole else None


def _shares(grouped_rows: Any, by: str) -> tuple[list[Share], Decimal]:
    """The shares in their order, and the sum of all that there are."""
    rows = list(grouped_rows)
    total = rows[0]["whole"] if rows else ZERO
    words = _words([row["key"] for row in rows], by)
    return [_share(row, by, words, total) for row in rows], total


def _share(row: Mapping[str, Any], by: str, words: Mapping[Any, str], total: Decimal) -> Share:
    label = _label(row["key"], by, words)
    return Share(_key(row["key"], by), label, row["decisions"], row["amount"], percent(row["amount"], total))


def _words(keys: Sequence[Any], by: str) -> dict[Any, str]:
    """What the records behind these keys are called."""
    if by not in RECORDS:
        return {}
    code = "number" if by == "part" else "code"
    found = RECORDS[by]._default_manager.filter(pk__in=[key for key in keys if key is not None])
    named = ((pk, text, in_language(*names)) for pk, text, *names in found.values_list("pk", code, "name", "name_en"))
    return {pk: name if text in name else f"{text} {name}" for pk, text, name in named}


def _key(key: Any, by: str) -> str:
    if key is None:
        return NONE
    return show.month(clock.local_date(key)) if by == "month" else str(key)


def _label(key: Any, by: str, words: Mapping[Any, str]) -> str:
    if key is None:
        return nobody(by)
    if by == "month":
        return _key(key, by)
    if by == "kind":
        return str(dict(LineKind.choices).get(key, key))
    return words[key]


def nobody(by: str) -> str:
    """What is not told apart by this: a journey has no part, a claim may name no fault."""
    said = {
        "part": _("Without a part (labor, travel, other)"),
        "fault": _("No fault code"),
        "supplier": _("No supplier answers for it"),
    }
    return said.get(by, _("Not said"))


def _every_month(shares: Sequence[Share], asked: Asked, total: Decimal) -> list[Share]:
    """Months in which nothing was decided cost nothing."""
    found = {each.key: each for each in shares}
    keys = [show.month(month) for month in asked.months]
    return [found.get(key) or Share(key, key, 0, ZERO, percent(ZERO, total)) for key in keys]
