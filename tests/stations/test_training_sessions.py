"""Seats and waiting lists, material and who opened it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models.notifications import Notification
from portal.core.states import TransitionNotAllowed
from stations import training
from stations.models import Enrollment, EnrollmentStatus, MaterialReading, SessionStatus, Technician, TrainingSession
from stations.states import SEATED
from stations.training import refusals
from tests.factories.stations import (
    make_certificate,
    make_family,
    make_member,
    make_station,
    make_technician,
    make_user,
)
from tests.factories.training import make_course, make_material, make_session

pytestmark = pytest.mark.django_db
N = EnrollmentStatus


def volumes(monkeypatch: pytest.MonkeyPatch, by_station: dict[int, int]) -> None:
    monkeypatch.setattr("stations.training.volume._sources", [lambda row: Decimal(by_station.get(row.pk, 0))])


def states(session: TrainingSession) -> list[tuple[str, str]]:
    rows = session.enrollments.select_related("technician").order_by("pk")
    return [(row.technician.name, row.status) for row in rows]


def test_seats_go_to_who_comes_first_then_one_waits() -> None:
    session = make_session(seats=2)

    for name in ("甲", "乙", "丙"):
        training.enroll(session, make_technician(name=name), actor=None)

    assert states(session) == [("甲", N.CONFIRMED), ("乙", N.CONFIRMED), ("丙", N.WAITING)]


def test_a_freed_seat_goes_to_the_busiest_station_then_to_the_earliest(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, calm = make_station(), make_station()
    volumes(monkeypatch, {busy.pk: 500, calm.pk: 20})
    owner = make_member(Role.STATION_OWNER, dealer=busy.dealer)
    session = make_session(seats=1)
    first = training.enroll(session, make_technician(name="甲", station=calm), actor=None)
    for name, station in (("乙", calm), ("丙", busy), ("丁", busy)):
        training.enroll(session, make_technician(name=name, station=station), actor=None)

    training.cancel_enrollment(first, actor=None)

    assert states(session) == [
        ("甲", N.CANCELLED),
        ("乙", N.WAITING),
        ("丙", N.CONFIRMED),
        ("丁", N.WAITING),
    ]
    told = Notification.objects.get(user=owner)
    assert (told.kind, told.facts["technician"]) == ("enrollment.confirmed", "丙")


def test_more_seats_go_to_who_waits_and_given_seats_are_not_taken_away() -> None:
    session = make_session(seats=1)
    for _number in range(3):
        training.enroll(session, make_technician(), actor=None)

    training.change_session(session, facts={"seats": 2}, actor=None)

    assert session.enrollments.filter(status=N.CONFIRMED).count() == 2
    with pytest.raises(refusals.SeatsTaken):
        training.change_session(session, facts={"seats": 1}, actor=None)


def test_enroll_refuses_twins_the_closed_the_begun_and_who_is_not_at_work() -> None:
    session, technician = make_session(), make_technician()
    training.enroll(session, technician, actor=None)

    with pytest.raises(refusals.AlreadyEnrolled):
        training.enroll(session, technician, actor=None)
    with pytest.raises(refusals.NotAtWork):
        training.enroll(session, make_technician(is_active=False), actor=None)
    with pytest.raises(refusals.NotOpen):
        training.enroll(make_session(is_open=False), technician, actor=None)
    with pytest.raises(refusals.SessionBegun):
        training.enroll(session, make_technician(), actor=None, at=session.starts_at)


def test_who_gave_the_seat_back_can_enroll_again() -> None:
    session, technician = make_session(), make_technician()
    training.cancel_enrollment(training.enroll(session, technician, actor=None), actor=None)

    again = training.enroll(session, technician, actor=None)

    assert again.status == N.CONFIRMED


def test_plan_session_refuses_an_end_before_the_start() -> None:
    now = clock.now()

    with pytest.raises(refusals.BadPeriod):
        make_session(starts_at=now + timedelta(days=1), ends_at=now)


def test_hold_session_marks_attendance_and_ends_the_waiting_list() -> None:
    session = make_session(seats=2)
    rows = [training.enroll(session, make_technician(), actor=None) for _number in range(3)]
    with pytest.raises(refusals.SessionAhead):
        training.hold_session(session, attended={rows[0].pk}, actor=None)

    held = training.hold_session(session, attended={rows[0].pk}, actor=None, at=session.ends_at)

    assert held.status == SessionStatus.HELD
    assert [status for _name, status in states(session)] == [N.ATTENDED, N.ABSENT, N.CANCELLED]
    with pytest.raises(TransitionNotAllowed):
        training.cancel_session(session, reason="太晚了", actor=None)


def test_cancel_session_tells_everybody_enrolled() -> None:
    session = make_session(seats=1)
    technicians = [make_technician(user=make_user()) for _number in range(2)]
    for technician in technicians:
        training.enroll(session, technician, actor=None)

    training.cancel_session(session, reason="讲师生病", actor=None)

    assert {status for _name, status in states(session)} == {N.CANCELLED}
    told = Notification.objects.filter(kind="enrollment.session_cancelled").values_list("user", flat=True)
    assert set(told) == {technician.user_id for technician in technicians}


def _rule(session: TrainingSession) -> None:
    """Seats are never exceeded, and nobody waits behind a free seat."""
    rows = list(Enrollment.objects.filter(session=session))
    taken = sum(row.status in SEATED for row in rows)
    waiting = [row for row in rows if row.status == N.WAITING]
    session.refresh_from_db()
    assert taken <= session.seats
    assert not waiting or taken == session.seats


acts = st.lists(
    st.one_of(
        st.tuples(st.just("enroll"), st.integers(0, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
        st.tuples(st.just("seats"), st.integers(1, 4)),
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_any_order_of_acts_keeps_the_seats_and_the_order(steps: list[tuple[str, int]]) -> None:
    people = [make_technician() for _number in range(6)]
    volume = {person.station_id: number % 3 for number, person in enumerate(people)}
    session = make_session(seats=2)
    with pytest.MonkeyPatch.context() as patch:
        volumes(patch, volume)
        for act, number in steps:
            before = list(session.enrollments.filter(status=N.WAITING).order_by("-volume", "enrolled_at", "pk"))
            _do(session, people[number % 6], act, number)
            _rule(session)
            moved = set(session.enrollments.filter(pk__in=[row.pk for row in before], status=N.CONFIRMED))
            left = [row for row in before if row not in moved and not _gone(row)]
            stayed = [row for row in before if not _gone(row)]
            assert stayed == [row for row in before if row in moved] + left  # who moved up were the first


def _do(session: TrainingSession, person: Technician, act: str, number: int) -> None:
    try:
        if act == "enroll":
            training.enroll(session, person, actor=None)
        elif act == "seats":
            training.change_session(session, facts={"seats": number}, actor=None)
        elif row := session.enrollments.filter(technician=person, status__in=[N.WAITING, N.CONFIRMED]).first():
            training.cancel_enrollment(row, actor=None)
    except (refusals.AlreadyEnrolled, refusals.SeatsTaken):
        pass


def _gone(row: Enrollment) -> bool:
    return Enrollment.objects.get(pk=row.pk).status == N.CANCELLED


# Material


def test_publish_counts_versions_and_tells_whom_it_concerns() -> None:
    family = make_family()
    concerned = make_technician(user=make_user())
    make_certificate(technician=concerned, family=family)
    make_technician(user=make_user())
    course = make_course(questions=0, family=family, level=1)

    first, second = make_material(course=course), make_material(course=course)

    assert (first.version, second.version) == (1, 2)
    assert set(Notification.objects.values_list("user", flat=True)) == {concerned.user_id}
    with pytest.raises(refusals.NothingPublished):
        make_material(course=course, files=[])


def test_opening_counts_once_and_the_page_names_who_has_not() -> None:
    station = make_station()
    reader = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    lazy = make_technician(station=station, user=make_user())
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    stranger = make_member(Role.STATION_OWNER, dealer=make_station().dealer)
    material = make_material()

    training.open_material(material, user=reader.user)
    training.open_material(material, user=reader.user, at=clock.now() + timedelta(days=1))

    assert MaterialReading.objects.get().station == station
    assert list(training.not_opened(material, owner)) == [lazy]
    assert list(training.not_opened(material, stranger)) == []
    opened = training.opened_of(material, owner)
    assert (opened.concerned, opened.opened, opened.share) == (2, 1, 50)
    assert list(training.unopened_by(lazy.user)) == [material]
    assert list(training.unopened_by(reader.user)) == []


def test_the_lazy_are_reminded_once_after_a_week() -> None:
    reader, lazy = make_technician(user=make_user()), make_technician(user=make_user())
    material = make_material()
    training.open_material(material, user=reader.user)
    later = material.published_at + timedelta(days=7)

    assert training.remind_of_material(at=later - timedelta(minutes=1)) == []
    made = training.remind_of_material(at=later)

    assert [row.technician for row in made] == [lazy]
    assert training.remind_of_material(at=later + timedelta(days=30)) == []


def test_figures_for_score_notes_are_set_based(django_assert_num_queries: Any) -> None:
    stations = [make_station() for _number in range(3)]
    people = [make_technician(station=station, user=make_user()) for station in stations]
    material = make_material()
    training.open_material(material, user=people[0].user)

    with django_assert_num_queries(4):
        shares = training.opened_shares(stations)

    assert [shares[station.pk].percent for station in stations] == [100, 0, 0]
