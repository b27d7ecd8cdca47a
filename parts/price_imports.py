"""National prices and rows of price lists as files. Prices of a file stand in drafts that another person releases.

Not here: releasing (price_lists).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parts.models import ListPrice, Part, PriceList, PriceListRow
from parts.price_changes import PriceMove
from parts.price_lists import draw_up_price_list
from parts.pricing import NATIONAL, list_prices
from parts.states import PriceListStatus
from parts.stock import plain
from parts.supply_imports import presented
from portal.core import clock, show
from portal.core.parameters import param
from portal.core.transfer import Column, ImportKind, StagedRow
from portal.core.transfer.kinds import Finding

PART: Final = (Part, "number")
SHOWN_JUMPS: Final = 8

PRICED: Final = _("another day: on this one the price is already %(price)s")


def inspect_prices(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """A price of a day that already has another one is reported, and one that would begin in the past."""
    staged = list(rows)
    known = ListPrice.objects.filter(part__in={row.values["part_id"] for row in staged})
    standing = {(part, day): price for part, day, price in known.values_list("part_id", "valid_from", "price")}
    today = clock.today()
    for row in staged:
        day = row.values["valid_from"]
        price = standing.get((row.values["part_id"], day))
        if price is not None and price != row.values["price"]:
            yield Finding(row.line, "valid_from", str(day), PRICED, {"price": price})
        elif price is None and day < today:
            yield Finding(row.line, "valid_from", str(day), _("%(day)s or later"), {"day": today.isoformat()})


def same_prices(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
    """Lines that stand in a draft for the very day; what holds already is told by the prices themselves."""
    staged = list(rows)
    drafts = PriceListRow.objects.filter(
        price_list__status=PriceListStatus.DRAFT,
        price_list__grade=NATIONAL,
        part__in={row.values["part_id"] for row in staged},
    )
    waiting = set(drafts.values_list("part_id", "price_list__valid_from", "price"))
    for row in staged:
        if (row.values["part_id"], row.values["valid_from"], row.values["price"]) in waiting:
            yield row.line


def _moves(rows: Iterable[StagedRow]) -> Iterator[tuple[StagedRow, PriceMove]]:
    """Each row's price against what holds on its day without it; one query a day."""
    days: dict[date, list[StagedRow]] = defaultdict(list)
    for row in rows:
        days[row.values["valid_from"]].append(row)
    for day, found in days.items():
        before = list_prices([row.values["part_id"] for row in found], day)
        for row in found:
            part = row.values["part_id"]
            yield row, PriceMove(part, before.get(part), row.values["price"])


def _jumps(move: PriceMove) -> bool:
    return move.percent is not None and abs(move.percent) > param("parts.price_jump_percent")


def price_before(rows: Sequence[StagedRow]) -> dict[int, list[tuple[str, str]]]:
    """By line, the price that holds without the file, and the change in percent; large ones stand out."""
    return {
        row.line: [
            ("–" if move.before is None else show.money(move.before), ""),
            (move.percent_text, "wait" if _jumps(move) else ""),
        ]
        for row, move in _moves(rows)
    }


def price_jumps(rows: Iterable[StagedRow]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """One sentence that names the first of the prices which change by more than the parameter says."""
    found = sorted(row.line for row, move in _moves(rows) if _jumps(move))
    if found:
        percent = plain(param("parts.price_jump_percent"))
        first = ", ".join(map(str, found[:SHOWN_JUMPS]))
        text = _("%(count)s prices change by more than %(percent)s%%, first in line %(lines)s: look at them again.")
        yield text, {"count": len(found), "percent": percent, "lines": first}


def apply_prices(batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """For each first day a draft price list stands with the new prices; none of them holds yet."""
    days: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        days[row.values["valid_from"]][row.values["part"]] = row.values["price"]
    for day, prices in sorted(days.items()):
        title = gettext("Import %(number)s") % {"number": batch.number}
        author = actor or batch.uploaded_by
        draw_up_price_list(title=title, valid_from=day, prices=prices, source=batch.number, actor=author)


def drafts_of(batch: Any) -> tuple[Any, Any, str] | None:
    """Where the prices of an applied file stand."""
    lists = list(PriceList.objects.filter(rows__source=batch.number).distinct().order_by("pk"))
    if not lists:
        return None
    numbers = ", ".join(row.number for row in lists)
    text = _("The prices stand in %(numbers)s and hold once another person has released it.") % {"numbers": numbers}
    if len(lists) == 1:
        return text, _("Open the price list"), lists[0].get_absolute_url()
    return text, _("Price lists"), f"{reverse('price_list_list')}?q={batch.number}"


PRICES = ImportKind(
    key="parts.prices",
    title=_("National price list"),
    permission="parts.draw_up_prices",
    model=ListPrice,
    present=presented(ListPrice, {"part": "part__number", "price": "price", "valid_from": "valid_from"}),
    apply=apply_prices,
    inspect=inspect_prices,
    same=same_prices,
    made=drafts_of,
    beside=price_before,
    beside_labels=(_("Price before"), pgettext_lazy("price list", "Change")),
    warn=price_jumps,
    columns=(
        Column("part", _("Part number"), key=True, references=PART, headings=("part_num", "配件编码")),
        Column(
            "price",
            _("National price"),
            kind="decimal",
            required=True,
            low=Decimal("0.01"),
            high=Decimal("9999999.99"),
            headings=("全国统一价", "价格"),
        ),
        Column("valid_from", _("Valid from"), kind="date", key=True, headings=("生效日期",)),
    ),
    help=_("Makes a draft price list for each first day: the prices hold once another person has released it."),
)


def inspect_price_rows(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """A list that is no longer a draft keeps its prices; the same price again is no change."""
    staged = list(rows)
    closed = PriceList.objects.exclude(status=PriceListStatus.DRAFT).in_bulk(
        {row.values["price_list_id"] for row in staged}
    )
    known = {(row.price_list_id, row.part_id): row.price for row in PriceListRow.objects.filter(price_list__in=closed)}
    for row in staged:
        values = row.values
        key = values["price_list_id"], values["part_id"]
        if key[0] in closed and known.get(key) != values["price"]:
            yield Finding(row.line, "price_list", values["price_list"], _("a price list that is still a draft"))


PRICE_ROWS = ImportKind(
    key="parts.price_list_rows",
    title=_("Rows of price lists"),
    permission="parts.draw_up_prices",
    model=PriceListRow,
    present=presented(PriceListRow, {"price_list": "price_list__number", "part": "part__number", "price": "price"}),
    inspect=inspect_price_rows,
    columns=(
        Column("price_list", _("Price list number"), key=True, references=(PriceList, "number")),
        Column("part", _("Part number"), key=True, references=PART, headings=("part_num", "配件编码")),
        Column(
            "price",
            _("Price (CNY, tax excluded)"),
            kind="decimal",
            required=True,
            low=Decimal("0.01"),
            high=Decimal("9999999.99"),
            headings=("价格",),
        ),
    ),
    help=_("For drafts: the prices hold once another person has released the list."),
)
