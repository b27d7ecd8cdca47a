"""rules.md 3.11, C30: due and warning instants, running time with pauses. Classes and ladders come with the desk."""

from datetime import datetime, timedelta

import pytest

from portal.core.calendar import Days, add_working_time, working_time_between
from tests.vectors.cases import Vector, check, days, vectors


@pytest.mark.parametrize("vector", vectors("sla"))
def test_sla(vector: Vector) -> None:
    given = vector.input
    start, allowance = datetime.fromisoformat(given["start"]), timedelta(minutes=given["allowance_minutes"])
    pauses = [(datetime.fromisoformat(p["from"]), datetime.fromisoformat(p["to"])) for p in given["pauses"]]
    clock = {
        "calendar": given["calendar"],
        "pauses": pauses if given["pausable"] else [],
        "days": Days(days(given["holidays"]), days(given["makeup"])),
    }

    answer = {
        "due": add_working_time(start, allowance, **clock),
        "warn_at": add_working_time(start, allowance * 0.8, **clock),
    }
    if "at" in given:
        elapsed = working_time_between(start, datetime.fromisoformat(given["at"]), **clock)
        answer["elapsed_minutes"] = f"{elapsed / timedelta(minutes=1):.2f}"
    check(vector, answer)
