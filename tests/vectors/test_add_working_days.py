"""rules.md 3.7, 3.11, C30, C42: holidays off, make-up workdays on."""

from datetime import date

import pytest

from portal.core.calendar import Days, add_working_days
from tests.vectors.cases import Vector, check, days, vectors


@pytest.mark.parametrize("vector", vectors("add_working_days"))
def test_add_working_days(vector: Vector) -> None:
    known = Days(days(vector.input["holidays"]), days(vector.input["makeup"]))

    check(vector, {"day": add_working_days(date.fromisoformat(vector.input["from"]), vector.input["n"], days=known)})
