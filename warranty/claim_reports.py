"""Reports of claims: asked for at once, read in one instant, drawn and written as files by a job. Not here: their lines."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, jobs, show
from portal.core.document_lines import KEY, keep_lines, lines_of
from portal.core.documents import documents_of, issue_document, kept_pdf, pdf_bytes, steps_of
from portal.core.documents import path_of as documents_path
from portal.core.errors import Refusal
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun
from portal.core.numbering import take_number
from portal.core.transfer.exporting import write_csv, write_xlsx
from stations.models.products import in_language
from warranty.claim_report_lines import FILE_COLUMNS, HAS_AMOUNT, Totals, printed, read_lines, total_row
from warranty.models import ClaimLine, ClaimReport, WarrantyClaim

KIND: Final = "claim_report"
MOST_LINES: Final = 50_000
WRITERS: Final[dict[str, Callable[..., None]]] = {"csv": write_csv, "xlsx": write_xlsx}


class NoClaims(Refusal):
    """A report says something."""

    message = _("No claim matches these filters: there is nothing to report.")
    code = "no_claims"


class ReportTooLong(Refusal):
    """More than anybody reads, and than one paper may hold."""

    message = _("A report has at most %(most)s lines; these claims have more. Narrow the filters first.")
    code = "report_too_long"


@transaction.atomic
def ask_report(
    claims: "QuerySet[WarrantyClaim]",
    *,
    actor: Any,
    language: str,
    filters: Sequence[tuple[str, str]] = (),
    claim: WarrantyClaim | None = None,
    at: datetime | None = None,
) -> ClaimReport:
    """A report on these claims is queued. claims: visible to the actor; filters: label and text of what chose them.

    claim: the one it is about, if it is about one. Raises NoClaims, ReportTooLong. Writes a ClaimReport, a JobRun, one Event.
    """
    found = list(claims.order_by().values_list("pk", "station_id").distinct()[: MOST_LINES + 1])
    if not found:
        raise NoClaims
    chosen = sorted(key for key, _station in found)
    lines = 0 if len(found) > MOST_LINES else _lines_of(chosen)
    if len(found) > MOST_LINES or lines > MOST_LINES:
        raise ReportTooLong(most=f"{MOST_LINES:,}")
    report = ClaimReport.objects.create(
        claim=claim, asked_by=actor, language=language, chosen=chosen, stations=sorted({place for _key, place in found}),
        filters=[list(pair) for pair in filters], asked_at=at or clock.now(), claim_count=len(chosen), line_count=lines,
        number=take_number("CR", at=at),
    )  # fmt: skip
    start(report, actor=actor)
    events.record(
        report, "claimreport.asked", actor=actor, at=at, root="", data={"claims": len(chosen), "lines": lines}
    )
    return report


def _lines_of(chosen: Sequence[int]) -> int:
    """How many lines have something to say, counted no further than is allowed."""
    return ClaimLine.objects.filter(HAS_AMOUNT, claim__in=chosen)[: MOST_LINES + 1].count()


@transaction.atomic
def start(report: ClaimReport, *, actor: Any) -> JobRun:
    """What is missing of the report is being made; whoever asks while it is, gets the same run."""
    title = f"{ClaimReport._meta.verbose_name} {report.number}"
    run = jobs.start_run(
        "warranty.make_claim_report", owner=actor, title=title, key=f"{KEY_OF_RUN}{report.pk}", report=report.pk
    )
    report.job_run = run
    report.save(update_fields=["job_run"])
    return run


KEY_OF_RUN: Final = "claim_report:"


def carry_out(run: JobRun, report: ClaimReport) -> None:
    """Lines, paper and files stand; what an earlier worker made is not made again. Raises Cancelled, ReportTooLong."""
    done_before = 0
    if report.read_at is None:
        done_before = 1
        jobs.advance(run, partial(_freeze, report, run.owner))
    document = document_of(report)
    if document is None:  # read_at stands with its document
        raise AssertionError(report)
    missing = [form for form in WRITERS if not default_storage.exists(path_of(document, form))]
    drawing = 0 if kept_pdf(documents_path(document)) else steps_of(document)
    jobs.begin(run.pk, total=done_before + drawing + len(missing))

    def step() -> None:
        jobs.advance(run, lambda: 1)

    pdf_bytes(document, step=step)
    for form in missing:
        step()
        with TemporaryFile() as file:
            write_file(file, document, form)
            default_storage.save(path_of(document, form), File(file))


def _freeze(report: ClaimReport, reader: Any) -> int:
    """One step: the lines as they stand now, their sums, and the document that says them."""
    at = clock.now()
    with translation.override(report.language):
        totals = Totals()
        kept = keep_lines(printed(_bounded(totals.counting(read_lines(report.chosen, reader=reader)))))
        whole = totals.whole
        report.read_at, report.line_count, report.claim_count = at, whole.lines, len(whole.claims)
        report.claimed, report.approved, report.appealed = whole.claimed, whole.approved, whole.appealed
        facts = facts_of(report, at) | totals.as_facts() | {KEY: kept}
    report.save(
        update_fields=["read_at", "line_count", "claim_count", "claimed", "approved", "appealed"],
    )
    issue_document(
        KIND, subject=report, number=report.number, facts=facts, actor=reader, language=report.language, draw=False
    )
    return 1


def _bounded(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows):
        if number >= MOST_LINES:
            raise ReportTooLong(most=f"{MOST_LINES:,}")
        yield row


def facts_of(report: ClaimReport, at: datetime) -> dict[str, Any]:
    """What its first page says beside the sums."""
    facts: dict[str, Any] = {
        "number": report.number,
        "filters": report.filters,
        "asked_by": report.asked_by.display_name or report.asked_by.username,
        "read_at": show.moment(at),
    }
    return facts | ({"claim": _story(report.claim)} if report.claim else {})


def _story(claim: WarrantyClaim) -> dict[str, Any]:
    """What happened, as the claim tells it."""
    return {
        "number": str(claim),
        "status": claim.get_status_display(),
        "station": f"{claim.station.code} {in_language(claim.station.name, claim.station.name_en)}",
        "model": claim.product_model.local_name if claim.product_model else "",
        "serial": claim.serial_number,
        "job": claim.work_order.number,
        "failed_on": show.day(claim.failed_on),
        "repaired_on": show.day(claim.repaired_on),
        "fault": str(claim.fault_code or ""),
        "complaint": claim.complaint,
        "cause": claim.cause,
        "correction": claim.correction,
        "notes": [
            {"line": f"{line.get_kind_display()} {line.what}", "reason": str(line.reason_code or ""), "note": line.note}
            for line in claim.lines.select_related("reason_code", "part", "operation").order_by("position")
            if line.note or line.reason_code
        ],
    }


def document_of(report: ClaimReport) -> Document | None:
    """Its paper, once its lines are read."""
    return documents_of(report, KIND).first()


def path_of(document: Document, form: str) -> str:
    """Where its file of this form is kept."""
    return f"documents/{document.sha256[:2]}/{document.sha256}.{form}"


def open_file(report: ClaimReport, form: str, *, reader: Any) -> Any:
    """Its file of this form, open for reading; None where it was not written. Records who took it."""
    document = document_of(report)
    if form not in WRITERS or document is None or not default_storage.exists(path_of(document, form)):
        return None
    taken = {"name": report.number, "rows": report.line_count, "format": form}
    events.record(reader, "user.exported", actor=reader, data=taken)
    return default_storage.open(path_of(document, form), "rb")


def write_file(file: IO[bytes], document: Document, form: str) -> None:
    """The file holds its lines, the same, in the same order, as on paper, and their sums. One line is in memory at a time."""
    with translation.override(document.language):
        header = [str(column.label) for column in FILE_COLUMNS]
        rows = chain(lines_of(document.facts), [total_row(document.facts)])
        table = ([column.value(row) for column in FILE_COLUMNS] for row in rows)
        WRITERS[form](file, header, table, document.number)
    file.seek(0)


def is_made(report: ClaimReport) -> bool:
    """Whether paper and files are there to be opened."""
    document = document_of(report)
    if document is None:
        return False
    return all(default_storage.exists(path_of(document, form)) for form in WRITERS)
