"""What one unit has beyond its policy: goodwill of headquarters, and extended-warranty contracts its owner bought."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import PartClass
from parts.models.suppliers import DateRange
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from service.models import InstalledUnit, WorkOrder
from stations.models import ProductFamily, Region, Station
from warranty.campaign_states import GOODWILL_MOVES, GOODWILL_TONES, PAYING, GoodwillStatus
from warranty.states import EXTENDED_MOVES, ExtendedStatus


class GoodwillBudget(models.Model):
    """What headquarters gives away in one year, for a region or product line or for all of the rest.

    A new amount is proposed by one person and released by another. Reserved by authorizations, consumed by decisions;
    the two together are never above the amount.
    """

    SCOPE: ClassVar[object] = HEADQUARTERS

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    family = models.ForeignKey(
        ProductFamily, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product family"),
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2020), MaxValueValidator(2099)])
    amount = money_field(_("budget (CNY)"), default=0)
    proposed = money_field(_("proposed (CNY)"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reserved = money_field(_("reserved (CNY)"), default=0)
    consumed = money_field(_("consumed (CNY)"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill budget")
        verbose_name_plural = _("goodwill budgets")
        ordering = ["-year", "region", "family"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "region", "family"],
                nulls_distinct=False,
                name="one_goodwill_budget_per_year_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("reserved") + F("consumed")), name="goodwill_never_above_its_budget"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(proposed__isnull=False) | ~Q(released_by=F("proposed_by")),
                name="goodwill_budget_released_by_another",
            ),
            bounded("amount", name="goodwill_budget_amount_in_bounds"),
            bounded("proposed", name="goodwill_budget_proposed_in_bounds", null=True),
            bounded("reserved", name="goodwill_budget_reserved_in_bounds"),
            bounded("consumed", name="goodwill_budget_consumed_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("goodwill_budget_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"GB-{self.year}-{self.pk}"

    @property
    def subject(self) -> str:
        """For whom it is; region and family must be loaded."""
        named = [str(each) for each in (self.region, self.family) if each is not None]
        return " · ".join(named) or str(_("All regions and products"))

    @property
    def left(self) -> Decimal:
        """CNY that may still be authorized."""
        return self.amount - self.reserved - self.consumed


class GoodwillAuthority(models.Model):
    """Up to how much one person, or everybody in a role, authorizes alone on days in [valid_from, valid_to).

    Holds once another person than its author has released it; a person's own limit goes before the role's.
    """

    SCOPE: ClassVar[object] = HEADQUARTERS

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=pgettext_lazy("goodwill", "person"),
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by"),
        editable=False,
    )  # fmt: skip
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("released by"),
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=30, blank=True)
    limit = money_field(_("authorizes alone up to (CNY)"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill authority")
        verbose_name_plural = _("goodwill authorities")
        ordering = ["role", "user", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(role="") | Q(user__isnull=False, role=""),
                name="authority_of_person_or_role",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("created_by")), name="authority_released_by_another"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="authority_ends_after_start"
            ),
            bounded("limit", name="authority_limit_in_bounds"),
            ExclusionConstraint(
                name="authorities_of_one_do_not_overlap",
                expressions=[
                    (Coalesce(F("user"), 0), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(released_by__isnull=False),
                violation_error_message=_("Another limit holds for the same person or role on these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.role}: {self.limit}"

    @property
    def number(self) -> str:
        """What events call it."""
        return f"GA-{self.pk}"


class GoodwillAuthorization(models.Model):
    """Headquarters pays a share of a repair out of cover, through expires_on, up to the budget of this authorization.

    Asked by a station, or begun at headquarters; above the authorizer's own limit a second person signs. Its budget is
    reserved in the year's goodwill budget when it is authorized; what the decided claim used is consumed.
    """

    MOVES: ClassVar[Moves] = GOODWILL_MOVES
    TONES: ClassVar[dict[str, str]] = GOODWILL_TONES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    unit = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    work_order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("work order")
    )
    source = models.ForeignKey(
        GoodwillBudget, null=True, on_delete=models.PROTECT, related_name="authorizations", editable=False,
        verbose_name=_("goodwill budget"),
    )  # fmt: skip
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("requested by"),
    )  # fmt: skip
    authorized_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("authorized by"),
    )  # fmt: skip
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("second signature"),
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=GoodwillStatus, default=GoodwillStatus.REQUESTED,
        db_default=GoodwillStatus.REQUESTED, editable=False,
    )  # fmt: skip
    part_share_percent = models.PositiveSmallIntegerField(
        _("parts (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    labor_share_percent = models.PositiveSmallIntegerField(
        _("labor (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    travel_share_percent = models.PositiveSmallIntegerField(
        _("travel (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    budget = money_field(_("up to (CNY)"), validators=[MinValueValidator(0)])
    consumed = money_field(_("consumed (CNY)"), default=0, db_default=0, editable=False)
    expires_on = models.DateField(_("good through"), null=True)
    reason = models.TextField(_("reason"), max_length=500)
    answer = models.TextField(_("answer"), max_length=500, blank=True, db_default="", editable=False)
    requested_at = models.DateTimeField(_("requested at"), null=True, editable=False)
    authorized_at = models.DateTimeField(_("authorized at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill authorization")
        verbose_name_plural = _("goodwill authorizations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=GoodwillStatus.values), name="goodwill_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=PAYING)
                | Q(expires_on__isnull=False, authorized_by__isnull=False, authorized_at__isnull=False),
                name="authorized_goodwill_has_author_and_end",
            ),
            models.CheckConstraint(
                condition=Q(authorized_by=None) | Q(requested_by=None) | ~Q(authorized_by=F("requested_by")),
                name="goodwill_authorized_by_another",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("authorized_by")),
                name="second_signature_is_another_person",
            ),
            models.CheckConstraint(condition=Q(consumed__lte=F("budget")), name="goodwill_consumes_within_its_budget"),
            models.CheckConstraint(
                condition=Q(part_share_percent__lte=100)
                & Q(labor_share_percent__lte=100)
                & Q(travel_share_percent__lte=100),
                name="goodwill_shares_at_most_all",
            ),
            bounded("budget", 0, BOUND, name="goodwill_budget_in_bounds"),
            bounded("consumed", 0, BOUND, name="goodwill_consumed_in_bounds"),
        ]
        triggers = [MovesGuard(name="goodwill_moves", moves=GOODWILL_MOVES, initial=GoodwillStatus.REQUESTED)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("goodwill_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """What the chain hangs on: the job's request, if there is a job."""
        return self.work_order.root_number if self.work_order else self.number

    @property
    def tone(self) -> str:
        return GOODWILL_TONES[self.status]

    @property
    def pays(self) -> bool:
        """Whether a claim may rest on it."""
        return self.status in PAYING


class ExtendedPayer(models.TextChoices):
    """Whose money pays what an extended-warranty contract covers."""

    MANUFACTURER = "manufacturer", _("Manufacturer")
    SELLER = "seller", _("Seller of the contract")
    INSURER = "insurer", _("Insurer")


class ExtendedContract(models.Model):
    """An extended-warranty contract (延保): months behind the policy's own, for the classes it names (rules.md 3.3)."""

    SCOPE: ClassVar[object] = HEADQUARTERS
    MOVES: ClassVar[Moves] = EXTENDED_MOVES

    unit = models.ForeignKey(
        InstalledUnit, on_delete=models.PROTECT, related_name="extended_contracts", verbose_name=_("unit")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
        editable=False,
    )
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    contract_number = models.CharField(_("number of the contract"), max_length=40, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ExtendedStatus, default=ExtendedStatus.IN_FORCE, editable=False
    )
    payer = models.CharField(_("payer"), max_length=20, choices=ExtendedPayer)
    payer_name = models.CharField(_("name of the payer"), max_length=120, blank=True)
    part_classes = ArrayField(models.CharField(max_length=20, choices=PartClass), verbose_name=_("classes of parts"))
    months = models.PositiveSmallIntegerField(
        _("months added"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    bought_on = models.DateField(_("bought on"))
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("extended-warranty contract")
        verbose_name_plural = _("extended-warranty contracts")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ExtendedStatus.values), name="extended_status_known"),
            models.CheckConstraint(condition=Q(payer__in=ExtendedPayer.values), name="extended_payer_known"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=120), name="extended_months_in_bounds"),
            models.CheckConstraint(
                condition=Q(part_classes__len__gte=1) & Q(part_classes__contained_by=PartClass.values),
                name="extended_classes_known",
            ),
            models.CheckConstraint(
                condition=Q(payer="manufacturer") | ~Q(payer_name=""), name="extended_payer_is_named"
            ),
        ]
        triggers = [
            MovesGuard(name="extended_moves", moves=EXTENDED_MOVES, initial=ExtendedStatus.IN_FORCE),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.contract_number}"
