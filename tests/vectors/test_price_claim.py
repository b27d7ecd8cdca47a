"""rules.md 3.2 through pricing.price_claim."""

from decimal import Decimal
from typing import Any

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import pricing

NUMBERS = {"qty", "net_price", "claimed", "hours", "flat_hours", "km", "amount", "actual"}


def line(given: dict[str, Any]) -> pricing.Line:
    return pricing.Line(
        **{key: Decimal(str(value)) if key in NUMBERS else value for key, value in given.items() if value is not None}
    )


@pytest.mark.parametrize("vector", vectors("price_claim"))
def test_price_claim(vector: Vector) -> None:
    given = vector.input
    straight = given.get("straight_km")
    terms = pricing.Terms(
        hourly_rate=Decimal(given["hourly_rate"]),
        km_rate=Decimal(given["km_rate"]),
        free_km=Decimal(given["free_km"]),
        straight_km=None if straight is None else Decimal(straight),
        pays=given.get("pays") or {},
        share={kind: Decimal(share) for kind, share in (given.get("share") or {}).items()},
        settings=pricing.Settings(**{key: Decimal(value) for key, value in given.get("settings", {}).items()}),
    )

    found = pricing.price_claim([line(row) for row in given["lines"]], terms)

    lines = [
        {
            "id": row.id,
            "claimed": row.claimed,
            "allowed": row.allowed,
            "difference": row.difference,
            "codes": list(row.codes),
        }
        for row in found.lines
    ]
    answer = {"lines": lines, "claimed": found.claimed, "allowed": found.allowed, "difference": found.difference}
    check(vector, {**answer, "flags": list(found.flags)})
