"""Suppliers, whom to call there, who may act for them, what they deliver how and at which price. Not here: recovery (warranty)."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import THOUSANDTH, Part
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet


class DateRange(Func):
    """PostgreSQL's half-open daterange; an open end is NULL."""

    function = "daterange"


LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


class ContactRole(models.TextChoices):
    """What a contact is called for."""

    SALES = "sales", _("Sales")
    LOGISTICS = "logistics", _("Logistics")
    QUALITY = "quality", _("Quality")
    FINANCE = "finance", _("Finance")


class Supplier(models.Model):
    """A maker of parts; it sees its own chargebacks and nothing else."""

    code = models.CharField(_("supplier code"), max_length=30, unique=True)
    name = models.CharField(_("supplier name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    language = models.CharField(
        _("language of our letters"), max_length=10, choices=LANGUAGES, default="zh-hans", db_default="zh-hans"
    )
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


class SupplierPartQuerySet(ScopedQuerySet["SupplierPart"]):
    """Named questions to the supplier prices."""

    def in_force(self, day: date) -> "SupplierPartQuerySet":
        """Prices that hold on the day, of active suppliers."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, supplier__is_active=True)

    def best_first(self) -> "SupplierPartQuerySet":
        """The preferred supplier of a part first, then the cheaper one."""
        return self.order_by("part", "-is_preferred", "contract_price", "pk")


class SupplierContact(models.Model):
    """A person at the supplier; who receives orders gets them by mail."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("supplier")
    )
    name = models.CharField(_("contact"), max_length=60)
    role = models.CharField(_("responsible for"), max_length=10, choices=ContactRole, default=ContactRole.SALES)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), blank=True)
    gets_orders = models.BooleanField(_("gets our orders by mail"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    class Meta:
        ordering: ClassVar = ["supplier", "name"]
        verbose_name = _("supplier contact")
        verbose_name_plural = _("supplier contacts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(gets_orders=False) | ~Q(email=""), name="contact_who_gets_orders_has_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierPart(models.Model):
    """The supplier delivers the part at a contract price, tax excluded, in [valid_from, valid_to).

    lead_days is what was agreed; measured_* is what its receipts of the last two years took, from order to shelf.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="parts", verbose_name=_("supplier"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="suppliers", verbose_name=_("part"))
    supplier_part_number = models.CharField(_("supplier's part number"), max_length=60, blank=True)
    contract_price = money_field(_("contract price (CNY, tax excluded)"))
    lead_days = models.PositiveSmallIntegerField(_("delivery time in days"), default=14)
    lead_sd_days = models.DecimalField(
        _("spread of the delivery time in days"), max_digits=6, decimal_places=2, default=0, db_default=0
    )
    pack_qty = quantity_field(_("supplier's pack"), default=1, db_default=1)
    min_order_qty = quantity_field(_("supplier's minimum order"), default=1, db_default=1)
    measured_receipts = models.PositiveIntegerField(_("receipts measured"), default=0, db_default=0, editable=False)
    measured_lead_days = models.DecimalField(
        _("measured delivery time in days"), max_digits=8, decimal_places=2, null=True, editable=False
    )
    measured_lead_sd_days = models.DecimalField(
        _("measured spread in days"), max_digits=8, decimal_places=2, null=True, editable=False
    )
    is_preferred = models.BooleanField(_("preferred"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)

    objects = SupplierPartQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    class Meta:
        ordering: ClassVar = ["part", "supplier", "-valid_from"]
        verbose_name = _("supplier price")
        verbose_name_plural = _("supplier prices")
        constraints: ClassVar = [
            bounded("contract_price", name="supplier_price_not_negative"),
            bounded("pack_qty", THOUSANDTH, name="supplier_pack_positive"),
            bounded("min_order_qty", THOUSANDTH, name="supplier_min_order_positive"),
            bounded("lead_sd_days", 0, 999, name="supplier_lead_spread_bounded"),
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
        return self.supplier_part_number or f"{self.supplier_id} {self.part_id}"
