"""When a station is open: hours over midnight and over the week's end, closed days, the default."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from portal.core import clock, events
from stations import opening
from stations.models import HoursKind, Station
from stations.opening import Hours, Opening
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
B, C = HoursKind.BUSINESS, HoursKind.ON_CALL
NINE, NOON, SIX, TEN, MIDNIGHT = time(9), time(12), time(18), time(22), time(0)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of the week that begins on Monday, 2 March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=clock.SHANGHAI)


@pytest.fixture
def station() -> Station:
    """Open on Monday morning and afternoon, on call in the night after Monday and the one after Sunday."""
    hours = [
        Hours(B, 0, NINE, NOON), Hours(B, 0, time(13), SIX), Hours(C, 0, SIX, time(8)), Hours(C, 6, TEN, time(7)),
        Hours(B, 2, MIDNIGHT, MIDNIGHT),
    ]  # fmt: skip
    return opening.set_hours(make_station(), hours=hours, actor=make_user())


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (on(2, 8, 59), Opening.CLOSED),
        (on(2, 9), Opening.OPEN),
        (on(2, 12), Opening.CLOSED),
        (on(2, 17, 59), Opening.OPEN),
        (on(2, 18), Opening.ON_CALL),
        (on(3, 7, 59), Opening.ON_CALL),
        (on(3, 8), Opening.CLOSED),
        (on(4, 0), Opening.OPEN),
        (on(4, 23, 59), Opening.OPEN),
        (on(5, 0), Opening.CLOSED),
        (on(8, 22), Opening.ON_CALL),
        (on(9, 6, 59), Opening.ON_CALL),
        (on(9, 7), Opening.CLOSED),
    ],
)
def test_opening_at(station: Station, at: datetime, expected: Opening) -> None:
    assert opening.opening_at(station, at) == expected
    assert opening.is_open(station, at) == (expected == Opening.OPEN)


def test_a_station_without_hours_has_those_of_the_network() -> None:
    station = make_station()

    assert opening.opening_at(station, on(8, 9)) == Opening.OPEN
    assert opening.opening_at(station, on(8, 18)) == Opening.CLOSED
    assert opening.week_of(station, on(8, 9)).is_default


def test_set_hours_says_what_was_and_is(station: Station) -> None:
    opening.set_hours(station, hours=[Hours(B, 1, NINE, SIX)], actor=make_user())

    event = events.of_subject(station)[0]
    assert event.data["after"] == [["business", 1, "09:00", "18:00"]]
    assert len(event.data["before"]) == 5
    assert station.hours.count() == 1


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(B, 0, NINE, NOON), Hours(B, 0, time(11), SIX)],
        [Hours(C, 0, SIX, time(8)), Hours(C, 1, time(7), NINE)],
        [Hours(C, 6, SIX, time(8)), Hours(C, 0, time(7), NINE)],
        [Hours(B, 2, MIDNIGHT, MIDNIGHT), Hours(B, 2, NINE, SIX)],
    ],
)
def test_hours_of_a_kind_do_not_overlap(hours: list[Hours]) -> None:
    with pytest.raises(opening.HoursOverlap):
        opening.set_hours(make_station(), hours=hours, actor=make_user())


def test_business_and_on_call_may_overlap_and_touch() -> None:
    hours = [Hours(B, 0, NINE, SIX), Hours(C, 0, MIDNIGHT, MIDNIGHT), Hours(B, 0, SIX, TEN)]

    assert opening.set_hours(make_station(), hours=hours, actor=make_user()).hours.count() == 3


def test_closed_days_close_and_on_call_only_if_said(station: Station) -> None:
    facts: dict[str, Any] = {"actor": make_user(), "at": on(1, 9), "reason": "装修"}
    row = opening.add_closed_days(station, first_day=date(2026, 3, 2), last_day=date(2026, 3, 3), **facts)
    assert opening.opening_at(station, on(2, 10)) == Opening.CLOSED
    assert opening.opening_at(station, on(2, 19)) == Opening.CLOSED
    assert opening.opening_at(station, on(4, 10)) == Opening.OPEN

    opening.remove_closed_days(row, actor=make_user())
    opening.remove_closed_days(row, actor=make_user())
    opening.add_closed_days(station, first_day=date(2026, 3, 2), last_day=date(2026, 3, 2), is_on_call=True, **facts)

    assert opening.opening_at(station, on(2, 10)) == Opening.CLOSED
    assert opening.opening_at(station, on(2, 19)) == Opening.ON_CALL
    assert [event.kind for event in events.of_subject(station)].count("station.closed_days_removed") == 1


def test_closed_days_lie_ahead_and_are_entered_once() -> None:
    station, today, actor = make_station(), clock.today(), make_user()
    opening.add_closed_days(station, first_day=today, last_day=today + timedelta(days=3), reason="春节", actor=actor)

    with pytest.raises(opening.ClosedTwice):
        opening.add_closed_days(
            station, first_day=today + timedelta(days=3), last_day=today + timedelta(days=9), reason="盘点", actor=actor
        )
    for first, last in ((today, today - timedelta(days=1)), (date(2020, 1, 1), date(2020, 1, 3))):
        with pytest.raises(opening.ClosedInThePast):
            opening.add_closed_days(station, first_day=first, last_day=last, reason="?", actor=actor)
