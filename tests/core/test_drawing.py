"""Long papers: a page answers at once, one job draws them, however many ask; drafts and sheets likewise, and not for ever."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, documents, drawing, jobs
from portal.core.documents import document_kind, issue_document
from portal.core.drawing_runs import QUICK_LINES, takes_long
from portal.core.linetable import LineColumn
from portal.core.models import JobRun
from portal.core.models.documents import Document
from portal.core.models.jobs import JobStatus
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
document_kind(
    "test_long",
    template="pdf/base.html",
    title="长单",
    line_columns=(LineColumn("单号", "source", 70), LineColumn("金额", "amount", 30, total=True)),
    bilingual=True,
)
DISTINCT = iter(range(1_000_000))


def lines(count: int) -> list[dict[str, str]]:
    first = next(DISTINCT)
    return [{"source": f"L{first}-{n:05}", "amount": "0.10"} for n in range(count)]


def paper_of(count: int) -> Document:
    station = make_station()
    facts = {"lines": lines(count)}
    return issue_document("test_long", subject=station, number=f"TL-{station.pk}", facts=facts, actor=None)


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_user(Role.FINANCE))
    return client


def test_what_takes_long_counts_every_list_in_the_facts() -> None:
    assert not takes_long({"lines": lines(QUICK_LINES)})
    assert takes_long({"lines": lines(QUICK_LINES + 1)})
    assert takes_long({"cases": [{"photos": list(range(QUICK_LINES))}]})


def test_a_short_paper_is_answered_at_once_and_starts_no_run(reader: Client) -> None:
    row = paper_of(3)

    answer = reader.get(f"/documents/{row.pk}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert not JobRun.objects.exists()


def test_a_long_paper_is_drawn_by_a_job_from_its_issue_on_in_both_languages(reader: Client) -> None:
    row = paper_of(501)

    waiting = reader.get(f"/documents/{row.pk}/")
    again = reader.get(f"/documents/{row.pk}/", headers={"HX-Request": "true"})
    runs = JobRun.objects.order_by("pk")

    assert waiting.status_code == 202
    assert "正在生成" in waiting.content.decode()
    assert f'hx-get="/documents/{row.pk}/"' in again.content.decode()
    assert [run.key for run in runs] == [documents.path_of(row, language) for language in documents.languages_of(row)]
    jobs.drain()
    assert [(run.status, run.done, run.total) for run in runs.all()] == [(JobStatus.DONE, 2, 2)] * 2
    assert reader.get(f"/documents/{row.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    opened = reader.get(f"/documents/{row.pk}/")
    assert opened["Content-Type"] == "application/pdf"
    assert "50.10" in PdfReader(BytesIO(opened.content)).pages[-1].extract_text()
    assert runs.count() == 2


def test_two_first_readers_share_one_run_and_one_file(reader: Client) -> None:
    row = paper_of(51)
    for run in JobRun.objects.all():
        jobs.request_cancel(run)
    jobs.drain()
    for _reader in range(2):
        assert reader.get(f"/documents/{row.pk}/").status_code == 202

    asked = JobRun.objects.filter(status=JobStatus.QUEUED)

    assert asked.count() == 1
    jobs.drain()
    kept = default_storage.listdir(f"documents/{row.sha256[:2]}")[1]
    assert [name for name in kept if name.startswith(row.sha256)] == [f"{row.sha256}.pdf"]


def test_a_drawing_that_fails_says_so_and_is_begun_again_after_an_hour(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = paper_of(51)
    with monkeypatch.context() as broken:
        broken.setattr(documents, "html_to_pdf", lambda *_arguments: 1 / 0)
        for run in JobRun.objects.all():
            with pytest.raises(ZeroDivisionError):
                jobs.app.tasks["core.draw_paper"].func(run=run.pk, document=row.pk, language="en")

    page = reader.get(f"/documents/{row.pk}/").content.decode()
    assert "自动重试" in page
    assert not JobRun.objects.exclude(status=JobStatus.FAILED).exists()
    JobRun.objects.update(finished_at=clock.now() - timedelta(hours=2))
    reader.get(f"/documents/{row.pk}/")
    assert JobRun.objects.filter(status=JobStatus.QUEUED).count() == 1


def test_a_drawing_stops_between_two_parts_when_somebody_stops_it() -> None:
    row = paper_of(1501)
    run = JobRun.objects.order_by("pk").first()
    assert run is not None
    jobs.request_cancel(run)

    jobs.drain()

    run.refresh_from_db()
    assert (run.status, run.done) == (JobStatus.CANCELLED, 0)
    assert documents.kept_pdf(documents.path_of(row)) is None


def test_a_program_hears_how_far_it_is() -> None:
    person = make_user(Role.FINANCE)
    client = Client()
    client.force_login(person)
    row = paper_of(51)

    waiting = client.get(f"/api/v1/pdfs/{row.pk}/")
    jobs.drain()

    assert (waiting.status_code, waiting["Retry-After"]) == (202, "5")
    assert waiting.json() == {"status": "queued", "done": 0, "total": 0}
    assert client.get(f"/api/v1/pdfs/{row.pk}/")["Content-Type"] == "application/pdf"


def test_a_long_draft_is_drawn_once_for_its_content_and_cleared_after_a_day() -> None:
    ann = User.objects.create(username="ann")
    facts = {"lines": lines(60)}

    def asked() -> drawing.Paper:
        return drawing.draft("test_long", number="TL-9", facts=facts, language="en", reader=ann)

    first, second = asked(), asked()

    assert isinstance(first, JobRun)
    assert first == second
    assert first.owner == ann
    jobs.drain()
    made = asked()
    assert isinstance(made, bytes)
    assert "DRAFT" in PdfReader(BytesIO(made)).pages[0].extract_text()
    drawing.clear_orders()
    assert asked() == made
    for name in default_storage.listdir(drawing.ORDERS)[1]:
        long_ago = (clock.now() - timedelta(days=2)).timestamp()
        os.utime(default_storage.path(f"{drawing.ORDERS}/{name}"), (long_ago, long_ago))
    assert drawing.clear_orders() == 2
    assert isinstance(asked(), JobRun)


def test_a_sheet_of_many_labels_is_drawn_by_a_job() -> None:
    html = f"<p>{next(DISTINCT)} 标签</p>"

    few = drawing.sheet(html, count=QUICK_LINES, title="Labels", reader=None)
    many = drawing.sheet(html, count=QUICK_LINES + 1, title="Labels", reader=None)
    jobs.drain()

    assert isinstance(few, bytes)
    assert isinstance(many, JobRun)
    assert isinstance(drawing.sheet(html, count=QUICK_LINES + 1, title="Labels", reader=None), bytes)
