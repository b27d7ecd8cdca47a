"""Alarms before a contract ends, the following one's begin, what the public page says of a certificate, grades of all."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Notification
from stations import contracts, grading, lifecycle
from stations.documents import issue_certificate
from stations.models import ContractAlarm, GradeLetter, StationStatus
from tests.conftest import as_user
from tests.factories.stations import make_contract, make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
ENDS = date(2026, 12, 31)


def run(days_before: int) -> list[ContractAlarm]:
    return contracts.tell_ending(at=clock.start_of(ENDS - timedelta(days=days_before)))


def test_owner_region_and_headquarters_are_told_once_at_60_30_and_7_days() -> None:
    station = make_station()
    station.contracts.update(valid_to=ENDS)
    people = [
        make_member(Role.STATION_OWNER, dealer=station.dealer),
        make_member(Role.REGION_MANAGER, region=station.center.region),
        make_user(Role.SERVICE_MANAGER),
    ]
    make_member(Role.REGION_MANAGER, region=make_station().center.region)

    told = [len(run(days)) for days in (61, 60, 60, 45, 30, 29, 7, 6, 1)]

    assert told == [0, 1, 0, 0, 1, 0, 1, 0, 0]
    alarmed = Notification.objects.filter(kind="contract.ending")
    assert set(alarmed.values_list("user", flat=True)) >= {user.pk for user in people}
    assert all(alarmed.filter(user=user).count() == 3 for user in people)


def test_after_missed_runs_the_nearest_alarm_is_told_and_the_others_are_not_made_up_for() -> None:
    station = make_station()
    station.contracts.update(valid_to=ENDS)

    told = [[alarm.days for alarm in run(days)] for days in (25, 24, 5)]

    assert told == [[30], [], [7]]
    assert sorted(ContractAlarm.objects.values_list("days", flat=True)) == [7, 30, 60]


def test_a_contract_that_is_followed_alarms_nobody() -> None:
    station = make_station()
    station.contracts.update(valid_to=ENDS)
    make_contract(station=station, valid_from=ENDS, valid_to=date(2027, 12, 31))

    assert run(7) == []


def test_an_expired_station_is_active_again_when_its_next_contract_begins() -> None:
    station = make_station()
    station.contracts.update(valid_to=date(2026, 3, 1))
    contracts.expire_contracts(at=clock.start_of(date(2026, 3, 1)))
    make_contract(station=station, valid_from=date(2026, 4, 1), valid_to=date(2027, 4, 1))

    assert contracts.begin_contracts(at=clock.start_of(date(2026, 3, 31))) == []
    assert contracts.begin_contracts(at=clock.start_of(date(2026, 4, 1))) == [station]
    station.refresh_from_db()
    assert station.status == StationStatus.ACTIVE


@pytest.mark.parametrize(
    ("act", "word"),
    [
        (lambda station: None, "Authorized today"),
        (lambda station: lifecycle.suspend_station(station, reason="停业整顿", actor=None), "Suspended"),
        (lambda station: lifecycle.terminate_station(station, reason="合同解除", actor=None), "Authorization ended"),
    ],
)
def test_the_public_page_says_how_the_station_stands_today(act: Any, word: str) -> None:
    station = make_station()
    certificate = issue_certificate(station.contracts.get(), actor=None)
    act(station)

    page = as_user().get(reverse("verify", args=[certificate.token]), headers={"accept-language": "en"})

    assert page.status_code == 200
    assert word in page.content.decode()


def test_grades_on_answers_for_all_what_grade_on_answers_for_one() -> None:
    none, probation, graded = make_station(), make_station(), make_station()
    make_grade(station=probation, grade="probation", valid_from=date(2026, 1, 1), source="probation")
    make_grade(station=graded, grade="A", valid_from=date(2026, 2, 1))
    make_grade(station=graded, grade="D", valid_from=date(2026, 5, 1))

    for on in (date(2026, 1, 15), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1)):
        found = grading.grades_on(on)
        assert found == {station.pk: grading.grade_on(station, on) for station in (none, probation, graded)}
    assert grading.grades_on(date(2026, 6, 1))[graded.pk] == GradeLetter.D


def test_a_grade_reaches_into_a_closed_month_only_by_a_longer_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    station = make_station()
    monkeypatch.setattr(grading, "_locks", [lambda asked, day: day < date(2026, 6, 1)])
    day = date(2026, 5, 10)

    with pytest.raises(grading.MonthLocked):
        grading.set_grade(station, grade="B", valid_from=day, reason="补录评级", actor=None)
    row = grading.set_grade(station, grade="B", valid_from=day, reason="年度复评报告迟到，按评定日补录", actor=None)

    assert row.valid_from == day
