"""A warranty claim: frozen facts and sums. Not here: its lines, what is added to it, the rules that decide."""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from service.models import FaultCode, InstalledUnit, WorkOrder
from stations.models import ProductModel, Station
from warranty.models.grants import GoodwillAuthorization
from warranty.models.reasons import ReasonCode
from warranty.states import CLAIM_MOVES, CLAIM_TONES, EDITABLE, GRANTED, NOT_HOLDING, ClaimStatus

USER = settings.AUTH_USER_MODEL


class CauseClass(models.TextChoices):
    """What caused the failure, as delivered: the first three may be covered, the others are excluded by the first masters."""

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

    def paying(self) -> Self:
        """Money stands for it: it was granted, or rejected and its appeal granted something; reversed ones pay nothing."""
        return self.filter(Q(status__in=GRANTED) | Q(status=ClaimStatus.REJECTED, appeal__granted_total__gt=0))

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
    reversed_for = models.ForeignKey(
        ReasonCode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False,
        verbose_name=pgettext_lazy("claim", "why it was reversed"),
    )  # fmt: skip
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
    cause_class = models.CharField(_("class of the cause"), max_length=30, default=CauseClass.MATERIAL)
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
            models.Index(fields=["claimed_total", "id"], name="claim_queue_by_amount", condition=Q(status="in_review")),
            models.Index(fields=["risk_score", "id"], name="claim_queue_by_risk", condition=Q(status="in_review")),
            models.Index(fields=["status", "-id"], name="claim_by_status"),
            models.Index(fields=["serial_number", "failed_on"], name="claim_by_serial"),
            models.Index(fields=["decided_at"], name="claim_by_decision"),
            search_index("claim_search", "number", "serial_number"),
        ]
        triggers = [MovesGuard(name="claim_moves", moves=CLAIM_MOVES, initial=ClaimStatus.DRAFT)]

    def __str__(self) -> str:
        return self.number or str(_("Draft of %(work_order)s") % {"work_order": self.root_number or self.pk})

    def get_absolute_url(self) -> str:
        return reverse("claim_detail", args=[self.pk])

    @property
    def risk_tone(self) -> str:
        """The color of the score's band."""
        return "bad" if self.risk_score >= 60 else "wait" if self.risk_score >= 30 else "calm"

    @property
    def desk_url(self) -> str:
        """Where headquarters decides it."""
        return reverse("claim_desk", args=[self.pk])

    @property
    def pays(self) -> bool:
        """Whether money stands for it, by the decision or, of a rejected one, by its appeal (one query)."""
        if self.status != ClaimStatus.REJECTED:
            return self.status in GRANTED
        return WarrantyClaim.objects.paying().filter(pk=self.pk).exists()

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def tone(self) -> str:
        return CLAIM_TONES[self.status]
