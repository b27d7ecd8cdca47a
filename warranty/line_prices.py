"""What the lines of a draft cost: the terms of the repair day, and what the rules make of them. Not here: the rules (pricing).

A claim that comes back with an answer keeps the rates, net prices and flat hours of its first submission, whatever has been
set since; only what was not priced then, and what the answer adds, is asked for anew. Source: rules.md 3.1, 3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from parts.pricing import NetPrice, quote
from portal.core import statements
from warranty import facts
from warranty.assessment import Assessment, assess, load
from warranty.models import ClaimLine, LineKind, WarrantyClaim

ZERO = Decimal(0)
PRICED_FIELDS = ("unit_price", "part_class", "flat_hours", "claimed_amount", "allowed_amount", "codes")


@dataclass(frozen=True, slots=True)
class Frozen:
    """The prices of the first submission: net price by part number, flat hours by operation code; empty before it."""

    rates: facts.Rates | None = None
    net_prices: Mapping[str, Decimal] = field(default_factory=dict)
    flat_hours: Mapping[str, Decimal] = field(default_factory=dict)


def frozen_prices(claim: WarrantyClaim) -> Frozen:
    """What the claim was first submitted with."""
    first = claim.versions.order_by("version").first() if claim.submitted_at else None
    if first is None or not first.inputs:
        return Frozen()
    inputs = load(first.inputs)
    numbers = {row["position"]: row["part"] for row in first.content["lines"]}
    return Frozen(
        rates=inputs.rates,
        net_prices={
            numbers[row.position]: row.line.net_price
            for row in inputs.lines
            if row.kind == LineKind.PART and row.line.net_price
        },
        flat_hours={row.line.op: row.line.flat_hours for row in inputs.lines if row.line.op},
    )


def reprice_lines(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> Assessment:
    """The saved lines carry the prices of the repair day and their amounts; only those that changed are written."""
    before = [_priced_facts(line) for line in lines]
    found = price_lines(claim, lines)
    changed = [line for line, was in zip(lines, before, strict=True) if _priced_facts(line) != was]
    for line in changed:
        statements.update(line, PRICED_FIELDS)
    if changed:
        claim.refresh_from_db(fields=["claimed_total", "allowed_total"])
    return found


def _priced_facts(line: ClaimLine) -> list[Any]:
    return [getattr(line, name) for name in PRICED_FIELDS]


def price_lines(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> Assessment:
    """The lines know the terms of the repair day and what the rules make of them; nothing is written."""
    frozen = frozen_prices(claim)
    rates = frozen.rates or facts.rates_of(claim.station, claim.repaired_on)
    quoted = quote([line.part_id for line in lines if line.part_id], claim.station, on=claim.repaired_on)
    for line in lines:
        _set_terms(line, rates, quoted, frozen)
    found = assess(claim, lines=lines, rates=rates)
    for line in lines:
        priced = found.priced[line.position]
        line.claimed_amount, line.allowed_amount, line.codes = priced.claimed, priced.allowed, list(priced.codes)
    return found


def _set_terms(line: ClaimLine, rates: facts.Rates, quoted: Mapping[int, NetPrice], frozen: Frozen) -> None:
    """Net price, rate and flat hours; for a part that nobody has priced nothing can be claimed: its line shows 0."""
    if line.kind == LineKind.PART and line.part:
        today = quoted[line.part.pk].amount if line.part.pk in quoted else ZERO
        line.unit_price = frozen.net_prices.get(line.part.number, today)
        line.part_class = line.part.part_class
    elif line.kind in {LineKind.LABOR, LineKind.DIAGNOSIS}:
        line.unit_price = rates.hourly_rate
        operation = line.operation
        line.flat_hours = frozen.flat_hours.get(operation.code, operation.flat_hours) if operation else ZERO
    elif line.kind == LineKind.TRAVEL:
        line.unit_price = rates.km_rate
