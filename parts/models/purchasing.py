"""Orders to suppliers, their lines, and goods that go back to them. Receipts are in fulfillment."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import THOUSANDTH, Part
from parts.models.stock import Location
from parts.models.suppliers import LANGUAGES, Supplier
from parts.states import PURCHASE_MOVES, PurchaseStatus
from portal.core import clock
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard

COMING = (PurchaseStatus.SENT, PurchaseStatus.CONFIRMED, PurchaseStatus.PARTIALLY_RECEIVED)


class PurchaseOrderQuerySet(ScopedQuerySet["PurchaseOrder"]):
    """Orders to suppliers; a supplier sees its own that were sent."""

    def visible_to(self, user: Any) -> "PurchaseOrderQuerySet":
        found = super().visible_to(user)
        return found if scope_of(user).everything else found.filter(sent_at__isnull=False)

    def coming(self) -> "PurchaseOrderQuerySet":
        """Orders of which goods are still to come."""
        return self.filter(status__in=COMING)


class PurchaseOrder(models.Model):
    """What headquarters buys of one supplier; takes its number when it is sent."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="purchase_orders", verbose_name=_("supplier")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="purchase_orders", verbose_name=_("deliver to")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ordered by")
    )
    number = models.CharField(_("purchase order number"), max_length=24, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=PurchaseStatus, default=PurchaseStatus.DRAFT)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    supplier_reference = models.CharField(_("supplier's reference"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    total = money_field(_("total (CNY, tax excluded)"), default=0)

    objects = PurchaseOrderQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}
    MOVES: ClassVar[Moves] = PURCHASE_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="purchase_order_number_unique"),
            models.CheckConstraint(condition=Q(status__in=PurchaseStatus.values), name="purchase_order_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[PurchaseStatus.DRAFT, PurchaseStatus.CANCELLED])
                | (~Q(number="") & Q(sent_at__isnull=False)),
                name="sent_purchase_order_has_number",
            ),
            bounded("total", name="purchase_order_total_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["supplier", "-id"], name="purchase_order_by_supplier"),
            models.Index(fields=["status", "-id"], name="purchase_order_by_status"),
            search_index("purchase_order_search", "number", "supplier_reference"),
        ]
        triggers: ClassVar = [
            MovesGuard(name="purchase_order_moves", moves=PURCHASE_MOVES, initial=PurchaseStatus.DRAFT),
        ]

    def __str__(self) -> str:
        return self.number or self.draft_name

    def get_absolute_url(self) -> str:
        return reverse("purchase_order_detail", args=[self.pk])

    @property
    def draft_name(self) -> str:
        """What a draft is called until it has its number."""
        values = {"day": clock.local_date(self.created_at).isoformat(), "key": self.pk}
        return str(_("Draft of %(day)s, #%(key)s")) % values

    @property
    def is_coming(self) -> bool:
        """Whether goods of it are still to come."""
        return self.status in COMING


class PurchaseOrderLine(models.Model):
    """One part of an order to a supplier; every piece ordered is open, received or cancelled. over_qty came on top."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="purchase_lines", verbose_name=_("part"))
    position = models.PositiveIntegerField(pgettext_lazy("line", "position"))
    supplier_part_number = models.CharField(_("supplier's part number"), max_length=60, blank=True)
    ordered_qty = quantity_field(_("ordered"))
    open_qty = quantity_field(_("open"))
    received_qty = quantity_field(_("received"), default=0)
    cancelled_qty = quantity_field(_("cancelled"), default=0)
    over_qty = quantity_field(_("received on top"), default=0)
    returned_qty = quantity_field(_("sent back"), default=0)
    unit_price = money_field(_("unit price (CNY, tax excluded)"))
    amount = money_field(_("amount (CNY, tax excluded)"))
    lead_days = models.PositiveSmallIntegerField(_("delivery time in days"), default=14)
    wanted_on = models.DateField(_("wanted on"), null=True, blank=True)
    promised_on = models.DateField(_("promised on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "order__supplier_id"}

    class Meta:
        ordering: ClassVar = ["order", "position"]
        verbose_name = _("line of a purchase order")
        verbose_name_plural = _("lines of purchase orders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="purchase_line_position_once"),
            models.UniqueConstraint(fields=["order", "part"], name="purchase_order_names_part_once"),
            models.CheckConstraint(
                condition=Q(ordered_qty=F("open_qty") + F("received_qty") + F("cancelled_qty")),
                name="purchase_line_pieces_stand_once",
            ),
            models.CheckConstraint(
                condition=Q(over_qty=0) | Q(open_qty=0), name="purchase_line_over_only_when_nothing_is_open"
            ),
            models.CheckConstraint(
                condition=Q(returned_qty__gte=0, returned_qty__lte=F("received_qty") + F("over_qty")),
                name="purchase_line_returned_at_most_received",
            ),
            bounded("ordered_qty", THOUSANDTH, name="purchase_line_ordered_positive"),
            *(
                bounded(f"{name}_qty", name=f"purchase_line_{name}_not_negative")
                for name in ("open", "received", "cancelled", "over")
            ),
            bounded("unit_price", name="purchase_line_price_bounded"),
            bounded("amount", name="purchase_line_amount_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["part"], condition=Q(open_qty__gt=0), name="purchase_line_open_by_part"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def expected_on(self) -> Any:
        """The day the supplier promised, else the day we want it."""
        return self.promised_on or self.wanted_on

    @property
    def is_late(self) -> bool:
        """Whether the supplier promised a later day than we want."""
        return bool(self.promised_on and self.wanted_on and self.promised_on > self.wanted_on)

    @property
    def came_qty(self) -> Decimal:
        """All pieces that came."""
        return self.received_qty + self.over_qty

    @property
    def returnable_qty(self) -> Decimal:
        """Pieces that came and were not sent back."""
        return self.came_qty - self.returned_qty


class SupplierReturn(models.Model):
    """Goods of an order sent back to the supplier, charged to it at the price they were bought at: a debit document."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="returns", verbose_name=_("supplier"))
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="returns", verbose_name=_("purchase order")
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent from"))
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent back by")
    )
    number = models.CharField(_("debit note number"), max_length=24, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    returned_at = models.DateTimeField(_("sent back at"))
    amount = money_field(_("amount (CNY, tax excluded)"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("return to a supplier")
        verbose_name_plural = _("returns to suppliers")
        constraints: ClassVar = [bounded("amount", name="supplier_return_amount_bounded")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("purchase_order_detail", args=[self.order_id])

    @property
    def root_number(self) -> str:
        """The order the return hangs on."""
        return self.order.number


class SupplierReturnLine(models.Model):
    """Pieces of one line sent back."""

    supplier_return = models.ForeignKey(
        SupplierReturn, on_delete=models.PROTECT, related_name="lines", verbose_name=_("return")
    )
    purchase_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="return_lines", verbose_name=_("line")
    )
    qty = quantity_field(_("quantity"))
    unit_price = money_field(_("unit price (CNY, tax excluded)"))
    amount = money_field(_("amount (CNY, tax excluded)"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_return__supplier_id"}

    class Meta:
        ordering: ClassVar = ["supplier_return", "pk"]
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of returns")
        constraints: ClassVar = [
            bounded("qty", THOUSANDTH, name="supplier_return_line_qty_positive"),
            bounded("unit_price", name="supplier_return_line_price_bounded"),
            bounded("amount", name="supplier_return_line_amount_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_return_id}: {self.qty}"
