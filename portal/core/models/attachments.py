"""Files that belong to a record: pictures and papers, checked and re-encoded on arrival."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class Attachment(models.Model):
    """One file. `original` is evidence and stays private; `served` is what people see; both have random names."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("file name"), max_length=120)
    caption = models.CharField(_("caption"), max_length=200, blank=True, default="", db_default="")
    content_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("hash of the original"), max_length=64)
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    perceptual_hash = models.CharField(max_length=16, blank=True)
    band_1 = models.CharField(max_length=4, blank=True)
    band_2 = models.CharField(max_length=4, blank=True)
    band_3 = models.CharField(max_length=4, blank=True)
    band_4 = models.CharField(max_length=4, blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True)
    original = models.FileField(upload_to="evidence/%Y/%m/", max_length=200)
    served = models.FileField(upload_to="files/%Y/%m/", max_length=200)
    thumbnail = models.FileField(upload_to="thumbs/%Y/%m/", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "kind"], name="attachment_by_subject"),
            models.Index(fields=["sha256"], name="attachment_by_hash"),
            *[models.Index(fields=[f"band_{n}"], name=f"attachment_by_band_{n}") for n in (1, 2, 3, 4)],
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it has a thumbnail."""
        return self.content_type.startswith("image/")
