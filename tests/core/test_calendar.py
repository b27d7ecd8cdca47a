"""Months, deadlines, working days and working time; the calendar that HQ keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.calendar import (
    Days,
    add_months,
    add_working_days,
    add_working_time,
    days_of_table,
    is_working_day,
    working_days_between,
    working_time_between,
)
from portal.core.calendar_files import BadCalendarFile, read_calendar, shipped_years
from portal.core.calendar_keeping import enter_year, missing_years
from portal.core.checks import calendar_coverage
from portal.core.models import CalendarDay, CalendarYear, Event

NATIONAL_DAY = Days(
    frozenset(date(2025, 10, day) for day in range(1, 9)), frozenset({date(2025, 9, 28), date(2025, 10, 11)})
)
FRIDAY = datetime(2025, 6, 13, 17, 30, tzinfo=clock.SHANGHAI)
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
DTEND;VALUE=DATE:20270104\r
SUMMARY:元旦\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270110\r
SUMMARY:元旦补班\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_months_go_back_over_the_year() -> None:
    assert add_months(date(2025, 1, 31), -2) == date(2024, 11, 30)


def test_a_makeup_sunday_is_worked_and_a_holiday_is_not() -> None:
    assert is_working_day(date(2025, 9, 28), days=NATIONAL_DAY)
    assert not is_working_day(date(2025, 10, 1), days=NATIONAL_DAY)
    assert add_working_days(date(2025, 9, 30), 1, days=NATIONAL_DAY) == date(2025, 10, 9)
    assert add_working_days(date(2025, 10, 9), -1, days=NATIONAL_DAY) == date(2025, 9, 30)
    assert add_working_days(date(2025, 10, 4), 0, days=NATIONAL_DAY) == date(2025, 10, 4)


def test_two_office_hours_from_friday_half_past_five_end_on_monday() -> None:
    due = add_working_time(FRIDAY, timedelta(hours=2), days=Days())

    assert due.isoformat() == "2025-06-16T10:30:00+08:00"
    assert working_time_between(FRIDAY, due, days=Days()) == timedelta(hours=2)


def test_half_an_hour_is_used_up_at_six_tonight_not_at_nine_on_monday() -> None:
    assert add_working_time(FRIDAY, timedelta(minutes=30), days=Days()).isoformat() == "2025-06-13T18:00:00+08:00"


def test_a_calendar_without_any_working_day_is_an_error_not_a_hang() -> None:
    with pytest.raises(ValueError, match="ten years"):
        add_working_days(
            date(2025, 1, 1), 1, days=Days(frozenset(date(2025, 1, 1) + timedelta(n) for n in range(4000)))
        )


instants = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(tzinfo=UTC))
minutes = st.integers(1, 3000).map(lambda count: timedelta(minutes=count))


@given(start=instants, allowance=minutes, pause=instants, length=minutes, kind=st.sampled_from(["24x7", "office"]))
def test_the_running_time_up_to_the_due_instant_is_the_allowance(start, allowance, pause, length, kind) -> None:  # type: ignore[no-untyped-def]
    clocked = {"calendar": kind, "pauses": [(pause, pause + length)], "days": NATIONAL_DAY}

    due = add_working_time(start, allowance, **clocked)

    assert working_time_between(start, due, **clocked) == allowance
    assert working_time_between(start, due - timedelta(microseconds=1), **clocked) < allowance


@given(start=st.dates(date(2025, 1, 1), date(2025, 12, 1)), count=st.integers(1, 60))
def test_working_days_between_undoes_add_working_days(start: date, count: int) -> None:
    assert working_days_between(start, add_working_days(start, count, days=NATIONAL_DAY), days=NATIONAL_DAY) == count


def test_the_real_calendars_of_four_years_are_shipped(db: None) -> None:
    assert [year.year for year in shipped_years()] == [2023, 2024, 2025, 2026]
    assert set(CalendarYear.objects.values_list("year", flat=True)) >= {2023, 2024, 2025, 2026}
    known = days_of_table()
    assert known.is_working(date(2026, 2, 14))
    assert not known.is_working(date(2026, 2, 17))
    assert add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_hq_enters_next_year_from_an_ics_file(db: None) -> None:
    enter_year(read_calendar(ICS), source="holidays.ics", actor=None)

    assert list(CalendarDay.objects.filter(day__year=2027).order_by("day").values_list("day", "kind")) == [
        (date(2027, 1, 1), "holiday"),
        (date(2027, 1, 2), "holiday"),
        (date(2027, 1, 3), "holiday"),
        (date(2027, 1, 10), "workday"),
    ]
    assert Event.objects.get(kind="calendaryear.entered").data["year"] == 2027


def test_a_year_entered_again_has_only_the_days_of_the_new_file(db: None) -> None:
    enter_year(read_calendar(ICS), source="first", actor=None)

    enter_year(
        read_calendar('{"year": 2027, "dates": [{"date": "2027-10-01", "type": "public_holiday"}]}'),
        source="second",
        actor=None,
    )

    assert CalendarDay.objects.filter(day__year=2027).count() == 1
    assert CalendarYear.objects.get(year=2027).source == "second"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        '{"year": 2027, "dates": []}',
        '{"year": 2027, "dates": [{"date": "2027-02-30", "type": "public_holiday"}]}',
        '{"year": 2027, "dates": [{"date": "2027-01-01", "type": "party"}]}',
        '{"year": 2027, "dates": [{"date": "2024-01-01", "type": "public_holiday"}]}',
        '{"year": "x" }',
        "{" * 6000,
        "BEGIN:VCALENDAR\nEND:VCALENDAR",
    ],
)
def test_what_is_no_calendar_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadCalendarFile):
        read_calendar(text)


def test_a_year_that_nobody_entered_is_a_warning(db: None) -> None:
    assert missing_years(datetime(2026, 11, 2, tzinfo=UTC)) == [2027]
    clock.set(datetime(2027, 1, 5, tzinfo=UTC))
    try:
        assert [(warning.id, warning.level) for warning in calendar_coverage(["default"])] == [("core.W001", 30)]
        call_command("check", databases=["default"])
    finally:
        clock.set(None)
