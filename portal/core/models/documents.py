"""Issued documents: the row is the document, the PDF can always be made again from it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class Document(models.Model):
    """A numbered document with its facts as issued and their hash; never changed, superseded by another."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    kind = models.CharField(_("kind"), max_length=40)
    number = models.CharField(_("number"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(_("facts as issued"))
    sha256 = models.CharField(_("hash"), max_length=64)
    token = models.CharField(_("verification token"), max_length=43, unique=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="document_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "language"], name="document_issued_once_per_language")
        ]
        triggers = [pgtrigger.Protect(name="document_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number
