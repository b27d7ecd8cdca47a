"""What the page of an order says happens next: to the station that waits, and to headquarters that works on it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import CaseLine, Difference, PartsOrder, ReceivingCase, Shipment, ShipmentStatus
from parts.ordering import why_held
from parts.states import CaseStatus, OrderStatus
from portal.accounts.roles import at_headquarters
from portal.core.pages import NextStep

ZERO = Decimal(0)
SETTLED = (CaseStatus.CLOSED, CaseStatus.WITHDRAWN)
FOR_STATION = {
    OrderStatus.ON_HOLD: (_("Finance decides about the credit hold: %(reason)s"), "bad"),
    OrderStatus.CONFIRMED: (_("Headquarters sets stock aside for you."), ""),
    OrderStatus.BACKORDERED: (_("The parts are on backorder; incoming goods are set aside for you at once."), "wait"),
    OrderStatus.PARTIALLY_ALLOCATED: (_("A part is set aside; the rest waits for incoming goods."), "wait"),
    OrderStatus.ALLOCATED: (_("The central warehouse picks and packs your parts."), ""),
    OrderStatus.PICKED: (_("The parcels are being handed to the carrier."), ""),
    OrderStatus.PARTIALLY_SHIPPED: (_("Receive the parcels that are under way; the rest follows."), ""),
    OrderStatus.SHIPPED: (_("Count the parcels when they arrive and receive the shipment."), ""),
}
FOR_HEADQUARTERS = {
    OrderStatus.CONFIRMED: (_("Set stock aside for this order."), ""),
    OrderStatus.BACKORDERED: (_("No free stock for this order; incoming goods are set aside for it at once."), "wait"),
    OrderStatus.PARTIALLY_ALLOCATED: (_("Pick what is set aside; the rest waits for incoming goods."), ""),
    OrderStatus.ALLOCATED: (_("Everything is set aside: pick and pack it."), ""),
    OrderStatus.PICKED: (_("Pack the parcels and hand them to the carrier."), ""),
    OrderStatus.PARTIALLY_SHIPPED: (_("Some parcels are on their way to the station; the rest follows."), "wait"),
    OrderStatus.SHIPPED: (_("The parcels are on their way; the station counts and receives them."), "wait"),
}
TO_PICK = {OrderStatus.PARTIALLY_ALLOCATED, OrderStatus.ALLOCATED}


def open_cases(order: PartsOrder) -> list[ReceivingCase]:
    """Differences of the order's shipments that are not settled."""
    return list(ReceivingCase.objects.filter(shipment__order=order).exclude(status__in=SETTLED).order_by("pk"))


def name_differences(lines: Sequence[Any], cases: Sequence[ReceivingCase]) -> None:
    """Each order line carries how many of its pieces an open case calls missing or damaged; they are not under way."""
    found: dict[tuple[int, str], Decimal] = {}
    if cases:
        rows = CaseLine.objects.filter(case__in=cases, shipment_line__isnull=False)
        for line, kind, qty in rows.values_list("shipment_line__order_line", "kind", "qty"):
            found[line, kind] = found.get((line, kind), ZERO) + qty
    for line in lines:
        line.short = found.get((line.pk, Difference.SHORT), ZERO)
        line.damaged = found.get((line.pk, Difference.DAMAGED), ZERO)


def step_of(
    order: PartsOrder, user: Any, *, lines: Sequence[Any], shipments: Sequence[Shipment], cases: Sequence[ReceivingCase]
) -> NextStep | None:
    """The next step as this reader takes it."""
    shipped = next((row for row in shipments if row.status == ShipmentStatus.SHIPPED), None)
    if shipped is None and cases:
        numbers = ", ".join(case.number for case in cases)
        said = _("Differences are being settled: %(cases)s.") % {"cases": numbers}
        return NextStep(said, _("Open the case"), cases[0].get_absolute_url(), "wait")
    if order.status not in FOR_STATION:
        return None
    status = OrderStatus(order.status)
    if status == OrderStatus.PARTIALLY_SHIPPED and not any(line.travelling_qty for line in lines):
        status = OrderStatus.PARTIALLY_ALLOCATED
    if status == OrderStatus.ON_HOLD:
        text, tone = FOR_STATION[status]
        return NextStep(str(text) % {"reason": why_held(order)}, tone=tone)
    if at_headquarters(user):
        return _at_headquarters(order, status, user, lines, shipments)
    text, tone = FOR_STATION[status]
    if shipped and user.has_perm("parts.receive_shipment", shipped):
        return NextStep(text, _("Receive shipment"), reverse("shipment_receive", args=[shipped.pk]))
    return NextStep(text, tone=tone)


def _at_headquarters(
    order: PartsOrder, status: OrderStatus, user: Any, lines: Sequence[Any], shipments: Sequence[Shipment]
) -> NextStep:
    text, tone = FOR_HEADQUARTERS[status]
    if any(line.allocated_qty for line in lines) and status in TO_PICK and user.has_perm("parts.pick_order"):
        return NextStep(text, _("Make a pick list"), reverse("parts_order_pick", args=[order.pk]), tone)
    if status in {OrderStatus.CONFIRMED, OrderStatus.BACKORDERED} and user.has_perm("parts.allocate"):
        return NextStep(text, _("Set stock aside"), reverse("allocate_all"), tone)
    going = {ShipmentStatus.PICKING, ShipmentStatus.PACKED}
    packing = next((row for row in shipments if row.status in going), None)
    if packing and status == OrderStatus.PICKED and user.has_perm("parts.pack_shipment"):
        label = pgettext_lazy("next step", "Open the shipment")
        return NextStep(text, label, packing.get_absolute_url(), tone)
    return NextStep(text, tone=tone)
