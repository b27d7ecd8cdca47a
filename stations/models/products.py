"""What is sold and serviced: brands, families, models. Not here: spare parts (parts), single units (service)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet


def in_language(chinese: str, english: str) -> str:
    """The English name for an English reader where there is one, else the Chinese."""
    return english if english and (get_language() or "").startswith("en") else chinese


class ServiceTier(models.TextChoices):
    """How far the service of a product line goes beyond what its users expect; the highest first."""

    EXCEED = "exceed", _("Exceeds expectations")
    ABOVE = "above", _("Above expectations")
    EQUAL = "equal", _("Meets expectations")


class Brand(models.Model):
    """A maker whose products we service; also the principal of a dealer account."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ProductFamily(models.Model):
    """A product line: the level at which policies, skills and fault codes are kept."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    tier = models.CharField(
        _("service tier"), max_length=6, choices=ServiceTier, default=ServiceTier.EQUAL, db_default=ServiceTier.EQUAL,
        help_text=_("Decides how much stock of its parts is kept for stopped machines and how soon parts leave."),
    )  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ProductModel(models.Model):
    """One model of a family; a unit in a customer's home is of exactly one."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, related_name="product_models", verbose_name=_("product family")
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="product_models", verbose_name=_("brand"))
    code = models.CharField(_("model code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in service"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("product model")
        verbose_name_plural = _("product models")
        ordering = ["code"]
        indexes = [models.Index(fields=["family", "code"], name="product_model_by_family")]

    def __str__(self) -> str:
        return self.local_name if self.code in self.local_name else f"{self.code} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)
