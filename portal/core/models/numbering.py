"""The last number taken of each series and month."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """A row per series and month; its lock is what makes numbers gap-free."""

    series = models.CharField(_("series"), max_length=10)
    period = models.CharField(_("month"), max_length=6)
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["series", "period"], name="one_row_per_series_and_month")]

    def __str__(self) -> str:
        return f"{self.series}-{self.period} {self.last}"
