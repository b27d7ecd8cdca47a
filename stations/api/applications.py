"""Applications: list, record, filing a draft, every decision."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import applications
from stations.applications.holding import holder_of
from stations.models import (
    ApplicationStatus,
    OperationCenter,
    StationApplication,
    StationKind,
    WantedGrade,
)

APPLICATION = ("center__region", "invitation", "station")


class ApplicationRow(RowSerializer):
    """An application as lists show it."""

    center = serializers.CharField(source="center.code")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = StationApplication
        fields = [
            "id", "number", "status", "kind", "wanted_grade", "company_name", "license_number", "station_name", "center",
            "station", "division", "submitted_at",
        ]  # fmt: skip


class ApplicationRecord(ApplicationRow):
    """All of an application, and who holds it."""

    held_by = serializers.SerializerMethodField()

    class Meta(ApplicationRow.Meta):
        fields = [
            *ApplicationRow.Meta.fields, "owner_name", "phone", "address", "longitude", "latitude", "technician_count",
            "premises_square_meters", "return_reason", "paused_until", "held_by",
        ]  # fmt: skip

    def get_held_by(self, row: StationApplication) -> str:
        """Role and names; empty when it is over."""
        holder = holder_of(row)
        return str(holder) if holder else ""


class ApplicationFilter(ScopedFilterSet):
    """By status, center and kind."""

    status = django_filters.ChoiceFilter(choices=ApplicationStatus.choices)
    kind = django_filters.ChoiceFilter(choices=StationKind.choices)
    center = by_code(OperationCenter.objects.all())


class NewApplication(StrictSerializer):
    """A draft, filed by the caller, who then decides nothing about it."""

    center = ScopedField(slug_field="code", queryset=OperationCenter.objects.all())
    kind = serializers.ChoiceField(choices=StationKind.choices, default=StationKind.DEALER)
    wanted_grade = serializers.ChoiceField(choices=WantedGrade.choices, default=WantedGrade.C)
    company_name = StrictText(max_length=120)
    license_number = StrictText(max_length=30)
    owner_name = StrictText(max_length=60, allow_blank=True, default="")
    phone = StrictText(max_length=30, allow_blank=True, default="")
    station_name = StrictText(max_length=120, allow_blank=True, default="")
    address = StrictText(max_length=200, allow_blank=True, default="")


class Applications(ListEndpoint):
    """Applications of the caller's scope, the newest first; POST files a draft."""

    model = StationApplication
    permission = "stations.view_stationapplication"
    create_permission = "stations.invite_applicant"
    row_class = ApplicationRow
    made_class = ApplicationRecord
    body_class = NewApplication
    filterset_class = ApplicationFilter
    select_related = APPLICATION

    def operate(self, values: dict[str, Any]) -> StationApplication:
        center, kind = values.pop("center"), values.pop("kind")
        return applications.file_application(center=center, kind=kind, facts=values, actor=self.request.user)


class OneApplication(RecordEndpoint):
    """One application."""

    model = StationApplication
    permission = "stations.view_stationapplication"
    row_class = ApplicationRecord
    select_related = APPLICATION


class ApplicationNote(StrictSerializer):
    """A yes, with a remark."""

    note = StrictText(max_length=500, allow_blank=True, default="")


class ApplicationReason(StrictSerializer):
    """A no, with its reason."""

    reason = StrictText(max_length=500)


class ApplicationAct(OperationEndpoint):
    """An act on an application."""

    model = StationApplication
    row_class = ApplicationRecord
    select_related = APPLICATION


class CheckApplication(ApplicationAct):
    """The operation center passes it on to the region."""

    permission = "stations.check_application"
    body_class = ApplicationNote

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.pass_center_check(self.record, actor=self.request.user, **values)


class ApproveApplication(ApplicationAct):
    """The region approves."""

    permission = "stations.review_application"
    body_class = ApplicationNote

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.approve_by_region(self.record, actor=self.request.user, **values)


class DecideApplication(ApplicationAct):
    """Headquarters approves."""

    permission = "stations.decide_application"
    body_class = ApplicationNote

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.decide_application(self.record, actor=self.request.user, **values)


class SendApplicationBack(ApplicationAct):
    """The applicant corrects it."""

    permission = "stations.return_application"
    body_class = ApplicationReason

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.send_back(self.record, actor=self.request.user, **values)


class RefuseApplication(ApplicationAct):
    """The application is over."""

    permission = "stations.return_application"
    body_class = ApplicationReason

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.refuse_application(self.record, actor=self.request.user, **values)


class WithdrawApplication(ApplicationAct):
    """The applicant has given up."""

    permission = "stations.withdraw_application"

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.withdraw_application(self.record, actor=self.request.user)
