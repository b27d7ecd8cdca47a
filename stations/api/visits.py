"""Visits: list, record, planning, filling in, recording."""

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.attachments import attachments_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, PdfRow, Upload, UploadEndpoint
from stations import inspections
from stations.api.fields import WhereBody
from stations.api.standing import Reason
from stations.forms.visits import DRAWING, MOST_DRAWING, drawn
from stations.inspection_report import report_of
from stations.inspections.people import PLANNED, inspectors_of, is_only_mystery, purposes_for, stations_to_visit
from stations.models import (
    InspectionAnswer,
    InspectionPhoto,
    InspectionTemplate,
    SiteInspection,
    Station,
    StationApplication,
    TemplateStatus,
    VisitPurpose,
    VisitStatus,
)
from stations.views.visits import who_visited

VISIT = ("application", "station", "center", "inspector", "template")


class VisitRow(RowSerializer):
    """A visit as lists show it; who made a surprise visit is told only to who sends people on them."""

    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    application = serializers.CharField(source="application.number", allow_null=True, default=None)
    inspector = serializers.SerializerMethodField()

    class Meta:
        model = SiteInspection
        fields = [
            "number", "purpose", "status", "station", "application", "inspector", "planned_on", "inspected_at", "score",
            "veto_failed", "outcome",
        ]  # fmt: skip

    def get_inspector(self, row: SiteInspection) -> str:
        """A name, or the role."""
        return str(who_visited(row, self.context["request"].user))


class PhotoRow(serializers.ModelSerializer[InspectionPhoto]):
    """A picture of an item: `file` is read at files/<id>/; when it came, where it was taken, how far from the premises."""

    file = serializers.IntegerField(source="attachment_id")

    class Meta:
        model = InspectionPhoto
        fields = ["file", "received_at", "longitude", "latitude", "distance_meters"]


class AnswerRow(serializers.ModelSerializer[InspectionAnswer]):
    """One item as rated."""

    photos = PhotoRow(many=True)

    class Meta:
        model = InspectionAnswer
        fields = [
            "item", "section", "text", "text_en", "weight", "is_veto", "needs_photo", "rating", "finding", "photos",
        ]  # fmt: skip


class SignatureRow(FileRow):
    """A drawn signature; kind: signature_inspector or signature_host."""

    kind = serializers.CharField()


class VisitRecord(VisitRow):
    """A visit with its answers, photos, signatures and report."""

    template = serializers.CharField(source="template.number")
    answers = AnswerRow(many=True)
    signatures = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()

    class Meta(VisitRow.Meta):
        fields = [
            *VisitRow.Meta.fields, "template", "findings", "due_on", "inspector_signed_as", "host_signed_as",
            "unsigned_reason", "answers", "signatures", "report",
        ]  # fmt: skip

    @extend_schema_field(SignatureRow(many=True))
    def get_signatures(self, row: SiteInspection) -> Any:
        """Both sides', as far as they drew one."""
        return SignatureRow(attachments_of(row, "signature_inspector", "signature_host"), many=True).data

    @extend_schema_field(PdfRow(allow_null=True))
    def get_report(self, row: SiteInspection) -> Any:
        """The report of a recorded visit."""
        report = report_of(row)
        return PdfRow(report).data if report else None


class VisitFilter(ScopedFilterSet):
    """By purpose, status, station and day."""

    purpose = django_filters.ChoiceFilter(choices=VisitPurpose.choices)
    status = django_filters.ChoiceFilter(choices=VisitStatus.choices)
    station = by_code(Station.objects.all())
    planned_from = FromDay(field_name="planned_on")
    planned_to = ToDay(field_name="planned_on")


class VisitedField(ScopedField):
    """A station that the caller may visit, by its code; a mystery customer sees it only here."""

    def get_queryset(self) -> Any:
        return stations_to_visit(self.context["request"].user)


class NewVisit(StrictSerializer):
    """A visit to a station; template: the code of one in use, by default the one for this purpose."""

    station = VisitedField(slug_field="code", queryset=Station.objects.all())
    purpose = serializers.ChoiceField(choices=[(each.value, each.label) for each in PLANNED])
    planned_on = StrictDay()
    inspector = StrictText(max_length=150, allow_blank=True, default="", help_text="User name; left empty: the caller.")
    template = ScopedField(
        slug_field="code", queryset=InspectionTemplate.objects.filter(status=TemplateStatus.IN_USE), required=False
    )

    def validate_purpose(self, value: str) -> str:
        """What the caller may plan a visit for."""
        known = purposes_for(self.context["request"].user)
        if value not in known:
            raise unexpected(value, ", ".join(known))
        return value

    def validate_inspector(self, value: str) -> Any:
        """The person, whom the caller may send."""
        user = self.context["request"].user
        if not value or value == user.username:
            return user
        found = None if is_only_mystery(user) else inspectors_of(user).filter(username=value).first()
        if found is None:
            raise unexpected(value, _("the user name of an inspector"))
        return found


class Visits(ListEndpoint):
    """Visits of the caller's scope, the newest first; POST plans one."""

    model = SiteInspection
    permission = "stations.view_siteinspection"
    create_permission = "stations.plan_visit"
    row_class = VisitRow
    made_class = VisitRecord
    body_class = NewVisit
    filterset_class = VisitFilter
    select_related = VISIT

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        return inspections.plan_visit(values.pop("station"), actor=self.request.user, **values)


class OneVisit(RecordEndpoint):
    """One visit."""

    model = SiteInspection
    permission = "stations.view_siteinspection"
    row_class = VisitRecord
    select_related = VISIT
    prefetch_related = ("answers__photos",)


class VisitAct(OperationEndpoint):
    """An act on a visit."""

    model = SiteInspection
    row_class = VisitRecord
    select_related = VISIT
    prefetch_related = ("answers__photos",)


class BeginVisit(VisitAct):
    """The caller is on the spot: the visit has an answer for every item from now on."""

    permission = "stations.do_visit"

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        return inspections.begin_visit(self.record, actor=self.request.user)


class InspectApplication(OperationEndpoint):
    """An application's visit, begun or gone on with by the caller; answers the visit."""

    model = StationApplication
    permission = "stations.inspect_application"
    row_class = VisitRecord
    select_related = ("center__region", "invitation")

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        return inspections.begin_inspection(self.record, actor=self.request.user)


class RatingRow(StrictSerializer):
    """One item's rating and finding; what is left out stays as it is."""

    item = StrictInteger(min_value=1, max_value=2**53)
    rating = StrictInteger(min_value=0, max_value=5, required=False, allow_null=True)
    finding = StrictText(max_length=500, allow_blank=True, required=False)


def told_place(values: dict[str, Any]) -> inspections.Place | None:
    """Where the telephone says it is, taken out of the values."""
    longitude, latitude = values.pop("longitude", None), values.pop("latitude", None)
    return None if longitude is None or latitude is None else inspections.Place(longitude, latitude)


class Filling(WhereBody):
    """What is known so far."""

    answers = RatingRow(many=True, max_length=200, required=False)  # type: ignore[call-arg]  # of the list that many=True makes
    findings = StrictText(max_length=2000, allow_blank=True, required=False)


class SaveVisit(VisitAct):
    """Ratings and findings so far stand in the visit."""

    permission = "stations.fill_visit"
    body_class = Filling

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        rows = values.get("answers", [])
        check_items(self.record, [row["item"] for row in rows], "answers")
        inspections.save_visit(
            self.record, ratings={row["item"]: row["rating"] for row in rows if "rating" in row},
            findings={row["item"]: row["finding"] for row in rows if "finding" in row},
            summary=values.get("findings"), place=told_place(values), actor=self.request.user,
        )  # fmt: skip
        return self.record  # type: ignore[no-any-return]


def check_items(visit: SiteInspection, items: list[int], field: str) -> None:
    """Raises ValidationError for what is no item of a visit under way; another visit refuses by its state."""
    known = set(visit.answers.values_list("item_id", flat=True))
    if known and (unknown := sorted(set(items) - known)):
        error = unexpected(unknown[0], ", ".join(str(item) for item in sorted(known)))
        raise serializers.ValidationError({field: error.detail})


class NewPhoto(WhereBody):
    """One picture of one item."""

    item = StrictInteger(min_value=1, max_value=2**53)
    photo = Upload()


class AddPhoto(UploadEndpoint):
    """The picture belongs to the item, with the time it came and the place; sent again it is kept once."""

    model = SiteInspection
    permission = "stations.fill_visit"
    row_class = VisitRecord
    body_class = NewPhoto
    select_related = VISIT
    prefetch_related = ("answers__photos",)

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        visit = inspections.writable(self.record, self.request.user)
        check_items(visit, [values["item"]], "item")
        inspections.add_photo(
            visit, item=values["item"], upload=values["photo"], place=told_place(values), actor=self.request.user
        )
        return visit


class Drawing(StrictText):
    """A drawn signature as data:image/png;base64,…; empty for none."""

    def __init__(self) -> None:
        super().__init__(max_length=MOST_DRAWING, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Any:
        try:
            return drawn(super().to_internal_value(data))
        except ValueError as error:
            raise unexpected(data, f"{DRAWING}…") from error


class Finishing(StrictSerializer):
    """Who signed, and by when findings are put right."""

    inspector_signed_as = StrictText(max_length=60)
    inspector_drawing = Drawing()
    host_signed_as = StrictText(max_length=60, allow_blank=True, default="")
    host_drawing = Drawing()
    unsigned_reason = StrictText(max_length=200, allow_blank=True, default="")
    due_on = StrictDay(required=False, allow_null=True, default=None)


class FinishVisit(VisitAct):
    """The visit is recorded for good."""

    permission = "stations.fill_visit"
    body_class = Finishing

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        def signed(side: str) -> inspections.Signature:
            return inspections.Signature(values[f"{side}_signed_as"], values[f"{side}_drawing"] or b"")

        return inspections.finish_visit(
            self.record, inspector=signed("inspector"), host=signed("host") if values["host_signed_as"] else None,
            unsigned_reason=values["unsigned_reason"], due_on=values["due_on"], actor=self.request.user,
        )  # fmt: skip


class CancelVisit(VisitAct):
    """The visit is not made."""

    permission = "stations.cancel_visit"
    body_class = Reason

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        return inspections.cancel_visit(self.record, actor=self.request.user, **values)
