"""How far a station is trusted: sampled claims a person looked at, limits that fell back, audits by the region."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models import Station
from warranty.audit_states import REGION_AUDIT_MOVES, REGION_AUDIT_TONES, RegionAuditStatus
from warranty.models.claims import WarrantyClaim


class LimitFallback(models.Model):
    """From its first day on nothing of the station is approved without a person, then up to half the limit, then as before."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="limit_fallbacks", verbose_name=_("station")
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lifted by"),
        editable=False,
    )  # fmt: skip
    started_on = models.DateField(_("started on"))
    half_from = models.DateField(_("half the limit from"))
    ended_on = models.DateField(_("full limit from"))
    lift_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lowered limit")
        verbose_name_plural = _("lowered limits")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(half_from__gte=F("started_on"), ended_on__gte=F("started_on")),
                name="fallback_runs_forward",
            ),
            models.CheckConstraint(condition=Q(lifted_by=None) | ~Q(lift_reason=""), name="lifted_fallback_says_why"),
        ]
        indexes = [models.Index(fields=["station", "-started_on"], name="fallback_of_station")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.started_on}"


class SampleAudit(models.Model):
    """A claim without fault by the rules, drawn for a person's look; an error is a line cut by more than a tenth."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    claim = models.OneToOneField(
        WarrantyClaim, on_delete=models.PROTECT, related_name="sample_audit", verbose_name=_("claim")
    )
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    audited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("audited by")
    )
    fallback = models.ForeignKey(
        LimitFallback, null=True, on_delete=models.PROTECT, related_name="audits", verbose_name=_("lowered limit")
    )
    audited_at = models.DateTimeField(_("audited at"))
    error_count = models.PositiveSmallIntegerField(_("errors"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audited claim")
        verbose_name_plural = _("audited claims")
        ordering = ["-audited_at", "-pk"]
        indexes = [models.Index(fields=["station", "-audited_at"], name="sample_audits_of_station")]

    def __str__(self) -> str:
        return f"{self.claim_id}"


class RegionAudit(models.Model):
    """The region finds out what stands behind a claim with a high risk score. Stations do not see it."""

    MOVES: ClassVar[Moves] = REGION_AUDIT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"region": "station__center__region_id"}
    TONES: ClassVar[dict[str, str]] = REGION_AUDIT_TONES

    claim = models.OneToOneField(
        WarrantyClaim, on_delete=models.PROTECT, related_name="region_audit", verbose_name=_("claim")
    )
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by"),
        editable=False,
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    root_number = models.CharField(_("root number"), max_length=30, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=RegionAuditStatus, default=RegionAuditStatus.OPEN, editable=False
    )
    risk_score = models.PositiveSmallIntegerField(_("risk"))
    opened_at = models.DateTimeField(_("opened at"))
    due_on = models.DateField(_("due on"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    finding = models.TextField(_("what was found"), max_length=2000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region audit")
        verbose_name_plural = _("region audits")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RegionAuditStatus.values), name="region_audit_status_known"),
            models.CheckConstraint(
                condition=Q(status="open") | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(finding="")),
                name="closed_region_audit_says_what_was_found",
            ),
            models.CheckConstraint(condition=Q(risk_score__lte=100), name="region_audit_risk_at_most_100"),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="region_audits_due")]
        triggers = [MovesGuard(name="region_audit_moves", moves=REGION_AUDIT_MOVES, initial=RegionAuditStatus.OPEN)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("region_audit_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return REGION_AUDIT_TONES[self.status]
