"""Whether an invoice fits."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import invoice_check


@pytest.mark.parametrize("vector", vectors("invoice_check"))
def test_invoice_check(vector: Vector) -> None:
    answer = invoice_check(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
