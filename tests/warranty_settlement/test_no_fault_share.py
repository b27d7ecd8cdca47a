"""A station whose returned parts often show no fault makes its next claims riskier (rules.md 3.5)."""

from typing import Any

import pytest

from tests.desks import Desk
from tests.factories.claims import make_bench
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, claims, failed_parts

FINDINGS = "上机复测两小时功能正常，未见故障"


def appraise(desk: Desk, *verdicts: str) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=len(verdicts))
    for piece, verdict in zip(failed_parts.request_returns(claim), verdicts, strict=True):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings=FINDINGS, actor=desk.appraiser)


def risk_of_next_claim(desk: Desk) -> list[dict[str, Any]]:
    found = claims.coach(make_bench(station=desk.station).draft()).explanation["risk"]["items"]
    return [item for item in found if item["item"] == "nff_share"]


@pytest.mark.parametrize(
    ("no_fault", "defects", "points"),
    [(3, 7, [{"item": "nff_share", "points": 15, "value": "3/10"}]), (2, 8, []), (3, 6, [])],
)
def test_more_than_a_fifth_of_ten_returns_without_fault_counts(
    desk: Desk, no_fault: int, defects: int, points: list[dict[str, Any]]
) -> None:
    appraise(desk, *["no_fault_found"] * no_fault, *["supplier_defect"] * defects)

    assert risk_of_next_claim(desk) == points


def test_another_station_does_not_count(desk: Desk) -> None:
    appraise(desk, *["no_fault_found"] * 10)
    other = make_bench()

    assert not [
        item for item in claims.coach(other.draft()).explanation["risk"]["items"] if item["item"] == "nff_share"
    ]
