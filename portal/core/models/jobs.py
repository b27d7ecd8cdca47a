"""What a person sees of a long job."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet


class JobStatus(models.TextChoices):
    """From the wish to the end."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


class JobRunQuerySet(ScopedQuerySet["JobRun"]):
    """Runs; everybody sees their own, headquarters all."""

    def visible_to(self, user: object) -> "JobRunQuerySet":
        from portal.core.scope import scope_of

        return self if scope_of(user).everything else self.filter(owner_id=getattr(user, "pk", None) or 0)


class JobRun(models.Model):
    """How far a job is, the wish to stop it, and what came of it.

    key: what it makes, where several people may ask for the same: while one makes it, nobody else begins.
    """

    SCOPE: ClassVar[dict[str, str]] = {}

    name = models.CharField(_("job"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    status = models.CharField(_("status"), max_length=10, choices=JobStatus, default=JobStatus.QUEUED, editable=False)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    message = models.TextField(_("message"), blank=True)
    result_url = models.CharField(_("result"), max_length=300, blank=True)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    key = models.CharField(_("key"), max_length=120, blank=True, db_default="", default="", editable=False)
    queued_at = models.DateTimeField(_("queued at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        indexes = [
            models.Index(fields=["owner", "-id"], name="run_by_owner"),
            models.Index(fields=["key", "-id"], name="run_by_key", condition=~Q(key="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="run_never_past_its_total"),
            models.UniqueConstraint(
                fields=["key"], name="one_live_run_per_key", condition=~Q(key="") & Q(status__in=LIVE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.done}/{self.total}"

    def get_absolute_url(self) -> str:
        return reverse("job_detail", args=[self.pk])

    @property
    def percent(self) -> int:
        """0–100; 100 for a run without steps that is done."""
        if self.total:
            return self.done * 100 // self.total
        return 100 if self.status == JobStatus.DONE else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}
