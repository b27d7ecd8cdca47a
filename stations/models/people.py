"""Who works where: memberships in the tree, technicians, certificates. Not here: users and HQ roles (accounts)."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role, roles_of
from portal.core.history import tracked
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.network import Dealer, OperationCenter, Region, Station
from stations.models.products import ProductFamily
from stations.states import TRANSFER_MOVES, TransferStatus

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
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_never_ends_before_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def node(self) -> Region | OperationCenter | Dealer | Station | None:
        """The one node of the tree it names."""
        return self.region or self.center or self.dealer or self.station


class OwnOrStationQuerySet[M: models.Model](ScopedQuerySet[M]):
    """Rows of a person: colleagues of the office see those of their stations, a technician only their own."""

    TECHNICIAN: ClassVar[str] = "technician__"

    def visible_to(self, user: Any) -> Self:
        """As every queryset; a mere technician's own rows only."""
        rows = super().visible_to(user)
        return rows.filter(**{f"{self.TECHNICIAN}user": user}) if is_mere_technician(user) else rows


class TechnicianQuerySet(OwnOrStationQuerySet["Technician"]):
    """Technicians by standing."""

    TECHNICIAN: ClassVar[str] = ""

    def at_work(self) -> "TechnicianQuerySet":
        """Those who may be sent to customers."""
        return self.filter(is_active=True)


def is_mere_technician(user: Any) -> bool:
    """Whether being a technician is all that lets the user see a station."""
    return roles_of(user) == frozenset({Role.TECHNICIAN})


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
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("at work"), default=True)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = pgettext_lazy("people", "technicians")
        ordering = ["station", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("technician_detail", args=[self.pk])


class SkillLevel(models.IntegerChoices):
    """初, 中, 高."""

    JUNIOR = 1, _("Junior")
    MIDDLE = 2, _("Intermediate")
    SENIOR = 3, _("Senior")


class CertificateSource(models.TextChoices):
    """Where the right to work on a family comes from."""

    HEADQUARTERS = "headquarters", _("Headquarters")
    EXAM = "exam", _("Exam passed")


class SkillCertificate(models.Model):
    """The technician may work on a family at a level on every day in [valid_from, valid_to).

    A revoked one ends on the day it was revoked; revoked before its second day it was never valid.
    """

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
    number = models.CharField(_("certificate number"), max_length=30, null=True, blank=True, unique=True)
    source = models.CharField(
        _("source"),
        max_length=20,
        choices=CertificateSource,
        default=CertificateSource.HEADQUARTERS,
        db_default=CertificateSource.HEADQUARTERS,
    )
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True, editable=False)
    revoked_reason = models.CharField(
        _("why it was revoked"), max_length=200, blank=True, db_default="", editable=False
    )

    objects: ClassVar[Any] = OwnOrStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill certificate")
        verbose_name_plural = _("skill certificates")
        ordering = ["technician", "family", "-valid_to"]
        indexes = [models.Index(fields=["valid_to"], name="certificate_by_end")]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=SkillLevel.values), name="skill_level_known"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from"))
                | models.Q(revoked_on__isnull=False, valid_to=models.F("valid_from")),
                name="certificate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on__isnull=True) | ~models.Q(revoked_reason=""),
                name="revoked_certificate_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.technician_id} {self.family_id} {self.level}"

    def get_absolute_url(self) -> str:
        return reverse("technician_detail", args=[self.technician_id])

    def valid_on(self, day: date) -> bool:
        """The end day is the first invalid day."""
        return self.valid_from <= day < self.valid_to


class CertificateAlarm(models.Model):
    """The owner and the technician were told, once, that the certificate ends in so many days."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "certificate__technician__station_id"}

    certificate = models.ForeignKey(
        SkillCertificate, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("skill certificate")
    )
    days = models.PositiveSmallIntegerField(_("days before the end"))
    sent_at = models.DateTimeField(_("sent at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate alarm")
        verbose_name_plural = _("certificate alarms")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "days"], name="certificate_alarm_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.days}"


class TechnicianRating(models.Model):
    """From `valid_from` on the technician holds so many stars, until a later row says otherwise."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "technician__station_id"}

    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("technician")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(
        _("source"), max_length=20, choices=[("set", _("Set by hand")), ("computed", _("Computed"))], default="set"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects: ClassVar[Any] = OwnOrStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("star rating")
        verbose_name_plural = _("star ratings")
        ordering = ["technician", "-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="stars_1_to_5"),
            models.CheckConstraint(condition=models.Q(source__in=["set", "computed"]), name="rating_source_known"),
            models.UniqueConstraint(fields=["technician", "valid_from"], name="one_rating_per_technician_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} {self.valid_from}"


class TechnicianTransfer(models.Model):
    """A technician is to go to another station of the same dealer; the region or headquarters consents."""

    MOVES: ClassVar[Moves] = TRANSFER_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "from_station_id"}

    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("technician")
    )
    from_station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="transfers_out", verbose_name=_("from")
    )
    to_station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="transfers_in", verbose_name=_("to"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=TransferStatus, default=TransferStatus.ASKED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician transfer")
        verbose_name_plural = _("technician transfers")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=TransferStatus.values), name="transfer_status_known"),
            models.CheckConstraint(
                condition=~models.Q(from_station=models.F("to_station")), name="transfer_goes_elsewhere"
            ),
            models.UniqueConstraint(
                fields=["technician"],
                condition=models.Q(status=TransferStatus.ASKED),
                name="one_open_transfer_per_technician",
            ),
        ]
        triggers = [MovesGuard(name="transfer_moves_as_tabled", moves=TRANSFER_MOVES, initial=TransferStatus.ASKED)]

    def __str__(self) -> str:
        return f"{self.technician} → {self.to_station}"

    def get_absolute_url(self) -> str:
        return reverse("transfer_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"TT-{self.pk}"
