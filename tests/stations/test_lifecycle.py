"""Suspension, return and leaving: what becomes of the station, its people and its sessions."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts import sessions
from portal.accounts.models import LoginSession, User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.states import TransitionNotAllowed
from stations import contracts, grading, lifecycle, people
from stations.models import Station, StationStatus
from tests.conftest import as_user
from tests.factories.stations import make_member, make_station, make_user

pytestmark = pytest.mark.django_db
S = StationStatus


def kinds(station: Station) -> list[str]:
    return [event.kind for event in events.of_subject(station).order_by("pk")]


def test_suspend_and_resume_tell_why() -> None:
    station, actor = make_station(), make_user(Role.SERVICE_MANAGER)

    suspended = lifecycle.suspend_station(station, reason="两次整改未完成", actor=actor)
    assert suspended.status == S.SUSPENDED
    assert not contracts.is_dispatchable(suspended)
    resumed = lifecycle.resume_station(suspended, reason="整改已通过复查", actor=actor)

    assert resumed.status == S.ACTIVE
    assert contracts.is_dispatchable(resumed)
    assert kinds(station)[-2:] == ["station.suspended", "station.active"]


def test_a_station_whose_contract_ended_meanwhile_does_not_come_back_to_work() -> None:
    began = clock.start_of(date(2026, 5, 1))
    station = lifecycle.suspend_station(make_station(), reason="停业整顿", actor=None, at=began)
    station.contracts.update(valid_to=date(2026, 6, 1))

    resumed = lifecycle.resume_station(station, reason="整改完成", actor=None, at=clock.start_of(date(2026, 7, 1)))

    assert resumed.status == S.EXPIRED


@pytest.mark.parametrize("reason", ["", "  ", "停业"])
@pytest.mark.parametrize("act", [lifecycle.suspend_station, lifecycle.terminate_station])
def test_standing_never_changes_without_a_reason(act: Any, reason: str) -> None:
    station = make_station()

    with pytest.raises(lifecycle.WhyMissing) as refused:
        act(station, reason=reason, actor=None)

    assert refused.value.field == "reason"
    assert Station.objects.get(pk=station.pk).status == S.ACTIVE


def test_terminate_logs_everybody_out_and_switches_off_who_works_nowhere_else() -> None:
    station = make_station()
    clerk = make_member(Role.STATION_CLERK, station=station)
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    elsewhere = make_member(Role.STATION_CLERK, station=station)
    make_member(Role.STATION_CLERK, user=elsewhere, station=make_station())
    for user in (clerk, owner, elsewhere):
        sessions.begin(user, session_key=f"key-{user.pk}", browser="", address=None)

    lifecycle.terminate_station(station, reason="合同解除", actor=make_user(Role.SERVICE_MANAGER))

    for user in (clerk, owner, elsewhere):
        user.refresh_from_db()
    assert [clerk.is_active, owner.is_active, elsewhere.is_active] == [False, False, True]
    assert LoginSession.objects.count() == 0
    assert not station.memberships.filter(valid_to=None).exists()


def test_the_owner_of_another_station_of_the_dealer_stays() -> None:
    station = make_station()
    make_station(dealer=station.dealer)
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)

    lifecycle.terminate_station(station, reason="合同解除", actor=None)

    owner.refresh_from_db()
    assert owner.is_active
    assert owner.memberships.get().valid_to is None


def test_nobody_returns_from_termination() -> None:
    station = lifecycle.terminate_station(make_station(), reason="合同解除", actor=None)

    for act in (lifecycle.suspend_station, lifecycle.resume_station, lifecycle.terminate_station):
        with pytest.raises(TransitionNotAllowed):
            act(station, reason="再试一次", actor=None)


def test_a_station_that_has_left_gets_neither_people_nor_grades() -> None:
    station, manager = make_station(opened_on=date(2025, 10, 8)), make_user(Role.SERVICE_MANAGER)
    with pytest.raises(grading.NoGradeThen):
        grading.set_grade(station, grade="A", valid_from=date(2025, 10, 7), reason="追溯到开业之前", actor=manager)
    lifecycle.terminate_station(station, reason="双方协商解除合同", actor=manager)

    for begin in (
        lambda: people.invite_owner(station, username="late", display_name="陈志强", actor=manager),
        lambda: people.invite_clerk(station, username="late", display_name="陈志强", actor=manager),
        lambda: people.add_technician(station, name="陈志强", actor=manager),
    ):
        with pytest.raises(people.StationLeft):
            begin()
    with pytest.raises(grading.NoGradeThen):
        grading.set_grade(station, grade="A", valid_from=clock.today(), reason="表现优秀", actor=manager)
    page = as_user(manager).get(reverse("station_detail", args=[station.pk]))

    assert User.objects.filter(username="late").exists() is False
    assert reverse("station_invite_owner", args=[station.pk]) not in page.content.decode()
