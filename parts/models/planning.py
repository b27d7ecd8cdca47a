"""Planning runs with every number that led to a suggestion, what was decided about it, and levels set by hand."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import Part
from parts.models.purchasing import PurchaseOrderLine
from parts.models.stock import Location
from parts.models.suppliers import Supplier, SupplierPart
from parts.planning.forecast import Pattern
from parts.states import SUGGESTION_MOVES, SuggestionStatus
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard

CLASSES = [("A", "A"), ("B", "B"), ("C", "C")]
STEADINESS = [("X", "X"), ("Y", "Y"), ("Z", "Z")]
PATTERNS = [
    (Pattern.NONE.value, _("No demand")),
    (Pattern.SMOOTH.value, _("Smooth")),
    (Pattern.INTERMITTENT.value, _("Intermittent")),
    (Pattern.ERRATIC.value, _("Erratic")),
    (Pattern.LUMPY.value, _("Lumpy")),
]


class LevelSource(models.TextChoices):
    """Where the reorder point and the target come from."""

    COMPUTED = "computed", _("Computed from demand")
    MANUAL = "manual", _("Set by hand: too little history")
    FORCED = "forced", _("Forced by headquarters")
    NONE = "none", _("Too little history, and no minimum set")


class LeadSource(models.TextChoices):
    """Where the delivery time comes from."""

    MEASURED = "measured", _("Measured on receipts")
    AGREED = "agreed", _("Agreed with the supplier")
    DEFAULT = "default", _("General parameter")


class PlanningRun(models.Model):
    """One planning of all parts, as of the end of the last full month; figures and suggestions hang on it."""

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    job_run = models.ForeignKey(
        "core.JobRun", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("job")
    )
    started_at = models.DateTimeField(_("started at"))
    as_of = models.DateField(_("history before"))
    months = models.PositiveSmallIntegerField(_("months of history"))
    parameters = models.JSONField(_("parameters"), default=dict, encoder=DjangoJSONEncoder)
    collected_at = models.DateTimeField(_("history collected at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    part_count = models.PositiveIntegerField(_("figures"), default=0)
    suggestion_count = models.PositiveIntegerField(_("suggestions"), default=0)
    order_value = money_field(_("value of the suggestions (CNY)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")
        constraints: ClassVar = [bounded("order_value", 0, 10**11, name="planning_run_value_bounded")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("planning_run_detail", args=[self.pk])


class PlanningFigureQuerySet(ScopedQuerySet["PlanningFigure"]):
    """Named questions to the figures."""

    def of_last_run(self) -> "PlanningFigureQuerySet":
        """Figures of the last finished run."""
        last = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").values("pk")[:1]
        return self.filter(run__in=models.Subquery(last))


class PlanningFigure(models.Model):
    """What a run found for a part at a place; quantities in the part's unit, demand per day, amounts in CNY."""

    run = models.ForeignKey(PlanningRun, on_delete=models.PROTECT, related_name="figures", verbose_name=_("run"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="planning_figures", verbose_name=_("part"))
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="planning_figures", verbose_name=_("place")
    )
    supplier_part = models.ForeignKey(
        SupplierPart, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("supplier price")
    )
    is_computed = models.BooleanField(_("computed"), default=False)
    first_on = models.DateField(_("first movement"), null=True)
    last_issue_on = models.DateField(_("last issue"), null=True)
    history = ArrayField(quantity_field(), verbose_name=_("demand by month"), default=list)
    history_months = models.PositiveSmallIntegerField(_("months of history"), default=0)
    issue_value = money_field(_("issue value of 12 months (CNY)"), default=0)
    abc = models.CharField(_("ABC"), max_length=1, choices=CLASSES, default="C")
    xyz = models.CharField(_("XYZ"), max_length=1, choices=STEADINESS, default="Z")
    pattern = models.CharField(_("demand pattern"), max_length=12, choices=PATTERNS, default="none")
    adi = models.DecimalField(_("months between demands"), max_digits=8, decimal_places=4, null=True)
    cv2 = models.DecimalField(_("squared variation"), max_digits=12, decimal_places=4, default=0)
    forecast_month = quantity_field(_("forecast for a month"), default=0)
    demand_mean = models.DecimalField(_("demand a day"), max_digits=16, decimal_places=5, default=0)
    demand_sd = models.DecimalField(_("spread of a day's demand"), max_digits=16, decimal_places=5, default=0)
    lead_days = models.DecimalField(_("delivery time in days"), max_digits=8, decimal_places=2, default=0)
    lead_sd_days = models.DecimalField(_("its spread in days"), max_digits=8, decimal_places=2, default=0)
    lead_source = models.CharField(
        _("source of the delivery time"), max_length=10, choices=LeadSource, default=LeadSource.DEFAULT
    )
    factor = models.DecimalField(_("factor of the service level"), max_digits=6, decimal_places=3, default=0)
    safety_stock = quantity_field(_("safety stock"), default=0)
    reorder_point = models.DecimalField(_("reorder point"), max_digits=17, decimal_places=5, default=0)
    target = quantity_field(_("target"), default=0)
    minimum = quantity_field(_("minimum set by hand"), null=True)
    manual_target = quantity_field(_("target set by hand"), null=True)
    is_forced = models.BooleanField(_("forced"), default=False)
    level_source = models.CharField(
        _("source of the levels"), max_length=10, choices=LevelSource, default=LevelSource.NONE
    )
    on_hand = quantity_field(_("on hand"), default=0)
    on_order = quantity_field(_("on order"), default=0)
    reserved = quantity_field(_("reserved"), default=0)
    backorder = quantity_field(_("backorder"), default=0)
    position = quantity_field(pgettext_lazy("stock", "position"), default=0)
    stock_value = money_field(_("stock value (CNY)"), default=0)
    pack_qty = quantity_field(_("pack"), default=1)
    min_order_qty = quantity_field(_("minimum order"), default=1)
    unit_price = money_field(_("purchase price (CNY)"), null=True)
    list_price = money_field(_("national price (CNY)"), null=True)
    suggested_qty = quantity_field(_("suggested"), default=0)

    objects = PlanningFigureQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "location__station_id"}

    class Meta:
        ordering: ClassVar = ["run", "part", "location"]
        verbose_name = _("planning figure")
        verbose_name_plural = _("planning figures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "location", "part"], name="run_plans_part_once_per_place"),
            *(
                bounded(name, name=f"planning_figure_{name}_bounded")
                for name in ("on_hand", "on_order", "reserved", "backorder", "safety_stock", "target", "suggested_qty")
            ),
            bounded("position", -3 * BOUND, 2 * BOUND, name="planning_figure_position_bounded"),
            bounded("stock_value", name="planning_figure_stock_value_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "is_computed", "id"], name="planning_figure_by_run"),
            models.Index(fields=["run", "last_issue_on"], name="planning_figure_by_last_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.part_id} @ {self.location_id}"

    def get_absolute_url(self) -> str:
        return reverse("planning_figure_detail", args=[self.pk])


class PurchaseSuggestion(models.Model):
    """Buy so many of the part; what following it costs, and what not following it would lose until the next run."""

    figure = models.OneToOneField(
        PlanningFigure, on_delete=models.PROTECT, related_name="suggestion", verbose_name=_("figures")
    )
    run = models.ForeignKey(PlanningRun, on_delete=models.PROTECT, related_name="suggestions", verbose_name=_("run"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="suggestions", verbose_name=_("part"))
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, related_name="suggestions", verbose_name=_("supplier")
    )
    purchase_line = models.ForeignKey(
        PurchaseOrderLine,
        on_delete=models.PROTECT,
        null=True,
        related_name="suggestions",
        verbose_name=_("line of the purchase order"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    status = models.CharField(_("status"), max_length=10, choices=SuggestionStatus, default=SuggestionStatus.OPEN)
    abc = models.CharField(_("ABC"), max_length=1, choices=CLASSES, default="C")
    suggested_qty = quantity_field(_("suggested"))
    decided_qty = quantity_field(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    unit_price = money_field(_("purchase price (CNY)"), null=True)
    order_value = money_field(_("order value (CNY)"), default=0)
    holding_cost = money_field(_("cost of holding until the next run (CNY)"), default=0)
    lost_qty = quantity_field(_("expected lost demand"), default=0)
    lost_value = money_field(_("expected lost demand (CNY)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS
    MOVES: ClassVar[Moves] = SUGGESTION_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("purchase suggestion")
        verbose_name_plural = _("purchase suggestions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=SuggestionStatus.values), name="purchase_suggestion_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=SuggestionStatus.ORDERED) | Q(purchase_line__isnull=False),
                name="ordered_suggestion_names_its_line",
            ),
            bounded("suggested_qty", 0, name="purchase_suggestion_qty_bounded"),
            bounded("decided_qty", 0, name="purchase_suggestion_decided_bounded", null=True),
            bounded("lost_qty", 0, name="purchase_suggestion_lost_bounded"),
            *(
                bounded(name, 0, 10**11, name=f"purchase_suggestion_{name}_bounded")
                for name in ("order_value", "holding_cost", "lost_value")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "status", "-lost_value"], name="suggestion_by_loss"),
            models.Index(fields=["status", "-id"], name="suggestion_by_status"),
        ]
        triggers: ClassVar = [
            MovesGuard(name="purchase_suggestion_moves", moves=SUGGESTION_MOVES, initial=SuggestionStatus.OPEN),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} × {self.suggested_qty}"

    def get_absolute_url(self) -> str:
        return reverse("planning_figure_detail", args=[self.figure_id])

    @property
    def lost_pieces(self) -> Decimal:
        """The expected lost demand as people read it: nobody loses a third of a piece."""
        return self.part.rounded_up(self.lost_qty)


class StockLevel(models.Model):
    """A minimum and a target set by hand for a part at a place from a day on; the one set last holds.

    It serves while there is too little history; forced, it is a floor that no computed level goes below.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="stock_levels", verbose_name=_("part"))
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="stock_levels", verbose_name=_("place")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    minimum = quantity_field(_("minimum"))
    target = quantity_field(_("target"), null=True, blank=True)
    is_forced = models.BooleanField(_("forced by headquarters"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    set_at = models.DateTimeField(_("set at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "location__station_id"}

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("stock level set by hand")
        verbose_name_plural = _("stock levels set by hand")
        constraints: ClassVar = [
            bounded("minimum", name="stock_level_minimum_bounded"),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__gte=F("minimum"), target__lte=BOUND),
                name="stock_level_target_not_below_minimum",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["location", "part", "-id"], name="stock_level_by_place")]

    def __str__(self) -> str:
        return f"{self.part_id} @ {self.location_id} ≥ {self.minimum}"
