"""Who carries parcels, what lies in each, pick lists over several orders, the label format of each user. Not here: shipments."""

from typing import ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import THOUSANDTH
from parts.models.fulfillment import Parcel, ShipmentLine
from parts.models.stock import Location
from portal.core.money import bounded, quantity_field
from portal.core.scope import EVERYONE, HEADQUARTERS, ScopedQuerySet

NUMBER: Final = "{number}"


def tracking_template(value: str) -> None:
    """Raises ValidationError unless the text is a web address that says once where the tracking number stands."""
    others = value.replace(NUMBER, "", 1)
    if value.count(NUMBER) != 1 or "{" in others or "}" in others:
        text = _("“%(given)s” must hold {number} once, where the tracking number stands, and no other braces.")
        raise ValidationError(text, params={"given": value[:80]})
    try:
        URLValidator(schemes=["https", "http"])(value.replace(NUMBER, "1"))
    except ValidationError as error:
        text = _("“%(given)s” is not a web address; one begins with https://.")
        raise ValidationError(text, params={"given": value[:80]}) from error


class Carrier(models.Model):
    """Who carries parcels, and the public page that says where one is."""

    code = models.CharField(_("carrier code"), max_length=20, unique=True)
    name = models.CharField(_("carrier's name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    tracking_url = models.CharField(
        _("tracking page"),
        max_length=200,
        blank=True,
        validators=[tracking_template],
        help_text=_("The address of the page, with {number} where the tracking number stands."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name


class ParcelLine(models.Model):
    """So many pieces of a shipment's line lie in this parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines", verbose_name=_("parcel"))
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="parcel_lines", verbose_name=_("shipment line")
    )
    qty = quantity_field(_("quantity"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "shipment_line__shipment__station_id"}

    class Meta:
        ordering: ClassVar = ["parcel", "pk"]
        verbose_name = _("contents of a parcel")
        verbose_name_plural = _("contents of parcels")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "shipment_line"], name="line_named_once_in_a_parcel"),
            bounded("qty", THOUSANDTH, name="parcel_line_qty_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.qty}"


class PickWave(models.Model):
    """One walk through the warehouse for the shipments of several orders."""

    number = models.CharField(_("wave number"), max_length=24, unique=True)
    from_location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="waves", verbose_name=_("shipped from")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("wave")
        verbose_name_plural = _("waves")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("pick_wave_detail", args=[self.pk])


class LabelHabit(models.Model):
    """The label format that a user printed with last."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="label_habit", verbose_name=_("user")
    )
    form = models.CharField(_("format"), max_length=10)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["user"]
        verbose_name = _("label format of a user")
        verbose_name_plural = _("label formats of users")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.form}"
