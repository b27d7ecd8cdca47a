"""Campaigns and their units, to read."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from warranty.models import Campaign, CampaignStatus, CampaignUnit, UnitStage


class CampaignRow(RowSerializer):
    """A campaign as lists show it."""

    class Meta:
        model = Campaign
        fields = ["id", "code", "kind", "status", "name", "name_en", "valid_from", "valid_to", "released_at"]


class CampaignRecord(CampaignRow):
    """With its operations and parts."""

    operations = serializers.SlugRelatedField[Any](slug_field="code", many=True, read_only=True)
    parts = serializers.SlugRelatedField[Any](slug_field="number", many=True, read_only=True)

    class Meta(CampaignRow.Meta):
        fields = [*CampaignRow.Meta.fields, "instructions", "operations", "parts"]


class CampaignFilter(ScopedFilterSet):
    """By status."""

    status = django_filters.ChoiceFilter(choices=CampaignStatus.choices)


class Campaigns(ListEndpoint):
    """Campaigns, the newest first."""

    model = Campaign
    permission = "warranty.view_campaign"
    row_class = CampaignRow
    filterset_class = CampaignFilter


class OneCampaign(RecordEndpoint):
    """One campaign."""

    model = Campaign
    permission = "warranty.view_campaign"
    row_class = CampaignRecord
    prefetch_related = ("operations", "parts")


class CampaignUnitRow(RowSerializer):
    """How far a campaign has come with one unit."""

    campaign = serializers.CharField(source="campaign.code")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = CampaignUnit
        fields = [
            "id",
            "campaign",
            "serial_number",
            "stage",
            "station",
            "notified_at",
            "booked_at",
            "done_at",
            "used_by",
        ]


class CampaignUnitFilter(ScopedFilterSet):
    """By campaign, status and serial number."""

    campaign = django_filters.CharFilter(field_name="campaign__code", max_length=40)
    stage = django_filters.ChoiceFilter(choices=UnitStage.choices)
    serial_number = django_filters.CharFilter(max_length=60)


class CampaignUnits(ListEndpoint):
    """Units in the scope of campaigns."""

    model = CampaignUnit
    permission = "warranty.view_campaign"
    row_class = CampaignUnitRow
    filterset_class = CampaignUnitFilter
    select_related = ("campaign", "station")
