"""What a price list changes: how many prices rise and fall, the largest moves, and what last year's orders would have cost.

Reads only. Not here: releasing it (price_lists).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from parts.models import OrderStatus, Part, PartsOrderLine, PriceList
from parts.pricing import ONE, paid_by_grade
from portal.core import clock, money, show
from portal.core.calendar import add_months

ZERO, HUNDRED = Decimal(0), Decimal(100)
FACTOR = DecimalField(max_digits=9, decimal_places=4)


@dataclass(frozen=True)
class PriceMove:
    """One part's price before and with the list, CNY without tax; before is None for a part that had none."""

    part_id: int
    before: Decimal | None
    after: Decimal

    @property
    def percent(self) -> Decimal | None:
        """By how much it moves, one decimal; None where there is nothing to compare with."""
        if not self.before:
            return None
        return ((self.after - self.before) * HUNDRED / self.before).quantize(Decimal("0.1"))

    @property
    def percent_text(self) -> str:
        """+3%, −5.7%; a dash where there is nothing to compare with."""
        text = show.percent(self.percent)
        return text if self.percent is None or self.percent < 0 else f"+{text}"


@dataclass(frozen=True)
class PriceChanges:
    """A list set against what holds on its first day without it."""

    up: int
    down: int
    same: int
    fresh: int
    largest: Sequence[tuple[Part, PriceMove]]
    orders_before: Decimal
    orders_after: Decimal

    @property
    def effect(self) -> Decimal:
        """CNY that the orders of the last twelve months would have cost more (less: negative)."""
        return self.orders_after - self.orders_before


def price_moves(price_list: PriceList, parts: Sequence[int] | None = None) -> list[PriceMove]:
    """Each row of the list against the price that holds on its day; of these parts only, if any are named."""
    rows = price_list.rows.order_by("part_id")
    if parts is not None:
        rows = rows.filter(part__in=parts)
    prices = dict(rows.values_list("part_id", "price"))
    eve = price_list.valid_from - timedelta(days=1 if price_list.released_at else 0)  # a released list holds already
    before = paid_by_grade(prices, grade=price_list.grade, on=eve)
    return [PriceMove(part, before.get(part), after) for part, after in prices.items()]


def price_changes(price_list: PriceList, *, largest: int = 12) -> PriceChanges:
    """The whole list compared; a constant number of queries."""
    moves = price_moves(price_list)
    compared = [move for move in moves if move.before is not None]
    moved = sorted(
        (move for move in compared if move.percent), key=lambda move: (-abs(move.percent or ZERO), move.part_id)
    )[:largest]
    by_key = Part.objects.in_bulk([move.part_id for move in moved])
    pieces = _ordered(price_list)
    sums = [
        (pieces[move.part_id] * (move.before or ZERO), pieces[move.part_id] * move.after)
        for move in compared
        if move.part_id in pieces
    ]
    return PriceChanges(
        up=sum(1 for move in compared if move.after > (move.before or ZERO)),
        down=sum(1 for move in compared if move.after < (move.before or ZERO)),
        same=sum(1 for move in compared if move.after == move.before),
        fresh=len(moves) - len(compared),
        largest=[(by_key[move.part_id], move) for move in moved],
        orders_before=money.round_money(sum((before for before, _after in sums), ZERO)),
        orders_after=money.round_money(sum((after for _before, after in sums), ZERO)),
    )


def _ordered(price_list: PriceList) -> Mapping[int, Decimal]:
    """Pieces ordered in the last twelve months times the factors they were priced with, by part.

    A national list concerns what was priced from a national price; a grade's list what its stations ordered.
    """
    lines = PartsOrderLine.objects.filter(
        order__confirmed_at__gte=clock.start_of(add_months(clock.today(), -12)),
        part__in=price_list.rows.values("part"),
    ).exclude(order__status=OrderStatus.CANCELLED)
    factor: Any = _factor("kind_factor")
    if price_list.grade:
        lines = lines.filter(price_reason__grade=price_list.grade)
    else:
        lines = lines.exclude(price_reason__has_key="own_grade")
        factor = factor * _factor("grade_factor")
    kept = F("ordered_qty") - F("cancelled_qty")
    rows = lines.order_by().values("part").annotate(pieces=Sum(kept * factor, output_field=DecimalField()))
    return dict(rows.values_list("part", "pieces"))


def _factor(name: str) -> Any:
    """A factor that the line has kept; 1 where it has none."""
    return Coalesce(Cast(KT(f"price_reason__{name}"), FACTOR), ONE, output_field=FACTOR)
