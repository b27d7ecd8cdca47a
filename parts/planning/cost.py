"""What following a suggestion costs, and what not following it loses until the next run. Pure rules on numbers.

Follow: the order's value, and the cost of holding those goods until the next run (value × yearly rate × days / 365).
Not follow: an order placed by the next run arrives R days later than one placed now (R days from run to run, L days of
delivery). Demand over a span is taken as normal; its expected shortage is σ·(φ(k) − k·(1 − Φ(k))) with
k = (position − d̄·span) / σ and σ² = span·σd² + d̄²·σL². What is short within L is lost either way, for no order arrives
before; so not following loses shortage(L + R) − shortage(L), in pieces, worth the national price each. It is an expectation
of demand unmet at once, some of which will wait: an upper bound of the sales lost.
"""

from decimal import ROUND_HALF_UP, Decimal
from math import erf, exp, pi, sqrt

from parts.planning.levels import LeadTime

YEAR_DAYS = Decimal(365)
THOUSANDTH = Decimal("0.001")
CENT = Decimal("0.01")


def holding_cost(value: Decimal, *, rate_percent: Decimal, days: Decimal) -> Decimal:
    """CNY for keeping goods of this value so many days."""
    return (value * rate_percent / 100 * days / YEAR_DAYS).quantize(CENT, ROUND_HALF_UP)


def expected_shortage(position: Decimal, *, mean: Decimal, sd: Decimal) -> Decimal:
    """Pieces of a normal demand that the position will not cover, in expectation."""
    gap = float(mean - position)
    spread = float(sd)
    if spread <= 0:
        return _pieces(max(gap, 0.0))
    k = -gap / spread
    density = exp(-k * k / 2) / sqrt(2 * pi)
    beyond = (1 - erf(k / sqrt(2))) / 2
    return _pieces(max(spread * (density - k * beyond), 0.0))


def lost_by_waiting(
    position: Decimal, *, demand_mean: Decimal, demand_sd: Decimal, lead: LeadTime, review_days: Decimal
) -> Decimal:
    """Pieces short because the order is placed by the next run and not now."""

    def short(days: Decimal) -> Decimal:
        spread = (days * demand_sd**2 + demand_mean**2 * lead.sd**2).sqrt()
        return expected_shortage(position, mean=demand_mean * days, sd=spread)

    return max(short(lead.mean + review_days) - short(lead.mean), Decimal(0))


def _pieces(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(THOUSANDTH, ROUND_HALF_UP)
