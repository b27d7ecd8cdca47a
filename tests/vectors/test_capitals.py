"""rules.md 3.8, C40: Chinese capitals by the PBoC payment rules."""

import pytest

from portal.core.money import capitals
from tests.vectors.cases import Vector, vectors


@pytest.mark.parametrize("vector", vectors("capitals"))
def test_capitals(vector: Vector) -> None:
    assert capitals(vector.input["amount"]) in [vector.expected["text"], *vector.expected.get("also", [])]
