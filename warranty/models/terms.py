"""What is never covered, and what the law offers the customer: terms of headquarters in versions. Not here: months (policies)."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.suppliers import DateRange
from portal.core.money import bounded
from portal.core.scope import EVERYONE
from stations.models import ProductFamily
from stations.models.products import in_language
from warranty.master_states import MasterStatus
from warranty.models.dated import DatedMaster, checks, guards

CODE = RegexValidator(
    r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and _ only, a letter first: as in lightning_strike.")
)


class ExclusionCause(DatedMaster):
    """A cause that no policy covers, for failures on days in [valid_from, valid_to)."""

    SCOPE: ClassVar[object] = EVERYONE
    SUBJECT: ClassVar[tuple[str, ...]] = ("code",)

    code = models.CharField(
        _("code"), max_length=30, validators=[CODE],
        help_text=_("What claims and programs call the cause. A code that exists makes the next version of that cause."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    explanation = models.TextField(
        pgettext_lazy("cause", "what falls under it"), max_length=1000, blank=True,
        help_text=_("For reviewers and stations: how to tell this cause."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("excluded cause")
        verbose_name_plural = _("excluded causes")
        ordering = ["code", "-valid_from", "-pk"]
        constraints = [
            *checks("exclusion"),
            ExclusionConstraint(
                name="exclusions_of_one_cause_do_not_overlap",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
                violation_error_message=_("Another version of this cause holds on these days."),
            ),
        ]
        triggers = guards("exclusion")

    def __str__(self) -> str:
        return f"{self.code} {self.shown_name}"

    @property
    def shown_name(self) -> str:
        """In the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def number(self) -> str:
        """What events and stored decisions call this version."""
        return f"{self.code}@{self.pk}"


class GuaranteeTerms(DatedMaster):
    """The three guarantees (三包) for units sold on days in [valid_from, valid_to): of a product line, or of all."""

    SCOPE: ClassVar[object] = EVERYONE
    SUBJECT: ClassVar[tuple[str, ...]] = ("family",)

    family = models.ForeignKey(
        ProductFamily, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product family"), help_text=_("Empty: all products. Terms of a family go before those of all."),
    )  # fmt: skip
    refund_days = models.PositiveSmallIntegerField(
        _("refund within (days after the sale)"), validators=[MaxValueValidator(365)]
    )
    exchange_days = models.PositiveSmallIntegerField(
        _("exchange within (days after the sale)"), validators=[MaxValueValidator(365)]
    )
    failed_repairs = models.PositiveSmallIntegerField(
        _("exchange after so many failed repairs of one fault"),
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    basis = models.CharField(
        pgettext_lazy("three guarantees", "legal basis"), max_length=200, blank=True,
        help_text=_("The regulation and its article, as told to the customer."),
    )  # fmt: skip

    class Meta:
        verbose_name = pgettext_lazy("model", "three-guarantees terms")
        verbose_name_plural = pgettext_lazy("models", "three-guarantees terms")
        ordering = [F("family").asc(nulls_first=True), "-valid_from", "-pk"]
        constraints = [
            *checks("guarantee"),
            models.CheckConstraint(
                condition=Q(exchange_days__gte=F("refund_days")),
                name="guarantee_exchange_not_before_refund",
                violation_error_message=_("Exchange is offered at least as long as the refund."),
            ),
            bounded("exchange_days", 0, 365, name="guarantee_days_in_bounds"),
            bounded("failed_repairs", 1, 20, name="guarantee_repairs_in_bounds"),
            ExclusionConstraint(
                name="guarantees_of_one_family_do_not_overlap",
                expressions=[
                    (Coalesce(F("family"), 0), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
                violation_error_message=_("Other terms of the same products hold for sales on these days."),
            ),
        ]
        triggers = guards("guarantee")

    def __str__(self) -> str:
        return f"{self.refund_days}/{self.exchange_days}/{self.failed_repairs}"

    @property
    def number(self) -> str:
        """What events call this version."""
        return f"GT-{self.pk}"
