"""Orders to share out, pick and release; every piece stands where the lines say."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.allocation import SERVED, allocate
from parts.basket import credit_of
from parts.forms.ordering import ReasonForm
from parts.models import PartsOrder
from parts.ordering import cancel_rest, release_hold, why_held
from parts.setting_free import set_free
from parts.states import OrderStatus
from parts.taking import pick_order
from portal.core.admin import OperationButton, ReadOnlyAdmin


class QueueFilter(admin.SimpleListFilter):
    """What somebody has to do with an order."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("to_allocate", _("To set stock aside")),
            ("to_pick", _("To pick")),
            ("backordered", _("Backordered")),
            ("on_hold", _("On credit hold")),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        rows: Any = queryset
        queues = {
            "to_allocate": rows.to_allocate,
            "to_pick": rows.to_pick,
            "backordered": rows.backordered,
            "on_hold": rows.on_hold,
        }
        chosen = queues.get(self.value() or "")
        return chosen().in_turn() if chosen else rows  # type: ignore[no-any-return]


def share_out(order: PartsOrder, _values: dict[str, Any], actor: Any) -> None:
    """All waiting lines for the order's parts get their share."""
    allocate(parts=list(order.lines.values_list("part", flat=True)), cause=order.number, actor=actor)


def pick(order: PartsOrder, _values: dict[str, Any], actor: Any) -> str:
    """The new shipment's page."""
    return reverse("admin:parts_shipment_change", args=[pick_order(order, actor=actor).pk])


def set_aside_no_longer(order: PartsOrder, values: dict[str, Any], actor: Any) -> None:
    """The stock is free for whom the next run ranks first."""
    set_free(order, reason=values["reason"], actor=actor)


def release(order: PartsOrder, values: dict[str, Any], actor: Any) -> None:
    """Finance lets it pass."""
    release_hold(order, reason=values["reason"], actor=actor)


def cancel(order: PartsOrder, values: dict[str, Any], actor: Any) -> None:
    """The rest ends."""
    cancel_rest(order, reason=values["reason"], actor=actor)


def _lines(order: PartsOrder) -> Iterable[Any]:
    return order.lines.all()


def waits(order: PartsOrder) -> bool:
    """Whether a run may give it something."""
    return order.status in SERVED and any(line.waiting_qty for line in _lines(order))


def can_be_picked(order: PartsOrder) -> bool:
    """Whether stock is set aside for it."""
    return any(line.allocated_qty for line in _lines(order))


def is_held(order: PartsOrder) -> bool:
    """Whether credit keeps it back."""
    return order.status == OrderStatus.ON_HOLD


def has_rest(order: PartsOrder) -> bool:
    """Whether something can still be cancelled."""
    ended = order.status in {OrderStatus.CANCELLED, OrderStatus.CLOSED}
    return not ended and any(line.waiting_qty for line in _lines(order))


@admin.register(PartsOrder)
class PartsOrderAdmin(ReadOnlyAdmin):
    """The queue of the parts clerk, and of finance for held orders."""

    list_display = ("number", "station", "kind", "status", "total", "submitted_at")
    list_filter = (QueueFilter, "status", "kind", "submitted_at")
    list_select_related = ("station",)
    search_fields = ("number", "reference", "station__name", "station__code")
    ordering = ("-created_at", "-pk")
    detail_template = "parts/admin_order.html"
    exclude = ("hold_reason",)
    operations = (
        OperationButton(
            "pick",
            _("Pick"),
            pick,
            permission="parts.pick_order",
            shown=can_be_picked,
            style="primary",
            intro=_("All stock set aside for this order is picked into one shipment."),
            success=_("Picked. Pack the shipment next."),
        ),
        OperationButton(
            "allocate",
            _("Set stock aside"),
            share_out,
            permission="parts.allocate",
            shown=waits,
            intro=_("All waiting orders for these parts are ranked: stopped machines, then grade, then time of order."),
            success=_("Stock has been set aside."),
        ),
        OperationButton(
            "release",
            _("Release"),
            release,
            permission="parts.release_hold",
            form=ReasonForm,
            shown=is_held,
            style="primary",
            template="parts/admin_release.html",
            intro=_("The order is confirmed although it exceeds the credit limit; your reason is kept."),
            success=_("The order has been released."),
        ),
        OperationButton(
            "set_free",
            _("Set stock free"),
            set_aside_no_longer,
            permission="parts.set_free",
            form=ReasonForm,
            shown=can_be_picked,
            intro=_(
                "What is set aside and not picked is free again; the order keeps its rank and waits for the next run."
            ),
            success=_("The stock is free again."),
        ),
        OperationButton(
            "cancel_rest",
            _("Cancel the rest"),
            cancel,
            permission="parts.cancel_rest",
            form=ReasonForm,
            shown=has_rest,
            style="danger",
            intro=_("Pieces that are not yet set aside are cancelled."),
            success=_("The rest of the order has been cancelled."),
        ),
    )

    def extra_detail(self, request: HttpRequest, row: PartsOrder) -> dict[str, Any]:
        held = is_held(row)
        return {
            "held_because": why_held(row) if held else "",
            "credit": credit_of(row.station, row.total) if held else None,
            "order_lines": row.lines.select_related("part").order_by("position"),
            "shipments": row.shipments.order_by("pk"),
        }
