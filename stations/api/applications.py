"""Applications: list, record, filing a draft, every decision."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core import clock
from portal.core.api import StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.attachments import attachments_of_all
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.models import Division
from portal.core.uploads import FileRow
from stations import applications
from stations.api.fields import DivisionField, OwnCenterField, WhereBody
from stations.applications.holding import holder_of
from stations.models import (
    ApplicationDocument,
    ApplicationEquipment,
    ApplicationPerson,
    ApplicationStatus,
    OperationCenter,
    StationApplication,
    StationKind,
    TaxpayerType,
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


class PersonRow(serializers.ModelSerializer[ApplicationPerson]):
    """Somebody of the outlet; the ID number as far as it may be read."""

    id_number = serializers.CharField(source="masked_id")

    class Meta:
        model = ApplicationPerson
        fields = ["name", "role", "id_number", "phone", "certificate", "certificate_expires_on"]


class ToolRow(serializers.ModelSerializer[ApplicationEquipment]):
    """A kind of tool of the outlet."""

    class Meta:
        model = ApplicationEquipment
        fields = ["name", "model", "serial_number", "quantity", "calibrated_until"]


class PaperRow(serializers.ModelSerializer[ApplicationDocument]):
    """A paper with its files."""

    files = FileRow(many=True)

    class Meta:
        model = ApplicationDocument
        fields = ["document_type", "document_number", "expires_on", "files"]


class ApplicationRecord(ApplicationRow):
    """All of an application, who holds it, and what it lacks while the applicant may edit it."""

    held_by = serializers.SerializerMethodField()
    people = PersonRow(many=True)
    equipment = ToolRow(many=True)
    documents = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta(ApplicationRow.Meta):
        fields = [
            *ApplicationRow.Meta.fields, "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone", "email",
            "station_name_en", "address", "longitude", "latitude", "technician_count", "premises_square_meters",
            "introduction", "people", "equipment", "documents", "missing", "return_reason", "paused_until", "held_by",
        ]  # fmt: skip

    def get_held_by(self, row: StationApplication) -> str:
        """Role and names; empty when it is over."""
        holder = holder_of(row)
        return str(holder) if holder else ""

    @extend_schema_field(PaperRow(many=True))
    def get_documents(self, row: StationApplication) -> Any:
        """Every paper that was filed; all files in one query."""
        papers: list[Any] = list(row.documents.all())
        files = list(attachments_of_all(papers))
        for paper in papers:
            paper.files = [file for file in files if file.subject_id == paper.pk]
        return PaperRow(papers, many=True).data

    def get_missing(self, row: StationApplication) -> dict[str, str]:
        """What keeps it from being submitted: key and words; empty once it is submitted."""
        lacks = applications.missing_in(row, clock.today()) if row.is_editable else []
        return {each.key: str(each.label) for each in lacks}


class ApplicationFilter(ScopedFilterSet):
    """By status, center and kind."""

    status = django_filters.ChoiceFilter(choices=ApplicationStatus.choices)
    kind = django_filters.ChoiceFilter(choices=StationKind.choices)
    center = by_code(OperationCenter.objects.all())


class ApplicationFacts(WhereBody):
    """Company and station; what is left out stays as it is."""

    company_name = StrictText(max_length=120, allow_blank=True, required=False)
    license_number = StrictText(max_length=30, allow_blank=True, required=False)
    taxpayer_type = serializers.ChoiceField(choices=TaxpayerType.choices, allow_blank=True, required=False)
    bank_name = StrictText(max_length=120, allow_blank=True, required=False)
    bank_account = StrictText(max_length=40, allow_blank=True, required=False)
    owner_name = StrictText(max_length=60, allow_blank=True, required=False)
    phone = StrictText(max_length=30, allow_blank=True, required=False)
    email = serializers.EmailField(allow_blank=True, max_length=254, required=False)
    wanted_grade = serializers.ChoiceField(choices=WantedGrade.choices, required=False)
    station_name = StrictText(max_length=120, allow_blank=True, required=False)
    station_name_en = StrictText(max_length=120, allow_blank=True, required=False)
    division = DivisionField(required=False)
    address = StrictText(max_length=200, allow_blank=True, required=False)
    premises_square_meters = StrictInteger(min_value=0, max_value=100_000, allow_null=True, required=False)
    technician_count = StrictInteger(min_value=0, max_value=1_000, allow_null=True, required=False)
    introduction = StrictText(max_length=2_000, allow_blank=True, required=False)

    def validate_division(self, value: Division) -> str:
        """Applications keep the code."""
        return str(value.code)


class NewApplication(ApplicationFacts):
    """A draft, filed by the caller, who then decides nothing about it."""

    center = OwnCenterField()
    kind = serializers.ChoiceField(choices=StationKind.choices, default=StationKind.DEALER)
    company_name = StrictText(max_length=120)
    license_number = StrictText(max_length=30)


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
