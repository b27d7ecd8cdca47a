"""How many units there are, as it was counted last night; warranty.costs.counting writes them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet
from stations.models import ProductModel, Region


class FleetCount(models.Model):
    """Units of one model and region that were sold in one month and are in cover in the same months.

    sold_month: null of units not sold, and of months that a contract adds. Units are in cover at the end of each month from
    cover_month on and before end_month; both are null of units without cover. Months are their first days.
    """

    SCOPE: ClassVar[dict[str, str]] = {"region": "region"}

    product_model = models.ForeignKey(
        ProductModel, on_delete=models.CASCADE, related_name="+", verbose_name=_("product model")
    )
    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("region")
    )
    sold_month = models.DateField(_("month of sale"), null=True, blank=True)
    cover_month = models.DateField(_("first month in cover"), null=True, blank=True)
    end_month = models.DateField(_("first month out of cover"), null=True, blank=True)
    unit_count = models.PositiveIntegerField(_("units"))
    counted_on = models.DateField(_("counted on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of units")
        verbose_name_plural = _("counts of units")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.product_model_id} {self.region_id} {self.unit_count}"
