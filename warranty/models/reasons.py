"""Our list of reasons for cuts and rejections."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet
from stations.models.products import in_language


class ReasonCode(models.Model):
    """Why a line was cut or a claim rejected: our own list, with the X12 1172 code where one fits."""

    SCOPE: ClassVar[object] = EVERYONE

    code = models.CharField(_("code"), max_length=30, unique=True)
    x12_code = models.CharField(_("X12 1172"), max_length=3, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    for_people = models.BooleanField(_("offered to reviewers"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"
