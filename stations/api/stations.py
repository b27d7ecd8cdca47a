"""Stations: list and record."""

import django_filters
from rest_framework import serializers

from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import OperationCenter, Region, Station
from stations.states import StationStatus


class StationRow(RowSerializer):
    """A station as lists show it."""

    center = serializers.CharField(source="center.code")
    region = serializers.CharField(source="center.region.code")
    dealer = serializers.CharField(source="dealer.code")

    class Meta:
        model = Station
        fields = ["id", "code", "name", "name_en", "kind", "status", "center", "region", "dealer", "division"]


class StationRecord(StationRow):
    """All of a station."""

    class Meta(StationRow.Meta):
        fields = [
            *StationRow.Meta.fields, "address", "longitude", "latitude", "contact_name", "phone", "service_radius_km",
            "job_capacity", "opened_on",
        ]  # fmt: skip


class StationFilter(ScopedFilterSet):
    """By status, center, region."""

    status = django_filters.ChoiceFilter(choices=StationStatus.choices)
    center = by_code(OperationCenter.objects.all())
    region = by_code(Region.objects.all(), field_name="center__region")


class Stations(ListEndpoint):
    """Stations of the caller's scope, by code."""

    model = Station
    permission = "stations.view_station"
    row_class = StationRow
    filterset_class = StationFilter
    ordering = ("code",)
    select_related = ("center__region", "dealer")


class OneStation(RecordEndpoint):
    """One station."""

    model = Station
    permission = "stations.view_station"
    row_class = StationRecord
    select_related = ("center__region", "dealer")
