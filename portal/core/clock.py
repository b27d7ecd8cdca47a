"""The only reader of the system clock. Business days are Shanghai's; instants are stored in UTC."""

import logging
import time as system
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALARM_AFTER = timedelta(seconds=2)

_set_to: datetime | None = None
_latest: datetime | None = None
_log = logging.getLogger(__name__)


def now() -> datetime:
    """The present instant, aware, UTC; within a process it never goes back."""
    global _latest
    if _set_to is not None:
        return _set_to
    present = timezone.now()
    if _latest is not None and present < _latest:
        return _latest
    _latest = present
    return present


def today() -> date:
    """The day it is in Shanghai."""
    return local_date(now())


def local(at: datetime) -> datetime:
    """The same instant as Shanghai's clocks show it."""
    return at.astimezone(SHANGHAI)


def local_date(at: datetime) -> date:
    """The Shanghai day an instant lies in."""
    return local(at).date()


@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """00:00 of the day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


@lru_cache(maxsize=4096)
def end_of(day: date) -> datetime:
    """The last microsecond of the day in Shanghai: a "day N" deadline runs to here."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def set(at: datetime | None) -> None:
    """Every later now() answers `at` (None: the real present again). Only for tests and the demo network."""
    global _set_to, _latest
    _set_to, _latest = at, None


def is_set() -> bool:
    """Whether the clock was set by hand, so that it may go back and differ from the database's."""
    return _set_to is not None


def monotonic() -> float:
    """Seconds for measuring how long something took."""
    return system.monotonic()


def drift() -> timedelta:
    """How far this machine's clock is from the database's; logged as an alarm beyond two seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference: timedelta = abs(timezone.now() - cursor.fetchone()[0])
    if difference > ALARM_AFTER and not is_set():
        _log.error("clock differs from the database's by %s", difference)
    return difference
