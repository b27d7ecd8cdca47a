"""Warranty cost, line by line: what a decision or an appeal granted, less what a reversal took back, each in its own month.

The settlement items say when and how much a station was owed; the lines of their claims say for what. So the sum over any
months is that of the items which the statements are made of. What a station owes for an old part is not a cost and not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, TruncMonth
from django.utils.translation import gettext as _

from portal.core import clock, show
from portal.core.money import round_money
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
SUPPLIER: Final = RecoveryCase.objects.filter(line=OuterRef(f"{LINES}__pk"), supplier__isnull=False).order_by("pk")
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
CODES: Final = {"part": "number"}


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


def grouped(user: Any, asked: Asked, by: str) -> Any:
    """One row a key with its words, largest amount first; months in their order."""
    words: dict[str, Any] = {}
    if by == "supplier":
        for name in ("code", "name", "name_en"):
            words[f"its_{name}"] = Subquery(SUPPLIER.values(f"supplier__{name}")[:1])
    elif by not in ("month", "kind") and by in PATHS:
        for name in ("code", "name", "name_en"):
            words[f"its_{name}"] = F(f"{PATHS[by]}__{CODES.get(by, name) if name == 'code' else name}")
    rows = keyed(entries(user, asked), by).annotate(**words).values("key", *words)
    rows = rows.annotate(amount=Sum("cost"), decisions=Count("pk", distinct=True))
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
    total = total_of(user, asked)
    shares = [_share(row, by, total) for row in (rows if by == "month" else rows[: top + 1])]
    if by == "month":
        shares = _every_month(shares, asked, total)
    elif len(shares) > top:
        shares = shares[:top]
        rest = total - sum((each.amount for each in shares), ZERO)
        shares.append(Share(REST, _("The rest"), None, rest, percent(rest, total)))
    return Breakdown(by, total, shares)


def all_shares(user: Any, asked: Asked, by: str) -> list[Share]:
    """Every share, however many: for a file."""
    total = total_of(user, asked)
    return [_share(row, by, total) for row in grouped(user, asked, by)]


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


def _share(row: dict[str, Any], by: str, total: Decimal) -> Share:
    return Share(_key(row["key"], by), _label(row, by), row["decisions"], row["amount"], percent(row["amount"], total))


def _key(key: Any, by: str) -> str:
    if key is None:
        return NONE
    return show.month(clock.local_date(key)) if by == "month" else str(key)


def _label(row: dict[str, Any], by: str) -> str:
    key = row["key"]
    if key is None:
        return nobody(by)
    if by == "month":
        return _key(key, by)
    if by == "kind":
        return str(dict(LineKind.choices).get(key, key))
    name, code = in_language(row["its_name"], row["its_name_en"]), row["its_code"]
    return name if code in name else f"{code} {name}"


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
