"""Old parts on their way from the factory, to their supplier or back to the station."""

from decimal import Decimal
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from parts.models import Supplier
from portal.core.api import StrictBoolean, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.documents import documents_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import PdfRow
from stations.api.visits import Drawing
from stations.models import Station
from warranty import failed_parts
from warranty.api.old_parts import AMOUNT
from warranty.api.signing import Signing, signed
from warranty.models import FailedPart, PieceShipment
from warranty.settlement_people import is_supplier
from warranty.shipment_documents import CONSIGNMENT_NOTE
from warranty.signatures import with_both_sides


def is_no_supplier(user: Any) -> bool:
    """Whether the reader may see freight, station and the claim a piece comes from."""
    return not is_supplier(user)


class PieceShipmentRow(RowSerializer):
    """A shipment to one supplier or one station; a station bears its cost, CNY, tax excluded."""

    restricted = {"cost": is_no_supplier, "station": is_no_supplier, "handed_by": is_no_supplier}
    supplier = serializers.CharField(source="supplier.code", allow_null=True, default=None)
    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = PieceShipment
        fields = [
            "id", "number", "supplier", "station", "carrier", "waybill", "cost", "handed_by", "driver", "shipped_at",
            "received_at", "received_as",
        ]  # fmt: skip


class SentPieceRow(RowSerializer):
    """A piece of a shipment."""

    restricted = {"claim": is_no_supplier}
    claim = serializers.CharField(source="claim.number")
    part = serializers.CharField(source="part.number")
    part_name = serializers.CharField(source="part.name")
    part_name_en = serializers.CharField(source="part.name_en")

    class Meta:
        model = FailedPart
        fields = ["number", "claim", "part", "part_name", "part_name_en", "removed_serial"]


class PieceShipmentRecord(PieceShipmentRow):
    """A shipment with its pieces and its consignment note."""

    pieces = SentPieceRow(many=True)
    documents = serializers.SerializerMethodField()

    class Meta(PieceShipmentRow.Meta):
        fields = [*PieceShipmentRow.Meta.fields, "pieces", "documents"]

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, row: PieceShipment) -> Any:
        """The consignment note; none of shipments from before there was one."""
        return PdfRow(documents_of(row, CONSIGNMENT_NOTE), many=True).data


class PieceShipmentFilter(ScopedFilterSet):
    """By receiver, number and day of shipping."""

    supplier = by_code(Supplier.objects.all())
    station = by_code(Station.objects.all())
    number = django_filters.CharFilter(max_length=60)
    shipped_from = FromDay(field_name="shipped_at")
    shipped_to = ToDay(field_name="shipped_at")


class PiecesSent(StrictSerializer):
    """Pieces by the number of their tag, all for one receiver; who takes them, under which number, at which cost.

    handed_by, driver: who gives them and the carrier's driver; each signs by a drawing (PNG), or confirms the name."""

    pieces = serializers.ListField(child=StrictText(max_length=60), allow_empty=False, max_length=200)
    carrier = StrictText(max_length=60)
    waybill = StrictText(max_length=60)
    cost = StrictDecimal(**AMOUNT, required=False, default=Decimal(0))
    handed_by = StrictText(max_length=60, allow_blank=True, default="")
    handed_by_drawing = Drawing()
    handed_by_confirmed = StrictBoolean(default=False)
    driver = StrictText(max_length=60, allow_blank=True, default="")
    driver_drawing = Drawing()
    driver_confirmed = StrictBoolean(default=False)


RELATED = ("supplier", "station")
PIECES = ("pieces__claim", "pieces__part")


class PieceShipments(ListEndpoint):
    """Shipments of the caller's scope, the newest first; POST sends pieces to the one receiver they go to."""

    model = PieceShipment
    permission = "warranty.view_pieceshipment"
    create_permission = "warranty.send_failedparts"
    row_class = PieceShipmentRow
    body_class = PiecesSent
    made_class = PieceShipmentRecord
    made_prefetch = PIECES
    filterset_class = PieceShipmentFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> PieceShipment:
        mine = FailedPart.objects.visible_to(self.request.user)
        pieces = {number: failed_parts.find_piece(number, among=mine) for number in values.pop("pieces")}
        chosen = {piece.pk: piece for piece in pieces.values()}
        return failed_parts.send_pieces(list(chosen.values()), actor=self.request.user, **with_both_sides(values))


class OnePieceShipment(RecordEndpoint):
    """One shipment."""

    model = PieceShipment
    permission = "warranty.view_pieceshipment"
    row_class = PieceShipmentRecord
    select_related = RELATED
    prefetch_related = PIECES


class TakenIn(Signing):
    """The name of who took it in, and their signature."""

    received_as = StrictText(min_length=2, max_length=60)


class ReceivePieceShipment(OperationEndpoint):
    """The pieces are with their receiver, whose name stands in each custody log."""

    model = PieceShipment
    permission = "warranty.receive_pieceshipment"
    row_class = PieceShipmentRecord
    body_class = TakenIn
    select_related = RELATED
    prefetch_related = PIECES

    def operate(self, values: dict[str, Any]) -> PieceShipment:
        return failed_parts.receive_shipment(self.record, actor=self.request.user, **signed(values, "received_as"))
