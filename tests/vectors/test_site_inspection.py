"""Vectors of the site inspection."""

from decimal import Decimal

import pytest

from stations.inspections import outcome_of
from tests.vectors.cases import Vector, check, vectors

WORDS = {"passed": "pass", "rectify": "rectify", "failed": "fail"}


@pytest.mark.parametrize("vector", vectors("site_inspection"))
def test_site_inspection(vector: Vector) -> None:
    score, vetoes = Decimal(str(vector.input["score"])), int(vector.input["vetoes"])

    check(vector, {"result": WORDS[outcome_of(score, veto_failed=vetoes > 0)]})
