"""Parts orders: list, record, placing one."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.models import OrderKind, OrderStatus, PartsOrder, PartsOrderLine
from parts.ordering import MAX_LINES, Wanted, place_order
from portal.core.api import ScopedField, StrictBoolean, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import Station


class OrderRow(RowSerializer):
    """An order as lists show it; the total is CNY without tax."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = PartsOrder
        fields = [
            "id", "number", "station", "kind", "status", "reference", "total", "created_at", "submitted_at",
            "confirmed_at",
        ]  # fmt: skip


class OrderLineRow(serializers.ModelSerializer[PartsOrderLine]):
    """Where the pieces of a line stand."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = PartsOrderLine
        fields = [
            "position", "part", "ordered_qty", "open_qty", "allocated_qty", "picked_qty", "shipped_qty",
            "backordered_qty", "cancelled_qty", "received_qty", "no_partial", "net_price", "amount",
        ]  # fmt: skip


class OrderRecord(OrderRow):
    """An order with its lines."""

    lines = OrderLineRow(many=True)

    class Meta(OrderRow.Meta):
        fields = [*OrderRow.Meta.fields, "note", "hold_reason", "release_reason", "lines"]


class OrderFilter(ScopedFilterSet):
    """By status, kind, station, reference and day of submission."""

    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)
    kind = django_filters.ChoiceFilter(choices=OrderKind.choices)
    station = by_code(Station.objects.all())
    reference = django_filters.CharFilter(max_length=60)
    submitted_from = FromDay(field_name="submitted_at")
    submitted_to = ToDay(field_name="submitted_at")


class WantedLine(StrictSerializer):
    """A part number and how many pieces of it."""

    part = StrictText(max_length=60)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)
    no_partial = StrictBoolean(default=False)


class NewOrder(StrictSerializer):
    """An order to place. reference: of a free warranty replacement the number of the station's work order, once."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    kind = serializers.ChoiceField(choices=OrderKind.choices, default=OrderKind.STOCK)
    reference = StrictText(max_length=60, allow_blank=True, default="")
    note = StrictText(max_length=500, allow_blank=True, default="")
    lines = WantedLine(many=True, allow_empty=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class Orders(ListEndpoint):
    """Orders of the caller's stations, the newest first; POST places one, confirmed or held by credit."""

    model = PartsOrder
    permission = "parts.view_partsorder"
    create_permission = "parts.place_order"
    row_class = OrderRow
    body_class = NewOrder
    made_class = OrderRecord
    made_prefetch = ("lines__part",)
    filterset_class = OrderFilter
    ordering = ("-pk",)
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> PartsOrder:
        lines = [Wanted(line["part"], line["qty"], line["no_partial"]) for line in values.pop("lines")]
        return place_order(values.pop("station"), lines=lines, actor=self.request.user, **values)


class OneOrder(RecordEndpoint):
    """One order."""

    model = PartsOrder
    permission = "parts.view_partsorder"
    row_class = OrderRecord
    select_related = ("station",)
    prefetch_related = ("lines__part",)
