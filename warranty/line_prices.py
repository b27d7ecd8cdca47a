"""What the lines of a draft cost: the terms of the repair day, and what the rules make of them. Not here: the rules (pricing)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parts.pricing import NetPrice, quote
from portal.core import statements
from warranty import facts
from warranty.assessment import Assessment, assess
from warranty.models import ClaimLine, LineKind, WarrantyClaim

ZERO = Decimal(0)
PRICED_FIELDS = ("unit_price", "part_class", "flat_hours", "claimed_amount", "allowed_amount", "codes")


def reprice_lines(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> Assessment:
    """The saved lines carry today's prices and amounts; only those that changed are written."""
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
    rates = facts.rates_of(claim.station, claim.repaired_on)
    quoted = quote([line.part_id for line in lines if line.part_id], claim.station, on=claim.repaired_on)
    for line in lines:
        _set_terms(line, rates, quoted)
    found = assess(claim, lines=lines, rates=rates)
    for line in lines:
        priced = found.priced[line.position]
        line.claimed_amount, line.allowed_amount, line.codes = priced.claimed, priced.allowed, list(priced.codes)
    return found


def _set_terms(line: ClaimLine, rates: facts.Rates, quoted: Mapping[int, NetPrice]) -> None:
    """Net price, rate and flat hours; for a part that nobody has priced nothing can be claimed: its line shows 0."""
    if line.kind == LineKind.PART and line.part:
        line.unit_price = quoted[line.part.pk].amount if line.part.pk in quoted else ZERO
        line.part_class = line.part.part_class
    elif line.kind in {LineKind.LABOR, LineKind.DIAGNOSIS}:
        line.unit_price = rates.hourly_rate
        line.flat_hours = line.operation.flat_hours if line.operation else ZERO
    elif line.kind == LineKind.TRAVEL:
        line.unit_price = rates.km_rate
