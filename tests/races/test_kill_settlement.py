"""A process that is killed at any step of the month's work: whoever runs again leaves nothing out and does nothing twice."""

import os
import signal
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections

from portal.core import documents, jobs
from portal.core.documents import documents_of, pdf_bytes
from portal.core.drawing_runs import start_paper
from portal.core.failpoints import VARIABLE
from portal.core.models import JobRun, Notification
from portal.core.models.documents import Document
from portal.core.models.jobs import JobStatus
from portal.core.numbering import take_number
from stations.models import Station
from tests.desks import Desk, june, make_desk  # noqa: F401 a fixture
from tests.factories.settlement import at, make_granted_claim
from tests.factories.stations import make_member, make_station
from warranty import appraisal, chargebacks, evidence_pack, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.models import (
    Chargeback,
    ChargebackLine,
    ClosedMonth,
    RecoveryCase,
    Statement,
    StatementLine,
    WarrantyClaim,
)
from warranty.settlement_checks import CHECKS
from warranty.settlement_jobs import build_last_month

# ruff: noqa: F811 the fixture is imported
pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2025, 6, 1)


@pytest.fixture
def desk(june: Any) -> Desk:
    return make_desk()


@pytest.fixture
def stations(desk: Desk, june: Any) -> list[Station]:
    """Three stations with a claim and a freight each in June; the night of 5 July."""
    found = [desk.station, make_station(), make_station()]
    for station in found:
        if station != desk.station:
            make_member("station_owner", station=station)
        instant = at("2025-06-12 10:00:00")
        make_granted_claim(station, part=desk.part, part_amount="200.00", decided_at=instant)
        amounts = {"other": Decimal("90.00")}
        posting.post_item(station, kind="freight", source=f"BX-{station.pk}", at=instant, amounts=amounts)
    jobs.drain()
    june("2025-07-05 00:45:00")
    return found


def killed_at(point: str, work: Callable[[], Any]) -> None:
    """A process of its own does the work and is killed at the point; its connections break as they would."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child needs none of the threads
        child = os.fork()
    if not child:
        try:
            os.environ[VARIABLE] = point
            work()
        finally:
            os._exit(3)  # it came through, or failed otherwise
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"never came to {point}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def books() -> list[str]:
    """What check_books says of old parts, statements and notes."""
    return [said for check in CHECKS.values() for said in check()]


@pytest.mark.parametrize(
    "point", ["statement.lines_written", "statement.lines_written:3", "step.done:2", "step.committed:2"]
)
def test_a_killed_build_leaves_no_station_out_and_builds_none_twice(
    stations: list[Station], desk: Desk, point: str
) -> None:
    build_last_month()

    killed_at(point, jobs.drain)

    assert books() == []  # what stands so far is whole
    jobs.drain()
    built = Statement.objects.filter(period=JUNE)
    assert sorted(built.values_list("station", "status")) == sorted((each.pk, "draft") for each in stations)
    assert StatementLine.objects.filter(is_live=True).count() == 6
    assert set(WarrantyClaim.objects.values_list("status", flat=True)) == {"settled"}
    run = JobRun.objects.get()
    assert (run.status, run.done, run.total) == (JobStatus.DONE, 3, 3)
    assert books() == []


@pytest.mark.parametrize(
    "point", ["number.taken", "number.taken:2", "statement.filed:2", "step.done:3", "step.committed"]
)
def test_a_killed_issue_gives_every_statement_one_number_one_paper_and_one_message(
    stations: list[Station], desk: Desk, point: str
) -> None:
    drafts = [settlement.build_statement(each, JUNE, actor=desk.finance) for each in stations]
    settlement.issue_month(JUNE, chosen=[row.pk for row in drafts], actor=desk.finance)

    killed_at(point, jobs.drain)

    assert books() == []
    jobs.drain()
    issued = Statement.objects.filter(status="issued").order_by("number")
    assert [row.number for row in issued] == [f"BS-202507-{number:06d}" for number in (1, 2, 3)]
    assert Document.objects.filter(kind="statement").count() == 3
    assert ClosedMonth.objects.filter(period=JUNE).count() == 3
    assert Notification.objects.filter(kind="statement.issued").count() == 3
    assert books() == []


@pytest.mark.parametrize("point", ["number.taken", "chargeback.lines_written"])
def test_a_killed_batch_charges_every_case_once_under_the_next_number(desk: Desk, point: str) -> None:
    for _number in range(2):
        claim = make_granted_claim(desk.station, part=desk.part, qty=1)
        recovery.open_cases(claim)
        (piece,) = failed_parts.request_returns(claim)
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)

    killed_at(point, lambda: chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance))

    assert not Chargeback.objects.exists()
    assert set(RecoveryCase.objects.values_list("status", flat=True)) == {"open"}
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    assert note.number == "CB-202506-000001"
    assert sorted(ChargebackLine.objects.values_list("kind", flat=True)) == ["labor", "labor", "part", "part"]
    jobs.drain()
    assert books() == []


@pytest.mark.parametrize("point", ["file.written", "file.named"])
def test_a_paper_whose_drawing_was_killed_is_drawn_whole_and_once(
    stations: list[Station], desk: Desk, point: str
) -> None:
    draft = settlement.build_statement(stations[0], JUNE, actor=desk.finance)
    paper = documents_of(settlement.issue_statement(draft, actor=desk.finance), "statement").get()
    path = documents.path_of(paper)
    jobs.drain()
    start_paper(paper, paper.language, title="BS", path=path)

    killed_at(point, jobs.drain)

    jobs.drain()
    kept = documents.kept_pdf(path)
    assert kept is not None
    assert kept.startswith(b"%PDF")
    assert pdf_bytes(paper) == kept
    assert JobRun.objects.latest("pk").status == JobStatus.DONE


@pytest.mark.parametrize("point", ["step.done:2", "file.written:2", "file.named:2"])
def test_an_evidence_pack_whose_making_was_killed_is_whole_or_not_there(desk: Desk, point: str) -> None:
    """The first file written is the note's paper, the second the archive."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    note = chargebacks.send_chargeback(note, actor=desk.finance)
    jobs.drain()
    evidence_pack.pack_of(note, "zh-hans", reader=desk.finance)

    killed_at(point, jobs.drain)

    path = evidence_pack.path_of(documents_of(note, "chargeback").get(), "zh-hans")
    assert default_storage.exists(path) == point.startswith("file.named")
    jobs.drain()
    kept = evidence_pack.kept_pack(path)
    assert kept is not None
    with zipfile.ZipFile(kept) as archive:
        assert archive.testzip() is None
        assert f"appraisals/{piece.number}.pdf" in archive.namelist()
    assert JobRun.objects.latest("pk").status == JobStatus.DONE


def test_outside_the_suite_nobody_is_killed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FAILPOINTS = False
    monkeypatch.setenv(VARIABLE, "number.taken")

    assert take_number("BS").endswith("-000001")
