"""What is only ever added to a claim: its versions, questions and decisions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from warranty.models.claims import WarrantyClaim
from warranty.models.reasons import ReasonCode
from warranty.states import ClaimStatus

USER = settings.AUTH_USER_MODEL


class ClaimVersion(models.Model):
    """The claim as it was submitted, whole; a resubmission after a question makes the next one. Append-only."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(WarrantyClaim, on_delete=models.PROTECT, related_name="versions", verbose_name=_("claim"))
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by"))
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    inputs = models.JSONField(_("what the rules were told"), null=True, editable=False)
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
    reason_code = models.ForeignKey(
        ReasonCode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        verbose_name=pgettext_lazy("question", "what is missing"),
    )  # fmt: skip
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

    Above the approver's limit two approvers give one each; the claim moves when is_final. The first may be withdrawn by
    its author before that: then withdrawn_at says when, the only column that changes.
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
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

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
            models.UniqueConstraint(
                fields=["claim", "version", "decided_by"],
                condition=Q(withdrawn_at=None),
                name="claim_decided_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(is_final=False), name="final_decision_never_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.get_outcome_display()}"
