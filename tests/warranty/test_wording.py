"""Marks of the coach: a check only where nothing speaks against the claim."""

from datetime import timedelta
from typing import Any

import pytest

from portal.core import show
from warranty import wording


def found(*points: int, action: str = "none") -> dict[str, Any]:
    items = [{"item": "end_of_cover", "points": each, "value": ""} for each in points]
    return {"score": sum(points), "action": action, "items": items}


@pytest.mark.parametrize(
    ("risk", "mark"),
    [(found(), "✓"), (found(10), "!"), (found(20, action="review"), "✗"), (found(30, 30, action="audit"), "✗")],
)
def test_the_risk_is_checked_only_without_any_point(risk: dict[str, Any], mark: str) -> None:
    assert wording.risk_proof(risk).mark == mark


def test_a_resembling_claim_warns_and_a_duplicate_refuses() -> None:
    match = {"id": "WC-1", "why": "repeat_repair"}

    assert wording.duplicate_proof({"hard": [], "soft": []}).mark == "✓"
    assert wording.duplicate_proof({"hard": [], "soft": [match]}).mark == "!"
    assert wording.duplicate_proof({"hard": [match], "soft": [match]}).mark == "✗"


def test_less_than_a_minute_is_not_called_nothing() -> None:
    assert show.span(timedelta(seconds=20)) == "不足 1 分"
    assert show.span(timedelta(seconds=60)) == "1 分"
