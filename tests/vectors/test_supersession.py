"""Vectors of chains of parts that take each other's place."""

import pytest

from parts import sharing
from tests.vectors.cases import Vector, check, vectors
from tests.vectors.parts_answers import links, pieces


@pytest.mark.parametrize("vector", vectors("supersession"))
def test_supersession(vector: Vector) -> None:
    given = vector.input
    chain = links(given["edges"])

    if "add" in given:
        check(vector, {"accepted": not sharing.closes_cycle(chain, given["add"]["from"], given["add"]["to"])})
    else:
        check(vector, {"ends": {part: pieces(qty) for part, qty in sharing.ends(chain, given["part"]).items()}})
