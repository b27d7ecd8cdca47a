"""Claims made by the product's own operations beside those of the volume."""

from itertools import count
from typing import Any


def bench_beside_the_volume() -> Any:
    """A station with policy, rates, part and operation, whose codes the volume does not have."""
    from tests.factories import claims, parts, stations

    for factory, counter in ((claims, "_next"), (stations, "_next"), (parts, "_serial")):
        setattr(factory, counter, count(9_000_001))
    return claims.make_bench()
