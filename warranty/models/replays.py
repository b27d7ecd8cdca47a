"""Last year's claims judged on a draft rule: the run, and each claim that would be decided otherwise."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import PriceList
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from stations.models import GradeLetter
from warranty.models.claims import WarrantyClaim
from warranty.models.policies import WarrantyPolicy
from warranty.states import ClaimStatus


class ReplayRun(models.Model):
    """Claims decided in [since, before) judged twice on what they were told: as it was, and with the draft rules."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    job_run = models.ForeignKey(
        "core.JobRun", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("job")
    )
    policy = models.ForeignKey(
        WarrantyPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy")
    )
    price_list = models.ForeignKey(
        PriceList, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("price list")
    )
    parameters_on = models.DateField(_("parameters as of"), null=True, blank=True)
    rates_on = models.DateField(_("rates as of"), null=True, blank=True)
    grade_from = models.CharField(_("stations of grade"), max_length=10, choices=GradeLetter, blank=True, db_default="")
    grade_to = models.CharField(_("are paid as grade"), max_length=10, choices=GradeLetter, blank=True, db_default="")
    since = models.DateField(_("decided since"))
    before = models.DateField(_("decided before"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    last_version = models.BigIntegerField(_("judged up to"), default=0)
    claim_count = models.PositiveIntegerField(_("claims"), default=0)
    changed_count = models.PositiveIntegerField(_("claims that change"), default=0)
    allowed_before = money_field(_("allowed as it was (CNY)"), default=0)
    allowed_after = money_field(_("allowed with the draft (CNY)"), default=0)
    outcomes = models.JSONField(_("outcomes"), default=dict, encoder=DjangoJSONEncoder)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("warranty", "replay")
        verbose_name_plural = pgettext_lazy("warranty", "replays")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(before__gt=F("since")), name="replay_covers_some_days"),
            models.CheckConstraint(
                condition=Q(policy__isnull=False)
                | Q(price_list__isnull=False)
                | Q(parameters_on__isnull=False)
                | Q(rates_on__isnull=False)
                | ~Q(grade_to=""),
                name="replay_changes_something",
            ),
            models.CheckConstraint(
                condition=Q(grade_from="", grade_to="")
                | ~Q(grade_from="") & ~Q(grade_to="") & ~Q(grade_from=F("grade_to")),
                name="replay_moves_one_grade_to_another",
            ),
            bounded("allowed_before", 0, 10**11, name="replay_before_bounded"),
            bounded("allowed_after", 0, 10**11, name="replay_after_bounded"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("replay_detail", args=[self.pk])


class ReplayDifference(models.Model):
    """A claim that the draft rules would decide otherwise, or pay otherwise."""

    SCOPE: ClassVar[object] = HEADQUARTERS

    run = models.ForeignKey(ReplayRun, on_delete=models.CASCADE, related_name="differences", verbose_name=_("replay"))
    claim = models.ForeignKey(WarrantyClaim, on_delete=models.PROTECT, related_name="+", verbose_name=_("claim"))
    allowed_before = money_field(_("allowed as it was (CNY)"))
    allowed_after = money_field(_("allowed with the draft (CNY)"))
    outcome_before = models.CharField(_("outcome as it was"), max_length=20, choices=ClaimStatus)
    outcome_after = models.CharField(_("outcome with the draft"), max_length=20, choices=ClaimStatus)
    code_before = models.CharField(_("reason as it was"), max_length=30, blank=True)
    code_after = models.CharField(_("reason with the draft"), max_length=30, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("changed claim")
        verbose_name_plural = _("changed claims")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "claim"], name="replay_names_a_claim_once"),
            bounded("allowed_before", 0, BOUND, name="replay_difference_before_bounded"),
            bounded("allowed_after", 0, BOUND, name="replay_difference_after_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.claim_id}"

    @property
    def effect(self) -> object:
        """CNY that the claim would be paid more (less: negative)."""
        return self.allowed_after - self.allowed_before
