"""The fault dictionary: symptom, cause, correction."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet


class FaultCodeQuerySet(ScopedQuerySet["FaultCode"]):
    """Codes by use and family."""

    def in_use(self) -> "FaultCodeQuerySet":
        """Codes that are given today."""
        return self.filter(is_active=True)

    def for_family(self, family: Any | None) -> "FaultCodeQuerySet":
        """Codes of the product family and those of all; every code while the family is unknown."""
        return self if family is None else self.filter(Q(family=family) | Q(family=None))


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

    objects = FaultCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault code")
        verbose_name_plural = _("fault codes")
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [GinIndex(OpClass("name", name="gin_trgm_ops"), name="fault_name_trigram")]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    def is_for(self, family_id: int) -> bool:
        """Whether units of that product family have this fault."""
        return self.family_id in (None, family_id)

    @property
    def local_name(self) -> str:
        """The symptom in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name
