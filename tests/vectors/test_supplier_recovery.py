"""What a supplier may be charged."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import supplier_recovery


@pytest.mark.parametrize("vector", vectors("supplier_recovery"))
def test_supplier_recovery(vector: Vector) -> None:
    answer = supplier_recovery(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
