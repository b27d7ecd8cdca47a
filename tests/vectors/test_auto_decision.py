"""rules.md 3.1 through decision.decide."""

from decimal import Decimal

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import decision


@pytest.mark.parametrize("vector", vectors("auto_decision"))
def test_auto_decision(vector: Vector) -> None:
    amounts = {key: Decimal(vector.input[key]) for key in ("allowed", "claimed")}

    found = decision.decide(decision.Checked(**{**vector.input, **amounts}))

    check(vector, {"state": found.state, "by": found.by, "route": found.route})
