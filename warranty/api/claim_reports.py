"""Reports of claims: asked for by the filter of the list, made in the background, read as paper and as files."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictSerializer, StrictText
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.transfer.exporting import CONTENT_TYPES
from portal.core.uploads import PdfRow, RecordFile
from stations.models import Station
from warranty import claim_reports
from warranty.api.claims import ClaimFilter
from warranty.models import ClaimReport, ClaimStatus, WarrantyClaim

PERMISSION = "warranty.report_claims"


class ClaimReportRow(RowSerializer):
    """A report as lists show it: job is the state of its making, read_at the instant its lines stand for; amounts CNY."""

    job = serializers.CharField(source="job_run.status")
    asked_by = serializers.CharField(source="asked_by.username")
    claim = serializers.CharField(source="claim.number", allow_null=True, default=None)

    class Meta:
        model = ClaimReport
        fields = [
            "id", "number", "job", "language", "claim", "filters", "claim_count", "line_count", "claimed", "approved",
            "appealed", "asked_by", "asked_at", "read_at",
        ]  # fmt: skip


class ClaimReportRecord(ClaimReportRow):
    """A report; its paper stands as soon as its lines are read, its files are there when is_made."""

    is_made = serializers.SerializerMethodField()
    document = serializers.SerializerMethodField()

    class Meta(ClaimReportRow.Meta):
        fields = [*ClaimReportRow.Meta.fields, "is_made", "document"]

    def get_is_made(self, report: ClaimReport) -> bool:
        """Whether CSV and XLSX are written."""
        return claim_reports.is_made(report)

    @extend_schema_field(PdfRow(allow_null=True))
    def get_document(self, report: ClaimReport) -> Any:
        """Its paper."""
        found = claim_reports.document_of(report)
        return PdfRow(found).data if found else None


class WantedReport(StrictSerializer):
    """Which claims, by the filters of the list of claims; one claim by number; nothing for all. In which language."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    claim = ScopedField(slug_field="number", queryset=WarrantyClaim.objects.exclude(number=""), required=False)
    status = serializers.ChoiceField(choices=ClaimStatus.choices, required=False)
    station = ScopedField(slug_field="code", queryset=Station.objects.all(), required=False)
    serial_number = StrictText(max_length=60, required=False)
    failed_from = StrictDay(required=False)
    failed_to = StrictDay(required=False)
    submitted_from = StrictDay(required=False)
    submitted_to = StrictDay(required=False)


def said_of(wanted: dict[str, Any]) -> list[tuple[str, str]]:
    """What chose the claims, as the report says it, in the language of the moment."""
    found = [
        (_("Claim"), str(wanted["claim"]) if "claim" in wanted else ""),
        (_("Status"), str(ClaimStatus(wanted["status"]).label) if "status" in wanted else ""),
        (_("Station"), f"{wanted['station'].code} {wanted['station']}" if "station" in wanted else ""),
        (_("Serial number"), wanted.get("serial_number", "")),
        (_("Failed on"), _span(wanted.get("failed_from"), wanted.get("failed_to"))),
        (_("Submitted at"), _span(wanted.get("submitted_from"), wanted.get("submitted_to"))),
    ]
    return [(label, text) for label, text in found if text]


def _span(first: Any, last: Any) -> str:
    days = [day.isoformat() if day else "" for day in (first, last)]
    return " – ".join(days).strip() if any(days) else ""


class ClaimReports(ListEndpoint):
    """Reports the caller asked for, all for headquarters, the newest first; POST asks for one, which a job makes."""

    model = ClaimReport
    permission = PERMISSION
    create_permission = PERMISSION
    row_class = ClaimReportRow
    body_class = WantedReport
    made_class = ClaimReportRecord
    ordering = ("-pk",)
    select_related = ("asked_by", "job_run", "claim")

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("chosen", "stations")

    def operate(self, values: dict[str, Any]) -> ClaimReport:
        user, language = self.request.user, values.pop("language")
        rows = WarrantyClaim.objects.visible_to(user)
        if (claim := values.get("claim")) is not None:
            rows = rows.filter(pk=claim.pk)
        asked = {name: str(getattr(each, "code", each)) for name, each in values.items() if name != "claim"}
        chosen = ClaimFilter(asked, queryset=rows, request=self.request).qs
        with translation.override(language):
            said = said_of(values)
        return claim_reports.ask_report(chosen, actor=user, language=language, filters=said, claim=claim)


class OneClaimReport(RecordEndpoint):
    """One report."""

    model = ClaimReport
    permission = PERMISSION
    row_class = ClaimReportRecord
    select_related = ("asked_by", "job_run", "claim")


class MakeClaimReport(OperationEndpoint):
    """What a stopped or failed run left undone is made; what stands is not touched."""

    model = ClaimReport
    permission = PERMISSION
    row_class = ClaimReportRecord
    select_related = ("asked_by", "job_run", "claim")

    def operate(self, values: dict[str, Any]) -> ClaimReport:
        claim_reports.start(self.record, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class ClaimReportCsv(RecordFile):
    """Its lines as CSV, the same and in the same order as on paper; 404 until they are written."""

    model = ClaimReport
    permission = PERMISSION
    form: ClassVar[str] = "csv"

    def answer(self, record: ClaimReport) -> Any:
        file = claim_reports.open_file(record, self.form, reader=self.request.user)
        if file is None:
            raise Http404
        answer = FileResponse(file, content_type=CONTENT_TYPES[self.form])
        answer["Content-Disposition"] = content_disposition_header(True, f"{record.number}.{self.form}") or ""
        return answer


class ClaimReportXlsx(ClaimReportCsv):
    """The same as a workbook."""

    form = "xlsx"
