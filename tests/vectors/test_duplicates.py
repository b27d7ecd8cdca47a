"""rules.md 3.4 through duplicates.find_duplicates."""

from datetime import date
from typing import Any

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import duplicates


def claim(given: dict[str, Any]) -> duplicates.ClaimFacts:
    photos = [duplicates.Photo(**photo) for photo in given.get("photos", [])]
    return duplicates.ClaimFacts(**{**given, "failure_day": date.fromisoformat(given["failure_day"]), "photos": photos})


@pytest.mark.parametrize("vector", vectors("duplicates"))
def test_duplicates(vector: Vector) -> None:
    given = vector.input
    links = [(link["from"], link["to"]) for link in given["supersession"]]

    found = duplicates.find_duplicates(claim(given["claim"]), [claim(other) for other in given["others"]], links)

    check(
        vector,
        {
            "hard": [{"id": match.id, "why": match.why} for match in found.hard],
            "soft": [{"id": match.id, "why": match.why} for match in found.soft],
        },
    )
