"""The vectors of dispatch through the product's own ranking."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.ranking import Candidate, rank
from tests.vectors.cases import Vector, vectors


def candidate(given: dict[str, Any]) -> Candidate:
    """A vector's candidate as ours."""
    return Candidate(
        key=given["id"],
        station_active=given["station_active"],
        contract_end=date.fromisoformat(given["contract_end"]),
        area_match=given["area_match"],
        level=given["level"],
        certificate_end=date.fromisoformat(given["cert_end"]),
        has_tool=given["tool"],
        on_shift=given["shift"],
        open_jobs=given["open"],
        capacity=given["capacity"],
        km=Decimal(str(given["km"])),
        grade=given["grade"],
        jobs_today=given["jobs_today"],
    )


@pytest.mark.parametrize("vector", vectors("dispatch"))
def test_dispatch(vector: Vector) -> None:
    given, expected = vector.input, vector.expected

    found = rank(
        [candidate(each) for each in given["candidates"]],
        need_level=given["need_level"],
        visit_day=date.fromisoformat(given["visit_day"]),
    )

    assert [{"id": each.candidate.key, "score": str(each.shown)} for each in found.ranked] == expected["ranking"]
    assert {key: sorted(codes) for key, codes in found.ineligible.items()} == {
        key: sorted(codes) for key, codes in expected["ineligible"].items()
    }
