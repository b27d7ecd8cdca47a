"""Imports in progress: the batch a person uploaded and its staged rows."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet, scope_of


class BatchStatus(models.TextChoices):
    """From upload to effect."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Refused")
    DISCARDED = "discarded", _("Discarded")


class RowState(models.TextChoices):
    """What a row would do."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    ERROR = "error", _("Error")


class ImportBatchQuerySet(ScopedQuerySet["ImportBatch"]):
    """Batches; everybody sees their own, headquarters those of the kinds they may import, who oversees imports all."""

    def visible_to(self, user: Any) -> Self:
        from portal.core.transfer.kinds import kinds_for

        own = self.filter(uploaded_by_id=getattr(user, "pk", None) or 0)
        if not scope_of(user).everything:
            return own
        if user.has_perm("core.view_importbatch"):
            return self
        return own | self.filter(kind__in=[kind.key for kind in kinds_for(user)])


class ImportBatch(models.Model):
    """One uploaded file on its way into the tables; nothing has an effect before it is applied."""

    SCOPE: ClassVar[dict[str, str]] = {}

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind of import"), max_length=60)
    status = models.CharField(
        _("status"), max_length=10, choices=BatchStatus, default=BatchStatus.UPLOADED, editable=False
    )
    name = models.CharField(_("file name"), max_length=100)
    file = models.FileField(_("file"), upload_to="imports/")
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("columns"), default=list, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    same_count = models.PositiveIntegerField(_("unchanged"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    problem = models.TextField(_("problem"), blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["uploaded_by", "-id"], name="import_by_uploader")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=BatchStatus.values), name="import_status_known")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])

    @property
    def row_count(self) -> int:
        """All rows of the file."""
        return self.new_count + self.changed_count + self.same_count + self.error_count

    @property
    def can_be_applied(self) -> bool:
        """Whether a confirmation would have an effect."""
        return self.status == BatchStatus.CHECKED and not self.error_count and self.new_count + self.changed_count > 0


class ImportHeadings(models.Model):
    """How a person's own files of a kind call its columns: column by heading."""

    SCOPE: ClassVar[dict[str, str]] = {}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    kind = models.CharField(_("kind of import"), max_length=60)
    columns = models.JSONField(_("columns"), default=dict)

    class Meta:
        verbose_name = _("headings of a person's files")
        verbose_name_plural = _("headings of people's files")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="headings_once_per_person_and_kind")]

    def __str__(self) -> str:
        return self.kind


class ImportRow(models.Model):
    """A staged row, filled by COPY: the texts of its cells, what it would do, what is wrong with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    cells = ArrayField(models.TextField(), verbose_name=_("cells"))
    state = models.CharField(_("state"), max_length=10, choices=RowState, default=RowState.NEW)
    errors = models.JSONField(_("errors"), default=list, blank=True)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["line"]
        indexes = [models.Index(fields=["batch", "state", "line"], name="import_row_by_state")]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="import_line_once_per_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"
