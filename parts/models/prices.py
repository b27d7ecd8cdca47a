"""National prices, prices of one grade, and the lists that bring them. What a station pays is worked out in parts.pricing."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from parts.models.suppliers import DateRange
from parts.states import PRICE_LIST_MOVES, PriceListStatus
from portal.core.money import bounded, money_field
from portal.core.scope import EVERYONE, HEADQUARTERS, ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models import GradeLetter

GRADES = [
    (str(value), label) for value, label in GradeLetter.choices if value != GradeLetter.PROBATION
]  # probation pays what C pays


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


class GradePrice(models.Model):
    """What stations of a grade pay for a part instead of the national price times their factor, in [valid_from, valid_to)."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="grade_prices", verbose_name=_("part"))
    grade = models.CharField(_("grade"), max_length=10, choices=GRADES)
    price = money_field(_("price of the grade (CNY, tax excluded)"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)
    source = models.CharField(_("price list"), max_length=60, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["part", "grade", "-valid_from"]
        verbose_name = _("price of a grade")
        verbose_name_plural = _("prices of grades")
        constraints: ClassVar = [
            bounded("price", name="grade_price_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="grade_price_period_not_empty"
            ),
            ExclusionConstraint(
                name="part_has_one_price_a_grade_and_day",
                expressions=[
                    (F("part"), RangeOperators.EQUAL),
                    (F("grade"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.grade} {self.price}"


class PriceList(models.Model):
    """Prices that begin together on a day: a draft until another person than its author releases it.

    grade: whose own prices these are; empty for the national ones. A row without a list keeps what holds.
    """

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by")
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    number = models.CharField(_("price list number"), max_length=24, unique=True)
    title = models.CharField(_("title"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=PriceListStatus, default=PriceListStatus.DRAFT)
    grade = models.CharField(_("grade"), max_length=10, choices=GRADES, blank=True, db_default="")
    valid_from = models.DateField(_("valid from"))
    created_at = models.DateTimeField(_("created at"))
    released_at = models.DateTimeField(_("released at"), null=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS
    MOVES: ClassVar[Moves] = PRICE_LIST_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=PriceListStatus.values), name="price_list_status_known"),
            models.CheckConstraint(
                condition=~Q(status=PriceListStatus.RELEASED)
                | (Q(released_by__isnull=False) & Q(released_at__isnull=False) & ~Q(released_by=F("created_by"))),
                name="price_list_released_by_another",
            ),
        ]
        indexes: ClassVar = [search_index("price_list_search", "number", "title")]
        triggers: ClassVar = [
            MovesGuard(name="price_list_moves", moves=PRICE_LIST_MOVES, initial=PriceListStatus.DRAFT),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("price_list_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether its prices may still be changed."""
        return self.status == PriceListStatus.DRAFT


class PriceListRow(models.Model):
    """What the list makes of one part's price, CNY without tax."""

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="rows", verbose_name=_("price list")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="price_rows", verbose_name=_("part"))
    price = money_field(_("price (CNY, tax excluded)"))
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["price_list", "part"]
        verbose_name = _("row of a price list")
        verbose_name_plural = _("rows of price lists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["price_list", "part"], name="price_list_names_part_once"),
            bounded("price", name="price_list_row_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.price}"
