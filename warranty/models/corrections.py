"""The correction of a registration, what stood before it, and what it does to the claims of the unit."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from warranty.models.claims import WarrantyClaim
from warranty.models.registration import UnitRegistration
from warranty.states import CORRECTION_MOVES, ClaimStatus, CorrectionStatus

USER = settings.AUTH_USER_MODEL


class RegistrationCorrection(models.Model):
    """before and after hold the values that change, by field name: days and texts as text, records by key."""

    MOVES: ClassVar[Moves] = CORRECTION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "registration__station_id"}

    registration = models.ForeignKey(
        UnitRegistration, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("unit registration")
    )
    filed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("filed by"), editable=False
    )
    decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"), editable=False
    )
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=CorrectionStatus, default=CorrectionStatus.FILED, editable=False
    )
    before = models.JSONField(_("before"), editable=False)
    after = models.JSONField(_("after"), editable=False)
    reason = models.TextField(_("reason"), max_length=1000)
    changes_money = models.BooleanField(_("changes what claims are paid"), default=False, editable=False)
    filed_at = models.DateTimeField(_("filed at"), editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a registration")
        verbose_name_plural = _("corrections of registrations")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CorrectionStatus.values), name="correction_status_known"),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(status="filed"), name="one_open_correction_per_registration"
            ),
        ]
        triggers = [MovesGuard(name="correction_moves", moves=CORRECTION_MOVES, initial=CorrectionStatus.FILED)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("correction_detail", args=[self.pk])


class CorrectionEffect(models.Model):
    """What an applied correction means for one claim: the answer of the rules before and after; seen by the auditor."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    correction = models.ForeignKey(
        RegistrationCorrection,
        on_delete=models.PROTECT,
        related_name="effects",
        verbose_name=pgettext_lazy("registration", "correction"),
    )
    claim = models.ForeignKey(
        WarrantyClaim, on_delete=models.PROTECT, related_name="correction_effects", verbose_name=_("claim")
    )
    seen_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("looked at by"), editable=False
    )
    claim_status = models.CharField(_("claim at that time"), max_length=20, choices=ClaimStatus)
    answer_before = models.CharField(_("cover before"), max_length=30)
    answer_after = models.CharField(_("cover after"), max_length=30)
    allowed_before = money_field(_("allowed before"))
    allowed_after = money_field(_("allowed after"))
    seen_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    note = models.CharField(_("remark"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("effect of a correction")
        verbose_name_plural = _("effects of corrections")
        ordering = ["pk"]
        constraints = [
            bounded("allowed_before", 0, BOUND, name="effect_before_in_bounds"),
            bounded("allowed_after", 0, BOUND, name="effect_after_in_bounds"),
            models.UniqueConstraint(fields=["correction", "claim"], name="one_effect_per_claim"),
        ]
        indexes = [models.Index(fields=["id"], name="effect_to_look_at", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.claim_id}"
