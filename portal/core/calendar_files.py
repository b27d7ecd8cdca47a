"""Reading working calendars: the shipped JSON files, the same JSON from HQ, and ICS. Not here: asking the calendar."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal

DATA = Path(__file__).parent / "data" / "calendar"
MAX_DAYS = 400
WORKED = re.compile(r"补班|上班|调休班|班）|\(班\)|make-?up|workday", re.IGNORECASE)
KINDS = {"public_holiday": "holiday", "transfer_workday": "workday", "holiday": "holiday", "workday": "workday"}


class BadCalendarFile(Refusal):
    """The file is not a calendar we can read."""

    message = _("The calendar was not read: %(reason)s.")
    code = "bad_calendar_file"


@dataclass(frozen=True)
class FiledDay:
    """One exception to Monday–Friday as a file says it; kind is holiday or workday."""

    day: date
    kind: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class FiledYear:
    """The exceptions of one year."""

    year: int
    days: tuple[FiledDay, ...]


def shipped_years() -> Iterator[FiledYear]:
    """The real calendars of 2023–2026 that the project ships."""
    for path in sorted(DATA.glob("[0-9]*.json")):
        yield read_json(path.read_text(encoding="utf-8"))


def read_calendar(text: str) -> FiledYear:
    """JSON or ICS, told apart by its first sign. Raises BadCalendarFile."""
    start = text.lstrip("\ufeff \r\n\t")
    return read_json(start) if start.startswith("{") else read_ics(start)


def read_json(text: str) -> FiledYear:
    """{"year": 2027, "dates": [{"date", "type": public_holiday | transfer_workday, "name_cn", "name_en"}]}."""
    try:
        tree: Any = json.loads(text)
        days = tuple(_json_day(entry) for entry in tree["dates"])
        year = int(tree["year"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadCalendarFile(reason=_("it is not a calendar in JSON")) from error
    return _sound(year, days)


def _json_day(entry: dict[str, Any]) -> FiledDay:
    name = str(entry.get("name_cn") or entry.get("name") or "")[:80]
    return FiledDay(date.fromisoformat(entry["date"]), KINDS[entry["type"]], name, str(entry.get("name_en") or "")[:80])


def read_ics(text: str) -> FiledYear:
    """All-day events of an iCalendar file; an event whose title says 班 or workday is a make-up workday."""
    if "BEGIN:VCALENDAR" not in text[:200]:
        raise BadCalendarFile(reason=_("it is neither JSON nor ICS"))
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    events = re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", unfolded, re.DOTALL)
    days = tuple(day for event in events for day in _event_days(event))
    if not days:
        raise BadCalendarFile(reason=_("it has no all-day events"))
    years = [found.day.year for found in days]
    return _sound(max(set(years), key=years.count), days)


def _event_days(event: str) -> Iterator[FiledDay]:
    fields = {
        match["name"].upper(): match["value"].strip()
        for match in re.finditer(r"^(?P<name>[A-Za-z-]+)[^:\r\n]*:(?P<value>[^\r\n]*)", event, re.MULTILINE)
    }
    start = _ics_date(fields.get("DTSTART", ""))
    if start is None:
        return
    end = _ics_date(fields.get("DTEND", "")) or start + timedelta(days=1)
    title = fields.get("SUMMARY", "").replace("\\,", ",")[:80]
    kind = "workday" if WORKED.search(title) else "holiday"
    for number in range(max(1, min((end - start).days, MAX_DAYS))):
        yield FiledDay(start + timedelta(days=number), kind, title)


def _ics_date(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        return None


def _sound(year: int, days: tuple[FiledDay, ...]) -> FiledYear:
    """Days of the year (and the last or first days of its neighbors), each once."""
    if not 2000 <= year <= 2100 or not 0 < len(days) <= MAX_DAYS:
        raise BadCalendarFile(reason=_("it names no year, no days or too many"))
    if any(abs(entry.day.year - year) > 1 for entry in days):
        raise BadCalendarFile(reason=_("its days lie in several years"))
    if len({entry.day for entry in days}) < len(days):
        raise BadCalendarFile(reason=_("a day stands in it twice"))
    return FiledYear(year, tuple(sorted(days, key=lambda entry: entry.day)))
