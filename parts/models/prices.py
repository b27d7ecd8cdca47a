"""The national price list. What a station pays is worked out in parts.pricing."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from parts.models.suppliers import DateRange
from portal.core.money import bounded, money_field
from portal.core.scope import EVERYONE, ScopedQuerySet


class ListPrice(models.Model):
    """The one national price of a part in CNY, tax excluded, for days in [valid_from, valid_to)."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="list_prices", verbose_name=_("part"))
    price = money_field(_("national price (CNY, tax excluded)"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["part", "-valid_from"]
        verbose_name = _("national price")
        verbose_name_plural = _("national price list")
        constraints: ClassVar = [
            bounded("price", name="list_price_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="list_price_period_not_empty"
            ),
            ExclusionConstraint(
                name="part_has_one_list_price_a_day",
                expressions=[
                    (F("part"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.price}"
