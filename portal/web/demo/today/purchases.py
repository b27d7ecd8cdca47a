"""Purchase orders in every state, one with goods on top and some sent back, a planning run, and what was decided about it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from parts.models import PlanningRun, PurchaseOrder, PurchaseSuggestion, Supplier, SupplierContact, SupplierPart
from parts.purchasing import orders, receipts
from parts.replenishment import decisions
from parts.replenishment.run import start_planning
from parts.stock import central_warehouse, station_location
from portal.core import clock
from portal.web.demo.story import BUSY, Story

type Now = Callable[..., Any]

WITHOUT_CLAIMS_MAIL = 4  # this supplier never said who reads its notes


def tell(story: Story, now: Now) -> None:
    """The parts clerk buys; the first supplier has an order to confirm."""
    clerk, other = story.people["warehouse"], story.people["warehouse2"]
    suppliers = [supplier for supplier in story.things["suppliers"] if supplier.parts.exists()]
    now(lambda: _contacts(suppliers), clerk)
    drafts = [now(lambda n=n: _draft(suppliers[n % len(suppliers)], 2 + n % 3, clerk), clerk) for n in range(7)]
    if None in drafts:  # a story too small for seven orders
        return
    sent = [now(lambda draft=draft: orders.send_purchase_order(draft, actor=other), other) for draft in drafts[1:]]
    for order in sent[1:5]:
        now(lambda order=order: _confirm(order, clerk), clerk)
    now(lambda: _receive(sent[2], Decimal("0.5"), clerk), clerk)
    for order in sent[3:5]:
        now(lambda order=order: _receive(order, Decimal(1), clerk), clerk)
    now(lambda: _send_back(sent[3], clerk), clerk)
    now(lambda: orders.close_purchase_order(sent[4], actor=clerk), clerk)
    now(lambda: orders.cancel_purchase_rest(sent[5], reason="改由另一家供应商供货", actor=clerk), clerk)
    now(lambda: _levels(story, clerk), clerk)
    now(lambda: start_planning(actor=clerk), clerk)
    now(lambda: _decide(clerk), clerk)


def _contacts(suppliers: list[Supplier]) -> None:
    for number, supplier in enumerate(suppliers):
        SupplierContact.objects.create(
            supplier=supplier, name=f"{'王李张刘陈杨赵'[number % 7]}经理", role="sales", gets_orders=True,
            email=f"orders{number + 1}@example.com", phone=supplier.phone,
        )  # fmt: skip
        if number != WITHOUT_CLAIMS_MAIL:
            SupplierContact.objects.create(
                supplier=supplier, name=f"{'周吴郑孙钱何许'[number % 7]}工", role="quality",
                email=f"quality{number + 1}@example.com", phone=supplier.phone,
            )  # fmt: skip
    Supplier.objects.filter(pk=suppliers[-1].pk).update(language="en")


def _draft(supplier: Supplier, lines: int, clerk: Any) -> PurchaseOrder:
    rows = SupplierPart.objects.in_force(clock.today()).filter(supplier=supplier).select_related("part")
    done = PurchaseOrder.objects.filter(supplier=supplier).count()
    offers = rows.order_by("pk")[done * 3 : done * 3 + lines]
    needs = [orders.Needed(offer.part.number, Decimal(20)) for offer in offers]
    return orders.draft_purchase_order(supplier, lines=needs, actor=clerk, note="请随货附检验报告")


def _confirm(order: PurchaseOrder, clerk: Any) -> None:
    days = {line.pk: clock.today() + timedelta(days=6 + 9 * line.position) for line in order.lines.all()}
    orders.confirm_purchase_order(order, promises=days, reference=f"SO-{order.pk:05d}", actor=clerk)


def _receive(order: PurchaseOrder, share: Decimal, clerk: Any) -> None:
    arrived = [
        receipts.Arrived(line.pk, (line.open_qty * share).to_integral_value(), batch=f"B{order.pk:03d}", shelf="A-02-1")
        for line in order.lines.order_by("position")
    ]
    receipts.receive_purchase(order, arrived=arrived, delivery_note=f"DN-{order.pk:05d}", actor=clerk)


def _send_back(order: PurchaseOrder, clerk: Any) -> None:
    line = order.lines.order_by("position").first()
    if line is not None:
        receipts.return_to_supplier(order, quantities={line.pk: Decimal(2)}, reason="外观划伤，批次不良", actor=clerk)


def _levels(story: Story, clerk: Any) -> None:
    """A few parts are kept whatever planning finds: at headquarters, and at the busy station."""
    place = station_location(story.things["stations"][BUSY])
    for number, part in enumerate(story.things["parts"][:8]):
        here = place if number % 2 else central_warehouse()
        minimum = Decimal(4 if number % 2 else 4000)
        decisions.set_stock_level(part, here, minimum=minimum, reason="关键备件，必须常备", is_forced=True, actor=clerk)


def _decide(clerk: Any) -> None:
    run = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").first()
    rows = list(PurchaseSuggestion.objects.filter(run=run).select_related("supplier").order_by("-lost_value", "pk")[:4])
    for row in rows[:1]:
        decisions.accept_suggestion(row, actor=clerk)
    for row in rows[1:2]:
        decisions.reject_suggestion(row, reason="该机型即将停产", actor=clerk)
