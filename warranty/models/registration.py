"""The sale of a unit as a station registered it; approved, it starts the cover. Not here: the unit itself (service)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from service.models import Customer, InstalledUnit
from stations.models import ProductModel, Station
from warranty.states import REGISTRATION_MOVES, RegistrationStatus


class UnitRegistration(models.Model):
    """sale_date is the start of cover; filed later than the limit after it, the registration is passed over (C01).

    Its values are the present ones: a correction is a record of its own that keeps what stood before, and adds a version.
    """

    MOVES: ClassVar[Moves] = REGISTRATION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    unit = models.ForeignKey(
        InstalledUnit, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("unit")
    )
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    product_model = models.ForeignKey(
        ProductModel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("filed by"), editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        editable=False,
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RegistrationStatus, default=RegistrationStatus.FILED, editable=False
    )
    sale_date = models.DateField(_("sold on"))
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True, default="", db_default="")
    invoice_on = models.DateField(_("invoice date"), null=True, blank=True)
    filed_on = models.DateField(_("filed on"), editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, db_default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit registration")
        verbose_name_plural = _("unit registrations")
        ordering = ["-filed_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RegistrationStatus.values), name="registration_status_known"),
            models.CheckConstraint(condition=Q(sale_date__lte=F("filed_on")), name="registration_filed_after_sale"),
            models.CheckConstraint(
                condition=Q(handed_over_on=None) | Q(handed_over_on__gte=F("sale_date")),
                name="registration_handed_over_after_sale",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(status="approved"), name="one_approved_registration_per_unit"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="registration_by_status")]
        triggers = [
            MovesGuard(name="registration_moves", moves=REGISTRATION_MOVES, initial=RegistrationStatus.FILED),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("registration_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"REG-{self.pk}"
