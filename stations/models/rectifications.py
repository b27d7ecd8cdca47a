"""What a visit found wrong and must be put right: orders, their findings, evidence and verifiers."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard
from stations.models.applications import StationApplication
from stations.models.inspections import ABOUT_ONE, InspectionAnswer, SiteInspection
from stations.models.network import OperationCenter, Station
from stations.models.products import in_language
from stations.states import (
    FINDING_MOVES,
    OPEN_FINDING,
    RECTIFICATION_MOVES,
    FindingStatus,
    RectificationStatus,
)

LAST_TERM = 2  # missed in this one, the station is suspended and an application refused


class VerifiedBy(models.TextChoices):
    """How the region lets itself be convinced."""

    VISIT = "visit", _("A second visit")
    EVIDENCE = "evidence", _("Review of the evidence")


class RectificationQuerySet(ScopedQuerySet["RectificationOrder"]):
    """Orders by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """By center and region, and the station's own, also from the time of its application."""
        scope = scope_of(user)
        if scope.everything:
            return self
        stations = scope.of("station")
        own = Q(station_id__in=stations) | Q(application__station_id__in=stations)
        return self.filter(own | Q(center_id__in=scope.of("center")) | Q(center__region_id__in=scope.of("region")))


class RectificationOrder(models.Model):
    """What must be put right, and until when; missed once there is a second term, missed twice it has effects."""

    MOVES: ClassVar[Moves] = RECTIFICATION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id", "center": "center_id", "region": "center__region_id"}

    application = models.ForeignKey(
        StationApplication, null=True, blank=True, on_delete=models.PROTECT, related_name="rectifications",
        verbose_name=_("application"),
    )  # fmt: skip
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="rectifications",
        verbose_name=_("station"),
    )  # fmt: skip
    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation center"), editable=False
    )
    inspection = models.ForeignKey(
        SiteInspection, on_delete=models.PROTECT, related_name="rectifications", verbose_name=_("inspection")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RectificationStatus, default=RectificationStatus.OPEN, editable=False
    )
    term = models.PositiveSmallIntegerField(_("term"), default=1, db_default=1, editable=False)
    verified_by = models.CharField(
        _("verified by"), max_length=10, choices=VerifiedBy, default=VerifiedBy.VISIT, db_default=VerifiedBy.VISIT
    )
    findings = models.TextField(_("findings"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification order")
        verbose_name_plural = _("rectification orders")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=ABOUT_ONE, name="rectification_of_an_application_or_a_station"),
            models.CheckConstraint(
                condition=Q(status__in=RectificationStatus.values), name="rectification_status_known"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("issued_on")), name="rectification_due_after_issue"
            ),
            models.CheckConstraint(condition=Q(term__gte=1, term__lte=LAST_TERM), name="rectification_has_two_terms"),
            models.CheckConstraint(
                condition=Q(verified_by__in=VerifiedBy.values), name="rectification_verified_in_a_known_way"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status=RectificationStatus.OPEN),
                name="one_open_rectification_per_application",
            ),
            models.UniqueConstraint("inspection", "term", name="one_order_per_visit_and_term"),
        ]
        triggers = [
            MovesGuard(
                name="rectification_moves_as_tabled", moves=RECTIFICATION_MOVES, initial=RectificationStatus.OPEN
            )
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="rectifications_due")]

    def __str__(self) -> str:
        return f"{self.number} {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("rectification_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """It is known by the visit that found it, and its term."""
        return f"{self.inspection.number}-R{self.term}"

    @property
    def root_number(self) -> str:
        """The application's chain, or that of the visit."""
        return self.application.number if self.application else self.inspection.number

    @property
    def place(self) -> str:
        """The outlet's name, in the reader's language."""
        if self.station is not None:
            return str(self.station)
        return self.application.local_station_name if self.application else ""

    @property
    def is_open(self) -> bool:
        """Something may still be put right."""
        return self.status == RectificationStatus.OPEN


class OfOrderQuerySet(ScopedQuerySet["RectificationFinding"]):
    """Findings: whoever sees the order sees them."""

    def visible_to(self, user: Any) -> Self:
        """Those of the orders that the user sees."""
        if scope_of(user).everything:
            return self
        return self.filter(order__in=RectificationOrder.objects.visible_to(user).order_by().values("pk"))


class RectificationFinding(models.Model):
    """One thing to put right: the clause it offends, the evidence that it is done, who saw that it is."""

    MOVES: ClassVar[Moves] = FINDING_MOVES
    SCOPE: ClassVar[dict[str, str]] = {
        "station": "order__station_id",
        "center": "order__center_id",
        "region": "order__center__region_id",
    }

    order = models.ForeignKey(
        RectificationOrder, on_delete=models.PROTECT, related_name="lines", verbose_name=_("rectification order")
    )
    answer = models.ForeignKey(
        InspectionAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("clause")
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("verifier"), editable=False,
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=20, choices=FindingStatus, default=FindingStatus.OPEN, editable=False
    )
    position = models.PositiveSmallIntegerField(_("position"))
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    clause_en = models.CharField(_("clause (English)"), max_length=200, blank=True)
    finding = models.CharField(_("finding"), max_length=500)
    due_on = models.DateField(_("due on"))
    evidence = models.TextField(_("what was done"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    remark = models.TextField(_("remark of the verifier"), blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification finding")
        verbose_name_plural = _("rectification findings")
        ordering = ["order", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FindingStatus.values), name="finding_status_known"),
            models.UniqueConstraint(fields=["order", "position"], name="finding_stands_once_in_its_order"),
            models.CheckConstraint(
                condition=~Q(status=FindingStatus.ANSWERED) | (Q(answered_at__isnull=False) & ~Q(evidence="")),
                name="answered_finding_has_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(status=FindingStatus.VERIFIED) | Q(verifier__isnull=False, verified_at__isnull=False),
                name="verified_finding_has_verifier",
            ),
        ]
        triggers = [MovesGuard(name="finding_moves_as_tabled", moves=FINDING_MOVES, initial=FindingStatus.OPEN)]

    def __str__(self) -> str:
        return f"{self.position}. {self.finding[:60]}"

    def get_absolute_url(self) -> str:
        return self.order.get_absolute_url()

    @property
    def number(self) -> str:
        """What events call it."""
        return f"{self.order.number}-{self.position}"

    @property
    def root_number(self) -> str:
        """The order's chain."""
        return self.order.root_number

    @property
    def local_clause(self) -> str:
        """The item it offends, in the reader's language."""
        return in_language(self.clause, self.clause_en)

    @property
    def is_open(self) -> bool:
        """It waits for evidence, or for somebody to look at it."""
        return self.status in OPEN_FINDING
