"""A warranty claim: frozen facts, lines, versions, questions, decisions. Not here: the rules that decide."""

from decimal import Decimal
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartClass
from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from service.models import FaultCode, InstalledUnit, IssuedPart, LaborOperation, WorkOrder
from stations.models import ProductModel, Station
from warranty.models.policies import GoodwillAuthorization, ReasonCode
from warranty.states import CLAIM_MOVES, CLAIM_TONES, EDITABLE, GRANTED, NOT_HOLDING, ClaimStatus

USER = settings.AUTH_USER_MODEL


class CauseClass(models.TextChoices):
    """What caused the failure; the classes after the first three are not covered."""

    MATERIAL = "material", _("Material or workmanship of the maker")
    WEAR = "wear", _("Wear")
    UNKNOWN = "unknown", _("Not known")
    MISUSE = "misuse", _("Misuse")
    UNAUTHORIZED_CHANGE = "unauthorized_change", _("Unauthorized change")
    ACCIDENT = "accident", _("Accident")
    DISASTER = "disaster", _("Disaster")
    TRANSPORT = "transport", _("Transport damage")


class Route(models.TextChoices):
    """Who decides a claim in review."""

    REVIEWER = "reviewer", _("Reviewer")
    APPROVER = "approver", _("Approver")
    TWO_APPROVERS = "two_approvers", _("Two approvers")


class LineKind(models.TextChoices):
    """What a claim line asks money for (rules.md 3.2)."""

    PART = "part", _("Part")
    LABOR = "labor", _("Labor")
    DIAGNOSIS = "diagnosis", _("Diagnosis")
    TRAVEL = "travel", _("Travel")
    OUTSIDE = "outside", _("Outside service")
    FREIGHT = "freight", _("Freight")
    OTHER = "other", _("Other")


class Remedy(models.TextChoices):
    """What was done about the failed part."""

    REPLACE = "replace", _("Replaced")
    REPAIR = "repair", _("Repaired")


class Payer(models.TextChoices):
    """Whose money pays a line."""

    MANUFACTURER = "manufacturer", _("Manufacturer")
    EXTENDED = "extended", _("Extended warranty")
    GOODWILL = "goodwill", _("Goodwill")
    CAMPAIGN = "campaign", _("Campaign")


class ClaimQuerySet(ScopedQuerySet["WarrantyClaim"]):
    """Claims by what somebody has to do about them."""

    def awaiting_decision(self) -> Self:
        """A person has to decide."""
        return self.filter(status=ClaimStatus.IN_REVIEW)

    def with_the_station(self) -> Self:
        """The station has to go on: finish a draft or answer a question."""
        return self.filter(status__in=EDITABLE)

    def holding_key(self) -> Self:
        """Submitted and not withdrawn: counts for duplicates."""
        return self.exclude(status__in=NOT_HOLDING)

    def granted(self) -> Self:
        """Money is or was owed."""
        return self.filter(status__in=GRANTED)

    def oldest_first(self) -> Self:
        """By submit time."""
        return self.order_by("submitted_at", "pk")


@tracked()
class WarrantyClaim(models.Model):
    """A station's claim for one finished job; frozen at submit, decided line by line.

    claimed_total, allowed_total and approved_total are kept by the database from the lines. explanation holds what the
    checks found, as they found it, with the parameter versions used.
    """

    MOVES: ClassVar[Moves] = CLAIM_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    TONES: ClassVar[dict[str, str]] = CLAIM_TONES

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="claims", verbose_name=_("station"))
    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, related_name="claims", verbose_name=_("work order")
    )
    unit = models.ForeignKey(
        InstalledUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="claims", verbose_name=_("unit")
    )
    product_model = models.ForeignKey(
        ProductModel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    fault_code = models.ForeignKey(
        FaultCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("fault code")
    )
    goodwill = models.ForeignKey(
        GoodwillAuthorization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
        verbose_name=_("goodwill authorization"),
    )
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"), editable=False
    )
    submitted_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by"), editable=False
    )
    decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"), editable=False
    )
    number = models.CharField(_("number"), max_length=30, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=ClaimStatus, default=ClaimStatus.DRAFT, editable=False
    )
    root_number = models.CharField(_("root number"), max_length=30, blank=True, db_index=True, editable=False)
    serial_number = models.CharField(_("serial number"), max_length=60, db_index=True)
    failed_on = models.DateField(_("failed on"))
    repaired_on = models.DateField(_("repaired on"))
    complaint = models.TextField(_("complaint"), max_length=2000, blank=True)
    cause = models.TextField(_("cause"), max_length=2000, blank=True)
    correction = models.TextField(_("correction"), max_length=2000, blank=True)
    cause_class = models.CharField(
        _("class of the cause"), max_length=30, choices=CauseClass, default=CauseClass.MATERIAL
    )
    usage_reading = quantity_field(_("usage reading"), null=True, blank=True)
    straight_km = quantity_field(_("straight-line distance (km)"), null=True, blank=True, editable=False)
    drafted_at = models.DateTimeField(_("drafted at"), editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    decision_version = models.PositiveSmallIntegerField(_("decision"), default=0, editable=False)
    route = models.CharField(_("decided by role"), max_length=20, choices=Route, blank=True, editable=False)
    risk_score = models.PositiveSmallIntegerField(_("risk"), default=0, editable=False)
    claimed_total = money_field(_("claimed"), default=Decimal(0), editable=False)
    allowed_total = money_field(_("allowed"), default=Decimal(0), editable=False)
    approved_total = money_field(_("approved"), null=True, blank=True, editable=False)
    explanation = models.JSONField(_("explanation"), default=dict, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("warranty claim")
        verbose_name_plural = _("warranty claims")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ClaimStatus.values), name="claim_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | (~Q(number="") & Q(submitted_at__isnull=False)),
                name="submitted_claim_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "partially_approved", "settled", "paid"])
                | Q(approved_total__isnull=False, decided_at__isnull=False),
                name="approved_claim_has_amount",
            ),
            models.CheckConstraint(condition=Q(failed_on__lte=F("repaired_on")), name="claim_failed_before_repair"),
            models.CheckConstraint(
                condition=Q(allowed_total__lte=F("claimed_total")), name="claim_allowed_within_claimed"
            ),
            models.CheckConstraint(
                condition=Q(approved_total=None) | Q(approved_total__lte=F("claimed_total")),
                name="claim_approved_within_claimed",
            ),
            models.CheckConstraint(condition=Q(risk_score__lte=100), name="claim_risk_at_most_100"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("created_by")) & ~Q(decided_by=F("submitted_by")),
                name="claim_decided_by_another",
            ),
            bounded("claimed_total", 0, BOUND, name="claim_claimed_in_bounds"),
            bounded("allowed_total", 0, BOUND, name="claim_allowed_in_bounds"),
            bounded("approved_total", 0, BOUND, name="claim_approved_in_bounds", null=True),
            bounded("usage_reading", 0, BOUND, name="claim_usage_in_bounds", null=True),
            bounded("straight_km", 0, 20_100, name="claim_distance_in_bounds", null=True),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="claim_number_once"),
            models.UniqueConstraint(
                fields=["work_order"],
                condition=Q(replaces=None) & ~Q(status__in=["draft", "withdrawn"]),
                name="one_claim_per_work_order_unless_replacing",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(status__in=["draft", "withdrawn"]), name="claim_replaced_once"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-drafted_at"], name="claim_by_station"),
            models.Index(fields=["status", "submitted_at"], name="claim_queue", condition=Q(status="in_review")),
            models.Index(fields=["status", "-id"], name="claim_by_status"),
            models.Index(fields=["serial_number", "failed_on"], name="claim_by_serial"),
            models.Index(fields=["decided_at"], name="claim_by_decision"),
        ]
        triggers = [MovesGuard(name="claim_moves", moves=CLAIM_MOVES, initial=ClaimStatus.DRAFT)]

    def __str__(self) -> str:
        return self.number or str(_("Draft of %(work_order)s") % {"work_order": self.root_number or self.pk})

    def get_absolute_url(self) -> str:
        return reverse("claim_detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def tone(self) -> str:
        return CLAIM_TONES[self.status]


LINE_FROZEN = """
    IF TG_OP = 'UPDATE'
       AND (NEW.claim_id, NEW.position, NEW.kind, NEW.part_id, NEW.operation_id, NEW.qty, NEW.hours, NEW.km,
            NEW.claimed_amount, NEW.remedy, NEW.removed_serial)
           IS NOT DISTINCT FROM
           (OLD.claim_id, OLD.position, OLD.kind, OLD.part_id, OLD.operation_id, OLD.qty, OLD.hours, OLD.km,
            OLD.claimed_amount, OLD.remedy, OLD.removed_serial) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM warranty_warrantyclaim claim
               WHERE claim.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END
                 AND claim.status NOT IN ('draft', 'info_requested')) THEN
        RAISE EXCEPTION 'the lines of a submitted claim are frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""

TOTALS = """
    UPDATE warranty_warrantyclaim claim
    SET claimed_total = sums.claimed, allowed_total = sums.allowed, approved_total = sums.approved
    FROM (SELECT COALESCE(SUM(claimed_amount), 0) AS claimed, COALESCE(SUM(allowed_amount), 0) AS allowed,
                 SUM(approved_amount) AS approved
          FROM warranty_claimline
          WHERE claim_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END) sums
    WHERE claim.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END;
    RETURN NULL;
"""


@tracked()
class ClaimLine(models.Model):
    """One thing a claim asks money for: as claimed, as the rules allow it, as it was approved; CNY without tax."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(WarrantyClaim, on_delete=models.CASCADE, related_name="lines", verbose_name=_("claim"))
    part = models.ForeignKey(
        Part, null=True, blank=True, on_delete=models.PROTECT, related_name="claim_lines", verbose_name=_("part")
    )
    operation = models.ForeignKey(
        LaborOperation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation")
    )
    issued_part = models.ForeignKey(
        IssuedPart,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claim_lines",
        verbose_name=_("issued part"),
        editable=False,
    )
    reason_code = models.ForeignKey(
        ReasonCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reason")
    )
    position = models.PositiveSmallIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=20, choices=LineKind)
    description = models.CharField(_("description"), max_length=200, blank=True)
    part_class = models.CharField(_("part class"), max_length=20, choices=PartClass, blank=True, editable=False)
    remedy = models.CharField(_("remedy"), max_length=10, choices=Remedy, blank=True)
    removed_serial = models.CharField(_("serial number of the removed piece"), max_length=60, blank=True)
    fitted_serial = models.CharField(_("serial number of the fitted piece"), max_length=60, blank=True)
    qty = quantity_field(_("quantity"), default=Decimal(1))
    hours = quantity_field(_("hours"), default=Decimal(0))
    flat_hours = quantity_field(_("flat hours"), default=Decimal(0), editable=False)
    km = quantity_field(_("kilometers"), default=Decimal(0))
    unit_price = money_field(_("net price or rate"), default=Decimal(0), editable=False)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    claimed_amount = money_field(_("claimed"), default=Decimal(0))
    allowed_amount = money_field(_("allowed"), default=Decimal(0), editable=False)
    codes = models.JSONField(_("rules that cut"), default=list, editable=False)
    payer = models.CharField(_("payer"), max_length=20, choices=Payer, default=Payer.MANUFACTURER, editable=False)
    return_required = models.BooleanField(_("failed part returns"), default=False, editable=False)
    approved_qty = quantity_field(_("approved quantity"), null=True, blank=True, editable=False)
    approved_hours = quantity_field(_("approved hours"), null=True, blank=True, editable=False)
    approved_amount = money_field(_("approved"), null=True, blank=True, editable=False)
    note = models.TextField(_("explanation"), max_length=1000, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim line")
        verbose_name_plural = _("claim lines")
        ordering = ["claim", "position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="claim_line_position_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="claim_line_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="part") | Q(part__isnull=False) & ~Q(remedy=""),
                name="part_line_names_part_and_remedy",
            ),
            models.CheckConstraint(
                condition=~Q(kind="labor") | Q(operation__isnull=False), name="labor_line_names_operation"
            ),
            models.CheckConstraint(
                condition=Q(allowed_amount__lte=F("claimed_amount")), name="claim_line_allowed_within_claimed"
            ),
            models.CheckConstraint(
                condition=Q(approved_amount=None) | Q(approved_amount__lte=F("claimed_amount")),
                name="claim_line_approved_within_claimed",
            ),
            models.CheckConstraint(
                condition=Q(approved_qty=None) | Q(approved_qty__lte=F("qty")),
                name="claim_line_approved_qty_within_claimed",
            ),
            models.CheckConstraint(
                condition=Q(approved_hours=None) | Q(approved_hours__lte=F("hours")),
                name="claim_line_approved_hours_within_claimed",
            ),
            bounded("qty", 0, BOUND, name="claim_line_qty_in_bounds"),
            bounded("hours", 0, 1_000, name="claim_line_hours_in_bounds"),
            bounded("flat_hours", 0, 1_000, name="claim_line_flat_hours_in_bounds"),
            bounded("km", 0, 10_000, name="claim_line_km_in_bounds"),
            bounded("unit_price", 0, BOUND, name="claim_line_price_in_bounds"),
            bounded("claimed_amount", 0, BOUND, name="claim_line_claimed_in_bounds"),
            bounded("allowed_amount", 0, BOUND, name="claim_line_allowed_in_bounds"),
            bounded("approved_amount", 0, BOUND, name="claim_line_approved_in_bounds", null=True),
            bounded("approved_qty", 0, BOUND, name="claim_line_approved_qty_in_bounds", null=True),
            bounded("approved_hours", 0, 1_000, name="claim_line_approved_hours_in_bounds", null=True),
        ]
        indexes = [
            models.Index(
                fields=["removed_serial"], name="claim_line_by_removed_serial", condition=~Q(removed_serial="")
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="claim_lines_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=LINE_FROZEN,
            ),
            pgtrigger.Trigger(
                name="claim_totals",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=TOTALS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"

    @property
    def what(self) -> str:
        """The part, operation or text that the line is about; part and operation must be loaded."""
        if self.part:
            return str(self.part)
        return str(self.operation) if self.operation else self.description

    @property
    def cut(self) -> Decimal:
        """What the station does not get of what it claimed, decided or as the rules stand."""
        granted = self.allowed_amount if self.approved_amount is None else self.approved_amount
        return self.claimed_amount - granted

    @property
    def granted(self) -> Decimal:
        """The approved amount, or before the decision what the rules allow."""
        return self.allowed_amount if self.approved_amount is None else self.approved_amount


class ClaimVersion(models.Model):
    """The claim as it was submitted, whole; a resubmission after a question makes the next one. Append-only."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(WarrantyClaim, on_delete=models.PROTECT, related_name="versions", verbose_name=_("claim"))
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by"))
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    submitted_at = models.DateTimeField(_("submitted at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim version")
        verbose_name_plural = _("claim versions")
        ordering = ["claim", "version"]
        constraints = [models.UniqueConstraint(fields=["claim", "version"], name="claim_version_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} v{self.version}"


class ClaimQuestion(models.Model):
    """A reviewer's request for information, and the station's answer; unanswered after due_at the claim is rejected."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(
        WarrantyClaim, on_delete=models.PROTECT, related_name="questions", verbose_name=_("claim")
    )
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    answered_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    question = models.TextField(_("question"), max_length=1000)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("answer due"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        ordering = ["claim", "round"]
        constraints = [models.UniqueConstraint(fields=["claim", "round"], name="claim_question_round_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} #{self.round}"


class ClaimDecision(models.Model):
    """One person's (or the system's, decided_by empty) decision on a version, line by line; append-only.

    Above the approver's limit two approvers give one each; the claim moves when is_final.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(
        WarrantyClaim, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("claim")
    )
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=ClaimStatus)
    approved_total = money_field(_("approved"))
    lines = models.JSONField(_("lines"))
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    is_final = models.BooleanField(_("final"), default=True)
    letter_number = models.CharField(_("letter"), max_length=30, blank=True)
    decided_at = models.DateTimeField(_("decided at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim decision")
        verbose_name_plural = _("claim decisions")
        ordering = ["claim", "pk"]
        constraints = [
            bounded("approved_total", 0, BOUND, name="claim_decision_in_bounds"),
            models.UniqueConstraint(
                fields=["claim", "version"], condition=Q(is_final=True), name="one_final_decision_per_version"
            ),
            models.UniqueConstraint(fields=["claim", "version", "decided_by"], name="claim_decided_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.get_outcome_display()}"
