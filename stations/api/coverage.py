"""Where and when stations serve: areas, hours, closed days; and the places that none serves."""

from datetime import time
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core import clock
from portal.core.api import ScopedField, StrictBoolean, StrictDay, StrictInteger, StrictSerializer, StrictText
from portal.core.endpoints import Endpoint, OperationEndpoint, RecordEndpoint, RowSerializer, refuse_parameters
from portal.core.models import Division
from portal.core.models.divisions import DivisionLevel
from stations import coverage, opening, white_spots
from stations.models import CandidateOutlet, ClosedDays, HoursKind, Station, StationHours, Weekday


class HoursRow(RowSerializer):
    """A span of a weekday (0 is Monday); an end not after its start lies on the next day."""

    class Meta:
        model = StationHours
        fields = ["kind", "weekday", "opens_at", "closes_at"]


class ServiceRecord(RowSerializer):
    """Where and when a station serves; without hours of its own those of the network hold."""

    divisions = serializers.SerializerMethodField()
    hours = HoursRow(many=True)
    closed_days = serializers.SerializerMethodField()

    class Meta:
        model = Station
        fields = ["code", "service_radius_km", "divisions", "hours", "closed_days"]

    def get_divisions(self, row: Station) -> list[str]:
        """Codes of the divisions served."""
        return sorted(area.division_id for area in row.service_areas.all())

    def get_closed_days(self, row: Station) -> list[dict[str, Any]]:
        """All that are entered, the earliest first."""
        names = ("id", "first_day", "last_day", "reason", "is_on_call")
        return [{name: getattr(each, name) for name in names} for each in row.closed_days.all()]


class ServiceEndpoint(Endpoint):
    """What reading and changing share."""

    model = Station
    row_class = ServiceRecord
    prefetch_related = ("service_areas", "hours", "closed_days")


class StationService(ServiceEndpoint, RecordEndpoint):
    """Where and when a station serves."""

    permission = "stations.view_station"


class NewArea(StrictSerializer):
    """All divisions served, by code, and the radius in km (0: none)."""

    divisions = serializers.ListField(
        child=ScopedField(slug_field="code", queryset=Division.objects.all()), max_length=400
    )
    service_radius_km = StrictInteger(min_value=0)


class SetArea(ServiceEndpoint, OperationEndpoint):
    """The station serves these divisions and this radius, nothing else."""

    permission = "stations.set_area"
    body_class = NewArea

    def operate(self, values: dict[str, Any]) -> Station:
        return coverage.set_service_area(
            self.record, divisions=values["divisions"], radius_km=values["service_radius_km"], actor=self.request.user
        )


class NewHours(StrictSerializer):
    """A span of a weekday, HH:MM."""

    kind = serializers.ChoiceField(choices=HoursKind.choices)
    weekday = StrictInteger(min_value=min(Weekday.values), max_value=max(Weekday.values))
    opens_at = serializers.TimeField(input_formats=["%H:%M", "%H:%M:%S"])
    closes_at = serializers.TimeField(input_formats=["%H:%M", "%H:%M:%S"])


class NewWeek(StrictSerializer):
    """A week; no spans at all restore the network's usual hours."""

    hours = NewHours(many=True)


class SetHours(ServiceEndpoint, OperationEndpoint):
    """The station's week is these hours and no others."""

    permission = "stations.set_hours"
    body_class = NewWeek

    def operate(self, values: dict[str, Any]) -> Station:
        def minute(at: time) -> time:
            return at.replace(second=0, microsecond=0)

        spans = [
            opening.Hours(row["kind"], row["weekday"], minute(row["opens_at"]), minute(row["closes_at"]))
            for row in values["hours"]
        ]
        return opening.set_hours(self.record, hours=spans, actor=self.request.user)


class NewClosedDays(StrictSerializer):
    """Days without business."""

    first_day = StrictDay()
    last_day = StrictDay()
    reason = StrictText(max_length=100)
    is_on_call = StrictBoolean(default=False)


class AddClosedDays(ServiceEndpoint, OperationEndpoint):
    """The station is closed on these days."""

    permission = "stations.set_hours"
    body_class = NewClosedDays

    def operate(self, values: dict[str, Any]) -> Station:
        opening.add_closed_days(self.record, actor=self.request.user, **values)
        return self.record  # type: ignore[no-any-return]


class RemoveClosedDays(OperationEndpoint):
    """The station is open on these days after all."""

    model = ClosedDays
    permission = "stations.set_hours"
    row_class = ServiceRecord
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> Station:
        return opening.remove_closed_days(self.record, actor=self.request.user)


class SpotQuestion(serializers.Serializer[Any]):
    """Which divisions; most: so many of them, the most wanted first."""

    level = serializers.ChoiceField(choices=DivisionLevel.choices, default=DivisionLevel.COUNTY)
    province = serializers.RegexField(r"^\d{6}$", required=False)
    most = serializers.IntegerField(min_value=1, max_value=500, default=100)


class SpotRow(serializers.Serializer[Any]):
    """A division without a station: what was counted there, candidates under way, the nearest station."""

    code = serializers.CharField(source="place.code")
    name = serializers.CharField(source="place.full_name")
    demand = serializers.IntegerField()
    counts = serializers.ListField(child=serializers.IntegerField())
    candidates = serializers.IntegerField()
    nearest = serializers.CharField()
    nearest_km = serializers.FloatField(allow_null=True)


class SpotAnswer(serializers.Serializer[Any]):
    """labels: what `counts` count, in their order; total: how many divisions there are."""

    labels = serializers.ListField(child=serializers.CharField())
    total = serializers.IntegerField()
    results = SpotRow(many=True)


class WhiteSpots(Endpoint):
    """Divisions that no station serves today, the most wanted first."""

    model = CandidateOutlet
    permission = "stations.view_candidateoutlet"
    row_class = SpotAnswer
    question_class = SpotQuestion
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Labels, total, results."""
        refuse_parameters(request, ("level", "province", "most"))
        question = SpotQuestion(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        country = white_spots.coverage(request.user, clock.today())
        spots = country.spots(asked["level"], asked.get("province", ""))
        shown = [country.told(spot) for spot in spots[: asked["most"]]]
        labels = [str(label) for label in country.labels]
        return Response(SpotAnswer({"labels": labels, "total": len(spots), "results": shown}).data)
