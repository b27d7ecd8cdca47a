"""rules.md 3.5 through risk.score."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import risk

NUMBERS = {"station_cost", "claims_per_100", "km", "straight_km"}
PEERS = {"peer_costs": "cost_peers", "peer_claims_per_100": "rate_peers"}
DAYS = {"failure_day", "cover_end", "registered_on"}


def value(key: str, given: Any) -> Any:
    if given is None:
        return None
    if key in NUMBERS:
        return Decimal(given)
    if key in PEERS:
        return risk.peers_of([Decimal(each) for each in given])
    if key in DAYS:
        return date.fromisoformat(given)
    if key == "labor":
        return [risk.LaborFact(Decimal(row["hours"]), Decimal(row["flat_hours"]), Decimal(row["qty"])) for row in given]
    return given


@pytest.mark.parametrize("vector", vectors("risk"))
def test_risk(vector: Vector) -> None:
    found = risk.score(risk.Facts(**{PEERS.get(key, key): value(key, given) for key, given in vector.input.items()}))

    z = None if found.robust_z is None else found.robust_z.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    check(
        vector,
        {
            "score": found.score,
            "items": [item.item for item in found.items],
            "robust_z": z,
            "action": found.action,
        },
    )
