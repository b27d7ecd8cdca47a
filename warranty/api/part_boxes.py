"""Boxes of old parts: packed by scanning, sealed, shipped, unpacked, closed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.api import ScopedField, StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.documents import documents_of
from portal.core.endpoints import Endpoint, ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import PdfRow
from stations.models import Station
from warranty import failed_parts
from warranty.api.old_parts import AMOUNT, OldPartRow
from warranty.api.old_parts import RELATED as OF_PIECE
from warranty.api.reasons import Words
from warranty.api.signing import Signing, signed
from warranty.models import Condition, ExtraPiece, FailedPart, PartBox
from warranty.settlement_states import PartBoxStatus

SCANNED_CONDITIONS = [Condition.OK, Condition.WRONG_PART, Condition.DAMAGED]  # missing and extra are found by comparing


class PartBoxRow(RowSerializer):
    """A box as lists show it; freight is CNY, tax excluded."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = PartBox
        fields = [
            "id", "number", "status", "station", "carrier", "waybill", "weight_kg", "freight", "freight_allowed",
            "freight_reason", "seal", "driver", "sealed_at", "shipped_at", "unpacking_at", "received_at",
        ]  # fmt: skip


class ExtraPieceRow(serializers.ModelSerializer[Any]):
    """What lay in the box and was not on its list; its tag, where it has one; when and why it was struck out again."""

    piece = serializers.CharField(source="failed_part.number", allow_null=True, default=None)

    class Meta:
        model = ExtraPiece
        fields = ["id", "found", "piece", "note", "found_at", "struck_at", "struck_reason"]


class BoxedPieceRow(serializers.ModelSerializer[Any]):
    """A piece on the box's list."""

    claim = serializers.CharField(source="claim.number")
    part = serializers.CharField(source="part.number")

    class Meta:
        model = FailedPart
        fields = ["id", "number", "status", "claim", "part", "condition", "due_on"]


class PartBoxRecord(PartBoxRow):
    """A box with its list, what was found beside it, by when its note is due, and the note."""

    pieces = BoxedPieceRow(many=True)
    extras = ExtraPieceRow(many=True)
    note_due = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    class Meta(PartBoxRow.Meta):
        fields = [*PartBoxRow.Meta.fields, "pieces", "extras", "note_due", "documents"]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_note_due(self, box: PartBox) -> Any:
        """By when the station must have its discrepancy note, once the box is being unpacked."""
        return failed_parts.note_due(box)

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, box: PartBox) -> Any:
        """The discrepancy note."""
        return PdfRow(documents_of(box, "discrepancy_note"), many=True).data


class PartBoxFilter(ScopedFilterSet):
    """By status, station, number, waybill and day of shipping."""

    status = django_filters.ChoiceFilter(choices=PartBoxStatus.choices)
    station = by_code(Station.objects.all())
    number = django_filters.CharFilter(max_length=60)
    waybill = django_filters.CharFilter(max_length=60)
    shipped_from = FromDay(field_name="shipped_at")
    shipped_to = ToDay(field_name="shipped_at")


class Scan(StrictSerializer):
    """What the tag's code says, or the number under it."""

    scanned = StrictText(max_length=200)


IN_THE_BOX = ("pieces__claim", "pieces__part", "extras__failed_part")


class PartBoxes(ListEndpoint):
    """Boxes of the caller's scope, the newest first; POST opens one with the scanned piece of a station."""

    model = PartBox
    permission = "warranty.view_partbox"
    create_permission = "warranty.pack_box"
    row_class = PartBoxRow
    body_class = Scan
    made_class = PartBoxRecord
    made_prefetch = IN_THE_BOX
    filterset_class = PartBoxFilter
    ordering = ("-pk",)
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> PartBox:
        return failed_parts.scan_into_box(None, scanned=values["scanned"], actor=self.request.user)


class OnePartBox(RecordEndpoint):
    """One box."""

    model = PartBox
    permission = "warranty.view_partbox"
    row_class = PartBoxRecord
    select_related = ("station",)
    prefetch_related = IN_THE_BOX


class PartBoxAct(OperationEndpoint):
    """An act on one box."""

    model = PartBox
    permission = "warranty.pack_box"
    record: PartBox
    row_class: ClassVar[Any] = PartBoxRecord
    select_related: ClassVar[Sequence[str]] = ("station",)
    prefetch_related: ClassVar[Sequence[Any]] = IN_THE_BOX


class ScanIntoBox(PartBoxAct):
    """The scanned piece lies in the open box."""

    body_class = Scan

    def operate(self, values: dict[str, Any]) -> PartBox:
        return failed_parts.scan_into_box(self.record, scanned=values["scanned"], actor=self.request.user)


class TakeOut(PartBoxAct):
    """The scanned piece lies outside the open box again, with its tag."""

    body_class = Scan

    def operate(self, values: dict[str, Any]) -> PartBox:
        user = self.request.user
        piece = failed_parts.find_piece(values["scanned"], among=FailedPart.objects.visible_to(user))
        failed_parts.take_out(self.record, piece=piece, actor=user)
        return self.record


WEIGHT: dict[str, Any] = {
    "max_digits": 7,
    "decimal_places": 3,
    "min_value": Decimal("0.001"),
    "max_value": Decimal(9_999),
}


class BoxSeal(StrictSerializer):
    """The weight, and the number on the seal if it has one."""

    weight_kg = StrictDecimal(**WEIGHT)
    seal = StrictText(max_length=30, allow_blank=True, default="")


class SealBox(PartBoxAct):
    """The box is weighed and shut."""

    body_class = BoxSeal

    def operate(self, values: dict[str, Any]) -> PartBox:
        return failed_parts.seal_box(self.record, actor=self.request.user, **values)


class ReopenBox(PartBoxAct):
    """A sealed box that is still here is packed again; its seal is void."""

    def operate(self, values: dict[str, Any]) -> PartBox:
        return failed_parts.reopen_box(self.record, actor=self.request.user)


class BoxWaybill(Signing):
    """Who takes it, under which number, and the driver's signature; freight: what the station paid, CNY, tax excluded."""

    carrier = StrictText(max_length=60)
    waybill = StrictText(max_length=60)
    driver = StrictText(max_length=60, allow_blank=True, default="")
    weight_kg = StrictDecimal(**WEIGHT)
    freight = StrictDecimal(**AMOUNT, required=False, default=Decimal(0))


class ShipBox(PartBoxAct):
    """The box and its pieces are on their way."""

    permission = "warranty.ship_box"
    body_class = BoxWaybill

    def operate(self, values: dict[str, Any]) -> PartBox:
        return failed_parts.ship_box(self.record, actor=self.request.user, **signed(values, "driver"))


class ExtraFound(StrictSerializer):
    """What it is: a part number, what is printed on it, what it looks like."""

    found = StrictText(min_length=2, max_length=120)
    note = StrictText(max_length=200, allow_blank=True, default="")


class NoteExtraPiece(PartBoxAct):
    """A piece without a tag of ours lay in the box."""

    permission = "warranty.receive_failedpart"
    body_class = ExtraFound

    def operate(self, values: dict[str, Any]) -> PartBox:
        failed_parts.note_extra(self.record, actor=self.request.user, **values)
        return self.record


class TakeBackScan(PartBoxAct):
    """The scanned piece of the box is where it was before its scan, and can be scanned anew."""

    permission = "warranty.receive_failedpart"
    body_class = Scan

    def operate(self, values: dict[str, Any]) -> PartBox:
        user = self.request.user
        of_box = failed_parts.in_box(FailedPart.objects.visible_to(user), self.record)
        failed_parts.take_back_scan(failed_parts.find_piece(values["scanned"], among=of_box), actor=user)
        return self.record


class StruckExtra(StrictSerializer):
    """Which piece beside the list was noted by mistake, and why it was none."""

    extra = StrictInteger(min_value=1, max_value=2**31 - 1)
    reason = Words(max_length=200)


class StrikeExtra(PartBoxAct):
    """What was noted beside the list of the box is struck out."""

    permission = "warranty.receive_failedpart"
    body_class = StruckExtra

    def operate(self, values: dict[str, Any]) -> PartBox:
        extra = self.record.extras.filter(pk=values["extra"]).first()
        if extra is None:
            raise failed_parts.NotNotedHere(found=values["extra"], box=self.record.number, field="extra")
        failed_parts.strike_extra(extra, reason=values["reason"], actor=self.request.user)
        return self.record


class BoxReceipt(Signing):
    """Who signs for the pieces for the factory, and how much of the freight is credited, with the reason where it is less."""

    signed_as = StrictText(max_length=60, allow_blank=True, default="")
    freight_allowed = StrictDecimal(**AMOUNT, required=False, allow_null=True, default=None)
    freight_reason = StrictText(max_length=300, allow_blank=True, default="")


class CloseBox(PartBoxAct):
    """What was not scanned is missing; the freight is credited, and what differs goes to the station as a note."""

    permission = "warranty.close_box"
    body_class = BoxReceipt

    def operate(self, values: dict[str, Any]) -> PartBox:
        given = signed(values, "signed_as")
        given.pop("signed_as", None)
        return failed_parts.close_box(self.record, actor=self.request.user, **given)


class ReceivedScan(Scan):
    """A piece as it arrived; box: the number of the box being unpacked, place: the shelf it is put on."""

    condition = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in SCANNED_CONDITIONS], default=Condition.OK.value
    )
    note = StrictText(max_length=200, allow_blank=True, default="")
    place = StrictText(max_length=60, allow_blank=True, default="")
    box = ScopedField(
        slug_field="number", queryset=PartBox.objects.all(), required=False, allow_null=True, default=None
    )


class ReceivePiece(Endpoint):
    """A scanned piece lies at the factory; one that is not on the box's list is noted as extra."""

    model = FailedPart
    permission = "warranty.receive_failedpart"
    row_class = OldPartRow
    body_class = ReceivedScan
    select_related = OF_PIECE
    filter_backends = ()

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Receives it and answers the piece."""
        return self.run_once(self.parsed(), 200)

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.receive_piece(actor=self.request.user, **values)
