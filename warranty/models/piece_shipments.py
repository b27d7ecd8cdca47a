"""Old pieces on their way from the factory: to the supplier that answers for them, or back to the station."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Supplier
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from stations.models import Station


class PieceShipment(models.Model):
    """One shipment of appraised pieces to one supplier or one station; a station bears its cost, CNY, tax excluded."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id", "supplier": "supplier_id"}

    number = models.CharField(_("shipment number"), max_length=30, unique=True)
    supplier = models.ForeignKey(
        Supplier, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("supplier")
    )
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    carrier = models.CharField(_("carrier"), max_length=60)
    waybill = models.CharField(_("waybill number"), max_length=60)
    handed_by = models.CharField(_("handed over by"), max_length=60, blank=True, db_default="")
    driver = models.CharField(_("taken by (name of the driver)"), max_length=60, blank=True, db_default="")
    cost = money_field(_("freight (CNY, tax excluded)"), default=0)
    shipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("parcel", "sent by"),
    )
    shipped_at = models.DateTimeField(_("shipped at"))
    received_as = models.CharField(_("received by"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment of old parts")
        verbose_name_plural = _("shipments of old parts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=False, station__isnull=True)
                | models.Q(supplier__isnull=True, station__isnull=False),
                name="piece_shipment_goes_to_one_place",
            ),
            models.CheckConstraint(
                condition=models.Q(received_at__isnull=True) | ~models.Q(received_as=""),
                name="received_piece_shipment_names_the_taker",
            ),
            bounded("cost", 0, BOUND, name="piece_shipment_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("piece_shipment_detail", args=[self.pk])

    @property
    def receiver(self) -> str:
        """To whom it goes, as people call them."""
        return str(self.supplier or self.station or "")
