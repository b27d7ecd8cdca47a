"""The contract that makes a station an authorized one, and the following one in preparation. Not here: who may sign, how."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.models.divisions import Division
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.applications import StationApplication
from stations.models.network import Station
from stations.models.products import Brand, ProductFamily
from stations.states import RENEWAL_MOVES, RenewalStatus


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
    brands = models.ManyToManyField(Brand, blank=True, related_name="+", verbose_name=_("brands"))
    families = models.ManyToManyField(
        ProductFamily, blank=True, related_name="+", verbose_name=_("product families"),
        help_text=_("None named: all families of the brands."),
    )  # fmt: skip
    divisions = models.ManyToManyField(Division, blank=True, related_name="+", verbose_name=_("area"))

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


class Renewal(models.Model):
    """A following contract in preparation: its terms wait for the station's yes, then for the signature."""

    MOVES: ClassVar[Moves] = RENEWAL_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="renewals", verbose_name=_("station"))
    contract = models.OneToOneField(
        Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="renewal", verbose_name=_("contract")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("agreed by"),
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=RenewalStatus, default=RenewalStatus.PREPARED, editable=False
    )
    months = models.PositiveSmallIntegerField(_("months"))
    deposit_due = money_field(_("security deposit due"), default=0)
    brands = models.ManyToManyField(Brand, blank=True, related_name="+", verbose_name=_("brands"))
    families = models.ManyToManyField(ProductFamily, blank=True, related_name="+", verbose_name=_("product families"))
    divisions = models.ManyToManyField(Division, blank=True, related_name="+", verbose_name=_("area"))
    signatory = models.CharField(_("signed for the station by"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    prepared_at = models.DateTimeField(_("prepared at"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract renewal")
        verbose_name_plural = _("contract renewals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RenewalStatus.values), name="renewal_status_known"),
            models.CheckConstraint(
                condition=models.Q(months__gte=1, months__lte=120), name="renewal_lasts_1_to_120_months"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="signed") | models.Q(contract__isnull=False),
                name="signed_renewal_has_its_contract",
            ),
            models.UniqueConstraint(
                fields=["station"], condition=models.Q(status__in=["prepared", "agreed"]),
                name="one_open_renewal_per_station",
            ),
            bounded("deposit_due", 0, BOUND, name="renewal_deposit_in_bounds"),
        ]  # fmt: skip
        triggers = [MovesGuard(name="renewal_moves_as_tabled", moves=RENEWAL_MOVES, initial=RenewalStatus.PREPARED)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("renewal_detail", args=[self.pk])


class ContractAlarm(models.Model):
    """Owner, region and headquarters were told once that the contract ends in so many days."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "contract__station_id"}

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("contract"))
    days = models.PositiveSmallIntegerField(_("days before the end"))
    told_at = models.DateTimeField(_("told at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract alarm")
        verbose_name_plural = _("contract alarms")
        ordering = ["-told_at"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "days"], name="contract_alarm_told_once"),
        ]
        triggers = [pgtrigger.Protect(name="alarm_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.days}"
