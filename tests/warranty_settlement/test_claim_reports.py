"""Claim reports: list, paper, CSV, Excel and SQL say the same sums; frozen, scoped, stopped and made again."""

import csv
import io
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db.models import Count, Sum

from portal.accounts.roles import Role
from portal.core import clock, document_lines, documents, jobs
from portal.core.documents import pdf_bytes, render_document
from portal.core.models import Event
from portal.core.models.jobs import JobStatus
from tests.conftest import as_user
from tests.corpus.values import TEXTS
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station, make_user
from tests.warranty_settlement.paper import pages_seen, squeezed, text_of
from warranty import claim_reports
from warranty.claim_reports import ask_report, document_of, path_of
from warranty.models import ClaimLine, ClaimReport, WarrantyClaim


def report_on(claims: Any, actor: Any, language: str = "zh-hans", **given: Any) -> ClaimReport:
    """Asked for and made."""
    row = ask_report(claims, actor=actor, language=language, **given)
    jobs.drain()
    row.refresh_from_db()
    return row


def csv_and_sums(report: ClaimReport) -> tuple[list[dict[str, str]], dict[str, str]]:
    document = document_of(report)
    assert document is not None
    raw = default_storage.open(path_of(document, "csv")).read()
    *lines, sums = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    return lines, sums


def csv_of(report: ClaimReport) -> list[dict[str, str]]:
    return csv_and_sums(report)[0]


def sheet_and_sums(report: ClaimReport) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    document = document_of(report)
    assert document is not None
    with default_storage.open(path_of(document, "xlsx")) as file:
        _head, *lines, sums = openpyxl.load_workbook(io.BytesIO(file.read())).active.iter_rows(values_only=True)
    return lines, sums


def sheet_of(report: ClaimReport) -> list[tuple[Any, ...]]:
    return sheet_and_sums(report)[0]


def total(values: Any) -> Decimal:
    return sum((Decimal(str(value or 0)) for value in values), Decimal(0))


@pytest.fixture
def claims(desk: Desk) -> list[WarrantyClaim]:
    """Seven claims of two stations, amounts unlike each other, one of them of nobody's list here."""
    other, dice = make_station(), random.Random(7)
    return [
        make_granted_claim(
            station,
            part_amount=f"{dice.randint(10_000, 90_000) / 100:.2f}",
            labor=f"{dice.randint(1_000, 9_000) / 100:.2f}",
        )
        for station in (desk.station, desk.station, desk.station, desk.station, other, other, desk.station)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_list_paper_files_and_sql_have_the_same_sums(
    desk: Desk, claims: list[WarrantyClaim], tmp_path: Path, seed: int
) -> None:
    chosen = [claim.pk for claim in claims if random.Random(f"{seed}{claim.pk}").random() < 0.6]
    rows = WarrantyClaim.objects.visible_to(desk.finance).filter(pk__in=chosen or [claims[0].pk])
    listed = rows.aggregate(claims=Count("pk"), claimed=Sum("claimed_total"), approved=Sum("approved_total"))

    report = report_on(rows, desk.finance)

    (lines, sums), (sheet, sheet_sums) = csv_and_sums(report), sheet_and_sums(report)
    said = ClaimLine.objects.filter(claim__in=rows).aggregate(lines=Count("pk"), claimed=Sum("claimed_amount"))
    assert (report.claim_count, report.line_count) == (listed["claims"], said["lines"])
    assert report.claimed == listed["claimed"] == said["claimed"] == total(line["申报"] for line in lines)
    assert report.approved == listed["approved"] == total(line["已批准"] for line in lines)
    assert report.claimed == total(row[-3] for row in sheet)
    assert report.approved == total(row[-2] for row in sheet)
    paper = squeezed(text_of(pdf_bytes(document_of(report)), tmp_path))
    assert f"全部索赔{report.claim_count}{report.line_count}{report.claimed:,.2f}{report.approved:,.2f}" in paper
    assert [line["索赔"] for line in lines] == [str(row[1]) for row in sheet]
    assert (sums["索赔"], sums["申报"], sums["已批准"]) == ("合计", str(report.claimed), str(report.approved))
    assert sheet_sums[1] == "合计"
    assert [Decimal(str(value)) for value in sheet_sums[-3:]] == [report.claimed, report.approved, report.appealed]
    assert [row[0] for row in sheet] == list(range(1, len(sheet) + 1))  # numbers, to sort by


def test_a_line_on_which_nothing_was_claimed_needs_no_row(desk: Desk, tmp_path: Path) -> None:
    claim = make_granted_claim(desk.station, travel="0.00", with_empty=True)
    empty = make_granted_claim(desk.station, part_amount="0.00", labor="0.00", travel="0.00", with_empty=True)
    claim.lines.filter(kind="labor").update(note="按工时标准核减")

    report = report_on(WarrantyClaim.objects.filter(pk__in=[claim.pk, empty.pk]), desk.finance)
    of_one = report_on(WarrantyClaim.objects.filter(pk=claim.pk), desk.finance, claim=claim)

    assert [(line["索赔"], line["种类"]) for line in csv_of(report)] == [
        (claim.number, "配件"), (claim.number, "工时"), (empty.number, "配件"),
    ]  # fmt: skip
    assert (report.line_count, report.claim_count, report.claimed) == (3, 2, Decimal("426.00"))
    assert [row["word"] for row in document_of(report).facts["by_kind"]] == ["配件", "工时"]
    paper = squeezed(text_of(pdf_bytes(document_of(of_one)), tmp_path))
    assert squeezed(f"工时{claim.lines.get(kind='labor').operation}按工时标准核减") in paper


def test_a_report_is_as_of_one_instant_and_the_same_whenever_it_is_printed(
    desk: Desk, claims: list[WarrantyClaim]
) -> None:
    report = report_on(WarrantyClaim.objects.filter(pk__in=[claim.pk for claim in claims]), desk.finance)
    document = document_of(report)
    assert document is not None

    first = pdf_bytes(document)
    ClaimLine.objects.filter(claim=claims[0]).update(note="later")
    default_storage.delete(documents.path_of(document))

    assert pdf_bytes(document) == render_document(document) == first
    assert documents.is_intact(document)


def test_more_than_500_lines_are_set_as_a_table_of_the_same_lines(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MAX_TEMPLATE_LINES", 5)
    rows = [make_granted_claim(desk.station) for _claim in range(3)]

    report = report_on(WarrantyClaim.objects.filter(pk__in=[row.pk for row in rows]), desk.finance, "en")

    made = pdf_bytes(document_of(report))
    text = text_of(made, tmp_path)
    assert report.line_count == 9
    assert all(text.count(row.number) == 3 for row in rows)
    assert f"{report.claimed:.2f}" in text
    assert "Claim report" in text
    inked = pages_seen(made, tmp_path)
    assert len(inked) == 2
    assert all(share > 0.004 for share in inked)


def test_of_one_claim_it_tells_the_story_in_the_language_of_its_reader(desk: Desk, tmp_path: Path) -> None:
    claim = make_granted_claim(desk.station, part=desk.part)
    browser = as_user(desk.finance)

    answer = browser.post(f"/warranty/claims/{claim.pk}/report/", {"language": "en"})
    jobs.drain()

    report = ClaimReport.objects.get()
    text = text_of(pdf_bytes(document_of(report)), tmp_path)
    assert answer.url == report.get_absolute_url()
    assert "Power module" in text
    assert squeezed(claim.cause) in squeezed(text)
    assert csv_of(report)[0]["What"] == f"{desk.part.number} Power module"
    page = browser.get(report.get_absolute_url()).content.decode()
    assert f"/warranty/claim-reports/{report.pk}/xlsx/" in page


def test_what_the_list_shows_is_what_the_report_is_about(desk: Desk, claims: list[WarrantyClaim]) -> None:
    browser = as_user(desk.finance)
    number = claims[0].number

    shown = browser.get(f"/warranty/claims/report/?status=approved&q={number}").content.decode()
    browser.post(f"/warranty/claims/report/?status=approved&q={number}", {"language": "zh-hans"})

    report = ClaimReport.objects.get()
    assert number in shown
    assert report.chosen == [claims[0].pk]
    assert report.filters == [["搜索", number], ["状态", "已批准"]]
    assert browser.get("/warranty/claims/report/?nonsense=1").status_code == 400
    assert browser.post("/warranty/claims/report/?status=draft", {"language": "zh-hans"}).status_code == 409


def test_a_station_gets_its_own_and_no_longer_when_it_is_no_longer_theirs(
    desk: Desk, claims: list[WarrantyClaim]
) -> None:
    owner, outsider = desk.owner, make_member(Role.STATION_OWNER, station=make_station())
    report = report_on(WarrantyClaim.objects.visible_to(owner), owner)

    assert {line["服务站编码"] for line in csv_of(report)} == {desk.station.code}
    assert report.claim_count == 5
    for person, status in ((owner, 200), (desk.finance, 200), (outsider, 404)):
        assert as_user(person).get(report.get_absolute_url()).status_code == status
        file = as_user(person).get(f"{report.get_absolute_url()}csv/")
        assert file.status_code == status
    assert as_user(desk.supplier_user).get("/warranty/claim-reports/").status_code == 403
    assert as_user(outsider).get(f"/documents/{document_of(report).pk}/").status_code == 404
    owner.memberships.update(valid_to=clock.today())
    assert not ClaimReport.objects.visible_to(type(owner).objects.get(pk=owner.pk)).exists()


def test_taking_the_file_is_recorded(desk: Desk) -> None:
    report = report_on(WarrantyClaim.objects.filter(pk=make_granted_claim(desk.station).pk), desk.finance)

    as_user(desk.finance).get(f"{report.get_absolute_url()}xlsx/")

    assert Event.objects.filter(kind="user.exported").get().data["name"] == report.number


def test_nothing_and_too_much_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(claim_reports.NoClaims):
        ask_report(WarrantyClaim.objects.none(), actor=desk.finance, language="en")
    monkeypatch.setattr(claim_reports, "MOST_LINES", 2)
    claim = make_granted_claim(desk.station)
    with pytest.raises(claim_reports.ReportTooLong):
        ask_report(WarrantyClaim.objects.filter(pk=claim.pk), actor=desk.finance, language="en")
    assert not ClaimReport.objects.exists()


def test_a_report_that_was_stopped_is_finished_from_the_lines_it_had_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = make_granted_claim(desk.station)
    report = ask_report(WarrantyClaim.objects.filter(pk=claim.pk), actor=desk.finance, language="en")
    draw = claim_reports.pdf_bytes

    def stopped(document: Any, step: Any) -> bytes:
        jobs.request_cancel(report.job_run)
        return draw(document, step=step)

    with monkeypatch.context() as stopping:
        stopping.setattr(claim_reports, "pdf_bytes", stopped)
        jobs.drain()
    report.refresh_from_db()
    read_at = report.read_at
    assert report.job_run.status == JobStatus.CANCELLED
    assert not claim_reports.is_made(report)
    assert as_user(desk.finance).get(f"{report.get_absolute_url()}csv/").status_code == 404

    as_user(desk.finance).post(f"{report.get_absolute_url()}again/")
    jobs.drain()

    report.refresh_from_db()
    assert report.read_at == read_at
    assert (report.job_run.status, report.job_run.percent) == (JobStatus.DONE, 100)
    assert claim_reports.is_made(report)


def test_two_who_ask_again_get_one_run(desk: Desk) -> None:
    claim = make_granted_claim(desk.station)
    report = ask_report(WarrantyClaim.objects.filter(pk=claim.pk), actor=desk.finance, language="en")

    assert claim_reports.start(report, actor=desk.finance) == claim_reports.start(report, actor=desk.approver)


def test_lines_that_were_changed_beside_the_document_are_never_printed(desk: Desk) -> None:
    report = report_on(WarrantyClaim.objects.filter(pk=make_granted_claim(desk.station).pk), desk.finance)
    document = document_of(report)
    path = document_lines.path_of(document.facts["kept_lines"]["sha256"])
    kept = default_storage.open(path).read()
    default_storage.delete(path)
    forged = document_lines.keep_lines([{"no": "1", "claimed": "999.00"}])["sha256"]
    default_storage.save(path, default_storage.open(document_lines.path_of(forged)))

    with pytest.raises(document_lines.LinesChanged):
        render_document(document)
    assert kept


def test_hostile_text_stays_text_on_paper_and_in_the_files(desk: Desk, tmp_path: Path) -> None:
    hostile = [str(bad.value).replace("\x00", "") for bad in TEXTS]
    claim = make_granted_claim(make_station(name=hostile[1], name_en=hostile[6]), part=desk.part)
    type(desk.part).objects.filter(pk=desk.part.pk).update(name="=1+1", name_en=hostile[7])
    story = " ".join(text for text in hostile if "\u202e" not in text)  # which would turn round what follows it
    WarrantyClaim.objects.filter(pk=claim.pk).update(
        complaint=story, cause="\u202e<img src='file:///etc/passwd'>", serial_number="@SUM(1)"
    )
    ClaimLine.objects.filter(claim=claim).update(note=story)

    report = report_on(
        WarrantyClaim.objects.filter(pk=claim.pk), desk.finance, claim=claim, filters=[("=x", "<script>")]
    )

    text = squeezed(text_of(pdf_bytes(document_of(report)), tmp_path))
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}{%debug%}" in text
    assert "root:" not in text
    for line in csv_of(report):
        assert line["服务站"] == f"'{hostile[1]}"
        assert line["序列号"] == "'@SUM(1)"
    assert all(not str(cell or "").startswith(("=", "@", "+")) for row in sheet_of(report) for cell in row)


def test_headquarters_asks_from_the_administration_too(desk: Desk, claims: list[WarrantyClaim]) -> None:
    admin = make_user(Role.ADMINISTRATOR)
    browser = as_user(admin)

    chosen = {"action": "report_chosen", "_selected_action": [claims[0].pk, claims[1].pk]}
    listed = browser.post("/admin/warranty/warrantyclaim/", chosen)
    one = browser.post(f"/admin/warranty/warrantyclaim/{claims[0].pk}/do/report/", {"language": "en"})

    first, second = ClaimReport.objects.order_by("pk")
    assert (listed.url, one.url) == (first.get_absolute_url(), second.get_absolute_url())
    assert first.chosen == [claims[0].pk, claims[1].pk]
    assert second.claim == claims[0]
