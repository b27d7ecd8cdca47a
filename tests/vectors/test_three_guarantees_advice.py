"""rules.md 3.3(11) through coverage.advice."""

from datetime import date

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import coverage


@pytest.mark.parametrize("vector", vectors("three_guarantees_advice"))
def test_three_guarantees_advice(vector: Vector) -> None:
    given = vector.input
    sale_day, on = date.fromisoformat(given["sale_date"]), date.fromisoformat(given["on"])

    options = coverage.advice(sale_day=sale_day, request_day=on, failed_repairs=given["failed_repairs_same_fault"])

    check(vector, {"days": (on - sale_day).days, "options": list(options)})
