"""Picking, packing and shipping by program: pick lists of one order or several, parcels, the carrier."""

from functools import cached_property
from typing import Any

import django_filters
from rest_framework import serializers

from parts import packing, taking, waves
from parts.carriers import known_carriers, tracking_url
from parts.fulfillment import ship_shipment
from parts.models import Carrier, Parcel, ParcelLine, PartsOrder, PickWave, Shipment, ShipmentLine, ShipmentStatus
from parts.ordering import MAX_LINES
from portal.core.api import ScopedField, StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import Station


class ShipmentRow(RowSerializer):
    """A shipment as lists show it."""

    station = serializers.CharField(source="station.code")
    order = serializers.CharField(source="order.number")

    class Meta:
        model = Shipment
        fields = ["id", "number", "station", "order", "status", "carrier", "created_at", "shipped_at", "received_at"]


class ShipmentLineRow(serializers.ModelSerializer[ShipmentLine]):
    """Pieces of a part, and what the station counted of them."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = ShipmentLine
        fields = ["part", "qty", "received_qty", "damaged_qty"]


class ParcelContents(serializers.ModelSerializer[ParcelLine]):
    """Pieces of a part in a parcel."""

    part = serializers.CharField(source="shipment_line.part.number")

    class Meta:
        model = ParcelLine
        fields = ["part", "qty"]


class ParcelRow(serializers.ModelSerializer[Parcel]):
    """A parcel with what lies in it, and the carrier's page about it."""

    contents = ParcelContents(many=True, source="lines")
    tracking_url = serializers.SerializerMethodField()

    class Meta:
        model = Parcel
        fields = ["position", "tracking_number", "tracking_url", "weight_kg", "carton", "contents"]

    @cached_property
    def carriers(self) -> list[Carrier]:
        """All carriers, read once an answer, however many parcels it shows."""
        return known_carriers()

    def get_tracking_url(self, parcel: Parcel) -> str:
        """Empty where the carrier has no such page."""
        return tracking_url(parcel.shipment.carrier, parcel.tracking_number, self.carriers)


class ShipmentRecord(ShipmentRow):
    """A shipment with its lines and parcels."""

    lines = ShipmentLineRow(many=True)
    parcels = ParcelRow(many=True)

    class Meta(ShipmentRow.Meta):
        fields = [*ShipmentRow.Meta.fields, "lines", "parcels"]


class ShipmentFilter(ScopedFilterSet):
    """By status and station."""

    status = django_filters.ChoiceFilter(choices=ShipmentStatus.choices)
    station = by_code(Station.objects.all())


class Shipments(ListEndpoint):
    """Shipments to the caller's stations, the newest first."""

    model = Shipment
    permission = "parts.view_shipment"
    row_class = ShipmentRow
    filterset_class = ShipmentFilter
    ordering = ("-pk",)
    select_related = ("station", "order")


WHOLE = ("lines__part", "parcels__lines__shipment_line__part")


class OneShipment(RecordEndpoint):
    """One shipment."""

    model = Shipment
    permission = "parts.view_shipment"
    row_class = ShipmentRecord
    select_related = ("station", "order")
    prefetch_related = WHOLE


class ShipmentAct(OperationEndpoint):
    """An act about one shipment."""

    model = Shipment
    row_class = ShipmentRecord
    select_related = ("station", "order")
    prefetch_related = WHOLE


class PackedPart(StrictSerializer):
    """Pieces of a part."""

    part = StrictText(max_length=60)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)


class PackedBox(StrictSerializer):
    """A parcel; a single one without contents holds everything."""

    weight_kg = StrictDecimal(max_digits=7, decimal_places=3, min_value=0, max_value=9_999)
    carton = StrictText(max_length=40, allow_blank=True, default="")
    tracking_number = StrictText(max_length=60, allow_blank=True, default="")
    contents = PackedPart(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class PackedBoxes(StrictSerializer):
    """All parcels of the shipment."""

    parcels = PackedBox(many=True, allow_empty=False, max_length=packing.MOST_PARCELS)  # type: ignore[call-arg]


class PackShipment(ShipmentAct):
    """The shipment is packed in these parcels, or packed anew."""

    permission = "parts.pack_shipment"
    body_class = PackedBoxes

    def operate(self, values: dict[str, Any]) -> Shipment:
        typed = values["parcels"]
        wanted = [{row["part"]: row["qty"] for row in box.get("contents", ())} for box in typed]
        rows = packing.picked_lines(self.record)
        contents = packing.contents_by_part(rows, wanted) if any(wanted) else [{} for _box in typed]
        boxes = [
            packing.Box(box["tracking_number"], box["weight_kg"], box["carton"], held)
            for box, held in zip(typed, contents, strict=True)
        ]
        return packing.pack_shipment(self.record, boxes=boxes, actor=self.request.user)


class TrackedBox(StrictSerializer):
    """A parcel's tracking number."""

    position = StrictInteger(min_value=1, max_value=packing.MOST_PARCELS)
    tracking_number = StrictText(max_length=60)


class HandedOver(StrictSerializer):
    """The carrier by its code, tracking numbers, and serial numbers where pieces are known by them."""

    carrier = ScopedField(slug_field="code", queryset=Carrier.objects.filter(is_active=True))
    tracking = TrackedBox(many=True, required=False, max_length=packing.MOST_PARCELS)  # type: ignore[call-arg]
    serials = serializers.ListField(child=StrictText(max_length=60), max_length=1_000, default=list)


class ShipShipment(ShipmentAct):
    """The parcels are on their way."""

    permission = "parts.ship_shipment"
    body_class = HandedOver

    def operate(self, values: dict[str, Any]) -> Shipment:
        tracking = {row["position"]: row["tracking_number"] for row in values.get("tracking", ())}
        carrier, named = values["carrier"].name, values["serials"]
        return ship_shipment(self.record, carrier=carrier, tracking=tracking, named=named, actor=self.request.user)


class PickedPosition(StrictSerializer):
    """Pieces of a line of the order."""

    position = StrictInteger(min_value=1, max_value=MAX_LINES)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)


class PickedLines(StrictSerializer):
    """What goes onto the pick list; without lines all that is set aside and not being counted."""

    lines = PickedPosition(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class PickOrder(OperationEndpoint):
    """A pick list for the order; answers its shipment."""

    model = PartsOrder
    permission = "parts.pick_order"
    body_class = PickedLines
    row_class = ShipmentRecord

    def operate(self, values: dict[str, Any]) -> Shipment:
        asked = {row["position"]: row["qty"] for row in values.get("lines", ())}
        wanted = taking.at_positions(self.record, asked) if asked else None
        return taking.pick_order(self.record, wanted=wanted, actor=self.request.user)


class WaveRow(RowSerializer):
    """A walk over several orders, with its shipments in the order of their trays."""

    shipments: Any = serializers.SlugRelatedField(slug_field="number", many=True, read_only=True)

    class Meta:
        model = PickWave
        fields = ["id", "number", "created_at", "shipments"]


class NewWave(StrictSerializer):
    """The orders to pick on one walk, by number."""

    orders = serializers.ListField(
        child=ScopedField(slug_field="number", queryset=PartsOrder.objects.all()),
        allow_empty=False,
        max_length=waves.MOST_ORDERS,
    )


class Waves(ListEndpoint):
    """Walks over several orders, the newest first; POST makes one."""

    model = PickWave
    permission = "parts.view_pickwave"
    create_permission = "parts.pick_order"
    row_class = WaveRow
    body_class = NewWave
    made_class = WaveRow
    made_prefetch = ("shipments",)
    ordering = ("-pk",)
    prefetch_related = ("shipments",)

    def operate(self, values: dict[str, Any]) -> PickWave:
        return waves.pick_wave(values["orders"], actor=self.request.user)
