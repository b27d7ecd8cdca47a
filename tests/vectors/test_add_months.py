"""rules.md 3.0: months clamp to their end."""

from datetime import date

import pytest

from portal.core.calendar import add_months
from tests.vectors.cases import Vector, check, vectors


@pytest.mark.parametrize("vector", vectors("add_months"))
def test_add_months(vector: Vector) -> None:
    check(vector, {"day": add_months(date.fromisoformat(vector.input["start"]), vector.input["months"])})
