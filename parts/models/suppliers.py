"""Suppliers, who may act for them, and what they deliver at which contract price. Not here: recovery agreements (warranty)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from portal.core.money import bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class DateRange(Func):
    """PostgreSQL's half-open daterange; an open end is NULL."""

    function = "daterange"


class Supplier(models.Model):
    """A maker of parts; it sees its own chargebacks and nothing else."""

    code = models.CharField(_("supplier code"), max_length=30, unique=True)
    name = models.CharField(_("supplier name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "pk"}

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name


class SupplierMembership(models.Model):
    """The user acts for the supplier in [valid_from, valid_to)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supplier_memberships", verbose_name=_("user")
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("supplier")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    class Meta:
        ordering: ClassVar = ["supplier", "user"]
        verbose_name = _("supplier membership")
        verbose_name_plural = _("supplier memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "supplier", "valid_from"], name="supplier_user_joins_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="supplier_membership_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.supplier_id}"


class SupplierPart(models.Model):
    """The supplier delivers the part at a contract price, tax excluded, in [valid_from, valid_to)."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="parts", verbose_name=_("supplier"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="suppliers", verbose_name=_("part"))
    supplier_part_number = models.CharField(_("supplier's part number"), max_length=60, blank=True)
    contract_price = money_field(_("contract price (CNY, tax excluded)"))
    lead_days = models.PositiveSmallIntegerField(_("delivery time in days"), default=14)
    is_preferred = models.BooleanField(_("preferred"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["part", "supplier", "-valid_from"]
        verbose_name = _("supplier price")
        verbose_name_plural = _("supplier prices")
        constraints: ClassVar = [
            bounded("contract_price", name="supplier_price_not_negative"),
            ExclusionConstraint(
                name="supplier_part_has_one_price_a_day",
                expressions=[
                    (F("supplier"), RangeOperators.EQUAL),
                    (F("part"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.part_id}"
