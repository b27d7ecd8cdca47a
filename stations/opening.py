"""When a station is open, on call or closed. Not here: the working calendar of headquarters (core)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.show import listed
from portal.core.states import lock
from stations.models import ClosedDays, HoursKind, Station, StationHours, Weekday

DAY = 24 * 60
WEEK = 7 * DAY


class Opening(models.TextChoices):
    """How a station can be reached at a moment."""

    OPEN = "open", pgettext_lazy("station", "Open")
    ON_CALL = "on_call", _("On call")
    CLOSED = "closed", pgettext_lazy("station", "Closed")


class HoursOverlap(Refusal):
    """One is open once at a time."""

    message = _("%(one)s and %(other)s overlap.")
    code = "hours_overlap"


class ClosedTwice(Refusal):
    """A day is closed once."""

    message = _("From %(first)s to %(last)s the station is already closed: %(reason)s.")
    code = "closed_twice"


class ClosedInThePast(Refusal):
    """Plans only."""

    message = _(
        "Got closed days from %(first)s to %(last)s; expected a last day from %(today)s on, not before the first."
    )
    code = "closed_in_the_past"


@dataclass(frozen=True)
class Hours:
    """A weekday's span: business or on call; an end not after its start lies on the next day."""

    kind: str
    weekday: int
    opens_at: time
    closes_at: time

    @property
    def span(self) -> tuple[int, int]:
        """First minute and first minute after, counted from Monday 00:00; may pass the end of the week."""
        start = self.weekday * DAY + self.opens_at.hour * 60 + self.opens_at.minute
        end = self.weekday * DAY + self.closes_at.hour * 60 + self.closes_at.minute
        return start, end if end > start else end + DAY

    @property
    def noted(self) -> list[Any]:
        """As an event keeps it."""
        return [str(self.kind), self.weekday, f"{self.opens_at:%H:%M}", f"{self.closes_at:%H:%M}"]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


@transaction.atomic
def set_hours(station: Station, *, hours: Iterable[Hours], actor: Any, at: datetime | None = None) -> Station:
    """The station's week is these hours and no others. Raises HoursOverlap. Writes one Event with what was and is."""
    station = lock(station)
    wanted = sorted(set(hours), key=lambda each: (each.kind, each.span))
    _refuse_overlap(wanted)
    before = [each.noted for each in _hours_of(station)]
    station.hours.all().delete()
    StationHours.objects.bulk_create(
        StationHours(
            station=station, kind=each.kind, weekday=each.weekday, opens_at=each.opens_at, closes_at=each.closes_at
        )
        for each in wanted
    )
    data = {"before": before, "after": [each.noted for each in wanted]}
    events.record(station, "station.hours_set", actor=actor, at=at, data=data)
    return station


def _refuse_overlap(hours: Sequence[Hours]) -> None:
    for kind in HoursKind.values:
        row = [each for each in hours if each.kind == kind]
        for one, other in zip(row, [*row[1:], *row[:1]], strict=True):
            start = other.span[0] + (0 if other.span[0] > one.span[0] else WEEK)
            if one.span[1] > start:
                raise HoursOverlap(one=one, other=other, field=f"{kind}_hours")


@transaction.atomic
def add_closed_days(
    station: Station,
    *,
    first_day: date,
    last_day: date,
    reason: str,
    is_on_call: bool = False,
    actor: Any,
    at: datetime | None = None,
) -> ClosedDays:
    """The station is closed on these days. Raises ClosedInThePast, ClosedTwice. Writes one Event."""
    today = clock.local_date(at) if at else clock.today()
    if last_day < first_day or last_day < today:
        raise ClosedInThePast(first=first_day, last=last_day, today=today, field="last_day")
    station = lock(station)
    if same := station.closed_days.filter(first_day__lte=last_day, last_day__gte=first_day).first():
        raise ClosedTwice(first=same.first_day, last=same.last_day, reason=same.reason, field="first_day")
    row = ClosedDays.objects.create(
        station=station, first_day=first_day, last_day=last_day, reason=reason, is_on_call=is_on_call
    )
    events.record(station, "station.closed_days_added", actor=actor, at=at, note=f"{row}: {reason}")
    return row


@transaction.atomic
def remove_closed_days(row: ClosedDays, *, actor: Any, at: datetime | None = None) -> Station:
    """The station is open on these days after all; who removes twice removes once. Writes one Event."""
    station = lock(row.station)
    deleted, _rows = station.closed_days.filter(pk=row.pk).delete()
    if deleted:
        events.record(station, "station.closed_days_removed", actor=actor, at=at, note=f"{row}: {row.reason}")
    return station


@dataclass(frozen=True)
class Reach:
    """How a station can be reached at a moment, and whether it is open or on call at some time of that day."""

    now: Opening
    works_today: bool


def reach_of(stations: Iterable[Station], at: datetime) -> dict[int, Reach]:
    """Each station's reach by its key; without hours of its own the network's default ones hold. Three queries."""
    ids, day = [station.pk for station in stations], clock.local_date(at)
    usual, own = default_hours(at), defaultdict(list)
    for row in StationHours.objects.filter(station__in=ids):
        own[row.station_id].append(Hours(row.kind, row.weekday, row.opens_at, row.closes_at))
    closed = ClosedDays.objects.filter(station__in=ids, first_day__lte=day, last_day__gte=day)
    rests = dict(closed.values_list("station_id", "is_on_call"))
    found = {}
    for pk in ids:
        hours = own[pk] or usual
        if pk in rests:
            hours = [each for each in hours if rests[pk] and each.kind == HoursKind.ON_CALL]
        found[pk] = Reach(_opening(hours, at), _touches(hours, day))
    return found


def opening_at(station: Station, at: datetime) -> Opening:
    """Open, on call or closed at the instant."""
    return reach_of([station], at)[station.pk].now


def _opening(hours: Sequence[Hours], at: datetime) -> Opening:
    local = clock.local(at)
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    spans = {kind: list(rows) for kind, rows in _by_kind(hours)}
    if _falls_in(spans[HoursKind.BUSINESS], minute):
        return Opening.OPEN
    return Opening.ON_CALL if _falls_in(spans[HoursKind.ON_CALL], minute) else Opening.CLOSED


def _touches(hours: Iterable[Hours], day: date) -> bool:
    """Whether a span begins or still runs on the day."""
    start = day.weekday() * DAY
    spans = [each.span for each in hours]
    return any(first < start + DAY + later and end > start + later for first, end in spans for later in (0, WEEK))


def is_open(station: Station, at: datetime) -> bool:
    """Whether somebody stands behind the counter at the instant."""
    return opening_at(station, at) == Opening.OPEN


def default_hours(at: datetime | None = None) -> list[Hours]:
    """Business hours of a station that has entered none, every day alike."""
    opens, closes = (time.fromisoformat(text) for text in param("stations.default_hours", at))
    return [Hours(HoursKind.BUSINESS, day, opens, closes) for day in Weekday.values]


@dataclass(frozen=True)
class Week:
    """A station's week as its card shows it: per weekday the business and the on-call hours; whether it is the default."""

    days: Sequence[tuple[str, str, str]]
    is_default: bool
    now: Opening


def week_of(station: Station, at: datetime) -> Week:
    """The week, Monday first."""
    own = _hours_of(station)
    rows = own or default_hours(at)
    days = [
        (
            str(Weekday(day).label),
            _said(each for each in rows if each.weekday == day and each.kind == HoursKind.BUSINESS),
            _said(each for each in rows if each.weekday == day and each.kind == HoursKind.ON_CALL),
        )
        for day in Weekday.values
    ]
    return Week(days, not own, opening_at(station, at))


def closed_ahead(station: Station, on: date) -> list[ClosedDays]:
    """Closed days that are not over on the day."""
    return list(station.closed_days.filter(last_day__gte=on).order_by("first_day"))


def _hours_of(station: Station) -> list[Hours]:
    return [Hours(row.kind, row.weekday, row.opens_at, row.closes_at) for row in station.hours.all()]


def _by_kind(hours: Iterable[Hours]) -> Iterable[tuple[str, list[Hours]]]:
    rows = list(hours)
    return [(kind, [each for each in rows if each.kind == kind]) for kind in HoursKind.values]


def _falls_in(hours: Iterable[Hours], minute: int) -> bool:
    """The span of the last night of a week reaches into the next one's Monday."""
    spans = [each.span for each in hours]
    return any(start <= moment < end for start, end in spans for moment in (minute, minute + WEEK))


def _said(hours: Iterable[Hours]) -> str:
    return listed(f"{each.opens_at:%H:%M}–{each.closes_at:%H:%M}" for each in hours)
