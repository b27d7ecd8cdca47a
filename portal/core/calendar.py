"""Days, months, deadlines, working days and working time, in Shanghai. Not here: which clock a request runs by (service).

The functions are pure when they are given `days`; without, they read the calendar that HQ keeps (CalendarDay).
"""

import calendar as gregorian
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from portal.core import clock

type Kind = Literal["24x7", "office"]
type Pause = tuple[datetime, datetime]

OPENS, CLOSES = time(9), time(18)  # rules.md C30: lunch included
NOTHING: Final = timedelta(0)
HORIZON_DAYS: Final = 3_700  # no clock runs longer than ten years; stops a calendar without any working day


@dataclass(frozen=True)
class Days:
    """Exceptions to Monday–Friday: days off, and weekend days that are worked (make-up workdays)."""

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        if day in self.makeup:
            return True
        return day.weekday() < 5 and day not in self.holidays


def days_of_table() -> Days:
    """The exceptions that HQ keeps, all years: one query of some 150 short rows."""
    from portal.core.models.calendar import CalendarDay, DayKind

    rows = list(CalendarDay.objects.values_list("day", "kind"))
    return Days(
        frozenset(day for day, kind in rows if kind == DayKind.HOLIDAY),
        frozenset(day for day, kind in rows if kind == DayKind.WORKDAY),
    )


# Months and deadlines (rules.md 3.0)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative), clamped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def last_months(count: int, today: date | None = None) -> list[date]:
    """The first days of so many months, oldest first, the present one last."""
    first = (today or clock.today()).replace(day=1)
    return [add_months(first, -back) for back in range(count - 1, -1, -1)]


def last_day(start: date, days: int) -> date:
    """The last day of a "day N" deadline; the start day is day 0."""
    return start + timedelta(days=days)


def in_time(start: date, days: int, at: datetime) -> bool:
    """Whether an instant lies before the end of day N; the day runs to its last microsecond in Shanghai."""
    return clock.local_date(at) <= last_day(start, days)


# Working days


def is_working_day(day: date, *, days: Days | None = None) -> bool:
    """Whether the day is worked: make-up workdays are, holidays are not."""
    return (days or days_of_table()).is_working(day)


def add_working_days(day: date, count: int, *, days: Days | None = None) -> date:
    """The count-th working day after `day`, which is day 0 whether worked or not; earlier ones if negative."""
    known = days or days_of_table()
    step = timedelta(days=1 if count > 0 else -1)
    left, here = abs(count), day
    for _ in range(HORIZON_DAYS):
        if not left:
            return here
        here += step
        left -= known.is_working(here)
    raise ValueError("no working day within ten years")


def working_days_between(start: date, end: date, *, days: Days | None = None) -> int:
    """How many working days d have start < d <= end."""
    known = days or days_of_table()
    return sum(known.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


# Working time (rules.md 3.11, C30)


def add_working_time(
    start: datetime,
    allowance: timedelta,
    *,
    calendar: Kind = "office",
    pauses: Sequence[Pause] = (),
    days: Days | None = None,
) -> datetime:
    """The earliest instant at which the running time since `start` reaches the allowance: 18:00 today, not 09:00 tomorrow.

    calendar: "24x7", or "office", 09:00–18:00 on working days. Pauses do not count, overlapping ones once.
    The answer is in Shanghai time.
    """
    if allowance <= NOTHING:
        return clock.local(start)
    left = allowance
    for begins, ends in _running(start, calendar, pauses, days):
        if ends is None or ends - begins >= left:
            return clock.local(begins + left)
        left -= ends - begins
    raise ValueError("no working time within ten years")


def working_time_between(
    start: datetime,
    end: datetime,
    *,
    calendar: Kind = "office",
    pauses: Sequence[Pause] = (),
    days: Days | None = None,
) -> timedelta:
    """How much running time lies between two instants; zero if the end comes first."""
    elapsed = NOTHING
    for begins, ends in _running(start, calendar, pauses, days):
        if begins >= end:
            break
        elapsed += (end if ends is None else min(ends, end)) - begins
    return elapsed


def _running(
    start: datetime, calendar: Kind, pauses: Sequence[Pause], days: Days | None
) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches of time that count, from `start` on; the last one of a 24×7 calendar has no end."""
    closed = _merged(pauses)
    for opens, ends in _open_hours(start, calendar, days):
        begins = opens
        for pause_from, pause_to in closed:
            if pause_to <= begins or (ends is not None and pause_from >= ends):
                continue
            if pause_from > begins:
                yield begins, pause_from
            begins = max(begins, pause_to)
        if ends is None or begins < ends:
            yield begins, ends


def _open_hours(start: datetime, calendar: Kind, days: Days | None) -> Iterator[tuple[datetime, datetime | None]]:
    if calendar == "24x7":
        yield start, None
        return
    known = days or days_of_table()
    first = clock.local_date(start)
    for number in range(HORIZON_DAYS):
        day = first + timedelta(days=number)
        if known.is_working(day):
            opens = max(start, datetime.combine(day, OPENS, clock.SHANGHAI))
            closes = datetime.combine(day, CLOSES, clock.SHANGHAI)
            if opens < closes:
                yield opens, closes


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses in order, overlapping ones joined, empty ones dropped."""
    merged: list[Pause] = []
    for begins, ends in sorted(pause for pause in pauses if pause[0] < pause[1]):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return merged
