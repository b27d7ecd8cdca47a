"""rules.md 3.0: "day N" runs to the end of that day in Shanghai."""

from datetime import date, datetime

import pytest

from portal.core.calendar import in_time, last_day
from tests.vectors.cases import Vector, check, vectors


@pytest.mark.parametrize("vector", vectors("deadline"))
def test_deadline(vector: Vector) -> None:
    start, days = date.fromisoformat(vector.input["from"]), vector.input["days"]

    check(
        vector,
        {
            "last_day": last_day(start, days),
            "in_time": in_time(start, days, datetime.fromisoformat(vector.input["at"])),
        },
    )
