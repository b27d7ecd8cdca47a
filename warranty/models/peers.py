"""What stations are compared by: counted anew every night from the claims and jobs of the last twelve months."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from stations.models import GradeLetter, ProductModel, Station


class StationModelCost(models.Model):
    """What a station's claims on one product model ask for on the mean."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="+", verbose_name=_("station"))
    product_model = models.ForeignKey(
        ProductModel, on_delete=models.CASCADE, related_name="+", verbose_name=_("product model")
    )
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter)
    claim_count = models.PositiveIntegerField(_("claims"))
    mean_cost = money_field(_("claimed on the mean (CNY)"))
    counted_on = models.DateField(_("counted on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mean claim of a station and model")
        verbose_name_plural = _("mean claims by station and model")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["station", "product_model"], name="station_model_cost_once"),
            bounded("mean_cost", 0, BOUND, name="station_model_cost_bounded"),
        ]
        indexes = [models.Index(fields=["product_model", "grade"], name="station_model_cost_peers")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.product_model_id}"


class StationClaimRate(models.Model):
    """How many claims a station files for each hundred units it served."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    station = models.OneToOneField(Station, on_delete=models.CASCADE, related_name="+", verbose_name=_("station"))
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter, db_index=True)
    claim_count = models.PositiveIntegerField(_("claims"))
    unit_count = models.PositiveIntegerField(_("units served"))
    claims_per_100 = quantity_field(_("claims per 100 units"))
    counted_on = models.DateField(_("counted on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim rate of a station")
        verbose_name_plural = _("claim rates of stations")
        ordering = ["pk"]
        constraints = [bounded("claims_per_100", 0, BOUND, name="station_claim_rate_bounded")]

    def __str__(self) -> str:
        return f"{self.station_id}"
