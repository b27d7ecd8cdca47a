"""Visits: list, record, planning, filling in, recording."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.accounts.models import User
from portal.core.api import ScopedField, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import inspections
from stations.forms.visits import PLANNED
from stations.inspections.people import inspectors_of
from stations.models import (
    InspectionAnswer,
    SiteInspection,
    Station,
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


class AnswerRow(serializers.ModelSerializer[InspectionAnswer]):
    """One item as rated."""

    class Meta:
        model = InspectionAnswer
        fields = ["item", "section", "text", "text_en", "weight", "is_veto", "needs_photo", "rating", "finding"]


class VisitRecord(VisitRow):
    """A visit with its answers."""

    template = serializers.CharField(source="template.number")
    answers = AnswerRow(many=True)

    class Meta(VisitRow.Meta):
        fields = [
            *VisitRow.Meta.fields, "template", "findings", "due_on", "host_signed_as", "unsigned_reason", "answers",
        ]  # fmt: skip


class VisitFilter(ScopedFilterSet):
    """By purpose, status, station and day."""

    purpose = django_filters.ChoiceFilter(choices=VisitPurpose.choices)
    status = django_filters.ChoiceFilter(choices=VisitStatus.choices)
    station = by_code(Station.objects.all())
    planned_from = FromDay(field_name="planned_on")
    planned_to = ToDay(field_name="planned_on")


class NewVisit(StrictSerializer):
    """A visit to a station."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    purpose = serializers.ChoiceField(choices=[(each.value, each.label) for each in PLANNED])
    planned_on = serializers.DateField()
    inspector = StrictText(max_length=150, allow_blank=True, default="", help_text="User name; left empty: the caller.")


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
        name = values.pop("inspector")
        inspector: User = self.request.user  # type: ignore[assignment]
        if name:
            found = inspectors_of(self.request.user).filter(username=name).first()
            if found is None:
                raise serializers.ValidationError(
                    {"inspector": [f"got {name}; expected the user name of an inspector"]}
                )
            inspector = found
        return inspections.plan_visit(values.pop("station"), inspector=inspector, actor=self.request.user, **values)


class OneVisit(RecordEndpoint):
    """One visit."""

    model = SiteInspection
    permission = "stations.view_siteinspection"
    row_class = VisitRecord
    select_related = VISIT
    prefetch_related = ("answers",)


class VisitAct(OperationEndpoint):
    """An act on a visit."""

    model = SiteInspection
    row_class = VisitRecord
    select_related = VISIT


class BeginVisit(VisitAct):
    """The caller is on the spot: the visit has an answer for every item from now on."""

    permission = "stations.do_visit"

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        return inspections.begin_visit(self.record, actor=self.request.user)


class RatingRow(StrictSerializer):
    """One item's rating and finding."""

    item = StrictInteger(min_value=1, max_value=2**53)
    rating = StrictInteger(min_value=0, max_value=5)
    finding = StrictText(max_length=500, allow_blank=True, default="")


class Filling(StrictSerializer):
    """What is known so far."""

    answers = RatingRow(many=True, max_length=200)  # type: ignore[call-arg]  # of the list that many=True makes
    findings = StrictText(max_length=2000, allow_blank=True, default="")


class SaveVisit(VisitAct):
    """Ratings and findings so far stand in the visit."""

    permission = "stations.fill_visit"
    body_class = Filling

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        rows = values["answers"]
        inspections.save_visit(
            self.record, ratings={row["item"]: row["rating"] for row in rows},
            findings={row["item"]: row["finding"] for row in rows}, summary=values["findings"], actor=self.request.user,
        )  # fmt: skip
        return self.record  # type: ignore[no-any-return]


class Finishing(StrictSerializer):
    """Who signed, and by when findings are put right."""

    inspector_signed_as = StrictText(max_length=60)
    host_signed_as = StrictText(max_length=60, allow_blank=True, default="")
    unsigned_reason = StrictText(max_length=200, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class FinishVisit(VisitAct):
    """The visit is recorded for good."""

    permission = "stations.fill_visit"
    body_class = Finishing

    def operate(self, values: dict[str, Any]) -> SiteInspection:
        host = inspections.Signature(values["host_signed_as"]) if values["host_signed_as"] else None
        return inspections.finish_visit(
            self.record, inspector=inspections.Signature(values["inspector_signed_as"]), host=host,
            unsigned_reason=values["unsigned_reason"], due_on=values["due_on"], actor=self.request.user,
        )  # fmt: skip
