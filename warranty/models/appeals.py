"""An appeal against the decision on a claim: filed once with new evidence, decided line by line by somebody else.

Not here: filing and deciding (warranty.appeals), the supplementary line of a statement (settlement_posting).
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models import Station
from warranty.models.claim_lines import ClaimLine
from warranty.models.claims import WarrantyClaim
from warranty.models.reasons import ReasonCode
from warranty.states import APPEAL_MOVES, APPEAL_TONES, AppealStatus

USER = settings.AUTH_USER_MODEL


class Appeal(models.Model):
    """A station's one appeal against the decision on its claim; the claim keeps its state and its approved amounts.

    asked_total and granted_total are the sums of its lines, CNY without tax. due_on is the last day to decide. Above the
    approver's limit first_rulings (key of the line → amount, code and reason) wait for a second person who comes to the same.
    """

    MOVES: ClassVar[Moves] = APPEAL_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    TONES: ClassVar[dict[str, str]] = APPEAL_TONES

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("station"))
    claim = models.OneToOneField(
        WarrantyClaim, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("claim")
    )
    filed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("appeal", "filed by")
    )
    decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"), editable=False
    )
    first_decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("first decided by"), editable=False
    )
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=AppealStatus, default=AppealStatus.FILED, editable=False
    )
    grounds = models.TextField(pgettext_lazy("appeal", "grounds"), max_length=2000)
    filed_at = models.DateTimeField(pgettext_lazy("appeal", "filed at"))
    due_on = models.DateField(pgettext_lazy("appeal", "decided by the end of"))
    first_decided_at = models.DateTimeField(_("first decided at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    first_rulings = models.JSONField(_("first decision"), null=True, editable=False)
    reason = models.TextField(_("remark to the station"), max_length=1000, blank=True, editable=False)
    asked_total = money_field(pgettext_lazy("appeal", "asked for"))
    granted_total = money_field(pgettext_lazy("appeal", "granted"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AppealStatus.values), name="appeal_status_known"),
            models.CheckConstraint(
                condition=Q(status=AppealStatus.FILED)
                | Q(decided_by__isnull=False, decided_at__isnull=False, granted_total__isnull=False),
                name="decided_appeal_says_by_whom_and_what",
            ),
            models.CheckConstraint(
                condition=Q(granted_total=None) | Q(granted_total__lte=F("asked_total")),
                name="appeal_granted_within_asked",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by")), name="appeal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(first_decided_by=None, first_decided_at=None)
                | Q(first_decided_by__isnull=False, first_decided_at__isnull=False, first_rulings__isnull=False),
                name="first_decision_on_appeal_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(first_decided_by=None)
                | ~Q(first_decided_by=F("filed_by")) & (Q(decided_by=None) | ~Q(first_decided_by=F("decided_by"))),
                name="appeal_decided_by_two_persons",
            ),
            bounded("asked_total", 0, BOUND, name="appeal_asked_in_bounds"),
            bounded("granted_total", 0, BOUND, name="appeal_granted_in_bounds", null=True),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="appeal_by_status"),
            models.Index(fields=["station", "-id"], name="appeal_by_station"),
        ]
        triggers = [MovesGuard(name="appeal_moves", moves=APPEAL_MOVES, initial=AppealStatus.FILED)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("appeal_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return APPEAL_TONES[self.status]

    @property
    def is_open(self) -> bool:
        return self.status == AppealStatus.FILED

    @property
    def root_number(self) -> str:
        """The chain of the claim; the claim must be loaded."""
        return self.claim.root_number


class AppealLine(models.Model):
    """A cut line of the claim that the station asks to be paid after all: asked for, granted, and why."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "appeal__station_id"}

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="lines", verbose_name=_("appeal"))
    line = models.OneToOneField(
        ClaimLine, on_delete=models.PROTECT, related_name="appealed", verbose_name=_("claim line")
    )
    reason_code = models.ForeignKey(
        ReasonCode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False,
        verbose_name=_("reason code"),
    )  # fmt: skip
    asked_amount = money_field(pgettext_lazy("appeal", "asked for"))
    granted_amount = money_field(
        pgettext_lazy("appeal", "granted"), default=Decimal(0), db_default=Decimal(0), editable=False
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("appealed line")
        verbose_name_plural = _("appealed lines")
        ordering = ["appeal", "line"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_amount__lte=F("asked_amount")), name="appeal_line_granted_within_asked"
            ),
            bounded("asked_amount", Decimal("0.01"), BOUND, name="appeal_line_asked_in_bounds"),
            bounded("granted_amount", 0, BOUND, name="appeal_line_granted_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.line_id}"
