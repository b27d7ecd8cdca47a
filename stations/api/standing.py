"""Standing and grades: what a station may do today; suspend, resume, terminate, grade."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core import clock
from portal.core.api import ScopedField, StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.models.documents import Document
from portal.core.uploads import PdfRow
from stations import contracts, grading, lifecycle
from stations.api.stations import StationRow
from stations.documents import issue_grade_certificate
from stations.models import (
    GradeLetter,
    Station,
    StationGrade,
)


class Reason(StrictSerializer):
    """Why."""

    reason = StrictText(max_length=300)


class StandingRecord(StationRow):
    """A station with what it may do today and why not: code, day and sentence of each reason."""

    grade = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField()

    class Meta(StationRow.Meta):
        fields = [*StationRow.Meta.fields, "grade", "may"]

    def get_grade(self, station: Station) -> str:
        """The letter held today."""
        return str(grading.grade_on(station))

    def get_may(self, station: Station) -> dict[str, Any]:
        """dispatch, credit, claim: ok and reasons."""
        found = contracts.eligibility_on(clock.today(), stations=[station.pk])[station.pk]
        return {name: _answer(getattr(found, name)) for name in ("dispatch", "credit", "claim")}


def _answer(answer: contracts.Answer) -> dict[str, Any]:
    reasons = [{"code": each.code, "on": each.on, "text": str(each)} for each in answer.reasons]
    return {"ok": answer.ok, "reasons": reasons}


class OneStanding(RecordEndpoint):
    """What one station may do today."""

    model = Station
    permission = "stations.view_station"
    row_class = StandingRecord
    select_related = ("center__region", "dealer")


class StandingOperation(OperationEndpoint):
    """A station's standing changes, with a reason."""

    model = Station
    row_class = StandingRecord
    body_class = Reason
    select_related = ("center__region", "dealer")


class Suspend(StandingOperation):
    """No new jobs, parts against cash only; open jobs go back to dispatch."""

    permission = "stations.suspend_station"

    def operate(self, values: dict[str, Any]) -> Station:
        return lifecycle.suspend_station(self.record, actor=self.request.user, **values)


class Resume(StandingOperation):
    """Back in service, or expired if the contract has ended meanwhile."""

    permission = "stations.resume_station"

    def operate(self, values: dict[str, Any]) -> Station:
        return lifecycle.resume_station(self.record, actor=self.request.user, **values)


class Terminate(StandingOperation):
    """Out of the network for good: log-ins off at once, an exit with its checklist begins."""

    permission = "stations.terminate_station"

    def operate(self, values: dict[str, Any]) -> Station:
        return lifecycle.terminate_station(self.record, actor=self.request.user, **values)


class CertifyGrade(OperationEndpoint):
    """The grade held today stands as a document; asked again for the same grade it is the same one."""

    model = Station
    permission = "stations.certify_grade"
    row_class = PdfRow
    select_related = ("center__region", "dealer")

    def operate(self, values: dict[str, Any]) -> Document:
        return issue_grade_certificate(self.record, actor=self.request.user)


# Grades


class GradeRow(RowSerializer):
    """From a day on the station holds the grade."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = StationGrade
        fields = ["id", "station", "grade", "valid_from", "source", "reason"]


class GradeFilter(ScopedFilterSet):
    """By station and letter."""

    station = by_code(Station.objects.all())
    grade = django_filters.ChoiceFilter(choices=GradeLetter.choices)


class NewGrade(StrictSerializer):
    """A grade set by hand."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    grade = serializers.ChoiceField(choices=GradeLetter.choices)
    valid_from = StrictDay()
    reason = StrictText(max_length=200)


class Grades(ListEndpoint):
    """Grades by day, the latest first; POST sets one."""

    model = StationGrade
    permission = "stations.view_stationgrade"
    create_permission = "stations.grade_station"
    row_class = GradeRow
    body_class = NewGrade
    filterset_class = GradeFilter
    ordering = ("-valid_from", "-pk")
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> StationGrade:
        return grading.set_grade(values.pop("station"), actor=self.request.user, **values)
