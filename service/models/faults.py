"""The fault dictionary: symptom, cause, correction."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet


class FaultCode(models.Model):
    """A fault the trade knows by a code, for one product family or all."""

    SCOPE = EVERYONE

    family = models.ForeignKey(
        "stations.ProductFamily",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fault_codes",
        verbose_name=_("product family"),
    )
    code = models.CharField(_("fault code"), max_length=30, unique=True)
    name = models.CharField(_("symptom"), max_length=200)
    name_en = models.CharField(_("symptom in English"), max_length=200, blank=True)
    cause = models.CharField(_("usual cause"), max_length=300, blank=True)
    cause_en = models.CharField(_("usual cause in English"), max_length=300, blank=True)
    correction = models.CharField(_("usual correction"), max_length=300, blank=True)
    correction_en = models.CharField(_("usual correction in English"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault code")
        verbose_name_plural = _("fault codes")
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [GinIndex(OpClass("name", name="gin_trgm_ops"), name="fault_name_trigram")]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The symptom in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name
