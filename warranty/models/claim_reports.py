"""Reports of claims that somebody asked for: of one claim, or of all that a filter left. Not here: reading and drawing them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet, scope_of
from warranty.models.claims import WarrantyClaim

REPORT_BOUND = 10**12  # fifty thousand lines at their own bound


class ClaimReportQuerySet(ScopedQuerySet["ClaimReport"]):
    """Reports; headquarters sees all, others their own as long as every station in it is still theirs."""

    def visible_to(self, user: object) -> "ClaimReportQuerySet":
        scope = scope_of(user)
        if scope.everything:
            return self
        mine = self.filter(asked_by_id=getattr(user, "pk", None) or 0)
        return mine.filter(stations__contained_by=sorted(scope.of("station")))


class ClaimReport(models.Model):
    """Chosen claims, and once they are read their lines as they stood in that instant, with the sums.

    chosen: keys of the claims; filters: label and text of what they were chosen by; approved: by the first decision,
    appealed: granted on appeal; all CNY without tax. The lines are the document's.
    """

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    claim = models.ForeignKey(
        WarrantyClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("claim")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("report", "asked by"),
    )
    job_run = models.ForeignKey(
        "core.JobRun", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("job"), editable=False
    )
    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    chosen = models.JSONField(_("chosen claims"), editable=False)
    stations = models.JSONField(_("stations"), editable=False)
    filters = models.JSONField(pgettext_lazy("report", "chosen by"), default=list, editable=False)
    asked_at = models.DateTimeField(pgettext_lazy("report", "asked at"))
    read_at = models.DateTimeField(pgettext_lazy("report", "as of"), null=True, editable=False)
    claim_count = models.PositiveIntegerField(_("claims"), default=0, editable=False)
    line_count = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    claimed = money_field(_("claimed"), default=0, editable=False)
    approved = money_field(_("approved"), default=0, editable=False)
    appealed = money_field(_("granted on appeal"), default=0, editable=False)

    objects = ClaimReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim report")
        verbose_name_plural = _("claim reports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved__lte=F("claimed")), name="claim_report_approved_within_claimed"
            ),
            bounded("claimed", 0, REPORT_BOUND, name="claim_report_claimed_in_bounds"),
            bounded("approved", 0, REPORT_BOUND, name="claim_report_approved_in_bounds"),
            bounded("appealed", 0, REPORT_BOUND, name="claim_report_appealed_in_bounds"),
        ]
        indexes = [models.Index(fields=["asked_by", "-id"], name="claim_report_by_asker")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("claim_report_detail", args=[self.pk])
