"""The tree headquarters → region → operation center → station; the dealers. Not here: how a station gets in."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models.products import Brand, in_language
from stations.states import STATION_MOVES, StationStatus


class StationKind(models.TextChoices):
    """Who runs the outlet."""

    OWN = "own", _("Own outlet")
    DEALER = "dealer", _("Dealer outlet")
    THIRD_PARTY = "third_party", _("Third-party platform")
    SOCIAL = "social", _("Social service resource")


class TaxpayerType(models.TextChoices):
    """Fixes the tax rate of statements and invoices."""

    GENERAL = "general", _("General taxpayer")
    SMALL = "small", _("Small-scale taxpayer")


class Region(models.Model):
    """A sales region; its manager reviews applications and answers for its stations."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class OperationCenter(models.Model):
    """The lowest office of our own; every station hangs on exactly one."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="centers", verbose_name=_("region"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation center")
        verbose_name_plural = _("operation centers")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@tracked()
class Dealer(models.Model):
    """The legal person behind stations: contracts, statements, accounts and invoices name it."""

    SCOPE: ClassVar[dict[str, str]] = {"dealer": "pk"}

    principal = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.PROTECT, related_name="dealers", verbose_name=_("main principal")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("company name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    license_number = models.CharField(_("business license number"), max_length=30, unique=True)
    taxpayer_type = models.CharField(
        _("taxpayer type"), max_length=10, choices=TaxpayerType, default=TaxpayerType.GENERAL
    )
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer")
        verbose_name_plural = _("dealers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taxpayer_type__in=TaxpayerType.values), name="dealer_taxpayer_type_known"
            ),
        ]
        indexes = [search_index("dealer_search", "code", "name", "name_en")]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def number(self) -> str:
        """What events and searches call it."""
        return self.code


class StationQuerySet(ScopedQuerySet["Station"]):
    """Stations by what they may do."""

    def active(self) -> "StationQuerySet":
        """In service today by status; contracts are asked by contracts.is_dispatchable."""
        return self.filter(status=StationStatus.ACTIVE)


@tracked()
class Station(models.Model):
    """An authorized service station: where parts lie, technicians work, claims come from."""

    MOVES: ClassVar[Moves] = STATION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "pk"}

    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="stations", verbose_name=_("operation center")
    )
    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="stations", verbose_name=_("dealer"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=StationKind, default=StationKind.DEALER)
    status = models.CharField(
        _("status"), max_length=20, choices=StationStatus, default=StationStatus.APPLICANT, editable=False
    )
    division = models.CharField(_("division code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    service_radius_km = models.PositiveSmallIntegerField(_("service radius (km)"), default=50)
    job_capacity = models.PositiveSmallIntegerField(_("open jobs at most"), default=20)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=StationStatus.values), name="station_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=StationKind.values), name="station_kind_known"),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="station_is_on_earth",
            ),
        ]
        indexes = [search_index("station_search", "code", "name", "name_en", "address", "phone")]
        triggers = [MovesGuard(name="station_moves_as_tabled", moves=STATION_MOVES, initial=StationStatus.APPLICANT)]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("station_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events and searches call it."""
        return self.code


class GradeLetter(models.TextChoices):
    """How good a station is; fixes labor rate, automatic limit, allocation rank and dispatch weight."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    PROBATION = "probation", _("Probation")


class StationGrade(models.Model):
    """From `valid_from` on the station holds this grade, until a later row says otherwise."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="grades", verbose_name=_("station"))
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(
        _("source"),
        max_length=20,
        choices=[("probation", _("Probation")), ("set", _("Set by headquarters")), ("graded", _("Graded"))],
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("station grade")
        verbose_name_plural = _("station grades")
        ordering = ["station", "-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__in=GradeLetter.values), name="station_grade_known"),
            models.UniqueConstraint(fields=["station", "valid_from"], name="one_grade_per_station_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.valid_from}"
