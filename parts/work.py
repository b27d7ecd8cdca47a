"""What parts puts on first pages and in search. Bounded queries only; rows start at visible_to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts import goods_work
from parts.models import (
    OrderKind,
    Part,
    PartsOrder,
    PriceList,
    PurchaseOrder,
    PurchaseSuggestion,
    Shipment,
    ShipmentStatus,
    StockCount,
)
from parts.models.ordering import PartsOrderQuerySet
from parts.states import CountStatus, OrderStatus, PriceListStatus, PurchaseStatus, SuggestionStatus
from portal.accounts.roles import at_headquarters
from portal.core import clock, show
from portal.core.parameters import param
from portal.core.registries import Figure, Hit, WorkItem, Worklist
from portal.core.tones import tone_of

AT_HQ_ADMIN = "admin:parts_partsorder_change"


def worklists(user: Any) -> Iterator[Worklist]:
    """Shipments to receive, orders to pick, backorders and held orders: whoever may do something about them."""
    if user.has_perm("parts.receive_shipment"):
        yield _shipments(user)
    yield from goods_work.worklists(user)
    orders = PartsOrder.objects.visible_to(user)
    if user.has_perm("parts.pick_order"):
        yield _orders(
            "parts_to_allocate",
            _("Orders to set stock aside for"),
            orders.to_allocate(),
            _("Open"),
            reverse("allocate_all"),
        )
        yield _orders(
            "parts_orders",
            _("Orders to pick"),
            orders.to_pick(),
            _("Pick"),
            reverse("pick_desk"),
            page="parts_order_pick",
        )
        yield from _to_send(user)
        yield _orders("parts_backorders", _("Backorders"), orders.backordered(), _("Open"), "backordered", tone="wait")
    yield from _purchases(user)
    if user.has_perm("parts.release_prices"):
        yield _price_lists(user)
    yield from _counts(user)
    if user.has_perm("parts.release_hold"):
        yield _orders("parts_holds", _("Orders on credit hold"), orders.on_hold(), _("Decide"), "on_hold", tone="bad")


def _counts(user: Any) -> Iterator[Worklist]:
    """Counts that were asked for or are under way, and those that wait for approval."""
    rows = StockCount.objects.visible_to(user).select_related("location__station").order_by("pk")
    if at_headquarters(user):
        rows = rows.filter(location__station=None) | rows.filter(needs_headquarters=True)
    url = reverse("stock_count_list")
    if user.has_perm("parts.enter_count") and user.has_perm("parts.plan_count"):
        mine = rows.filter(status__in=[CountStatus.PLANNED, CountStatus.COUNTING, CountStatus.RECOUNT])
        yield Worklist("stock_counts", _("Stock to count"), mine, _count, url)
    if user.has_perm("parts.approve_count"):
        ready = rows.filter(status=CountStatus.TO_APPROVE)
        ready = ready if at_headquarters(user) else ready.filter(needs_headquarters=False)
        url = f"{url}?status={CountStatus.TO_APPROVE}"
        yield Worklist("counts_to_approve", _("Stock counts to approve"), ready, _count, url, tone="wait")


def _count(row: StockCount) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.location.local_name,
        detail=row.note or str(row.get_reason_display()),
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "stockcount"),
        action=str(_("Open")),
    )


def _purchases(user: Any) -> Iterator[Worklist]:
    """Suggestions to decide, drafts to send, late and unconfirmed orders; the supplier's own orders to confirm."""
    coming = PurchaseOrder.objects.visible_to(user).select_related("supplier")
    if user.has_perm("parts.decide_suggestion"):
        rows = PurchaseSuggestion.objects.visible_to(user).filter(status=SuggestionStatus.OPEN)
        first = rows.select_related("part").order_by("-lost_value", "-pk")
        yield Worklist(
            "suggestions", _("Purchase suggestions to decide"), first, _suggestion, reverse("suggestion_list")
        )
    if user.has_perm("parts.send_purchase"):
        limit = param("parts.purchase_second_person_above")
        own = Q(created_by=user.pk, total__gt=limit)
        drafts = coming.filter(status=PurchaseStatus.DRAFT).exclude(own).order_by("pk")
        url = f"{reverse('purchase_order_list')}?status={PurchaseStatus.DRAFT}"
        yield Worklist("purchase_drafts", _("Purchase orders to send"), drafts, _purchase, url)
        late = coming.coming().filter(lines__open_qty__gt=0, lines__promised_on__lt=clock.today()).distinct()
        url = reverse("purchase_order_list")
        yield Worklist("purchases_late", _("Purchase orders overdue"), late.order_by("pk"), _purchase, url, tone="bad")
    elif user.has_perm("parts.confirm_purchase"):
        sent = coming.filter(status=PurchaseStatus.SENT).order_by("pk")
        url = f"{reverse('purchase_order_list')}?status={PurchaseStatus.SENT}"
        yield Worklist("purchases_to_confirm", _("Purchase orders to confirm"), sent, _purchase, url, tone="wait")


def _price_lists(user: Any) -> Worklist:
    """Drafts that others drew up."""
    rows = PriceList.objects.visible_to(user).filter(status=PriceListStatus.DRAFT).exclude(created_by=user.pk)
    url = f"{reverse('price_list_list')}?status={PriceListStatus.DRAFT}"
    return Worklist("price_lists", _("Price lists to release"), rows.order_by("valid_from", "pk"), _price_list, url)


def _price_list(row: PriceList) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.title,
        detail=str(_("from %(day)s")) % {"day": show.day(row.valid_from)},
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "pricelist"),
        action=str(_("Release")),
    )


def _suggestion(row: PurchaseSuggestion) -> WorkItem:
    return WorkItem(
        number=row.part.number,
        title=row.part.local_name,
        detail=f"{show.quantity(row.suggested_qty)} · {show.money(row.order_value)}",
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "purchasesuggestion"),
        action=str(_("Decide")),
    )


def _purchase(row: PurchaseOrder) -> WorkItem:
    return WorkItem(
        number=str(row),
        title=row.supplier.local_name,
        detail=show.money(row.total),
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "purchaseorder"),
        action=str(_("Open")),
    )


def _shipments(user: Any) -> Worklist:
    rows = Shipment.objects.visible_to(user).filter(status=ShipmentStatus.SHIPPED).select_related("order", "station")
    url = f"{reverse('shipment_list')}?status={ShipmentStatus.SHIPPED}"
    return Worklist("shipments", _("Shipments to receive"), rows.order_by("shipped_at", "pk"), _shipment, url)


def _shipment(row: Shipment) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=str(row.station),
        detail=str(_("Order %(number)s")) % {"number": row.order.number},
        url=reverse("shipment_detail", args=[row.pk]),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "shipment"),
        due_at=_promised(row.shipped_at),
        due_label=str(_("arrival")),
        action=str(_("Receive")),
    )


def _to_send(user: Any) -> Iterator[Worklist]:
    """Shipments being picked and those packed, the oldest first."""
    rows = Shipment.objects.visible_to(user).select_related("order", "station").order_by("created_at", "pk")
    for key, label, status, act in (
        ("shipments_to_pack", _("Shipments to pick and pack"), ShipmentStatus.PICKING, _("Pack")),
        ("shipments_to_send", _("Parcels to hand to the carrier"), ShipmentStatus.PACKED, _("Ship")),
    ):
        url = f"{reverse('shipment_list')}?status={status}"
        yield Worklist(key, label, rows.filter(status=status), partial(_going, action=act), url)


def _going(row: Shipment, *, action: Any) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=str(row.station),
        detail=str(_("Order %(number)s")) % {"number": row.order.number},
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone="bad" if row.order.kind == OrderKind.MACHINE_DOWN else tone_of(row.status, "shipment"),
        action=str(action),
    )


def _promised(shipped_at: datetime | None) -> datetime | None:
    return shipped_at + timedelta(days=3) if shipped_at else None


def _orders(
    key: str,
    label: Any,
    rows: "PartsOrderQuerySet",
    action: Any,
    queue: str,
    *,
    tone: str = "run",
    page: str = AT_HQ_ADMIN,
) -> Worklist:
    """queue: the filter of the admin's list, or the address of the list itself. page: where a row is worked on."""

    def item(row: PartsOrder) -> WorkItem:
        return WorkItem(
            number=row.number,
            title=str(row.station),
            detail=f"{row.get_kind_display()} · {show.money(row.total)}",
            url=reverse(page, args=[row.pk]),
            status=str(row.get_status_display()),
            tone="bad" if row.kind == OrderKind.MACHINE_DOWN else tone_of(row.status, "partsorder"),
            action=str(action),
        )

    url = queue if queue.startswith("/") else f"{reverse('admin:parts_partsorder_changelist')}?queue={queue}"
    first = rows.select_related("station").in_turn()
    return Worklist(key, label, first, item, url, tone=tone)


def search(user: Any, text: str) -> Iterator[Hit]:
    """Parts by number, name or pinyin; orders and shipments by number or the station's own reference."""
    if user.has_perm("parts.see_catalog"):
        for part in Part.objects.visible_to(user).matching(text).order_by("number")[:5]:
            yield Hit(_("Part"), part.number, part.local_name, part.get_absolute_url())
    if user.has_perm("parts.view_partsorder"):
        orders = PartsOrder.objects.visible_to(user).select_related("station")
        for order in (orders.filter(number__holds=text) | orders.filter(reference__holds=text))[:3]:
            yield Hit(_("Parts order"), order.number, str(order.station), order.get_absolute_url(), order.reference)
        yield from goods_work.search(user, text)


def search_purchases(user: Any, text: str) -> Iterator[Hit]:
    """Stock counts by number; purchase orders by number or the supplier's reference."""
    if user.has_perm("parts.view_stockcount") and text.upper().startswith("SC"):
        counts = StockCount.objects.visible_to(user).filter(number__istartswith=text)
        for count in counts.select_related("location__station")[:3]:
            yield Hit(_("Stock count"), count.number, count.location.local_name, count.get_absolute_url())
    if user.has_perm("parts.view_purchaseorder"):
        rows = PurchaseOrder.objects.visible_to(user).select_related("supplier")
        for order in (rows.filter(number__holds=text) | rows.filter(supplier_reference__holds=text))[:3]:
            yield Hit(_("Purchase order"), order.number, order.supplier.local_name, order.get_absolute_url())


def search_prices(user: Any, text: str) -> Iterator[Hit]:
    """Price lists by number or title."""
    if user.has_perm("parts.view_pricelist"):
        rows = PriceList.objects.visible_to(user)
        for row in (rows.filter(number__holds=text) | rows.filter(title__holds=text))[:3]:
            yield Hit(_("Price list"), row.number, row.title, row.get_absolute_url())


def figures(user: Any) -> Iterator[Figure]:
    """How many orders of the user's stations are under way."""
    if not user.has_perm("parts.place_order"):
        return
    rows = PartsOrder.objects.visible_to(user).exclude(
        status__in=[OrderStatus.DRAFT, OrderStatus.CLOSED, OrderStatus.CANCELLED, OrderStatus.RECEIVED]
    )
    yield Figure(_("Parts orders under way"), str(rows.count()), url=reverse("parts_order_list"))
