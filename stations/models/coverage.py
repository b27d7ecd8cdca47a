"""Where and when a station serves: divisions, business and on-call hours, closed days. Its radius stands in Station."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.models import Division
from portal.core.scope import ScopedQuerySet
from stations.models.network import Station


class ServiceArea(models.Model):
    """The station serves this province, city or county, whatever its radius says."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="service_areas", verbose_name=_("station")
    )
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("administrative division")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")
        ordering = ["station", "division"]
        constraints = [models.UniqueConstraint(fields=["station", "division"], name="division_once_in_a_service_area")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.division_id}"


class Weekday(models.IntegerChoices):
    """As date.weekday() counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class HoursKind(models.TextChoices):
    """Behind the counter, or by telephone."""

    BUSINESS = "business", _("Business hours")
    ON_CALL = "on_call", _("On-call hours")


class StationHours(models.Model):
    """On this weekday the station is open, or on call, from–to; an end not after its start lies on the next day."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="hours", verbose_name=_("station"))
    kind = models.CharField(_("kind"), max_length=10, choices=HoursKind)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours of a station")
        verbose_name_plural = _("hours of stations")
        ordering = ["station", "kind", "weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=HoursKind.values), name="station_hours_kind_known"),
            models.CheckConstraint(condition=models.Q(weekday__in=Weekday.values), name="station_hours_weekday_known"),
            models.UniqueConstraint(
                fields=["station", "kind", "weekday", "opens_at"], name="station_opens_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class ClosedDays(models.Model):
    """From the first to the last of these days the station is closed; on call only if it says so."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="closed_days", verbose_name=_("station")
    )
    first_day = models.DateField(_("first closed day"))
    last_day = models.DateField(_("last closed day"))
    reason = models.CharField(_("reason"), max_length=100)
    is_on_call = models.BooleanField(_("on call meanwhile"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        ordering = ["station", "first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="closed_days_end_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
