"""Claims on the reviewers' desk: why each came, who took it, which lines wait for an appraisal, who is looking.

Not here: what was decided (claim_records.py).
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from warranty.models.claim_lines import ClaimLine
from warranty.models.claims import WarrantyClaim

USER = settings.AUTH_USER_MODEL


class ClaimReview(models.Model):
    """A claim that came to review: the codes why, and the reviewer who took it; one row a claim, kept when it is decided."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    claim = models.OneToOneField(
        WarrantyClaim, primary_key=True, on_delete=models.CASCADE, related_name="review", verbose_name=_("claim")
    )
    taken_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by"), editable=False
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, editable=False)
    reasons = ArrayField(
        models.CharField(max_length=40), verbose_name=_("why it came to review"), default=list, editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a claim")
        verbose_name_plural = _("reviews of claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="taken_claim_says_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}"


class LineHold(models.Model):
    """A part line that is decided only after its old part was appraised; released by the verdict, or by a person with a reason."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "line__claim__station_id"}

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="holds", verbose_name=_("claim line"))
    held_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("held by"))
    released_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    held_at = models.DateTimeField(_("held at"))
    reason = models.TextField(_("reason"), max_length=1000)
    released_at = models.DateTimeField(_("released at"), null=True)
    release_reason = models.TextField(_("why it was released"), max_length=1000, blank=True)
    verdicts = ArrayField(models.CharField(max_length=20), verbose_name=_("verdicts"), default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold until appraisal")
        verbose_name_plural = _("holds until appraisal")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(released_at=None), name="claim_line_held_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"


class DeskPresence(models.Model):
    """Somebody has the claim's desk open, or had it a moment ago; one row a person and claim."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    claim = models.ForeignKey(
        WarrantyClaim, on_delete=models.CASCADE, related_name="presences", verbose_name=_("claim")
    )
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    seen_at = models.DateTimeField(_("seen at"))
    is_typing = models.BooleanField(_("has begun to decide"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person at the desk")
        verbose_name_plural = _("persons at the desk")
        constraints = [models.UniqueConstraint(fields=["claim", "user"], name="present_once_at_a_claim")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.user_id}"
