"""What headquarters promises with a sale: months of cover per class of part, in versions. Not here: what a claim got."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import PartClass
from parts.models.suppliers import DateRange
from portal.core.money import BOUND, bounded, quantity_field
from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models import ProductFamily, ProductModel
from stations.models.products import in_language
from warranty.states import POLICY_MOVES, PolicyStatus

TERMS_FROZEN = """
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - 'valid_to' - 'status') = (to_jsonb(OLD) - 'valid_to' - 'status') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a released policy keeps its terms'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'released_policy_keeps_its_terms';
"""
MONTHS_FROZEN = """
    IF EXISTS (SELECT 1 FROM warranty_warrantypolicy policy
               WHERE policy.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.policy_id ELSE NEW.policy_id END
                 AND policy.status = 'released') THEN
        RAISE EXCEPTION 'a released policy keeps its months'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'months_of_a_released_policy_stay';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


class PolicyLevel(models.TextChoices):
    """How narrow a policy is; the narrowest in force wins."""

    SERIAL = "serial", _("Serial number")
    MODEL = "model", _("Product model")
    FAMILY = "family", _("Product family")
    ALL = "all", _("All products")


class WarrantyPolicy(models.Model):
    """One version of a policy: months of cover per part class for units sold in [valid_from, valid_to), at one level.

    A draft until another person than its author releases it; a released version keeps its terms and can only be ended.
    """

    SCOPE: ClassVar[object] = EVERYONE
    MOVES: ClassVar[Moves] = POLICY_MOVES

    level = models.CharField(pgettext_lazy("warranty policy", "level"), max_length=10, choices=PolicyLevel)
    family = models.ForeignKey(
        ProductFamily,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("product family"),
    )
    product_model = models.ForeignKey(
        ProductModel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("drawn up by"), editable=False,
    )  # fmt: skip
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("released by"), editable=False,
    )  # fmt: skip
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1, db_default=1, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=PolicyStatus, default=PolicyStatus.DRAFT,
        db_default=PolicyStatus.DRAFT, editable=False,
    )  # fmt: skip
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    valid_from = models.DateField(_("for sales from"))
    valid_to = models.DateField(_("for sales before"), null=True, blank=True)
    usage_limit = quantity_field(_("usage limit"), null=True, blank=True)
    usage_unit = models.CharField(_("unit of the reading"), max_length=20, blank=True)
    piece_months = models.PositiveSmallIntegerField(
        _("months of cover of a fitted part"), default=6, validators=[MaxValueValidator(120)]
    )
    piece_pays_labor = models.BooleanField(_("cover of a fitted part pays labor"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("warranty policy")
        verbose_name_plural = _("warranty policies")
        ordering = ["level", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="policy_version_once"),
            models.CheckConstraint(condition=Q(status__in=PolicyStatus.values), name="policy_status_known"),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("created_by")), name="policy_released_by_another"
            ),
            ExclusionConstraint(
                name="policies_of_one_subject_do_not_overlap",
                expressions=[
                    (F("level"), RangeOperators.EQUAL),
                    (Coalesce(F("family"), 0), RangeOperators.EQUAL),
                    (Coalesce(F("product_model"), 0), RangeOperators.EQUAL),
                    (F("serial_number"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=PolicyStatus.RELEASED),
                violation_error_message=_("Another released policy holds for the same products on these days of sale."),
            ),
            models.CheckConstraint(
                condition=Q(level="serial", family=None, product_model=None) & ~Q(serial_number="")
                | Q(level="model", family=None, product_model__isnull=False, serial_number="")
                | Q(level="family", family__isnull=False, product_model=None, serial_number="")
                | Q(level="all", family=None, product_model=None, serial_number=""),
                name="policy_names_what_its_level_says",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="policy_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(piece_months__lte=120), name="policy_piece_months_in_bounds"),
            bounded("usage_limit", 0, BOUND, name="policy_usage_limit_in_bounds", null=True),
        ]
        indexes = [
            models.Index(fields=["level", "valid_from"], name="policy_by_level"),
            models.Index(fields=["serial_number"], name="policy_by_serial", condition=Q(level="serial")),
        ]
        triggers = [
            MovesGuard(name="policy_moves", moves=POLICY_MOVES, initial=PolicyStatus.DRAFT),
            pgtrigger.Trigger(
                name="released_policy_keeps_its_terms",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=PolicyStatus.RELEASED),
                func=TERMS_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {in_language(self.name, self.name_en)}"

    @property
    def number(self) -> str:
        """What events and stored decisions call it."""
        return self.reference

    @property
    def reference(self) -> str:
        """The code, with the version from the second on: what a stored decision names."""
        return self.code if self.version == 1 else f"{self.code}/{self.version}"

    @property
    def is_draft(self) -> bool:
        """Whether its terms may still be changed."""
        return self.status == PolicyStatus.DRAFT


class PolicyMonths(models.Model):
    """The included months of one part class; 0 is never covered, a class not named takes the whole-unit months."""

    SCOPE: ClassVar[object] = EVERYONE

    policy = models.ForeignKey(
        WarrantyPolicy, on_delete=models.CASCADE, related_name="months", verbose_name=_("policy")
    )
    part_class = models.CharField(_("part class"), max_length=20, choices=PartClass)
    months = models.PositiveSmallIntegerField(_("months"), validators=[MaxValueValidator(240)])

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("months of a class")
        verbose_name_plural = _("months per class")
        ordering = ["policy", "part_class"]
        triggers = [
            pgtrigger.Trigger(
                name="months_of_a_released_policy_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=MONTHS_FROZEN,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["policy", "part_class"], name="policy_names_a_class_once"),
            models.CheckConstraint(condition=Q(months__lte=240), name="policy_months_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_class_display()}: {self.months}"
