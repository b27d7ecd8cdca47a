"""Parts orders of stations and the runs that share out stock among them."""

from decimal import Decimal
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import THOUSANDTH, Part
from parts.models.stock import Location
from parts.states import ORDER_MOVES, OrderStatus
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard


class OrderKind(models.TextChoices):
    """Why parts are ordered; a run serves stopped machines first."""

    MACHINE_DOWN = "machine_down", _("Machine stopped")
    STOCK = "stock", pgettext_lazy("order kind", "Stock")
    CAMPAIGN = "campaign", _("Campaign")
    WARRANTY_REPLACEMENT = "warranty_replacement", _("Warranty replacement (free)")


class PartsOrderQuerySet(ScopedQuerySet["PartsOrder"]):
    """Named questions to the orders."""

    def open_first(self) -> "PartsOrderQuerySet":
        """Orders somebody waits for, then the finished ones; newest first in both."""
        done = Q(status__in=[OrderStatus.RECEIVED, OrderStatus.CLOSED, OrderStatus.CANCELLED])
        return self.order_by(models.Case(models.When(done, then=1), default=0), "-created_at", "-pk")

    def with_cause(self) -> "PartsOrderQuerySet":
        """Orders that know whether a receiving case sends their pieces again."""
        cases = apps.get_model("parts.ReceivingCase")._default_manager
        return self.annotate(is_sent_again=models.Exists(cases.filter(replacement=models.OuterRef("pk"))))

    def to_pick(self) -> "PartsOrderQuerySet":
        """Orders with stock set aside that nobody has picked yet."""
        return self.filter(
            models.Exists(PartsOrderLine.objects.filter(order=models.OuterRef("pk"), allocated_qty__gt=0))
        )

    def backordered(self) -> "PartsOrderQuerySet":
        """Orders that wait for goods."""
        return self.filter(
            models.Exists(PartsOrderLine.objects.filter(order=models.OuterRef("pk"), backordered_qty__gt=0))
        )

    def to_allocate(self) -> "PartsOrderQuerySet":
        """Confirmed orders that no run has considered yet."""
        return self.filter(
            ~Q(status__in=[OrderStatus.DRAFT, OrderStatus.ON_HOLD, OrderStatus.CANCELLED]),
            models.Exists(PartsOrderLine.objects.filter(order=models.OuterRef("pk"), open_qty__gt=0)),
        )

    def in_turn(self) -> "PartsOrderQuerySet":
        """Stopped machines first, then who submitted first."""
        urgent = models.Case(models.When(kind=OrderKind.MACHINE_DOWN, then=0), default=1)
        return self.order_by(urgent, "submitted_at", "pk")

    def on_hold(self) -> "PartsOrderQuerySet":
        """Orders that credit keeps back."""
        return self.filter(status=OrderStatus.ON_HOLD)


class PartsOrder(models.Model):
    """What a station wants from headquarters; takes its number when it is submitted."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="parts_orders", verbose_name=_("station")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )
    number = models.CharField(_("order number"), max_length=24, blank=True)
    kind = models.CharField(_("order kind"), max_length=24, choices=OrderKind, default=OrderKind.STOCK)
    status = models.CharField(_("status"), max_length=24, choices=OrderStatus, default=OrderStatus.DRAFT)
    reference = models.CharField(_("your reference"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    hold_reason = models.CharField(_("reason of the hold"), max_length=300, blank=True)
    release_reason = models.CharField(_("reason of the release"), max_length=300, blank=True)
    total = money_field(_("total (CNY, tax excluded)"), default=0)

    objects = PartsOrderQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    MOVES: ClassVar[Moves] = ORDER_MOVES

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        verbose_name = _("parts order")
        verbose_name_plural = _("parts orders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="parts_order_number_unique"),
            models.UniqueConstraint(
                fields=["station", "reference"],
                condition=Q(kind=OrderKind.WARRANTY_REPLACEMENT) & ~Q(status=OrderStatus.CANCELLED),
                name="free_replacement_once_per_reference",
            ),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="parts_order_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[OrderStatus.DRAFT, OrderStatus.CANCELLED])
                | (~Q(number="") & Q(submitted_at__isnull=False)),
                name="submitted_parts_order_has_number",
            ),
            bounded("total", name="parts_order_total_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "-created_at"], name="parts_order_by_station"),
            models.Index(fields=["status", "submitted_at"], name="parts_order_by_status"),
            search_index("parts_order_search", "number", "reference"),
        ]
        triggers: ClassVar = [
            MovesGuard(name="parts_order_moves", moves=ORDER_MOVES, initial=OrderStatus.DRAFT),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    def get_absolute_url(self) -> str:
        return reverse("parts_order_detail", args=[self.pk])

    @property
    def kind_text(self) -> str:
        """Its kind; of an order read with its cause, that it sends pieces again."""
        return str(_("Replacement (free)") if getattr(self, "is_sent_again", False) else self.get_kind_display())


class PartsOrderLine(models.Model):
    """One part of an order; every piece ordered stands in exactly one of its columns.

    short, damaged: pieces under way that an open case calls so, where a page has looked.
    """

    short = damaged = Decimal(0)
    order = models.ForeignKey(PartsOrder, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="order_lines", verbose_name=_("part"))
    position = models.PositiveIntegerField(pgettext_lazy("line", "position"))
    ordered_qty = quantity_field(_("ordered"))
    open_qty = quantity_field(_("open"), default=0)
    allocated_qty = quantity_field(_("allocated"), default=0)
    picked_qty = quantity_field(_("picked"), default=0)
    shipped_qty = quantity_field(_("shipped"), default=0)
    backordered_qty = quantity_field(_("backordered"), default=0)
    cancelled_qty = quantity_field(_("cancelled"), default=0)
    received_qty = quantity_field(_("received"), default=0)
    settled_qty = quantity_field(_("missing or damaged, settled"), default=0, db_default=0)
    no_partial = models.BooleanField(_("no partial delivery"), default=False)
    net_price = money_field(_("net price (CNY, tax excluded)"), default=0)
    price_reason = models.JSONField(_("how the price was made"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    amount = money_field(_("amount (CNY, tax excluded)"), default=0)
    shipped_amount = money_field(_("shipped amount"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "order__station_id"}

    class Meta:
        ordering: ClassVar = ["order", "position"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            models.CheckConstraint(
                condition=Q(
                    ordered_qty=F("open_qty")
                    + F("allocated_qty")
                    + F("picked_qty")
                    + F("shipped_qty")
                    + F("backordered_qty")
                    + F("cancelled_qty")
                ),
                name="order_line_pieces_stand_once",
            ),
            bounded("ordered_qty", THOUSANDTH, name="order_line_ordered_positive"),
            *(
                bounded(f"{name}_qty", name=f"order_line_{name}_not_negative")
                for name in (
                    "open",
                    "allocated",
                    "picked",
                    "shipped",
                    "backordered",
                    "cancelled",
                    "received",
                    "settled",
                )
            ),
            bounded("net_price", name="order_line_price_bounded"),
            bounded("amount", name="order_line_amount_bounded"),
            bounded("shipped_amount", name="order_line_shipped_amount_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["part"],
                condition=Q(open_qty__gt=0) | Q(backordered_qty__gt=0),
                name="order_line_waiting_by_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def waiting_qty(self) -> Decimal:
        """Pieces that a run may still give this line."""
        return self.open_qty + self.backordered_qty

    @property
    def under_way_qty(self) -> Decimal:
        """Pieces shipped and not yet in the station's stock."""
        return self.shipped_qty - self.received_qty - self.settled_qty

    @property
    def travelling_qty(self) -> Decimal:
        """Pieces under way that no open case calls missing or damaged; the page of the order says which those are."""
        return max(self.under_way_qty - self.short - self.damaged, Decimal(0))


class Allocation(models.Model):
    """Stock of one part and batch at one place or bin set aside for a line; the part may be a successor of the one ordered."""

    line = models.ForeignKey(
        PartsOrderLine, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("line")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("location")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("part"))
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="", db_default="")
    allocated_qty = quantity_field(_("allocated"), default=0)
    picked_qty = quantity_field(_("picked"), default=0)
    allocated_at = models.DateTimeField(_("set aside at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "line__order__station_id"}

    class Meta:
        ordering: ClassVar = ["line", "pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "location", "part", "batch"], name="line_holds_each_stock_once"),
            bounded("allocated_qty", name="allocation_allocated_not_negative"),
            bounded("picked_qty", name="allocation_picked_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.allocated_qty + self.picked_qty} {self.part_id}"


class AllocationRun(models.Model):
    """One sharing-out of stock, with the ranking it followed: why this station got the last piece."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("started by")
    )
    at = models.DateTimeField(_("run at"))
    cause = models.CharField(pgettext_lazy("allocation", "cause"), max_length=80)
    line_count = models.PositiveIntegerField(_("lines considered"), default=0)
    filled_count = models.PositiveIntegerField(_("lines filled"), default=0)
    ranking = models.JSONField(_("ranking"), default=list, encoder=DjangoJSONEncoder)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("allocation run")
        verbose_name_plural = _("allocation runs")

    def __str__(self) -> str:
        return f"#{self.pk}"
