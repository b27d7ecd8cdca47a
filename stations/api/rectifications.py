"""Rectifications: list, record, evidence and its judgment."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.attachments import attachments_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, Files, TakesFiles
from stations import inspections, rectification
from stations.api.visits import VisitRecord
from stations.models import (
    RectificationFinding,
    RectificationOrder,
    RectificationStatus,
    SiteInspection,
    Station,
    VerifiedBy,
    VisitPurpose,
)
from stations.rectification import MOST_FILES

ORDER = ("application", "station", "inspection", "center")


class FindingRow(serializers.ModelSerializer[RectificationFinding]):
    """One thing to put right."""

    files = serializers.SerializerMethodField()

    class Meta:
        model = RectificationFinding
        fields = [
            "id",
            "position",
            "status",
            "clause",
            "clause_en",
            "finding",
            "due_on",
            "evidence",
            "answered_at",
            "remark",
            "files",
        ]

    @extend_schema_field(FileRow(many=True))
    def get_files(self, row: RectificationFinding) -> Any:
        """Photos and papers of the evidence."""
        return FileRow(attachments_of(row), many=True).data


class RectificationRow(RowSerializer):
    """An order as lists show it."""

    number = serializers.CharField()
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    application = serializers.CharField(source="application.number", allow_null=True, default=None)

    class Meta:
        model = RectificationOrder
        fields = ["id", "number", "status", "term", "verified_by", "station", "application", "issued_on", "due_on"]


class RectificationRecord(RectificationRow):
    """An order with its findings."""

    lines = FindingRow(many=True)

    class Meta(RectificationRow.Meta):
        fields = [*RectificationRow.Meta.fields, "findings", "lines"]


class RectificationFilter(ScopedFilterSet):
    """By status, station and due day."""

    status = django_filters.ChoiceFilter(choices=RectificationStatus.choices)
    station = by_code(Station.objects.all())
    due_from = FromDay(field_name="due_on")
    due_to = ToDay(field_name="due_on")


class Rectifications(ListEndpoint):
    """Orders of the caller's scope, the newest first."""

    model = RectificationOrder
    permission = "stations.view_rectificationorder"
    row_class = RectificationRow
    filterset_class = RectificationFilter
    select_related = ORDER


class OneRectification(RecordEndpoint):
    """One order."""

    model = RectificationOrder
    permission = "stations.view_rectificationorder"
    row_class = RectificationRecord
    select_related = ORDER
    prefetch_related = ("lines",)


class Verification(StrictSerializer):
    """A second visit, or the evidence."""

    verified_by = serializers.ChoiceField(choices=VerifiedBy.choices)


class ChooseVerification(OperationEndpoint):
    """How the region lets itself be convinced."""

    model = RectificationOrder
    permission = "stations.verify_rectification"
    row_class = RectificationRecord
    body_class = Verification
    select_related = ORDER

    def operate(self, values: dict[str, Any]) -> RectificationOrder:
        return rectification.choose_verification(self.record, actor=self.request.user, **values)


class RevisitDay(StrictSerializer):
    """When somebody looks again."""

    planned_on = StrictDay()


class PlanRevisit(OperationEndpoint):
    """A second visit is planned; answers it."""

    model = RectificationOrder
    permission = "stations.verify_rectification"
    row_class = RectificationRecord
    made_class = VisitRecord
    body_class = RevisitDay
    select_related = (*ORDER, "inspection__template")

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        order = self.record
        return inspections.plan_visit(
            order.station or order.application, purpose=VisitPurpose.REVISIT, checks=order, actor=self.request.user,
            **values,
        )  # fmt: skip


class FindingAct(OperationEndpoint):
    """An act on one finding; the answer is the finding."""

    model = RectificationFinding
    row_class = FindingRow
    select_related = ("order__station", "order__application", "order__inspection")


class FindingEvidence(StrictSerializer):
    """What was done, and what shows it."""

    evidence = StrictText(max_length=2000)
    photos = Files(most=MOST_FILES)


class AnswerFinding(TakesFiles, FindingAct):
    """The station says what was done; a form may bring photos or PDFs."""

    permission = "stations.answer_rectification"
    body_class = FindingEvidence

    def operate(self, values: dict[str, Any]) -> RectificationFinding:
        uploads = values.pop("photos")
        return rectification.answer_finding(self.record, uploads=uploads, actor=self.request.user, **values)


class Remark(StrictSerializer):
    """The verifier's words."""

    remark = StrictText(max_length=500, allow_blank=True, default="")


class AcceptFinding(FindingAct):
    """The evidence convinces."""

    permission = "stations.verify_rectification"
    body_class = Remark

    def operate(self, values: dict[str, Any]) -> RectificationFinding:
        return rectification.accept_finding(self.record, actor=self.request.user, **values)


class ReturnFinding(FindingAct):
    """The evidence does not convince."""

    permission = "stations.verify_rectification"
    body_class = Remark

    def operate(self, values: dict[str, Any]) -> RectificationFinding:
        return rectification.return_finding(self.record, actor=self.request.user, **values)
