"""Which parts matter and which are steady: ABC by issue value, XYZ by variation. Source: rules.md 3.9, C29."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from parts.planning.forecast import moments
from parts.sharing import Key

A_UNTIL, B_UNTIL = Decimal("0.80"), Decimal("0.95")
X_UNTIL, Y_UNTIL = Decimal("0.5"), Decimal("1.0")


def abc(values: Mapping[Key, Decimal]) -> dict[Key, str]:
    """A while the share of value before the part is below 80 %, B below 95 %, else C; no value is C. Ties by number."""
    total = sum(values.values(), Decimal(0))
    found: dict[Key, str] = {}
    before = Decimal(0)
    for part, value in sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        found[part] = "C" if value <= 0 else _letter(before / total)
        before += value
    return found


def _letter(share: Decimal) -> str:
    if share < A_UNTIL:
        return "A"
    return "B" if share < B_UNTIL else "C"


def xyz(monthly: Sequence[Decimal]) -> str:
    """By the variation of 12 monthly totals: X up to 0.5, Y up to 1.0, else Z; no demand is Z."""
    mean, variance = moments(monthly)
    if mean <= 0:
        return "Z"
    variation = variance.sqrt() / mean
    if variation <= X_UNTIL:
        return "X"
    return "Y" if variation <= Y_UNTIL else "Z"
