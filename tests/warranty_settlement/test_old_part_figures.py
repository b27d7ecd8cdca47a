"""Figures of old parts are the number of the rows they open, of the reader's scope, day by day."""

from typing import Any

import pytest

from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station
from warranty import appraisal, failed_parts
from warranty.failed_parts_figures import figure_rows, no_fault_by_station, percent, verdict_mix
from warranty.models import FailedPart

WHY = "复测一切正常，未见故障现象"


def asked_back(desk: Desk, station: Any = None, qty: int = 1) -> list[FailedPart]:
    return failed_parts.request_returns(make_granted_claim(station or desk.station, part=desk.part, qty=qty))


def judged(desk: Desk, piece: FailedPart, verdict: str) -> None:
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict=verdict, findings=WHY, actor=desk.appraiser)


def numbers(user: Any, figure: str, since: Any, value: str = "", station: int | None = None) -> set[str]:
    rows = figure_rows(user, figure, since=since, value=value, station=station)
    return set(rows.values_list("number", flat=True))


def test_on_time_is_arrival_by_the_end_of_the_last_day(desk: Desk, june: Any) -> None:
    since = june("2025-06-01 12:00:00").date()
    early, last_minute, late, missing, waived = asked_back(desk, qty=5)
    failed_parts.receive_piece(early.number, actor=desk.warehouse)
    failed_parts.waive_return(waived, reason="低值件，免予返还处理", actor=desk.approver)
    june("2025-06-16 23:59:59")
    assert numbers(desk.appraiser, "due", since) == set()  # the day is not over
    failed_parts.receive_piece(last_minute.number, actor=desk.warehouse)
    june("2025-06-17 00:00:00")
    failed_parts.receive_piece(late.number, actor=desk.warehouse)

    assert numbers(desk.appraiser, "on_time", since) == {early.number, last_minute.number}
    assert numbers(desk.appraiser, "late", since) == {late.number, missing.number}
    assert numbers(desk.appraiser, "due", since) == {early.number, last_minute.number, late.number, missing.number}


def test_the_mix_and_the_stations_count_final_verdicts(desk: Desk, june: Any) -> None:
    since = june("2025-06-01 12:00:00").date()
    other = make_station()
    for piece, verdict in zip(asked_back(desk, qty=3), ("no_fault_found", "no_fault_found", "user"), strict=True):
        judged(desk, piece, verdict)
    judged(desk, asked_back(desk, other)[0], "supplier_defect")

    mix = {verdict: count for verdict, count in verdict_mix(desk.appraiser, since=since) if count}
    assert mix == {"no_fault_found": 2, "user": 1, "supplier_defect": 1}
    stations = [
        (row.code, row.judged, row.without_fault, str(row.percent))
        for row in no_fault_by_station(desk.appraiser, since=since)
    ]
    assert stations == [(desk.station.code, 3, 2, "66.67"), (other.code, 1, 0, "0.00")]
    for verdict, count in mix.items():
        assert len(numbers(desk.appraiser, "verdict", since, verdict)) == count
    assert len(numbers(desk.appraiser, "verdict", since, "no_fault_found", desk.station.pk)) == 2


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "0-3"), (3, "0-3"), (4, "4-7"), (7, "4-7"), (8, "8-14"), (14, "8-14"), (15, "15-"), (60, "15-")],
)
def test_the_bench_ages_by_days_since_receipt(desk: Desk, june: Any, days: int, bucket: str) -> None:
    from datetime import timedelta

    from portal.core import clock
    from warranty.failed_parts_figures import AGES

    (piece,) = asked_back(desk)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    clock.set(clock.now() + timedelta(days=days))

    found = [age for age in AGES if numbers(desk.appraiser, "bench", clock.today(), age)]

    assert found == [bucket]


def test_no_share_of_nothing() -> None:
    assert (percent(0, 0), str(percent(1, 3))) == (None, "33.33")


def test_a_station_sees_its_own_figures_and_each_opens_its_rows(desk: Desk, june: Any) -> None:
    mine, foreign = asked_back(desk)[0], asked_back(desk, make_station())[0]
    judged(desk, mine, "no_fault_found")
    judged(desk, foreign, "user")
    client = as_user(desk.owner)

    page = client.get("/warranty/failed-parts/figures/").content.decode()
    rows = client.get("/warranty/failed-parts/figures/rows/?days=90&figure=judged").content.decode()

    assert "figure=verdict&amp;value=no_fault_found" in page
    assert (mine.number in rows, foreign.number in rows) == (True, False)
    for wrong in ("days=1", "figure=x", "figure=verdict&value=x", "station=x"):
        assert client.get(f"/warranty/failed-parts/figures/rows/?{wrong}").status_code == 400
    outsider = as_user(make_member("station_owner", station=make_station()))
    assert mine.number not in outsider.get("/warranty/failed-parts/figures/rows/?figure=judged").content.decode()
