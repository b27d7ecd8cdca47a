"""Ageing and ratios of notes."""

import pytest

from tests.vectors.cases import Vector, check, vectors
from tests.vectors.settlement_answers import chargeback_figures


@pytest.mark.parametrize("vector", vectors("chargeback_figures"))
def test_chargeback_figures(vector: Vector) -> None:
    answer = chargeback_figures(vector.input)

    check(vector, {key: answer[key] for key in vector.expected})
