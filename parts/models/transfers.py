"""Transfers of parts between two stations, with the approval of headquarters."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import THOUSANDTH, Part
from parts.states import TRANSFER_MOVES, TransferStatus
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard


class TransferQuerySet(ScopedQuerySet["StockTransfer"]):
    """Both stations see a transfer."""

    def visible_to(self, user: Any) -> Self:
        scope = scope_of(user)
        if scope.everything:
            return self
        stations = scope.of("station")
        return self.filter(Q(taker__in=stations) | Q(giver__in=stations))


class StockTransfer(models.Model):
    """Parts that one station gives another; headquarters credits the giver and charges the taker, each at its own price."""

    taker = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="transfers_taken", verbose_name=_("taking station")
    )
    giver = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="transfers_given", verbose_name=_("giving station")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    number = models.CharField(_("transfer number"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=TransferStatus, default=TransferStatus.REQUESTED)
    reason = models.CharField(_("reason"), max_length=300)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    credit = money_field(_("credited to the giver (CNY, tax excluded)"), default=0)
    charge = money_field(_("charged to the taker (CNY, tax excluded)"), default=0)

    objects = TransferQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "taker_id"}
    MOVES: ClassVar[Moves] = TRANSFER_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("transfer between stations")
        verbose_name_plural = _("transfers between stations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=TransferStatus.values), name="stock_transfer_status_known"),
            models.CheckConstraint(condition=~Q(taker=F("giver")), name="stock_transfer_joins_two_stations"),
            bounded("credit", name="stock_transfer_credit_bounded"),
            bounded("charge", name="stock_transfer_charge_bounded"),
        ]
        triggers: ClassVar = [
            MovesGuard(name="stock_transfer_moves", moves=TRANSFER_MOVES, initial=TransferStatus.REQUESTED),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("stock_transfer_detail", args=[self.pk])


class StockTransferLine(models.Model):
    """Pieces of one part; prices: CNY without tax on the day of receipt. lots: the batches they left in."""

    transfer = models.ForeignKey(
        StockTransfer, on_delete=models.PROTECT, related_name="lines", verbose_name=_("transfer")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="transfer_lines", verbose_name=_("part"))
    qty = quantity_field(_("quantity"))
    received_qty = quantity_field(_("received"), default=0)
    lots = models.JSONField(default=list, editable=False)
    giver_price = money_field(_("giver's price (CNY, tax excluded)"), default=0)
    taker_price = money_field(_("taker's price (CNY, tax excluded)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "transfer__taker_id"}

    class Meta:
        ordering: ClassVar = ["transfer", "pk"]
        verbose_name = _("line of a transfer between stations")
        verbose_name_plural = _("lines of transfers between stations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transfer", "part"], name="transfer_names_a_part_once"),
            bounded("qty", THOUSANDTH, name="transfer_line_qty_positive"),
            models.CheckConstraint(
                condition=Q(received_qty__gte=0, received_qty__lte=F("qty")), name="transfer_line_received_at_most_sent"
            ),
            bounded("giver_price", name="transfer_line_giver_price_bounded"),
            bounded("taker_price", name="transfer_line_taker_price_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.qty} {self.part_id}"
