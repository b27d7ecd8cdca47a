"""Who works where: memberships in the tree, technicians, certificates. Not here: users and HQ roles (accounts)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core.history import tracked
from portal.core.scope import ScopedQuerySet
from stations.models.network import Dealer, OperationCenter, Region, Station
from stations.models.products import ProductFamily

NETWORK_ROLES = (
    Role.REGION_MANAGER, Role.CENTER_CLERK, Role.STATION_OWNER, Role.STATION_CLERK, Role.TECHNICIAN,
    Role.MYSTERY_CUSTOMER,
)  # fmt: skip


@tracked()
class Membership(models.Model):
    """A user acts in a role for one node of the tree; at a region, center or dealer it reaches all stations below."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id", "dealer": "dealer_id", "region": "region_id"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    center = models.ForeignKey(
        OperationCenter,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("operation center"),
    )
    dealer = models.ForeignKey(
        Dealer, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("dealer")
    )
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("station")
    )
    role = models.CharField(_("role"), max_length=30, choices=[(role.value, role.label) for role in NETWORK_ROLES])
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region__isnull=False, center__isnull=True, dealer__isnull=True, station__isnull=True)
                | models.Q(region__isnull=True, center__isnull=False, dealer__isnull=True, station__isnull=True)
                | models.Q(region__isnull=True, center__isnull=True, dealer__isnull=False, station__isnull=True)
                | models.Q(region__isnull=True, center__isnull=True, dealer__isnull=True, station__isnull=False),
                name="membership_names_one_node",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def node(self) -> Region | OperationCenter | Dealer | Station | None:
        """The one node of the tree it names."""
        return self.region or self.center or self.dealer or self.station


class Technician(models.Model):
    """A person who goes to customers; with a user when they have a phone log-in."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="technicians", verbose_name=_("station")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="technician",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("at work"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering = ["station", "name"]

    def __str__(self) -> str:
        return self.name


class SkillLevel(models.IntegerChoices):
    """初, 中, 高."""

    JUNIOR = 1, _("Junior")
    MIDDLE = 2, _("Intermediate")
    SENIOR = 3, _("Senior")


class SkillCertificate(models.Model):
    """The technician may work on a family at a level on every day in [valid_from, valid_to)."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "technician__station_id"}

    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("technician")
    )
    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, related_name="+", verbose_name=_("product family")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel, default=SkillLevel.JUNIOR)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill certificate")
        verbose_name_plural = _("skill certificates")
        ordering = ["technician", "family", "-valid_to"]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=SkillLevel.values), name="skill_level_known"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="certificate_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.family_id} {self.level}"
