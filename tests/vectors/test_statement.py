"""What stands on a month's statement, and its foot."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import statement


@pytest.mark.parametrize("vector", vectors("statement"))
def test_statement(vector: Vector) -> None:
    answer = statement(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
