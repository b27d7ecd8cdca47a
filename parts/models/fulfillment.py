"""Shipments from headquarters to a station, their parcels, and goods that come in from suppliers."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import THOUSANDTH, Part
from parts.models.ordering import Allocation, PartsOrder, PartsOrderLine
from parts.models.purchasing import PurchaseOrder, PurchaseOrderLine
from parts.models.stock import Location
from parts.models.suppliers import Supplier
from parts.states import SHIPMENT_MOVES, ShipmentStatus
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard


class Shipment(models.Model):
    """Goods of one order on their way: picked, packed in parcels, shipped with a delivery note, received by the station."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="shipments", verbose_name=_("station")
    )
    order = models.ForeignKey(PartsOrder, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("order"))
    from_location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("shipped from")
    )
    wave = models.ForeignKey(
        "parts.PickWave",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("wave"),
    )
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("picked by")
    )
    number = models.CharField(_("shipment number"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=26, choices=ShipmentStatus, default=ShipmentStatus.PICKING)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"))
    picked_at = models.DateTimeField(_("picked at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    amount = money_field(_("amount (CNY, tax excluded)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    MOVES: ClassVar[Moves] = SHIPMENT_MOVES

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=ShipmentStatus.values), name="shipment_status_known"),
            bounded("amount", name="shipment_amount_bounded"),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "-created_at"], name="shipment_by_station")]
        triggers: ClassVar = [
            MovesGuard(name="shipment_moves", moves=SHIPMENT_MOVES, initial=ShipmentStatus.PICKING),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("shipment_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The order the shipment hangs on."""
        return self.order.number


class ShipmentLine(models.Model):
    """Pieces of one part in a shipment, and what the station counted of them; none where nothing was found on the shelf."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines", verbose_name=_("shipment"))
    order_line = models.ForeignKey(
        PartsOrderLine, on_delete=models.PROTECT, related_name="shipment_lines", verbose_name=_("order line")
    )
    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="shipment_lines", verbose_name=_("allocation")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="shipment_lines", verbose_name=_("part"))
    qty = quantity_field(_("quantity"))
    received_qty = quantity_field(_("received"), default=0)
    damaged_qty = quantity_field(_("of these damaged"), default=0)
    settled_qty = quantity_field(_("of the missing and damaged settled"), default=0, db_default=0)
    returned_qty = quantity_field(_("sent back unused"), default=0, db_default=0)
    credited_qty = quantity_field(_("credited pieces"), default=0, db_default=0)
    amount = money_field(_("amount (CNY, tax excluded)"), default=0)
    credited_amount = money_field(_("credited (CNY, tax excluded)"), default=0, db_default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "shipment__station_id"}

    class Meta:
        ordering: ClassVar = ["shipment", "pk"]
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints: ClassVar = [
            bounded("qty", name="shipment_line_qty_not_negative"),
            models.CheckConstraint(
                condition=Q(received_qty__gte=0, received_qty__lte=F("qty")),
                name="shipment_line_received_at_most_shipped",
            ),
            models.CheckConstraint(
                condition=Q(damaged_qty__gte=0, damaged_qty__lte=F("received_qty")),
                name="shipment_line_damaged_at_most_received",
            ),
            models.CheckConstraint(
                condition=Q(settled_qty__gte=0, settled_qty__lte=F("qty") - F("received_qty") + F("damaged_qty")),
                name="shipment_line_settles_what_is_missing_or_damaged",
            ),
            models.CheckConstraint(
                condition=Q(returned_qty__gte=0, returned_qty__lte=F("received_qty") - F("damaged_qty")),
                name="shipment_line_returns_what_came_sound",
            ),
            models.CheckConstraint(
                condition=Q(credited_qty__gte=0, credited_qty__lte=F("qty")),
                name="shipment_line_credits_what_it_shipped",
            ),
            models.CheckConstraint(
                condition=Q(credited_amount__gte=0, credited_amount__lte=F("amount")),
                name="shipment_line_credits_at_most_its_amount",
            ),
            bounded("amount", name="shipment_line_amount_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.qty} {self.part_id}"

    @property
    def sound_qty(self) -> Decimal:
        """Pieces that came sound and were not sent back."""
        return self.received_qty - self.damaged_qty - self.returned_qty

    @property
    def unsettled_qty(self) -> Decimal:
        """Pieces missing or damaged about which nobody has decided: they stand in transit."""
        return self.qty - self.received_qty + self.damaged_qty - self.settled_qty


class Parcel(models.Model):
    """One box of a shipment with its tracking number."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="parcels", verbose_name=_("shipment"))
    position = models.PositiveSmallIntegerField(_("parcel"))
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    weight_kg = quantity_field(_("weight (kg)"), default=0)
    carton = models.CharField(_("carton"), max_length=40, blank=True, default="", db_default="")

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "shipment__station_id"}

    class Meta:
        ordering: ClassVar = ["shipment", "position"]
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "position"], name="parcel_position_once"),
            bounded("weight_kg", name="parcel_weight_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.position}"


class GoodsReceipt(models.Model):
    """Goods that came into a warehouse of headquarters from a supplier."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="goods_receipts", verbose_name=_("supplier")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="goods_receipts", verbose_name=_("warehouse")
    )
    purchase_order = models.ForeignKey(
        PurchaseOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("purchase order"),
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("received by")
    )
    number = models.CharField(_("receipt number"), max_length=24, unique=True)
    delivery_note = models.CharField(_("supplier's delivery note"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["supplier", "delivery_note"],
                condition=~Q(delivery_note=""),
                name="delivery_note_received_once_per_supplier",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        if self.purchase_order_id:
            return reverse("purchase_order_detail", args=[self.purchase_order_id])
        return reverse("admin:parts_goodsreceipt_change", args=[self.pk])


class GoodsReceiptLine(models.Model):
    """Pieces of one part at their purchase price."""

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="lines", verbose_name=_("receipt"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="receipt_lines", verbose_name=_("part"))
    purchase_line = models.ForeignKey(
        PurchaseOrderLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipt_lines",
        verbose_name=_("line of the purchase order"),
    )
    qty = quantity_field(_("quantity"))
    unit_cost = money_field(_("unit cost (CNY, tax excluded)"))
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipt_lines",
        verbose_name=_("put to"),
    )
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="", db_default="")
    shelf = models.CharField(_("bin"), max_length=30, blank=True, default="", db_default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["receipt", "pk"]
        verbose_name = _("goods receipt line")
        verbose_name_plural = _("goods receipt lines")
        constraints: ClassVar = [
            bounded("qty", THOUSANDTH, name="receipt_line_qty_positive"),
            bounded("unit_cost", name="receipt_line_cost_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.qty} {self.part_id}"


class PartSerial(models.Model):
    """A piece known by its serial number: the delivery it came with, and where it lies now (nowhere: outside).

    No two pieces of a part share a number. shipment_line: the last shipment it left headquarters with.
    """

    receipt_line = models.ForeignKey(
        GoodsReceiptLine, on_delete=models.PROTECT, related_name="serials", verbose_name=_("goods receipt line")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="serials", verbose_name=_("part"))
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="serials",
        verbose_name=_("lies at"),
    )
    shipment_line = models.ForeignKey(
        ShipmentLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="serials",
        verbose_name=_("shipment line"),
    )
    serial = models.CharField(_("serial number"), max_length=60)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["part", "serial"]
        verbose_name = _("serial number of a piece")
        verbose_name_plural = _("serial numbers of pieces")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "serial"], name="part_serial_unique_in_network"),
            models.CheckConstraint(condition=~Q(serial=""), name="part_serial_not_empty"),
        ]

    def __str__(self) -> str:
        return self.serial
