"""What headquarters lays down: cover, campaigns, goodwill, rates, reasons. Not here: what a claim got."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parts.models import PartClass
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import EVERYONE, HEADQUARTERS, ScopedQuerySet
from service.models import InstalledUnit, LaborOperation
from stations.models import GradeLetter, ProductFamily, ProductModel, Region
from stations.models.products import in_language


class PolicyLevel(models.TextChoices):
    """How narrow a policy is; the narrowest in force wins."""

    SERIAL = "serial", _("Serial number")
    MODEL = "model", _("Product model")
    FAMILY = "family", _("Product family")
    ALL = "all", _("All products")


class WarrantyPolicy(models.Model):
    """Months of cover per part class for units sold in [valid_from, valid_to), at one level."""

    SCOPE: ClassVar[object] = EVERYONE

    level = models.CharField(_("level"), max_length=10, choices=PolicyLevel)
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
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=40, unique=True)
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
        ordering = ["level", "code"]
        constraints = [
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

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"


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
        constraints = [
            models.UniqueConstraint(fields=["policy", "part_class"], name="policy_names_a_class_once"),
            models.CheckConstraint(condition=Q(months__lte=240), name="policy_months_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_class_display()}: {self.months}"


class Campaign(models.Model):
    """A recall or service action: named operations on named serials are paid in full when start <= repair day < end."""

    SCOPE: ClassVar[object] = EVERYONE

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    valid_from = models.DateField(_("open from"))
    valid_to = models.DateField(_("closed from"), null=True, blank=True)
    operations = models.ManyToManyField(LaborOperation, related_name="+", verbose_name=_("operations"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service campaign")
        verbose_name_plural = _("service campaigns")
        ordering = ["-valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="campaign_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"


class CampaignUnit(models.Model):
    """A serial number in the scope of a campaign; once a claim used it, the campaign no longer covers it."""

    SCOPE: ClassVar[object] = EVERYONE

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units", verbose_name=_("campaign"))
    serial_number = models.CharField(_("serial number"), max_length=60, db_index=True)
    used_by = models.CharField(_("used by claim"), max_length=30, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a campaign")
        verbose_name_plural = _("units of a campaign")
        ordering = ["campaign", "serial_number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "serial_number"], name="campaign_names_a_serial_once")
        ]

    def __str__(self) -> str:
        return self.serial_number


class GoodwillAuthorization(models.Model):
    """Headquarters pays a share of a repair out of cover, through expires_on, up to the budget."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    unit = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    authorized_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("authorized by"),
        editable=False,
    )
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    part_share_percent = models.PositiveSmallIntegerField(
        _("parts (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    labor_share_percent = models.PositiveSmallIntegerField(
        _("labor (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    travel_share_percent = models.PositiveSmallIntegerField(
        _("travel (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    budget = money_field(_("budget"), validators=[MinValueValidator(0)])
    expires_on = models.DateField(_("good through"))
    reason = models.TextField(_("reason"), max_length=500)
    authorized_at = models.DateTimeField(_("authorized at"), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill authorization")
        verbose_name_plural = _("goodwill authorizations")
        ordering = ["-authorized_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part_share_percent__lte=100)
                & Q(labor_share_percent__lte=100)
                & Q(travel_share_percent__lte=100),
                name="goodwill_shares_at_most_all",
            ),
            bounded("budget", 0, BOUND, name="goodwill_budget_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.number


class LaborRate(models.Model):
    """CNY an hour for a grade, in a region or (none named) everywhere, for work done in [valid_from, valid_to)."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter)
    hourly_rate = money_field(_("hourly rate"), validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("labor rate")
        verbose_name_plural = _("labor rates")
        ordering = ["grade", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "grade", "valid_from"],
                nulls_distinct=False,
                name="one_labor_rate_per_grade_and_start",
            ),
            bounded("hourly_rate", 0, 10_000, name="labor_rate_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.hourly_rate}"


class TravelRate(models.Model):
    """CNY a kilometer beyond the free ones, in a region or everywhere, for work done in [valid_from, valid_to)."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    km_rate = money_field(_("rate per km"), validators=[MinValueValidator(0)])
    free_km = quantity_field(_("free km"), default=20, validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("travel rate")
        verbose_name_plural = _("travel rates")
        ordering = ["region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "valid_from"], nulls_distinct=False, name="one_travel_rate_per_region_and_start"
            ),
            bounded("km_rate", 0, 1_000, name="travel_rate_in_bounds"),
            bounded("free_km", 0, 10_000, name="travel_free_km_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.km_rate}/km"


class ReasonCode(models.Model):
    """Why a line was cut or a claim rejected: our own list, with the X12 1172 code where one fits."""

    SCOPE: ClassVar[object] = EVERYONE

    code = models.CharField(_("code"), max_length=30, unique=True)
    x12_code = models.CharField(_("X12 1172"), max_length=3, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    for_people = models.BooleanField(_("offered to reviewers"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"
