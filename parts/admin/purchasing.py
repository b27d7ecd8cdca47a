"""Purchase orders, returns, planning runs and levels: read only, with the acts that need no entry by line."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.forms.ordering import ReasonForm
from parts.models import (
    PlanningRun,
    PurchaseOrder,
    PurchaseStatus,
    PurchaseSuggestion,
    StockLevel,
    SuggestionStatus,
    SupplierReturn,
    SupplierReturnLine,
)
from parts.purchasing import orders
from parts.replenishment import decisions
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from portal.core.states import can_move


def send(order: PurchaseOrder, _values: dict[str, Any], actor: Any) -> None:
    """The supplier has it."""
    orders.send_purchase_order(order, actor=actor)


def cancel(order: PurchaseOrder, values: dict[str, Any], actor: Any) -> None:
    """What is open ends."""
    orders.cancel_purchase_rest(order, reason=values["reason"], actor=actor)


def close(order: PurchaseOrder, _values: dict[str, Any], actor: Any) -> None:
    """Nothing more is expected."""
    orders.close_purchase_order(order, actor=actor)


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    """Orders to suppliers; receiving and confirming are on the order's own page."""

    list_display = ("number", "supplier", "status", "total", "created_at", "sent_at", "confirmed_at")
    list_filter = ("status", "supplier", "sent_at")
    list_select_related = ("supplier",)
    search_fields = ("number", "supplier_reference", "supplier__name")
    ordering = ("-pk",)
    detail_template = "parts/admin_purchase.html"
    operations = (
        OperationButton(
            "send",
            _("Send"),
            send,
            permission="parts.send_purchase",
            shown=lambda row: can_move(row, PurchaseStatus.SENT),
            style="primary",
            intro=_(
                "The order takes its number, is kept as a PDF in the supplier's language and is mailed to its contacts."
            ),
            success=_("The order is on its way to the supplier."),
        ),
        OperationButton(
            "close",
            _("Close"),
            close,
            permission="parts.close_purchase",
            shown=lambda row: can_move(row, PurchaseStatus.CLOSED),
            intro=_("Nothing more can be received on it."),
        ),
        OperationButton(
            "cancel_rest",
            pgettext_lazy("purchase order", "Cancel the rest"),
            cancel,
            permission="parts.cancel_purchase",
            form=ReasonForm,
            shown=lambda row: row.is_coming or row.status == PurchaseStatus.DRAFT,
            style="danger",
            success=_("The open quantities are cancelled."),
        ),
    )

    def extra_detail(self, request: HttpRequest, row: PurchaseOrder) -> dict[str, Any]:
        return {"lines": row.lines.select_related("part").order_by("position")}


class SupplierReturnLineInline(ScopedTabularInline):
    """What went back."""

    model = SupplierReturnLine


@admin.register(SupplierReturn)
class SupplierReturnAdmin(ReadOnlyAdmin):
    """Goods sent back, each with its debit note."""

    list_display = ("number", "supplier", "order", "amount", "returned_at", "reason")
    list_filter = ("supplier", "returned_at")
    list_select_related = ("supplier", "order")
    search_fields = ("number", "order__number", "supplier__name")
    inlines = (SupplierReturnLineInline,)


@admin.register(PlanningRun)
class PlanningRunAdmin(ReadOnlyAdmin):
    """Runs with their parameters."""

    list_display = ("id", "started_at", "started_by", "finished_at", "part_count", "suggestion_count", "order_value")
    list_select_related = ("started_by",)
    list_filter = ("started_at",)


def reject(row: PurchaseSuggestion, values: dict[str, Any], actor: Any) -> None:
    """It will not be ordered."""
    decisions.reject_suggestion(row, reason=values["reason"], actor=actor)


def accept(row: PurchaseSuggestion, _values: dict[str, Any], actor: Any) -> None:
    """It will be ordered as it is."""
    decisions.accept_suggestion(row, actor=actor)


@admin.register(PurchaseSuggestion)
class PurchaseSuggestionAdmin(ReadOnlyAdmin):
    """Suggestions of all runs."""

    list_display = ("part", "abc", "status", "supplier", "suggested_qty", "decided_qty", "order_value", "lost_value")
    list_filter = ("status", "abc", "supplier")
    list_select_related = ("part", "supplier")
    search_fields = ("part__number", "part__name", "supplier__name")
    raw_id_fields = ("figure", "purchase_line")
    operations = (
        OperationButton(
            "accept",
            pgettext_lazy("suggestion", "Accept"),
            accept,
            permission="parts.decide_suggestion",
            shown=lambda row: can_move(row, SuggestionStatus.ACCEPTED),
            style="primary",
        ),
        OperationButton(
            "reject",
            _("Reject"),
            reject,
            permission="parts.decide_suggestion",
            form=ReasonForm,
            shown=lambda row: can_move(row, SuggestionStatus.REJECTED),
            style="danger",
        ),
    )


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    """Minimums and targets set by hand."""

    list_display = ("part", "location", "minimum", "target", "is_forced", "valid_from", "set_by")
    list_filter = ("is_forced", "valid_from")
    list_select_related = ("part", "location", "set_by")
    search_fields = ("part__number", "location__name", "location__code")
