"""The working calendar that HQ keeps: exceptions to Monday–Friday, and which years are known."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import EVERYONE, ScopedQuerySet


class DayKind(models.TextChoices):
    """What makes a day an exception."""

    HOLIDAY = "holiday", _("Day off")
    WORKDAY = "workday", _("Make-up workday")


class CalendarYear(models.Model):
    """The holidays of this year are entered; a year without a row is a warning, never a failure."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("updated at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=models.Q(year__gte=2000, year__lte=2100), name="calendar_year_plausible")
        ]

    def __str__(self) -> str:
        return str(self.year)


@tracked()
class CalendarDay(models.Model):
    """A day off that would be worked, or a weekend day that is worked."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind)
    name = models.CharField(_("name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DayKind.values), name="calendar_day_kind_known")
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en") and self.name_en
        return f"{self.day:%Y-%m-%d} {english or self.name}"
