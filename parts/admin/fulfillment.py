"""Shipments to pack and to hand to the carrier."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parts.carriers import link_parcels
from parts.forms.fulfillment import NoteForm
from parts.forms.packing import PackTextForm, ShipForm, serials_of
from parts.fulfillment import DELIVERY_NOTE, ship_shipment
from parts.models import Carrier, PartsReturn, ReceivingCase, Shipment, ShipmentStatus, StockTransfer
from parts.packing import pack_shipment
from parts.taking import undo_pick
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin
from portal.core.documents import documents_of
from portal.core.states import can_move


def pack(shipment: Shipment, values: dict[str, Any], actor: Any) -> None:
    """It stands packed."""
    pack_shipment(shipment, boxes=values["parcels"], actor=actor)


def ship(shipment: Shipment, values: dict[str, Any], actor: Any) -> None:
    """It is on its way."""
    tracking = {int(name[9:]): text for name, text in values.items() if name.startswith("tracking_")}
    named = serials_of(values.get("serials", ""))
    ship_shipment(shipment, carrier=values["carrier"].name, tracking=tracking, named=named, actor=actor)


def put_back(shipment: Shipment, values: dict[str, Any], actor: Any) -> None:
    """The goods lie on the shelf again."""
    undo_pick(shipment, note=values["note"], actor=actor)


@admin.register(Carrier)
class CarrierAdmin(ScopedAdmin):
    """Who carries parcels."""

    list_display = ("code", "name", "name_en", "tracking_url", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """From the shelf to the carrier."""

    list_display = ("number", "order", "station", "status", "carrier", "shipped_at", "received_at")
    list_filter = ("status", "shipped_at")
    list_select_related = ("order", "station")
    search_fields = ("number", "order__number", "station__name", "parcels__tracking_number")
    ordering = ("-created_at", "-pk")
    detail_template = "parts/admin_shipment.html"
    operations = (
        OperationButton(
            "pack",
            _("Pack"),
            pack,
            permission="parts.pack_shipment",
            form=PackTextForm,
            shown=lambda row: can_move(row, ShipmentStatus.PACKED),
            style="primary",
            success=_("Packed. Hand it to the carrier next."),
        ),
        OperationButton(
            "ship",
            _("Ship"),
            ship,
            permission="parts.ship_shipment",
            form=ShipForm,
            shown=lambda row: can_move(row, ShipmentStatus.SHIPPED),
            style="primary",
            intro=_("The goods are in transit, the dealer's account is charged and the delivery note is issued."),
            success=_("Shipped; the delivery note is ready."),
        ),
        OperationButton(
            "undo_pick",
            _("Put back"),
            put_back,
            permission="parts.undo_pick",
            form=NoteForm,
            shown=lambda row: can_move(row, ShipmentStatus.CANCELLED),
            style="danger",
            intro=_("The goods lie on the shelf again, still set aside for the order; this shipment is cancelled."),
            success=_("Put back; the shipment is cancelled."),
        ),
    )

    def extra_detail(self, request: HttpRequest, row: Shipment) -> dict[str, Any]:
        parcels = list(row.parcels.order_by("position"))
        link_parcels((row.carrier, parcel) for parcel in parcels)
        return {
            "shipment_lines": row.lines.select_related("part", "order_line").order_by("pk"),
            "parcels": parcels,
            "documents": documents_of(row, DELIVERY_NOTE),
        }


@admin.register(ReceivingCase)
class ReceivingCaseAdmin(ReadOnlyAdmin):
    """Differences that stations reported; they are decided on the case's own page."""

    list_display = ("number", "shipment", "station", "status", "opened_at", "due_on", "credit", "charge")
    list_filter = ("status", "due_on")
    list_select_related = ("shipment", "station")
    search_fields = ("number", "shipment__number", "station__name")
    ordering = ("-pk",)


@admin.register(PartsReturn)
class PartsReturnAdmin(ReadOnlyAdmin):
    """Unused parts that come back; they are decided on the return's own page."""

    list_display = ("number", "shipment", "station", "status", "cause", "requested_at", "credit")
    list_filter = ("status", "cause")
    list_select_related = ("shipment", "station")
    search_fields = ("number", "shipment__number", "station__name")
    ordering = ("-pk",)


@admin.register(StockTransfer)
class StockTransferAdmin(ReadOnlyAdmin):
    """Parts that stations give each other; they are approved on the transfer's own page."""

    list_display = ("number", "giver", "taker", "status", "requested_at", "credit", "charge")
    list_filter = ("status",)
    list_select_related = ("giver", "taker")
    search_fields = ("number", "giver__name", "taker__name")
    ordering = ("-pk",)
