"""Old parts tested once more because their supplier disputes the charge: the first verdict stays, the second decides it.

Not here: the first appraisal and what it means for the station (models.failed_parts).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from warranty.models.chargebacks import ChargebackLine
from warranty.models.failed_parts import FailedPart, Verdict


class FurtherTestQuerySet(ScopedQuerySet["FurtherTest"]):
    """Tests by whether somebody still waits for them."""

    def waiting(self) -> "FurtherTestQuerySet":
        """Those not done whose line is still disputed, the longest first."""
        found = self.filter(done_at=None, line__tested_since__isnull=False)
        return found.order_by("asked_at", "pk")


class FurtherTest(models.Model):
    """One piece on the bench again for one disputed line, once; measurements and pictures as its first appraisal has them."""

    SCOPE = HEADQUARTERS

    line = models.ForeignKey(
        ChargebackLine, on_delete=models.PROTECT, related_name="further_tests", verbose_name=_("chargeback line")
    )
    piece = models.ForeignKey(
        FailedPart, on_delete=models.PROTECT, related_name="further_tests", verbose_name=_("old part")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    appraiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("appraiser"),
    )
    reason = models.CharField(_("what is to be tested"), max_length=300)
    asked_at = models.DateTimeField(_("asked for at"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, blank=True)
    findings = models.CharField(_("findings"), max_length=500, blank=True)
    measurements = models.JSONField(_("measurements"), default=list, db_default=[], editable=False)
    photos = models.JSONField(_("pictures"), default=list, db_default=[], editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = FurtherTestQuerySet.as_manager()

    class Meta:
        verbose_name = _("further test")
        verbose_name_plural = _("further tests")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "piece"], name="a_piece_is_tested_again_once_for_a_line"),
            models.CheckConstraint(
                condition=Q(done_at=None, verdict="", appraiser=None)
                | Q(done_at__isnull=False, verdict__in=Verdict.values, appraiser__isnull=False),
                name="a_done_further_test_has_its_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.line_id}"

    def get_absolute_url(self) -> str:
        return reverse("further_test", args=[self.pk])

    @property
    def part(self) -> Any:
        """Whose test steps are measured."""
        return self.piece.part

    @property
    def claim(self) -> Any:
        """Whose people do not test it."""
        return self.piece.claim
