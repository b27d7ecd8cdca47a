"""What a station is paid: an hour by grade and region, a kilometer by region, each row on its days."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from parts.models.suppliers import DateRange
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS
from stations.models import GradeLetter, Region
from warranty.master_states import MasterStatus
from warranty.models.dated import DatedMaster, checks, guards


class LaborRate(DatedMaster):
    """CNY an hour for a grade, in a region or (none named) everywhere, for work done in [valid_from, valid_to)."""

    SCOPE: ClassVar[object] = HEADQUARTERS
    SUBJECT: ClassVar[tuple[str, ...]] = ("region", "grade")
    FIRST_LIES_BACK: ClassVar[bool] = True

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter)
    hourly_rate = money_field(_("hourly rate"), validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("labor rate")
        verbose_name_plural = _("labor rates")
        ordering = ["grade", "region", "-valid_from"]
        constraints = [
            *checks("labor_rate"),
            ExclusionConstraint(
                name="labor_rates_do_not_overlap",
                expressions=[
                    (Coalesce(F("region"), 0), RangeOperators.EQUAL),
                    (F("grade"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
                violation_error_message=_("Another rate holds on these days."),
            ),
            bounded("hourly_rate", 0, 10_000, name="labor_rate_in_bounds"),
        ]
        triggers = guards("labor_rate")

    def __str__(self) -> str:
        return f"{self.grade} {self.hourly_rate}"


class TravelRate(DatedMaster):
    """CNY a kilometer beyond the free ones, in a region or everywhere, for work done in [valid_from, valid_to)."""

    SCOPE: ClassVar[object] = HEADQUARTERS
    SUBJECT: ClassVar[tuple[str, ...]] = ("region",)
    FIRST_LIES_BACK: ClassVar[bool] = True

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    km_rate = money_field(_("rate per km"), validators=[MinValueValidator(0)])
    free_km = quantity_field(_("free km"), default=20, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("travel rate")
        verbose_name_plural = _("travel rates")
        ordering = ["region", "-valid_from"]
        constraints = [
            *checks("travel_rate"),
            ExclusionConstraint(
                name="travel_rates_do_not_overlap",
                expressions=[
                    (Coalesce(F("region"), 0), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
                violation_error_message=_("Another rate holds on these days."),
            ),
            bounded("km_rate", 0, 1_000, name="travel_rate_in_bounds"),
            bounded("free_km", 0, 10_000, name="travel_free_km_in_bounds"),
        ]
        triggers = guards("travel_rate")

    def __str__(self) -> str:
        return f"{self.km_rate}/km"
