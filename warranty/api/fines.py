"""Fines against stations: list, record, proposing, deciding, taking back."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, TakesFiles, Upload, UploadParser
from stations.models import Station
from warranty import fines
from warranty.api.reasons import ReasonField
from warranty.fine_states import FineStatus
from warranty.models import ReasonUse, StationFine, WarrantyClaim

RELATED = ("station", "claim", "reason_code")


class FineRow(RowSerializer):
    """A fine as lists show it; the amount is CNY without tax."""

    station = serializers.CharField(source="station.code")
    claim = serializers.CharField(source="claim.number", allow_null=True, default=None)
    reason_code = serializers.CharField(source="reason_code.code")

    class Meta:
        model = StationFine
        fields = [
            "id", "number", "status", "station", "claim", "reason_code", "amount", "document_number", "proposed_at",
            "decided_at", "taken_back_at",
        ]  # fmt: skip


class FineRecord(FineRow):
    """With what happened, the remark of who decided, and the document."""

    files = serializers.SerializerMethodField()

    class Meta(FineRow.Meta):
        fields = [*FineRow.Meta.fields, "reason", "answer", "files"]

    @extend_schema_field(FileRow(many=True))
    def get_files(self, row: StationFine) -> Any:
        """The paper the fine rests on."""
        return FileRow(fines.documents_of(row), many=True).data


class FineFilter(ScopedFilterSet):
    """By status, station and day of the decision."""

    status = django_filters.ChoiceFilter(choices=FineStatus.choices)
    station = by_code(Station.objects.all())
    decided_from = FromDay(field_name="decided_at")
    decided_to = ToDay(field_name="decided_at")


class NewFine(StrictSerializer):
    """For which station, what for, how much, and the paper it rests on."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    claim = ScopedField(slug_field="number", queryset=WarrantyClaim.objects.all(), required=False)
    reason_code = ReasonField(ReasonUse.FINE)
    amount = StrictDecimal(max_digits=12, decimal_places=2, min_value=0)
    reason = StrictText(max_length=1000)
    document_number = StrictText(max_length=60)
    document = Upload()


class Fines(TakesFiles, ListEndpoint):
    """Fines of the caller's scope, the newest first; POST proposes one, as a form with its document."""

    model = StationFine
    permission = "warranty.view_stationfine"
    create_permission = "warranty.propose_fine"
    row_class = FineRow
    body_class = NewFine
    made_class = FineRecord
    filterset_class = FineFilter
    ordering = ("-pk",)
    select_related = RELATED
    parser_classes = (UploadParser,)

    def operate(self, values: dict[str, Any]) -> StationFine:
        values["reason_code"] = values["reason_code"].code
        return fines.propose_fine(values.pop("station"), actor=self.request.user, **values)


class OneFine(RecordEndpoint):
    """One fine."""

    model = StationFine
    permission = "warranty.view_stationfine"
    row_class = FineRecord
    select_related = RELATED


class FineAct(OperationEndpoint):
    """An act about one fine."""

    model = StationFine
    permission = "warranty.decide_fine"
    row_class = FineRecord
    select_related = RELATED


class FineApproval(StrictSerializer):
    """A word to the station."""

    answer = StrictText(max_length=500, required=False, allow_blank=True, default="")


class ApproveFine(FineAct):
    """It is debited on the station's statement."""

    body_class = FineApproval

    def operate(self, values: dict[str, Any]) -> StationFine:
        return fines.approve_fine(self.record, actor=self.request.user, **values)


class FineRefusal(StrictSerializer):
    """Why not."""

    answer = StrictText(max_length=500, min_length=5)


class RefuseFine(FineAct):
    """It is not imposed."""

    body_class = FineRefusal

    def operate(self, values: dict[str, Any]) -> StationFine:
        return fines.refuse_fine(self.record, actor=self.request.user, **values)


class FineReason(StrictSerializer):
    """Why."""

    reason = StrictText(max_length=1000)


class WithdrawFine(FineAct):
    """Who proposed it withdraws it."""

    permission = "warranty.withdraw_fine"
    body_class = FineReason

    def operate(self, values: dict[str, Any]) -> StationFine:
        return fines.withdraw_fine(self.record, actor=self.request.user, **values)


class TakeBackFine(FineAct):
    """It is credited back."""

    body_class = FineReason

    def operate(self, values: dict[str, Any]) -> StationFine:
        return fines.take_back_fine(self.record, actor=self.request.user, **values)
