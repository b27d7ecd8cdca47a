"""Rules of the station statement: what belongs to a month, tax per rate group, what is carried. Pure.

Operations are in settlement.py. Source: rules.md 3.8, C27, C43.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.core.money import round_money, total

ZERO = Decimal("0.00")
INVOICE_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Amount:
    """A signed amount, CNY, tax excluded, with the tax rate it bears, as a fraction."""

    amount: Decimal
    tax_rate: Decimal


@dataclass(frozen=True)
class TaxGroup:
    """All amounts of one rate: what was brought forward, the net with it, and the tax on that net."""

    tax_rate: Decimal
    brought_forward: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """The foot of a statement; carried is filled only when net or gross is below 0."""

    groups: tuple[TaxGroup, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    payable: Decimal
    carried: tuple[Amount, ...]


def month_of(day: dt.date) -> dt.date:
    """The first day of the month a local day lies in: how a period is written."""
    return day.replace(day=1)


def next_month(period: dt.date) -> dt.date:
    """The first day of the month after."""
    return (period.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def statement_totals(
    lines: Iterable[Amount], brought_forward: Sequence[Amount] = (), *, carries_gross: bool = True
) -> Totals:
    """Tax once per rate group on that group's net; a net below 0 bears no tax and is carried, kept per group (C27).

    So is one whose tax alone brings the gross below 0: nobody can invoice that. carries_gross: not so in statements that were
    issued before this was a rule.
    """
    lines = list(lines)
    rates = sorted({a.tax_rate for a in lines} | {a.tax_rate for a in brought_forward})
    nets = {
        rate: (
            total(a.amount for a in brought_forward if a.tax_rate == rate),
            total(a.amount for a in [*lines, *brought_forward] if a.tax_rate == rate),
        )
        for rate in rates
    }
    net = total(group_net for _, group_net in nets.values())
    taxes = {rate: round_money(group_net * rate) for rate, (_, group_net) in nets.items()}
    taxed = net >= 0 and (net + total(taxes.values()) >= 0 or not carries_gross)
    groups = tuple(
        TaxGroup(rate, before, group_net, taxes[rate] if taxed else ZERO) for rate, (before, group_net) in nets.items()
    )
    tax = total(group.tax for group in groups)
    carried = () if taxed else tuple(Amount(g.net, g.tax_rate) for g in groups if g.net)
    return Totals(groups, net, tax, net + tax, net + tax if taxed else ZERO, carried)


def invoice_fits(invoice: Decimal, gross: Decimal) -> bool:
    """The station's invoice must equal the gross within one cent."""
    return abs(invoice - gross) <= INVOICE_TOLERANCE


def canonical_hash(facts: dict[str, Any]) -> str:
    """SHA-256 of facts written one way only: sorted keys, no blanks, UTF-8; facts hold texts, integers, lists and dicts."""
    written = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()
