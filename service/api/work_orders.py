"""Work orders: list and record."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from service.models import IssuedPart, WorkedHours, WorkOrder, WorkOrderStatus
from stations.models import Station


class WorkOrderRow(RowSerializer):
    """A job as lists show it."""

    request = serializers.CharField(source="request.number")
    station = serializers.CharField(source="station.code")
    technician = serializers.CharField(source="technician.name", allow_null=True, default=None)
    unit = serializers.CharField(source="request.unit.serial_number", allow_null=True, default=None)
    product_model = serializers.CharField(source="request.unit.product_model.code", allow_null=True, default=None)

    class Meta:
        model = WorkOrder
        fields = [
            "number", "status", "request", "station", "technician", "unit", "product_model", "offered_at",
            "offer_ends_at", "accepted_at", "visit_at", "arrived_at", "completed_at",
        ]  # fmt: skip


class IssuedPartRow(serializers.ModelSerializer[IssuedPart]):
    """A part on the job; the price is the station's net price, CNY without tax."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = IssuedPart
        fields = ["position", "part", "qty", "action", "removed_serial", "fitted_serial", "net_price", "issued_at"]


class WorkedHoursRow(serializers.ModelSerializer[WorkedHours]):
    """An operation done on the job."""

    operation = serializers.CharField(source="operation.code")

    class Meta:
        model = WorkedHours
        fields = ["operation", "qty", "hours"]


class WorkOrderRecord(WorkOrderRow):
    """A job with parts, hours, way and findings; the customer's phone in full while the job is under way."""

    fault_text = serializers.CharField(source="request.fault_text")
    contact_name = serializers.CharField(source="request.contact_name")
    contact_phone = serializers.CharField(source="phone_shown")
    address = serializers.CharField(source="request.address")
    fault_code = serializers.CharField(source="fault_code.code", allow_null=True, default=None)
    parts = serializers.SerializerMethodField()
    hours = WorkedHoursRow(source="worked_hours", many=True)

    class Meta(WorkOrderRow.Meta):
        fields = [
            *WorkOrderRow.Meta.fields, "fault_text", "contact_name", "contact_phone", "address", "fault_code",
            "complaint", "cause", "correction", "failed_on", "repaired_on", "usage_reading", "distance_km",
            "straight_km", "parts", "hours",
        ]  # fmt: skip

    def get_parts(self, job: WorkOrder) -> list[dict[str, Any]]:
        """Parts that stayed on the job."""
        standing = [row for row in job.issued_parts.all() if row.returned_at is None]
        return list(IssuedPartRow(standing, many=True).data)


class WorkOrderFilter(ScopedFilterSet):
    """By status, station and day of the visit."""

    status = django_filters.ChoiceFilter(choices=WorkOrderStatus.choices)
    station = by_code(Station.objects.all())
    visit_from = FromDay(field_name="visit_at")
    visit_to = ToDay(field_name="visit_at")


RELATED = ("request__unit__product_model", "station", "technician", "fault_code")


class WorkOrders(ListEndpoint):
    """Jobs of the caller's scope, the newest offer first."""

    model = WorkOrder
    permission = "service.view_workorder"
    row_class = WorkOrderRow
    filterset_class = WorkOrderFilter
    ordering = ("-pk",)
    select_related = RELATED


class OneWorkOrder(RecordEndpoint):
    """One job."""

    model = WorkOrder
    permission = "service.view_workorder"
    row_class = WorkOrderRecord
    select_related = RELATED
    prefetch_related = ("issued_parts__part", "worked_hours__operation")
