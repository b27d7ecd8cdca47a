"""Claim reports: asked for from the list or from a claim, listed, opened as paper or file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.pages import (
    ActingForm,
    Action,
    Column,
    Fact,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    Stat,
    visible_or_404,
)
from portal.core.saved_views import filters_of
from portal.core.transfer.exporting import CONTENT_TYPES
from warranty import claim_reports
from warranty.models import ClaimReport, LineKind, WarrantyClaim
from warranty.states import ClaimStatus
from warranty.views.claims.lists import RELATED, ClaimList

PERMISSION = "warranty.report_claims"


class ReportForm(ActingForm):
    """The language of its reader, who need not be who asks."""

    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)


class AskReport(OperationView):
    """The address carries the list's filters; the report is about every claim they leave."""

    permission = PERMISSION
    title = _("Claim report")
    intro = _(
        "The claims of the list as it was filtered, each with its lines, as paper and as a table to calculate with, all"
        " with the same totals. It is made in the background and kept to be printed again."
    )
    form_class = ReportForm
    submit_label = _("Make the report")
    template_name = "warranty/claim_report_ask.html"

    def get_initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    @property
    def filters(self) -> str:
        """The filters of the list that led here."""
        return filters_of(self.request.GET.urlencode())

    def get_cancel_url(self) -> str:
        return f"{reverse('claim_list')}?{self.filters}"

    def shown(self) -> tuple[Any, Any]:
        """The list's filters, and the rows they leave."""
        page = ClaimList()
        page.setup(self.request)
        filters, rows, _chips = page.shown_rows()
        return filters, rows

    def operate(self, form: Any) -> ClaimReport:
        language = form.cleaned_data["language"]
        with translation.override(language):
            filters, rows = self.shown()
            said = said_of(filters, self.request)
        return claim_reports.ask_report(rows, actor=self.request.user, language=language, filters=said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, rows = self.shown()
        return super().get_context_data(**kwargs) | {
            "chosen_by": said_of(filters, self.request),
            "claim_count": rows.order_by()[: claim_reports.MOST_LINES + 1].count(),
            "most": claim_reports.MOST_LINES,
        }


def said_of(filters: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """Label and text of each filter that is set, in the language of the moment."""
    found = []
    if text := request.GET.get("q", "").strip():
        found.append((gettext("Search"), text))
    if status := request.GET.get("status", ""):
        found.append((gettext("Status"), str(dict(WarrantyClaim._meta.get_field("status").flatchoices)[status])))
    for name, value in filters.form.cleaned_data.items() if filters.is_valid() else ():
        if value:
            found.append((str(filters.form.fields[name].label), _text_of(value)))
    return found


def _text_of(value: Any) -> str:
    if isinstance(value, slice):
        return f"{show.day(value.start)} – {show.day(value.stop)}"
    return str(getattr(value, "local_name", value))


class AskClaimReport(OperationView):
    """The same about one claim, with its story."""

    model = WarrantyClaim
    permission = PERMISSION
    select_related = RELATED
    title = _("Claim report")
    intro = _("The claim with its lines, decision and story, as paper and as a table with the same totals.")
    form_class = ReportForm
    submit_label = _("Make the report")

    def get_initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def operate(self, form: Any) -> ClaimReport:
        claim, language = self.get_object(), form.cleaned_data["language"]
        rows = WarrantyClaim.objects.visible_to(self.request.user).filter(pk=claim.pk)
        with translation.override(language):
            said = [(gettext("Claim"), str(claim))]
        return claim_reports.ask_report(rows, actor=self.request.user, language=language, filters=said, claim=claim)


def said_in(report: ClaimReport) -> str:
    """What the claims were chosen by, in one line."""
    return show.sentences(f"{label} {text}" for label, text in report.filters) or gettext("All claims")


class ClaimReportList(ScopedListView):
    """The reports one has asked for; headquarters sees all."""

    model = ClaimReport
    permission = PERMISSION
    export_permission = PERMISSION
    title = _("Claim reports")
    columns = (
        Column("number", kind="number", small=said_in),
        Column("claim_count", kind="qty"),
        Column("line_count", kind="qty"),
        Column("claimed", kind="money"),
        Column("approved", kind="money"),
        Column(lambda row: row.job_run.get_status_display(), _("Job")),
        Column("asked_at", kind="moment", small="asked_by__display_name"),
    )
    search_fields = ("number",)
    select_related = ("asked_by", "job_run")
    empty_text = _("No report yet. Filter the list of claims and choose “Claim report”.")

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("chosen", "stations")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Claims"), reverse("claim_list"), "warranty.view_warrantyclaim", "primary")]


class ClaimReportDetail(ScopedDetailView):
    """The report: how far it is, its sums, its paper and files."""

    model = ClaimReport
    permission = PERMISSION
    template_name = "warranty/claim_report_detail.html"
    select_related = ("asked_by", "job_run__owner", "claim__work_order")

    def get_title(self) -> str:
        return f"{gettext('Claim report')} {self.get_object().number}"

    def get_subtitle(self) -> str:
        return said_in(self.get_object())

    @property
    def is_made(self) -> bool:
        """Whether it can be opened."""
        return bool(self.get_object().job_run.is_over) and claim_reports.is_made(self.get_object())

    def get_actions(self) -> Sequence[Action]:
        report = self.get_object()
        if not self.is_made:
            again = Action(_("Make it again"), reverse("claim_report_again", args=[report.pk]), PERMISSION)
            return [again] if report.job_run.is_over else []
        document = claim_reports.document_of(report)
        files = [
            Action(form.upper(), reverse("claim_report_file", args=[report.pk, form]), PERMISSION)
            for form in claim_reports.WRITERS
        ]
        return [*files, Action(_("Open the PDF"), reverse("document", args=[document.pk]), "", "primary")]  # type: ignore[union-attr]

    def stats(self) -> Sequence[Stat]:
        report = self.get_object()
        if report.read_at is None:
            return []
        return [
            Stat(_("Claims"), show.quantity(report.claim_count)),
            Stat(_("Claimed"), show.money(report.claimed)),
            Stat(_("Approved"), show.money(report.approved)),
            Stat(pgettext_lazy("report", "Granted on appeal"), show.money(report.appealed)),
        ]

    def facts(self) -> Sequence[Fact]:
        report = self.get_object()
        claim = [Fact(_("Claim"), report.claim, report.claim.get_absolute_url())] if report.claim else []
        return [
            *claim,
            Fact(_("Lines"), show.quantity(report.line_count)),
            Fact(_("Language"), report.get_language_display()),
            Fact(pgettext_lazy("report", "As of"), show.moment(report.read_at)),
            Fact(_("Asked by"), report.asked_by.display_name or report.asked_by.username),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = claim_reports.document_of(self.get_object())
        said = document.facts if document else {}
        tables = [
            (_("By status"), in_words(said["by_status"], ClaimStatus.choices)),
            (_("By kind"), in_words(said["by_kind"], LineKind.choices)),
        ] if said else []  # fmt: skip
        return super().get_context_data(**kwargs) | {"said": said, "tables": tables}


def in_words(rows: Sequence[dict[str, Any]], choices: Any) -> list[dict[str, Any]]:
    """The frozen sums with the words of the page's language, not of the paper's."""
    words = dict(choices)
    return [row | {"word": words.get(row.get("code"), row["word"])} for row in rows]


class MakeReportAgain(OperationView):
    """What a stopped or failed run left undone is made; what stands is not touched."""

    model = ClaimReport
    permission = PERMISSION
    title = _("Make it again")
    intro = _("What is missing of the report is made from the lines as they were read.")
    submit_label = _("Make it again")
    select_related = ("job_run",)

    def operate(self, form: Any) -> ClaimReport:
        claim_reports.start(self.get_object(), actor=self.request.user)
        return self.get_object()  # type: ignore[no-any-return]


class ClaimReportFile(ScopedPage):
    """Its lines as CSV or Excel, as they were written once; who took them is recorded."""

    permission = PERMISSION

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        report, form = visible_or_404(ClaimReport, request.user, pk=kwargs["pk"]), kwargs["form"]
        file = claim_reports.open_file(report, form, reader=request.user)
        if file is None:
            raise Http404
        answer = FileResponse(file, content_type=CONTENT_TYPES[form])
        answer["Content-Disposition"] = content_disposition_header(True, f"{report.number}.{form}") or ""
        return answer
