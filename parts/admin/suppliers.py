"""Suppliers, their users and contract prices; their deliveries are received here."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.forms.catalog import SizesAdminForm
from parts.forms.fulfillment import DeliveryForm
from parts.models import Supplier, SupplierContact, SupplierMembership, SupplierPart
from parts.receiving import receive_goods
from portal.core.admin import OperationButton, ScopedAdmin, ScopedTabularInline


class SupplierMembershipInline(ScopedTabularInline):
    """Who acts for it."""

    model = SupplierMembership
    autocomplete_fields = ("user",)
    read_only = False


class SupplierContactInline(ScopedTabularInline):
    """Whom to call there, and who gets our orders."""

    model = SupplierContact
    read_only = False


class SupplierPartInline(ScopedTabularInline):
    """What it delivers at which price."""

    model = SupplierPart
    form = SizesAdminForm
    autocomplete_fields = ("part",)
    read_only = False
    max_num = 200


def receive(supplier: Supplier, values: dict[str, Any], actor: Any) -> str:
    """The delivery lies in the central warehouse; answers the receipt's page."""
    receipt = receive_goods(supplier, lines=values["rows"], delivery_note=values["delivery_note"], actor=actor)
    return reverse("admin:parts_goodsreceipt_change", args=[receipt.pk])


@admin.register(Supplier)
class SupplierAdmin(ScopedAdmin):
    """Makers of parts."""

    list_display = ("code", "name", "contact_name", "phone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "name_en")
    inlines = (SupplierContactInline, SupplierMembershipInline)
    operations = (
        OperationButton(
            "receive_goods",
            _("Receive goods"),
            receive,
            permission="parts.receive_goods",
            form=DeliveryForm,
            style="primary",
            intro=_("The goods lie in the central warehouse at once, and backorders for them are set aside."),
            success=_("The goods have been received."),
        ),
    )


@admin.register(SupplierPart)
class SupplierPartAdmin(ScopedAdmin):
    """Contract prices."""

    form = SizesAdminForm
    list_display = (
        "part",
        "supplier",
        "contract_price",
        "pack_qty",
        "lead_days",
        "measured_lead_days",
        "is_preferred",
        "valid_from",
        "valid_to",
    )
    list_select_related = ("part", "supplier")
    list_filter = ("is_preferred", "supplier")
    search_fields = ("part__number", "part__name", "supplier__name", "supplier_part_number")
    autocomplete_fields = ("part", "supplier")
