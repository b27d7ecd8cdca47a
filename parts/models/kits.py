"""Kits: which parts make one kit, and the work of building and breaking them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import THOUSANDTH, Part
from parts.models.stock import Location
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class KitRecipe(models.Model):
    """So many pieces of a component go into one kit."""

    kit = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="kit_components", verbose_name=_("kit"))
    component = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="in_kits", verbose_name=_("component"))
    qty = quantity_field(_("quantity per kit"), default=1)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["kit", "component"]
        verbose_name = _("component of a kit")
        verbose_name_plural = _("kits")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "component"], name="component_once_per_kit"),
            models.CheckConstraint(condition=~Q(kit=F("component")), name="kit_is_no_component_of_itself"),
            bounded("qty", THOUSANDTH, name="kit_component_qty_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id} ← {self.component_id}"


class KitDirection(models.TextChoices):
    """Which way the work goes."""

    BUILD = "build", pgettext_lazy("kit", "Build")
    BREAK = "break", _("Break up")


class KitWork(models.Model):
    """Kits built from components, or broken up into them; undone by the counter-document that names it."""

    kit = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="kit_works", verbose_name=_("kit"))
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="kit_works", verbose_name=_("warehouse")
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("undoes")
    )
    number = models.CharField(_("number"), max_length=24, unique=True)
    direction = models.CharField(_("kind"), max_length=8, choices=KitDirection)
    qty = quantity_field(_("kits"))
    value = money_field(_("value (CNY)"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("done at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("kit work")
        verbose_name_plural = _("kit works")
        constraints: ClassVar = [
            bounded("qty", THOUSANDTH, name="kit_work_qty_positive"),
            bounded("value", name="kit_work_value_bounded"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("kit_work_detail", args=[self.pk])
