"""Exits and their items."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import StrictSerializer, StrictText
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import TakesFiles, Upload
from stations import exits
from stations.api.standing import Reason
from stations.models import (
    ExitItem,
    ExitStatus,
    StationExit,
)


class ExitItemRow(serializers.ModelSerializer[ExitItem]):
    """One item of a checklist."""

    class Meta:
        model = ExitItem
        fields = ["id", "key", "status", "amount", "note", "evidence", "decided_at"]


class ExitRow(RowSerializer):
    """A station's way out."""

    station = serializers.CharField(source="station.code")
    items = ExitItemRow(many=True)

    class Meta:
        model = StationExit
        fields = ["id", "number", "station", "status", "reason", "terminated_at", "held_until", "completed_at", "items"]


class ExitFilter(ScopedFilterSet):
    """By state."""

    status = django_filters.ChoiceFilter(choices=ExitStatus.choices)


class Exits(ListEndpoint):
    """Exits of the caller's scope, the latest first."""

    model = StationExit
    permission = "stations.view_stationexit"
    row_class = ExitRow
    filterset_class = ExitFilter
    select_related = ("station",)
    prefetch_related = ("items",)


class OneExit(RecordEndpoint):
    """One exit with its items."""

    model = StationExit
    permission = "stations.view_stationexit"
    row_class = ExitRow
    select_related = ("station",)
    prefetch_related = ("items",)


class CompleteExit(OperationEndpoint):
    """Every item is decided: the exit is complete and its record issued."""

    model = StationExit
    permission = "stations.complete_exit"
    row_class = ExitRow
    select_related = ("station",)
    prefetch_related = ("items",)

    def operate(self, values: dict[str, Any]) -> StationExit:
        return exits.complete_exit(self.record, actor=self.request.user)


class Evidence(StrictSerializer):
    """What proves that an item is done."""

    evidence = StrictText(max_length=120, allow_blank=True, default="")
    note = StrictText(max_length=300, allow_blank=True, default="")
    upload = Upload(required=False, allow_null=True, default=None)


class ItemOperation(OperationEndpoint):
    """An act on one item."""

    model = ExitItem
    row_class = ExitItemRow
    select_related = ("exit__station__dealer",)


class ConfirmItem(TakesFiles, ItemOperation):
    """The item is done; a form may bring a photo or a PDF."""

    permission = "stations.confirm_exit_item"
    body_class = Evidence

    def operate(self, values: dict[str, Any]) -> ExitItem:
        return exits.confirm_item(self.record, actor=self.request.user, **values)


class WaiveItem(ItemOperation):
    """Nobody waits for the item any more."""

    permission = "stations.waive_exit_item"
    body_class = Reason

    def operate(self, values: dict[str, Any]) -> ExitItem:
        return exits.waive_item(self.record, actor=self.request.user, **values)
