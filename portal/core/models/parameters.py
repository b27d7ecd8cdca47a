"""The dated values of business parameters; what they mean is declared in code."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class ParameterValue(models.Model):
    """From an instant on, a parameter has this value. Rows are never changed: a later row takes over."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    key = models.CharField(_("parameter"), max_length=80)
    value = models.JSONField(_("value"))
    valid_from = models.DateTimeField(_("valid from"))
    note = models.CharField(_("reason"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("business parameter")
        verbose_name_plural = _("business parameters")
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="one_value_per_parameter_and_instant")
        ]
        triggers = [pgtrigger.Protect(name="parameter_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
