"""Finance hears of a notice day that comes near: once per mark, in the first night that runs."""

from datetime import date, timedelta
from typing import Any

from portal.core import clock
from portal.core.models import Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from warranty import recovery
from warranty.models import RecoveryCase
from warranty.settlement_jobs import recovery_daily


def near(desk: Desk) -> RecoveryCase:
    """A case whose last day, after return and notice, is 15 August."""
    (case,) = recovery.open_cases(make_granted_claim(desk.station, part=desk.part))
    assert case.last_day == date(2025, 8, 15)
    return case


def night(days_before: int) -> int:
    """How many alarms finance has got after the night's job so many days before the last day."""
    clock.set(clock.start_of(date(2025, 8, 15) - timedelta(days=days_before)))
    recovery_daily()
    return Notification.objects.filter(kind="recoverycase.alarm").count()


def test_an_alarm_comes_once_per_mark_and_makes_up_for_missed_nights(desk: Desk) -> None:
    near(desk)

    assert [night(days) for days in (15, 14, 13)] == [0, 1, 1]
    assert [night(days) for days in (5, 4)] == [2, 2]  # the night of the 7th day was missed
    assert [night(days) for days in (0, 0)] == [3, 3]  # that of the last day before as well


def test_after_weeks_without_a_night_one_alarm_comes_and_none_for_what_is_lost(desk: Desk) -> None:
    case = near(desk)

    assert night(3) == 1
    assert night(-1) == 1
    case.refresh_from_db()
    assert case.status == "lost"


def test_a_day_that_moves_is_announced_anew(desk: Desk) -> None:
    case = near(desk)
    assert night(1) == 1

    RecoveryCase.objects.filter(pk=case.pk).update(last_day=date(2025, 8, 29), appraised_on=date(2025, 6, 30))

    assert night(0) == 2  # 14 days before its new last day


def test_an_alarm_leads_to_its_case(desk: Desk, june: Any) -> None:
    case = near(desk)
    night(14)

    (alarm,) = Notification.objects.filter(user=desk.finance, kind="recoverycase.alarm")
    assert case.number in as_user(desk.finance).get(alarm.url).content.decode()
