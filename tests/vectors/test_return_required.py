"""Which old parts must come back."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import return_required


@pytest.mark.parametrize("vector", vectors("return_required"))
def test_return_required(vector: Vector) -> None:
    answer = return_required(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
