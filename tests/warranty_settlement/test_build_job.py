"""The month's statements of all stations: a killed job goes on, a missed night is made up, one error stops nobody else."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from portal.core import jobs
from portal.core.models import JobRun
from portal.core.models.jobs import JobStatus
from stations.models import Station
from tests.desks import Desk
from tests.factories.settlement import at, make_granted_claim
from tests.factories.stations import make_station
from warranty import failed_parts, settlement
from warranty import settlement_posting as posting
from warranty.models import SettlementItem, Statement, StatementLine, StatementTaxGroup
from warranty.settlement_jobs import build_last_month, build_month

JUNE = date(2025, 6, 1)
really_build = settlement.build_statement


class Killed(BaseException):
    """The worker is gone."""


@pytest.fixture
def stations(desk: Desk, june: Any) -> list[Station]:
    """Four stations with something to settle for June, on 5 July."""
    found = [desk.station, *(make_station() for _ in range(3))]
    for station in found:
        owe(station)
    june("2025-07-05 00:45:00")
    return sorted(found, key=lambda station: station.pk)


def owe(station: Station) -> None:
    amounts = {"other": Decimal("90.00")}
    posting.post_item(station, kind="freight", source=f"BX-{station.pk}", at=at("2025-06-12 10:00:00"), amounts=amounts)


def run_of(desk: Desk) -> JobRun:
    return jobs.start_run("warranty.build_month", owner=desk.finance, title="June", period="2025-06-01")


def fails_at(monkeypatch: pytest.MonkeyPatch, broken: Station, error: BaseException) -> None:
    def build(station: Station, *rest: Any, **named: Any) -> Any:
        if station == broken:
            raise error
        return really_build(station, *rest, **named)

    monkeypatch.setattr(settlement, "build_statement", build)


def built() -> list[int]:
    return sorted(Statement.objects.filter(period=JUNE).values_list("station", flat=True))


def test_a_killed_run_goes_on_where_it_was_and_leaves_no_station_out(
    desk: Desk, stations: list[Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(desk)
    fails_at(monkeypatch, stations[1], Killed())
    with pytest.raises(Killed):
        build_month(run.pk, "2025-06-01")
    monkeypatch.undo()
    assert built() == [stations[0].pk]

    jobs.drain()

    run.refresh_from_db()
    assert built() == [station.pk for station in stations]  # each once
    assert (run.status, run.done, run.total) == (JobStatus.DONE, 4, 4)
    assert "4" in run.message


def test_one_stations_error_stops_no_other_and_is_tried_again(
    desk: Desk, stations: list[Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(desk)
    fails_at(monkeypatch, stations[1], ArithmeticError("1/0"))
    with pytest.raises(ArithmeticError):
        build_month(run.pk, "2025-06-01")
    monkeypatch.undo()

    run.refresh_from_db()
    assert built() == [each.pk for each in stations if each != stations[1]]
    assert run.status == JobStatus.FAILED
    assert stations[1].code in run.message

    jobs.drain()

    run.refresh_from_db()
    assert built() == [station.pk for station in stations]
    assert run.status == JobStatus.DONE


def test_a_run_that_is_stopped_says_how_far_it_came(desk: Desk, stations: list[Station]) -> None:
    run = run_of(desk)
    jobs.request_cancel(run)

    jobs.drain()

    run.refresh_from_db()
    assert (run.status, built()) == (JobStatus.CANCELLED, [])


def test_a_missed_night_is_made_up_and_what_was_built_stays(desk: Desk, stations: list[Station], june: Any) -> None:
    june("2025-07-04 23:59:00")
    build_last_month()
    assert not JobRun.objects.exists()

    june("2025-07-07 00:45:00")  # nobody worked on the 5th and the 6th
    build_last_month()
    jobs.drain()
    assert built() == [station.pk for station in stations]

    settlement.void_draft(Statement.objects.get(station=stations[0]), actor=desk.finance)  # it has a reason to wait
    owe(late := make_station())
    june("2025-07-08 00:45:00")
    build_last_month()
    jobs.drain()
    assert built() == [*(station.pk for station in stations), late.pk]

    june("2025-07-09 00:45:00")
    build_last_month()
    assert JobRun.objects.count() == 2


def test_a_debit_of_the_last_day_that_a_night_missed_is_in_the_month_that_is_built(desk: Desk, june: Any) -> None:
    june("2025-06-14 10:00:00")
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, labor="0", travel="0")
    posting.credit_claim(claim)
    (piece,) = failed_parts.request_returns(claim)  # due on 29 June
    june("2025-07-05 00:45:00")

    build_last_month()
    jobs.drain()

    debit = SettlementItem.objects.get(failed_part=piece)
    assert (debit.at, debit.period) == (at("2025-06-30 00:00:00"), JUNE)
    assert Statement.objects.get(station=desk.station).net == 0


def test_a_debit_is_never_older_than_its_credit(desk: Desk, june: Any) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, decided_at=at("2025-06-20 10:00:00"))
    (piece,) = failed_parts.request_returns(claim, at=at("2025-06-01 10:00:00"))  # due on the 16th
    june("2025-06-21 00:20:00")

    assert failed_parts.debit_overdue() == 1

    assert SettlementItem.objects.get(failed_part=piece).at == at("2025-06-20 10:00:00")


@pytest.mark.parametrize("added", ["line", "group"])
def test_the_database_still_adds_a_statement_up(desk: Desk, stations: list[Station], added: str) -> None:
    statement = settlement.build_statement(stations[0], JUNE, actor=desk.finance)

    with pytest.raises(IntegrityError, match="statement"), transaction.atomic():
        if added == "line":
            StatementLine.objects.create(
                statement=statement, position=99, kind="freight", source="X", other_amount=1, amount=1, tax_rate=0
            )
        else:
            StatementTaxGroup.objects.create(statement=statement, tax_rate=Decimal("0.5"), net=2, tax=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
