"""Until when a supplier can be given notice."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import recovery_clock


@pytest.mark.parametrize("vector", vectors("recovery_clock"))
def test_recovery_clock(vector: Vector) -> None:
    answer = recovery_clock(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
