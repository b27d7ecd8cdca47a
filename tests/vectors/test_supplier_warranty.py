"""When a supplier's own warranty ends."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import supplier_warranty


@pytest.mark.parametrize("vector", vectors("supplier_warranty"))
def test_supplier_warranty(vector: Vector) -> None:
    answer = supplier_warranty(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
