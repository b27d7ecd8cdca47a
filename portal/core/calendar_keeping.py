"""HQ keeps the working calendar: enter a year, ask which years are known. Not here: asking for a day (calendar)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.calendar_files import FiledYear
from portal.core.models.calendar import CalendarDay, CalendarYear


@transaction.atomic
def enter_year(filed: FiledYear, *, source: str, actor: Any | None, at: datetime | None = None) -> CalendarYear:
    """The year's exceptions are those of the file and no others; days of its neighbors are added.

    Writes CalendarYear, CalendarDay rows and one Event.
    """
    moment = at or clock.now()
    year, _created = CalendarYear.objects.update_or_create(
        year=filed.year, defaults={"source": source[:200], "updated_at": moment}
    )
    CalendarDay.objects.filter(day__year=filed.year).exclude(day__in=[entry.day for entry in filed.days]).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(**asdict(entry)) for entry in filed.days],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name", "name_en"],
    )
    data = {"year": filed.year, "days": len(filed.days), "source": source}
    events.record(year, "calendaryear.entered", actor=actor, at=moment, data=data)
    return year


def missing_years(at: datetime | None = None) -> list[int]:
    """Years that clocks may already ask for and nobody has entered: this one, and the next from November on."""
    today = clock.local_date(at or clock.now())
    asked = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    known = set(CalendarYear.objects.filter(year__in=asked).values_list("year", flat=True))
    return [year for year in asked if year not in known]
