"""Counts of stock: what the book said when the place was frozen, what two people counted, what was posted."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from parts.models.stock import Location
from parts.states import COUNT_MOVES, CountStatus
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard


class CountReason(models.TextChoices):
    """Why a count was planned."""

    CYCLE = "cycle", _("Due by class")
    BINS = "bins", _("Chosen bins")
    WHOLE = "whole", _("Whole warehouse")
    SHORT_PICK = "short_pick", _("Pick came short")


class StockCountQuerySet(ScopedQuerySet["StockCount"]):
    """Named questions to the counts."""

    def open(self) -> "StockCountQuerySet":
        """Counts somebody still has to do something about."""
        return self.exclude(status__in=[CountStatus.POSTED, CountStatus.CANCELLED])


class StockCount(models.Model):
    """A count of a warehouse or of a part of it. From the start until it is posted or cancelled its places are frozen."""

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="counts", verbose_name=_("warehouse"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("planned by"),
    )  # fmt: skip
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("approved by"),
    )  # fmt: skip
    number = models.CharField(_("count number"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=16, choices=CountStatus, default=CountStatus.PLANNED)
    reason = models.CharField(_("occasion"), max_length=12, choices=CountReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    scope = models.JSONField(_("what is counted"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    planned_at = models.DateTimeField(_("planned at"))
    started_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    gain_value = money_field(_("gain (CNY)"), default=0)
    loss_value = money_field(_("loss (CNY)"), default=0)
    needs_headquarters = models.BooleanField(_("beyond the tolerance"), default=False)

    objects = StockCountQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "location__station_id"}
    MOVES: ClassVar[Moves] = COUNT_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=CountStatus.values), name="stock_count_status_known"),
            models.CheckConstraint(
                condition=~Q(status=CountStatus.POSTED) | Q(approved_by__isnull=False, posted_at__isnull=False),
                name="posted_count_has_approver",
            ),
            bounded("gain_value", name="stock_count_gain_bounded"),
            bounded("loss_value", name="stock_count_loss_bounded"),
        ]
        indexes: ClassVar = [models.Index(fields=["location", "status"], name="stock_count_by_location")]
        triggers: ClassVar = [
            MovesGuard(name="stock_count_moves", moves=COUNT_MOVES, initial=CountStatus.PLANNED),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("stock_count_detail", args=[self.pk])


class StockCountLine(models.Model):
    """One part and batch in one bin: the book at the freeze, the first count, the second of another person.

    apart_qty: pieces of the book that are picked and stand on the packing table, so nobody finds them in the bin.
    """

    count = models.ForeignKey(StockCount, on_delete=models.PROTECT, related_name="lines", verbose_name=_("count"))
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="count_lines", verbose_name=_("bin"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="count_lines", verbose_name=_("part"))
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("first counter"),
    )  # fmt: skip
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("second counter"),
    )  # fmt: skip
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="")
    book_qty = quantity_field(_("book"), default=0)
    apart_qty = quantity_field(_("picked, not in the bin"), default=0)
    unit_value = money_field(_("value of a piece (CNY)"), default=0)
    first_qty = quantity_field(_("first count"), null=True, blank=True)
    second_qty = quantity_field(_("second count"), null=True, blank=True)
    must_recount = models.BooleanField(_("counted twice"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "count__location__station_id"}

    class Meta:
        ordering: ClassVar = ["count", "location__pick_order", "location__code", "part__number", "batch"]
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["count", "location", "part", "batch"], name="count_line_once"),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="second_counter_is_another"
            ),
            models.CheckConstraint(
                condition=Q(first_qty=None, first_by=None) | Q(first_qty__isnull=False, first_by__isnull=False),
                name="first_count_has_a_counter",
            ),
            models.CheckConstraint(
                condition=Q(second_qty=None, second_by=None) | Q(second_qty__isnull=False, second_by__isnull=False),
                name="second_count_has_a_counter",
            ),
            bounded("book_qty", name="count_line_book_bounded"),
            bounded("apart_qty", name="count_line_apart_bounded"),
            bounded("first_qty", name="count_line_first_bounded"),
            bounded("second_qty", name="count_line_second_bounded"),
            bounded("unit_value", name="count_line_value_bounded"),
        ]
        indexes: ClassVar = [models.Index(fields=["part", "location"], name="count_line_by_part")]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.part_id} @ {self.location_id}"

    @property
    def counted_qty(self) -> Decimal | None:
        """What was found: the second count where there is one."""
        return self.first_qty if self.second_qty is None else self.second_qty

    @property
    def variance_qty(self) -> Decimal:
        """Pieces found more (+) or fewer (-) than the book says lie there; 0 until counted."""
        found = self.counted_qty
        return Decimal(0) if found is None else found + self.apart_qty - self.book_qty

    @property
    def variance_value(self) -> Decimal:
        """The variance at the book's value of a piece, CNY."""
        return (self.variance_qty * self.unit_value).quantize(Decimal("0.01"))
