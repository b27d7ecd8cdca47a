"""Returns of unused parts: what a station sends back of what it received, and what it is credited."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import THOUSANDTH, Part
from parts.models.fulfillment import Shipment, ShipmentLine
from parts.states import RETURN_MOVES, ReturnStatus
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard


class ReturnCause(models.TextChoices):
    """Whose error the parts are; ours is free of the fee."""

    STATION = "station", pgettext_lazy("cause of a return", "Not needed by the station")
    HEADQUARTERS = "headquarters", pgettext_lazy("cause of a return", "Error of headquarters")


class PartsReturn(models.Model):
    """Unused parts of one shipment on their way back: requested, approved, shipped, inspected and credited."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="parts_returns", verbose_name=_("station")
    )
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="returns", verbose_name=_("shipment"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    number = models.CharField(_("return number"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=ReturnStatus, default=ReturnStatus.REQUESTED)
    cause = models.CharField(_("whose error"), max_length=12, choices=ReturnCause)
    reason = models.CharField(_("reason"), max_length=300)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    fee_percent = models.DecimalField(_("fee (%)"), max_digits=5, decimal_places=2, default=0)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    inspected_at = models.DateTimeField(pgettext_lazy("return of parts", "inspected at"), null=True, blank=True)
    credit = money_field(_("credited (CNY, tax excluded)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    MOVES: ClassVar[Moves] = RETURN_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("return of unused parts")
        verbose_name_plural = _("returns of unused parts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=ReturnStatus.values), name="parts_return_status_known"),
            models.CheckConstraint(condition=Q(cause__in=ReturnCause.values), name="parts_return_cause_known"),
            models.CheckConstraint(
                condition=Q(fee_percent__gte=0, fee_percent__lte=100), name="parts_return_fee_is_a_share"
            ),
            bounded("credit", name="parts_return_credit_bounded"),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "requested_at"], name="parts_return_by_status")]
        triggers: ClassVar = [
            MovesGuard(name="parts_return_moves", moves=RETURN_MOVES, initial=ReturnStatus.REQUESTED),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("parts_return_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The order the shipment hangs on."""
        return self.shipment.order.number


class PartsReturnLine(models.Model):
    """Pieces of one shipment line; price: CNY without tax, what was paid for them. lots: the batches they left in."""

    parts_return = models.ForeignKey(
        PartsReturn, on_delete=models.PROTECT, related_name="lines", verbose_name=_("return")
    )
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="return_lines", verbose_name=_("shipment line")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="return_lines", verbose_name=_("part"))
    qty = quantity_field(_("quantity"))
    serials = models.JSONField(_("serial numbers"), default=list, blank=True)
    lots = models.JSONField(default=list, editable=False)
    accepted_qty = quantity_field(_("accepted"), default=0)
    kept_qty = quantity_field(_("back at the station"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    price = money_field(_("price paid (CNY, tax excluded)"), default=0)
    fee = money_field(_("fee (CNY)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "parts_return__station_id"}

    class Meta:
        ordering: ClassVar = ["parts_return", "pk"]
        verbose_name = _("line of a return of unused parts")
        verbose_name_plural = _("lines of returns of unused parts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parts_return", "shipment_line"], name="return_names_a_line_once"),
            bounded("qty", THOUSANDTH, name="parts_return_line_qty_positive"),
            models.CheckConstraint(
                condition=Q(accepted_qty__gte=0, kept_qty__gte=0, qty__gte=F("accepted_qty") + F("kept_qty")),
                name="parts_return_line_decides_its_pieces_once",
            ),
            bounded("price", name="parts_return_line_price_bounded"),
            models.CheckConstraint(
                condition=Q(fee__gte=0, fee__lte=F("price")), name="parts_return_line_fee_below_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parts_return_id}: {self.qty} {self.part_id}"

    @property
    def credit(self) -> Decimal:
        """What is credited for the line."""
        return self.price - self.fee
