"""What an order would be: pasted rows read, priced, rounded and set against stock and credit. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parts import pricing, stock, superseding, tiers
from parts.accounts import account_of, credit_check
from parts.models import OrderKind, Part, PartLifecycle
from parts.nearby import Around, expected_on, stock_around
from parts.ordering import MAX_LINES, Wanted, rounded_qty
from parts.pasting import Page, PastedRow, read_pasted
from parts.running_out import still_to_be_had, words
from portal.core import clock, money, show

ZERO: Final = Decimal(0)
MOST_OFFERS: Final = 4
ROWS: Final = Page(("number", "qty"), optional=("qty",))


@dataclass(frozen=True)
class Row:
    """One pasted row: where it stood, the part number as typed, the quantity, or what is wrong with it."""

    position: int
    number: str
    qty: Decimal = ZERO
    problem: str | Promise = ""


@dataclass(frozen=True)
class Offer:
    """A part that serves instead: the successor, or one that is interchangeable; what a piece costs more (CNY, below 0: less)
    where both are priced, and how many are free in the warehouses that serve the station."""

    part: Part
    is_successor: bool
    difference: Decimal | None
    available: Decimal

    @property
    def costs(self) -> str:
        """The difference in price in words."""
        if self.difference is None:
            return ""
        if not self.difference:
            return str(_("same price"))
        text = _("%(money)s more each") if self.difference > 0 else _("%(money)s less each")
        return str(text) % {"money": show.money(abs(self.difference))}


@dataclass(frozen=True)
class BasketLine:
    """A row with its part, what would be ordered and at which price, and whether it can be had now."""

    row: Row
    part: Part | None = None
    qty: Decimal = ZERO
    price: pricing.NetPrice | None = None
    around: Around = field(default_factory=Around)
    expected_on: date | None = None
    substitute: Part | None = None
    offers: Sequence[Offer] = ()
    promise: str = ""
    problem: str | Promise = ""

    @property
    def available(self) -> Decimal:
        """Free pieces in the central warehouse and in that of the station's region."""
        return self.around.served

    @property
    def is_running_out(self) -> bool:
        """Whether what is left of the part is all there will be."""
        return self.part is not None and self.part.lifecycle == PartLifecycle.PHASE_OUT and not self.problem

    @property
    def amount(self) -> Decimal:
        """CNY without tax."""
        return money.round_money(self.qty * self.price.amount) if self.price else ZERO

    @property
    def is_rounded(self) -> bool:
        """Whether minimum or pack changed the quantity."""
        return self.qty != self.row.qty

    @property
    def stock_tone(self) -> str:
        """The mood of the stock hint."""
        return "good" if self.available >= self.qty else "wait" if self.available > 0 else "bad"

    @property
    def stock_hint(self) -> str:
        """In words: at once, partly, or later."""
        if self.available >= self.qty:
            return str(_("In stock"))
        if self.available > 0:
            return str(_("%(qty)s now, rest later")) % {"qty": stock.plain(self.available)}
        return str(_("Backorder"))


@dataclass(frozen=True)
class Credit:
    """The dealer's limit with this order, CNY."""

    account: int
    limit: Decimal
    used: Decimal
    committed: Decimal
    order: Decimal
    over_by: Decimal

    @property
    def share(self) -> int:
        """Percent of the limit taken, at most 100."""
        if self.limit <= 0:
            return 100
        return min(100, int((self.used + self.committed + self.order) * 100 / self.limit))

    @property
    def left(self) -> Decimal:
        """What would still be free."""
        return max(ZERO, self.limit - self.used - self.committed - self.order)

    @property
    def tone(self) -> str:
        """The mood of the bar."""
        return "bad" if self.over_by else "wait" if self.share >= 80 else ""


@dataclass(frozen=True)
class Basket:
    """All rows of an order that is not placed yet."""

    lines: Sequence[BasketLine] = field(default_factory=list)
    credit: Credit | None = None

    @property
    def total(self) -> Decimal:
        """CNY without tax."""
        return money.total(line.amount for line in self.lines)

    @property
    def problems(self) -> list[BasketLine]:
        """Rows that keep the order from being placed."""
        return [line for line in self.lines if line.problem]

    def wanted(self, *, no_partial: bool = False) -> list[Wanted]:
        """For place_order."""
        return [Wanted(line.part.number, line.row.qty, no_partial) for line in self.lines if line.part]


def read_rows(text: str) -> list[Row]:
    """Rows as pasted from Excel or typed: number, then quantity; a missing quantity is 1, a heading is passed over."""
    return [_row(row) for row in read_pasted(text, ROWS)[: MAX_LINES + 1]]


def _row(pasted: PastedRow) -> Row:
    number = (pasted.text("number") or pasted.typed)[:60]
    if pasted.problem:
        return Row(pasted.position, number, problem=pasted.problem)
    qty = pasted.amount("qty") or Decimal(1)
    if qty > 999_999:
        typed = {"qty": pasted.text("qty")[:20]}
        return Row(pasted.position, number, problem=_("“%(qty)s” is more than one order takes.") % typed)
    return Row(pasted.position, number, qty)


def whole_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows; those that part a piece of the catalog say so. One query."""
    catalog = _catalog({row.number for row in rows})
    return [_whole(row, catalog.get(row.number.lower())) for row in rows]


def _whole(row: Row, part: Part | None) -> Row:
    if row.problem or part is None or not part.is_fraction(row.qty):
        return row
    problem = _("%(unit)s are whole: got %(got)s, expected a whole number")
    return replace(row, problem=problem % {"unit": part.local_unit, "got": stock.plain(row.qty)})


def assess(
    station: Any, rows: Sequence[Row], *, kind: str = OrderKind.STOCK, on: date | None = None, user: Any = None
) -> Basket:
    """The rows priced for the station on the day, with stock hints and the credit bar. A constant number of queries."""
    day = on or clock.today()
    numbers = {row.number for row in rows}
    catalog = _catalog(numbers)
    alternates = superseding.alternates([part.pk for part in catalog.values()])
    leaving = [part.pk for part in catalog.values() if part.lifecycle != PartLifecycle.ACTIVE]
    instead = superseding.successors(leaving, day)
    others = {part.pk for parts in (*alternates.values(), instead.values()) for part in parts}
    keys = [*{*(part.pk for part in catalog.values()), *others}]
    prices = pricing.quote(keys, station, kind=kind, on=day)
    around = stock_around(station, keys)
    left = still_to_be_had(station, catalog.values(), day, around=around)
    lines = [_line(row, catalog.get(row.number.lower()), prices, around, instead, left) for row in rows]
    lines = [replace(line, offers=_offers(line.part, alternates, instead, prices, around)) for line in lines]
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.part and not line.problem:
            wanted[line.part.pk] = wanted.get(line.part.pk, ZERO) + line.qty
    days, promised = expected_on(wanted, around), tiers.promises(wanted, day)
    lines = [
        replace(line, expected_on=days.get(line.part.pk), promise=promised.get(line.part.pk, "")) if line.part else line
        for line in lines
    ]
    return Basket(lines, credit_of(station, money.total(line.amount for line in lines)))


def _catalog(numbers: set[str]) -> dict[str, Part]:
    """Parts by lower-case number; an exact match wins over one that differs in case."""
    found = Part.objects.filter(number__in={*numbers, *(n.upper() for n in numbers), *(n.lower() for n in numbers)})
    catalog: dict[str, Part] = {}
    for part in found:
        if part.number in numbers or part.number.lower() not in catalog:
            catalog[part.number.lower()] = part
    return catalog


def _line(
    row: Row,
    part: Part | None,
    prices: Mapping[int, pricing.NetPrice],
    around: Mapping[int, Around],
    instead: Mapping[int, Part],
    left: dict[int, Decimal],
) -> BasketLine:
    """left: what can still be had of parts that will not come again; earlier rows have taken theirs."""
    row = _whole(row, part)
    if row.problem:
        return BasketLine(row, part, problem=row.problem)
    if part is None:
        return BasketLine(row, problem=_("Not in the catalog"))
    substitute = instead.get(part.pk)
    if part.lifecycle == PartLifecycle.DISCONTINUED:
        return BasketLine(row, part, substitute=substitute, problem=_("No longer supplied"))
    if part.pk not in prices:
        return BasketLine(row, part, problem=_("No price today"))
    qty = rounded_qty(part, row.qty)
    if part.pk in left and qty > left[part.pk]:
        return BasketLine(row, part, substitute=substitute, problem=words(left[part.pk], substitute))
    if part.pk in left:
        left[part.pk] -= qty
    return BasketLine(row, part, qty, prices[part.pk], around.get(part.pk, Around()), substitute=substitute)


def _offers(
    part: Part | None,
    alternates: Mapping[int, Sequence[Part]],
    instead: Mapping[int, Part],
    prices: Mapping[int, pricing.NetPrice],
    around: Mapping[int, Around],
) -> list[Offer]:
    """The successor first, then what is interchangeable with the part and can be ordered today."""
    if part is None:
        return []
    successor, own = instead.get(part.pk), prices.get(part.pk)
    found = [successor] if successor else []
    found += [each for each in alternates.get(part.pk, ()) if each.pk in prices and each != successor]
    return [
        Offer(
            each,
            is_successor=each == successor,
            difference=prices[each.pk].amount - own.amount if own and each.pk in prices else None,
            available=around.get(each.pk, Around()).served,
        )
        for each in found[:MOST_OFFERS]
    ]


def credit_of(station: Any, order: Decimal) -> Credit | None:
    """The station's credit with an order of this total; None before an account is opened."""
    account = account_of(station)
    if account is None:
        return None
    return Credit(
        account=account.pk,
        limit=account.credit_limit + account.override,
        used=account.used,
        committed=account.committed,
        order=order,
        over_by=credit_check(account, order).over_by,
    )
