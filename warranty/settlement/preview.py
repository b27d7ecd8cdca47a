"""What would stand on a month's statement: its waiting items, what is brought forward, the foot. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from stations.models import Station
from warranty.models import ItemKind, SettlementItem, StatementLine, StatementTaxGroup
from warranty.settlement_rules import Amount, Totals, statement_totals
from warranty.settlement_states import StatementStatus


@dataclass(frozen=True)
class DraftLine:
    """One line before it is written; item is None for what is brought forward."""

    item: SettlementItem | None
    kind: str
    source: str
    text: str
    reason: str
    amounts: tuple[Decimal, Decimal, Decimal, Decimal]
    tax_rate: Decimal

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, Decimal(0))


@dataclass(frozen=True)
class Preview:
    """The lines and foot of a statement that is not built yet."""

    station: Station
    period: date
    lines: tuple[DraftLine, ...]
    totals: Totals


def _waiting(station: Station, period: date) -> Any:
    """Items of the month and of earlier ones that stand on no live statement."""
    live = StatementLine.objects.filter(is_live=True, item=OuterRef("pk"))
    return SettlementItem.objects.filter(~Exists(live), station=station, period__lte=period).order_by("at", "pk")


def _carried_lines(station: Station) -> list[DraftLine]:
    """What statements below 0 handed on and no live statement has taken up, a line per tax rate."""
    lines = []
    groups = StatementTaxGroup.objects.filter(statement__station=station, statement__status=StatementStatus.CARRIED)
    groups = groups.filter(~Q(carried=0) | Q(statement__payable__lt=0))
    for group in groups.select_related("statement").order_by("statement__period", "tax_rate"):
        if not group.handed_on:
            continue
        source = f"{group.statement.number}/{group.tax_rate}"
        if not StatementLine.objects.filter(kind=ItemKind.BROUGHT_FORWARD, source=source, is_live=True).exists():
            amounts = (Decimal(0), Decimal(0), Decimal(0), group.handed_on)
            lines.append(
                DraftLine(None, ItemKind.BROUGHT_FORWARD, source, group.statement.number, "", amounts, group.tax_rate)
            )
    return lines


def draft_line(item: SettlementItem) -> DraftLine:
    """An item as a line."""
    amounts = (item.parts_amount, item.labor_amount, item.travel_amount, item.other_amount)
    return DraftLine(item, item.kind, item.source, item.text, item.reason, amounts, item.tax_rate)


def totals_of(lines: Sequence[Any], *, carries_gross: bool = True) -> Totals:
    """The foot of lines; those brought forward count apart in their tax group. carries_gross: see statement_totals."""
    before = [Amount(line.amount, line.tax_rate) for line in lines if line.kind == ItemKind.BROUGHT_FORWARD]
    return statement_totals(
        [Amount(line.amount, line.tax_rate) for line in lines if line.kind != ItemKind.BROUGHT_FORWARD],
        before,
        carries_gross=carries_gross,
    )


def drafted_lines(station: Station, period: date) -> tuple[DraftLine, ...]:
    """The lines of the month's statement if it were built now."""
    return (*_carried_lines(station), *(draft_line(item) for item in _waiting(station, period)))


def preview(station: Station, period: date) -> Preview:
    """What the month's statement would say if it were built now, its items with their claims; writes nothing."""
    lines = drafted_lines(station, period)
    prefetch_related_objects([line.item for line in lines if line.item], "claim")
    return Preview(station, period, lines, totals_of(lines))
