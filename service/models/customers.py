"""Customers, the units installed at theirs, and usage readings. Not here: warranty registration (warranty)."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.money import bounded, quantity_field
from portal.core.scope import ScopedQuerySet


def digits_of(phone: str) -> str:
    """A number without blanks, hyphens and the national prefix: 138 0000-1234 and +86 13800001234 are one."""
    kept = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    return kept[2:] if len(kept) == 13 and kept.startswith("86") else kept


def mask_phone(phone: str) -> str:
    """138****1234; short numbers keep only their last two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"


def normal_serial(serial_number: str) -> str:
    """A serial number as it is kept: upper case, no blanks."""
    return "".join(serial_number.split()).upper()


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    """A station sees the customers of its jobs; headquarters all."""

    def visible_to(self, user: object) -> "CustomerQuerySet":
        from portal.core.scope import scope_of

        scope = scope_of(user)
        if scope.everything:
            return self
        from service.models.intake import ServiceRequest

        served = ServiceRequest.objects.served_by(scope.of("station")).values("customer_id")
        return self.filter(pk__in=served)


class Customer(models.Model):
    """A person or firm whose units we serve. The phone is shown masked outside an active job."""

    SCOPE: ClassVar[dict[str, str]] = {}

    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=30)
    division = models.CharField(_("division code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_vip = models.BooleanField(_("VIP"), default=False)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["phone"], name="customer_by_phone"),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="customer_name_trigram"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__gte=-180, longitude__lte=180), name="customer_longitude_sane"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__gte=-90, latitude__lte=90), name="customer_latitude_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """138****1234: what is shown outside an active job."""
        return mask_phone(self.phone)


class UnitStatus(models.TextChoices):
    """Whether the unit may still be served."""

    ACTIVE = "active", _("In use")
    SCRAPPED = "scrapped", _("Scrapped")
    STOLEN = "stolen", _("Reported stolen")


further_units: list[Callable[[Iterable[int]], models.QuerySet[Any, Any]]] = []
"""Filled by upper apps in ready(): of some stations, the keys of further units that they see."""


class InstalledUnitQuerySet(ScopedQuerySet["InstalledUnit"]):
    """A station sees the units of its jobs, and those that upper apps name; headquarters all.

    Looking one up by its whole serial number is intake's.
    """

    def visible_to(self, user: object) -> "InstalledUnitQuerySet":
        from portal.core.scope import scope_of

        scope = scope_of(user)
        if scope.everything:
            return self
        from service.models.intake import ServiceRequest

        stations = scope.of("station")
        seen: Any = ServiceRequest.objects.served_by(stations).order_by().values("unit_id")
        for further in further_units:
            seen = seen.union(further(stations))
        return self.filter(pk__in=seen)


class InstalledUnit(models.Model):
    """One piece of a product under its serial number, and what is known of its life."""

    SCOPE: ClassVar[dict[str, str]] = {}

    product_model = models.ForeignKey(
        "stations.ProductModel", on_delete=models.PROTECT, related_name="units", verbose_name=_("product model")
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="units", verbose_name=_("customer")
    )
    serial_number = models.CharField(_("serial number"), max_length=60, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=UnitStatus, default=UnitStatus.ACTIVE)
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    ship_date = models.DateField(_("shipped on"), null=True, blank=True)
    sold_on = models.DateField(_("sold on"), null=True, blank=True)
    invoice_on = models.DateField(_("invoice date"), null=True, blank=True)
    installed_on = models.DateField(_("handed over on"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = InstalledUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("installed unit")
        verbose_name_plural = _("installed units")
        ordering: ClassVar = ["serial_number"]
        indexes: ClassVar = [
            GinIndex(OpClass("serial_number", name="gin_trgm_ops"), name="unit_serial_trigram"),
            models.Index(fields=["status", "-id"], name="unit_by_status"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(serial_number=""), name="unit_serial_not_empty")]

    def __str__(self) -> str:
        return self.serial_number

    def get_absolute_url(self) -> str:
        return reverse("unit_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events name."""
        return self.serial_number


class UsageReading(models.Model):
    """What the unit's counter showed at an instant; never changed."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "unit__requests__work_orders__station_id"}

    unit = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="readings", verbose_name=_("unit"))
    value = quantity_field(_("reading"))
    source = models.CharField(_("document"), max_length=40)
    read_at = models.DateTimeField(_("read at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage reading")
        verbose_name_plural = _("usage readings")
        ordering: ClassVar = ["-read_at"]
        constraints: ClassVar = [
            bounded("value", name="usage_reading_not_negative"),
            models.UniqueConstraint(fields=["unit", "source"], name="usage_read_once_per_document"),
        ]

    def __str__(self) -> str:
        return f"{self.value}"
