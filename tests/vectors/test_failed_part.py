"""The days and the money of an old part's return."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import failed_part


@pytest.mark.parametrize("vector", vectors("failed_part"))
def test_failed_part(vector: Vector) -> None:
    answer = failed_part(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
