"""The contract that makes a station an authorized one. Not here: who may sign (rules), how (stations.contracts)."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from stations.models.applications import StationApplication
from stations.models.network import Station


@tracked()
class Contract(models.Model):
    """The station is authorized on every day in [valid_from, valid_to); its number is the authorization number."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("station"))
    application = models.OneToOneField(
        StationApplication,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contract",
        verbose_name=_("application"),
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed for us by")
    )
    number = models.CharField(_("authorization number"), max_length=30, unique=True)
    signatory = models.CharField(_("signed for the station by"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"))
    deposit_due = money_field(_("security deposit due"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["station", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="contract_ends_after_start"
            ),
            bounded("deposit_due", 0, BOUND, name="contract_deposit_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("contract_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The application's chain, where there is one."""
        return self.application.number if self.application else self.number

    def in_force(self, on: date) -> bool:
        """The end day is the first invalid day."""
        return self.valid_from <= on < self.valid_to
