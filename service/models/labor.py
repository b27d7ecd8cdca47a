"""The catalog of labor operations with their flat hours. Not here: rates (warranty)."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.money import bounded
from portal.core.scope import EVERYONE, ScopedQuerySet


class LaborOperation(models.Model):
    """A piece of work under its code. Operations of one access group share the way in: the second is paid in part."""

    SCOPE = EVERYONE

    family = models.ForeignKey(
        "stations.ProductFamily",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="labor_operations",
        verbose_name=_("product family"),
    )
    code = models.CharField(_("operation code"), max_length=30, unique=True)
    name = models.CharField(_("operation"), max_length=200)
    name_en = models.CharField(_("operation in English"), max_length=200, blank=True)
    flat_hours = models.DecimalField(_("flat hours"), max_digits=6, decimal_places=2)
    access_group = models.CharField(_("access group"), max_length=30, blank=True)
    is_diagnosis = models.BooleanField(_("diagnosis"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("labor operation")
        verbose_name_plural = _("labor operations")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [bounded("flat_hours", Decimal("0.01"), 999, name="flat_hours_positive")]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The operation in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name
