"""Vectors of sharing out scarce stock."""

from datetime import datetime
from decimal import Decimal

import pytest

from parts import sharing
from tests.vectors.cases import Vector, check, vectors
from tests.vectors.parts_answers import links, pieces


@pytest.mark.parametrize("vector", vectors("allocate"))
def test_allocate(vector: Vector) -> None:
    given = vector.input
    lines = [
        sharing.Demand(
            key=line["id"],
            part=line["part"],
            qty=Decimal(str(line["qty"])),
            kind=line["kind"],
            grade=line["grade"],
            submitted_at=datetime.fromisoformat(line["submitted_at"]),
            no_partial=line.get("no_partial", False),
        )
        for line in given["lines"]
    ]
    stock = {part: Decimal(str(qty)) for part, qty in given["stock"].items()}

    shares, left = sharing.share(stock, links(given.get("edges", [])), lines)

    found = {
        share.demand.key: {
            "picks": {part: pieces(qty) for part, qty in share.picks.items()},
            "backorder": pieces(share.backorder),
        }
        for share in shares
    }
    check(vector, {"lines": found, "available": {part: pieces(qty) for part, qty in left.items()}})
