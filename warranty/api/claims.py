"""Claims: list, record, drafting from a finished job, submitting."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.accounts.roles import at_headquarters
from portal.core.api import ScopedField, StrictSerializer
from portal.core.api_filters import Day, FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from service.models import WorkOrder
from stations.models import Station
from warranty import claims
from warranty.models import ClaimLine, ClaimStatus, WarrantyClaim
from warranty.wording import say_decision, say_finding


class ClaimRow(RowSerializer):
    """A claim as lists show it; amounts are CNY without tax."""

    station = serializers.CharField(source="station.code")
    work_order = serializers.CharField(source="work_order.number")
    product_model = serializers.CharField(source="product_model.code", allow_null=True, default=None)

    class Meta:
        model = WarrantyClaim
        fields = [
            "id", "number", "status", "station", "work_order", "serial_number", "product_model", "failed_on",
            "repaired_on", "claimed_total", "allowed_total", "approved_total", "drafted_at", "submitted_at", "decided_at",
        ]  # fmt: skip


class ClaimLineRow(serializers.ModelSerializer[ClaimLine]):
    """A line: as claimed, as the rules allow it, as approved."""

    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    operation = serializers.CharField(source="operation.code", allow_null=True, default=None)
    reason_code = serializers.CharField(source="reason_code.code", allow_null=True, default=None)

    class Meta:
        model = ClaimLine
        fields = [
            "position", "kind", "description", "part", "operation", "qty", "hours", "km", "remedy", "removed_serial",
            "fitted_serial", "unit_price", "claimed_amount", "allowed_amount", "approved_amount", "reason_code", "note",
            "return_required",
        ]  # fmt: skip


class ClaimRecord(ClaimRow):
    """A claim with its lines, the decision in words, and what keeps a draft from being submitted."""

    restricted = {"risk_score": at_headquarters, "route": at_headquarters}
    fault_code = serializers.CharField(source="fault_code.code", allow_null=True, default=None)
    lines = ClaimLineRow(many=True)
    decision = serializers.SerializerMethodField()
    refusals = serializers.SerializerMethodField()

    class Meta(ClaimRow.Meta):
        fields = [
            *ClaimRow.Meta.fields, "fault_code", "complaint", "cause", "correction", "cause_class", "usage_reading",
            "version", "risk_score", "route", "decision", "refusals", "lines",
        ]  # fmt: skip

    def get_decision(self, claim: WarrantyClaim) -> str:
        """One sentence."""
        found = claim.explanation.get("decision")
        return say_decision(found) if found else ""

    def get_refusals(self, claim: WarrantyClaim) -> list[str]:
        """Sentences; a draft without any may be submitted."""
        return [say_finding(finding) for finding in claim.explanation.get("refusals", [])]


class ClaimFilter(ScopedFilterSet):
    """By status, station, serial number, day of failure and of submission."""

    status = django_filters.ChoiceFilter(choices=ClaimStatus.choices)
    station = by_code(Station.objects.all())
    serial_number = django_filters.CharFilter(max_length=60)
    failed_from = Day(field_name="failed_on", lookup_expr="gte")
    failed_to = Day(field_name="failed_on", lookup_expr="lte")
    submitted_from = FromDay(field_name="submitted_at")
    submitted_to = ToDay(field_name="submitted_at")


class NewClaim(StrictSerializer):
    """The finished job that is claimed."""

    work_order = ScopedField(slug_field="number", queryset=WorkOrder.objects.all())


RELATED = ("station", "work_order", "product_model", "fault_code")
LINES = ("lines__part", "lines__operation", "lines__reason_code")


class Claims(ListEndpoint):
    """Claims of the caller's scope, the newest draft first; POST drafts one from a finished job."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    create_permission = "warranty.draft_claim"
    row_class = ClaimRow
    body_class = NewClaim
    made_class = ClaimRecord
    filterset_class = ClaimFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        return claims.draft_from_work_order(values["work_order"], actor=self.request.user)


class OneClaim(RecordEndpoint):
    """One claim."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    row_class = ClaimRecord
    select_related = RELATED
    prefetch_related = LINES


class SubmitClaim(OperationEndpoint):
    """The draft is submitted: numbered, frozen, checked, and decided or routed at once."""

    model = WarrantyClaim
    permission = "warranty.submit_claim"
    row_class = ClaimRecord
    select_related = RELATED
    prefetch_related = LINES

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        return claims.submit_claim(self.record, actor=self.request.user)
