"""Orders to suppliers and supplier prices. Not here: suggestions to buy (suggestions)."""

from decimal import Decimal
from typing import Any

import django_filters
from rest_framework import serializers

from parts.models import (
    Location,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseStatus,
    Supplier,
    SupplierPart,
)
from parts.purchasing import orders, receipts, revising
from parts.receiving import WAREHOUSES
from portal.core.api import ScopedField, StrictDay, StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet


class SupplierPartRow(RowSerializer):
    """What a supplier delivers, CNY without tax, days from order to shelf."""

    supplier = serializers.CharField(source="supplier.code")
    part = serializers.CharField(source="part.number")

    class Meta:
        model = SupplierPart
        fields = [
            "supplier", "part", "supplier_part_number", "contract_price", "valid_from", "valid_to", "pack_qty",
            "min_order_qty", "lead_days", "lead_sd_days", "measured_receipts", "measured_lead_days",
            "measured_lead_sd_days", "is_preferred",
        ]  # fmt: skip


class SupplierPartFilter(ScopedFilterSet):
    """By supplier and part number."""

    supplier = by_code(Supplier.objects.all())
    part = django_filters.CharFilter(field_name="part__number", max_length=60)


class SupplierParts(ListEndpoint):
    """Supplier prices; a supplier sees its own."""

    model = SupplierPart
    permission = "parts.view_supplierpart"
    row_class = SupplierPartRow
    filterset_class = SupplierPartFilter
    select_related = ("supplier", "part")


class PurchaseRow(RowSerializer):
    """An order to a supplier; the total is CNY without tax."""

    supplier = serializers.CharField(source="supplier.code")

    class Meta:
        model = PurchaseOrder
        fields = [
            "id", "number", "supplier", "status", "supplier_reference", "total", "created_at", "sent_at", "confirmed_at",
        ]  # fmt: skip


class PurchaseLineRow(serializers.ModelSerializer[PurchaseOrderLine]):
    """Where the pieces of a line are."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = PurchaseOrderLine
        fields = [
            "position", "part", "supplier_part_number", "ordered_qty", "open_qty", "received_qty", "cancelled_qty",
            "over_qty", "returned_qty", "unit_price", "amount", "wanted_on", "promised_on",
        ]  # fmt: skip


class PurchaseRecord(PurchaseRow):
    """An order with its lines."""

    lines = PurchaseLineRow(many=True)

    class Meta(PurchaseRow.Meta):
        fields = [*PurchaseRow.Meta.fields, "note", "lines"]


class PurchaseFilter(ScopedFilterSet):
    """By status and supplier."""

    status = django_filters.ChoiceFilter(choices=PurchaseStatus.choices)
    supplier = by_code(Supplier.objects.all())


class NeededLine(StrictSerializer):
    """A part number, how many pieces, and the unit price where the supplier's list has none."""

    part = StrictText(max_length=60)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)
    unit_price = StrictDecimal(max_digits=9, decimal_places=2, min_value=0, max_value=9_999_999, required=False)


def needs_of(rows: list[dict[str, Any]]) -> list[orders.Needed]:
    """The lines as the operations take them."""
    return [orders.Needed(row["part"], row["qty"], row.get("unit_price")) for row in rows]


class NewPurchase(StrictSerializer):
    """A draft."""

    supplier = ScopedField(slug_field="code", queryset=Supplier.objects.all())
    note = StrictText(max_length=500, allow_blank=True, default="")
    lines = NeededLine(many=True, allow_empty=False, max_length=orders.MAX_LINES)  # type: ignore[call-arg]


class Purchases(ListEndpoint):
    """Orders to suppliers, the newest first; a supplier sees its own that were sent. POST makes a draft."""

    model = PurchaseOrder
    permission = "parts.view_purchaseorder"
    create_permission = "parts.draft_purchase"
    row_class = PurchaseRow
    body_class = NewPurchase
    made_class = PurchaseRecord
    made_prefetch = ("lines__part",)
    filterset_class = PurchaseFilter
    select_related = ("supplier",)

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        return orders.draft_purchase_order(
            values["supplier"], lines=needs_of(values["lines"]), note=values["note"], actor=self.request.user
        )


class OnePurchase(RecordEndpoint):
    """One order to a supplier."""

    model = PurchaseOrder
    permission = "parts.view_purchaseorder"
    row_class = PurchaseRecord
    select_related = ("supplier",)
    prefetch_related = ("lines__part",)


class Revision(StrictSerializer):
    """All the lines the draft shall have; why a price is not the agreed one; no note: it stays."""

    reason = StrictText(max_length=300, allow_blank=True, default="")
    note = StrictText(max_length=500, allow_blank=True, required=False)
    lines = NeededLine(many=True, allow_empty=False, max_length=orders.MAX_LINES)  # type: ignore[call-arg]


class RevisePurchase(OperationEndpoint):
    """The draft is changed before it is sent."""

    model = PurchaseOrder
    permission = "parts.draft_purchase"
    row_class = PurchaseRecord
    body_class = Revision

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        return revising.revise_purchase_order(
            self.record,
            lines=needs_of(values["lines"]),
            reason=values["reason"],
            note=values.get("note"),
            actor=self.request.user,
        )


class SendPurchase(OperationEndpoint):
    """The draft goes to the supplier."""

    model = PurchaseOrder
    permission = "parts.send_purchase"
    row_class = PurchaseRecord

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        return orders.send_purchase_order(self.record, actor=self.request.user)


class PromisedLine(StrictSerializer):
    """The delivery day of a line."""

    position = StrictInteger(min_value=1, max_value=orders.MAX_LINES)
    promised_on = serializers.DateField()


class Confirmation(StrictSerializer):
    """The supplier's order number, and the day of every open line."""

    reference = StrictText(max_length=60, allow_blank=True, default="")
    lines = PromisedLine(many=True, allow_empty=False, max_length=orders.MAX_LINES)  # type: ignore[call-arg]


class WarehouseField(ScopedField):
    """The code of an open central or regional warehouse; left out, the order's own."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Location.objects.places().filter(kind__in=WAREHOUSES, is_active=True)
        super().__init__(slug_field="code", queryset=rows, required=False, **kwargs)


class ArrivedLine(StrictSerializer):
    """Pieces of a line that came. note: why more came than was ordered."""

    position = StrictInteger(min_value=1, max_value=orders.MAX_LINES)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)
    batch = StrictText(max_length=40, allow_blank=True, default="")
    shelf = StrictText(max_length=30, allow_blank=True, default="")
    note = StrictText(max_length=200, allow_blank=True, default="")
    serials = serializers.ListField(child=StrictText(max_length=60), max_length=1_000, default=list)
    expires_on = StrictDay(required=False)


class Arrival(StrictSerializer):
    """The supplier's delivery note, the warehouse and what lies on the dock."""

    warehouse = WarehouseField()
    delivery_note = StrictText(max_length=60, allow_blank=True, default="")
    lines = ArrivedLine(many=True, allow_empty=False, max_length=orders.MAX_LINES)  # type: ignore[call-arg]


class PurchaseAct(OperationEndpoint):
    """An act on an order to a supplier."""

    model = PurchaseOrder
    row_class = PurchaseRecord

    def keys(self, rows: list[dict[str, Any]]) -> list[int]:
        """The keys of the lines at the positions of the rows. Raises LineOfAnotherOrder, naming all it does not have."""
        known = {line.position: line.pk for line in self.record.lines.all()}
        orders.require_lines(self.record, (row["position"] for row in rows), known)
        return [known[row["position"]] for row in rows]

    def quantities(self, rows: list[dict[str, Any]]) -> dict[int, Decimal]:
        """Pieces by key of the line."""
        return {key: row["qty"] for key, row in zip(self.keys(rows), rows, strict=True)}


class ConfirmPurchase(PurchaseAct):
    """The supplier promises a day for every open line."""

    permission = "parts.confirm_purchase"
    body_class = Confirmation

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        rows = values["lines"]
        promises = {key: row["promised_on"] for key, row in zip(self.keys(rows), rows, strict=True)}
        return orders.confirm_purchase_order(
            self.record, promises=promises, reference=values["reference"], actor=self.request.user
        )


class ReceivePurchase(PurchaseAct):
    """The goods lie in the warehouse; backorders for them are set aside."""

    permission = "parts.receive_purchase"
    body_class = Arrival

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        rows = values["lines"]
        arrived = [
            receipts.Arrived(
                key,
                row["qty"],
                batch=row["batch"],
                shelf=row["shelf"],
                note=row["note"],
                serials=tuple(row["serials"]),
                expires_on=row.get("expires_on"),
            )
            for key, row in zip(self.keys(rows), rows, strict=True)
        ]
        receipts.receive_purchase(
            self.record,
            arrived=arrived,
            delivery_note=values["delivery_note"],
            place=values.get("warehouse"),
            actor=self.request.user,
        )
        order: PurchaseOrder = self.record
        return order


class CountedLine(StrictSerializer):
    """Pieces of a line."""

    position = StrictInteger(min_value=1, max_value=orders.MAX_LINES)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)


class Cancellation(StrictSerializer):
    """Why, and how much of which line; no lines: all that is open."""

    reason = StrictText(max_length=300)
    lines = CountedLine(many=True, max_length=orders.MAX_LINES, default=list)  # type: ignore[call-arg]


class CancelPurchase(PurchaseAct):
    """What has not come is no longer wanted."""

    permission = "parts.cancel_purchase"
    body_class = Cancellation

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        quantities = self.quantities(values["lines"]) or None
        return orders.cancel_purchase_rest(
            self.record, quantities=quantities, reason=values["reason"], actor=self.request.user
        )


class DeclinePurchase(PurchaseAct):
    """The supplier does not deliver what is open, or what of it is named."""

    permission = "parts.decline_purchase"
    body_class = Cancellation

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        quantities = self.quantities(values["lines"]) or None
        return orders.decline_purchase_order(
            self.record, quantities=quantities, reason=values["reason"], actor=self.request.user
        )


class SendingBack(StrictSerializer):
    """Why, out of which warehouse, and how much of which line."""

    warehouse = WarehouseField()
    reason = StrictText(max_length=300)
    lines = CountedLine(many=True, allow_empty=False, max_length=orders.MAX_LINES)  # type: ignore[call-arg]


class ReturnPurchase(PurchaseAct):
    """Goods go back to the supplier, who is charged the price they were bought at."""

    permission = "parts.return_to_supplier"
    body_class = SendingBack

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        receipts.return_to_supplier(
            self.record,
            quantities=self.quantities(values["lines"]),
            reason=values["reason"],
            place=values.get("warehouse"),
            actor=self.request.user,
        )
        order: PurchaseOrder = self.record
        return order


class ClosePurchase(PurchaseAct):
    """Nothing more is expected."""

    permission = "parts.close_purchase"

    def operate(self, values: dict[str, Any]) -> PurchaseOrder:
        return orders.close_purchase_order(self.record, actor=self.request.user)
