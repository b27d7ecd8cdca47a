"""Sessions and their seats: planned, opened, enrolled in, held. One function gives seats: fill_seats().

Every seat is given under the session's lock. Who enrolls while a seat is free has it at once; else they wait, ordered
by the volume of their station as it was at enrollment (high first), then by time, then by row. A freed seat goes to the
first who waits. Source: requirements.md 78 (priority to high-volume dealers).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.notifications import notify
from portal.core.numbering import take_number
from portal.core.states import lock, move
from stations.models import Course, Enrollment, EnrollmentStatus, SessionStatus, Technician, TrainingSession
from stations.people.staff import owners_of
from stations.states import ENROLLED, SEATED
from stations.training.refusals import (
    AlreadyEnrolled,
    BadPeriod,
    NotAtWork,
    NotOpen,
    SeatsTaken,
    SessionAhead,
    SessionBegun,
)
from stations.training.volume import volume_of

S, N = SessionStatus, EnrollmentStatus


@transaction.atomic
def plan_session(
    course: Course,
    *,
    room: str,
    trainer: str,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    exhibits: str = "",
    actor: Any,
    at: datetime | None = None,
) -> TrainingSession:
    """A session is planned; nobody can enroll yet. Raises BadPeriod. Writes TrainingSession and one Event."""
    at = at or clock.now()
    _check_period(starts_at, ends_at)
    session = TrainingSession.objects.create(
        course=course, room=room, trainer=trainer, exhibits=exhibits, seats=seats, starts_at=starts_at,
        ends_at=ends_at, number=take_number("TR", at=at),
    )  # fmt: skip
    events.record(session, "trainingsession.planned", actor=actor, at=at)
    return session


def _check_period(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        start, end = (clock.local(each).strftime("%Y-%m-%d %H:%M") for each in (starts_at, ends_at))
        raise BadPeriod(start=start, end=end, field="ends_at")


@transaction.atomic
def change_session(
    session: TrainingSession, *, facts: Mapping[str, Any], actor: Any, at: datetime | None = None
) -> TrainingSession:
    """Room, trainer, times or seats are as given; more seats go to who waits. Raises NotOpen, BadPeriod, SeatsTaken."""
    session = lock(session, "course")
    if session.status not in (S.PLANNED, S.OPEN):
        raise NotOpen(session=session.number, status=session.get_status_display())
    for name in ("room", "trainer", "exhibits", "starts_at", "ends_at", "seats"):
        if name in facts:
            setattr(session, name, facts[name])
    _check_period(session.starts_at, session.ends_at)
    taken = session.enrollments.filter(status__in=sorted(SEATED)).count()
    if session.seats < taken:
        raise SeatsTaken(taken=taken, got=session.seats, field="seats")
    session.save(update_fields=["room", "trainer", "exhibits", "starts_at", "ends_at", "seats"])
    events.record(session, "trainingsession.changed", actor=actor, at=at)
    fill_seats(session, actor=actor, at=at)
    return session


@transaction.atomic
def open_session(session: TrainingSession, *, actor: Any, at: datetime | None = None) -> TrainingSession:
    """Stations can enroll their technicians. Writes one Event."""
    return move(session, S.OPEN, actor=actor, at=at)


@transaction.atomic
def enroll(session: TrainingSession, technician: Technician, *, actor: Any, at: datetime | None = None) -> Enrollment:
    """The technician has a seat, or a place on the waiting list. Writes Enrollment and Events.

    Raises NotOpen, SessionBegun, NotAtWork, AlreadyEnrolled.
    """
    at = at or clock.now()
    session = lock(session, "course")
    if session.status != S.OPEN:
        raise NotOpen(session=session.number, status=session.get_status_display())
    if session.starts_at <= at:
        raise SessionBegun(session=session.number)
    if not technician.is_active:
        raise NotAtWork(technician=technician.name, field="technician")
    if Enrollment.objects.filter(session=session, technician=technician, status__in=sorted(ENROLLED)).exists():
        raise AlreadyEnrolled(technician=technician.name, session=session.number, field="technician")
    row = Enrollment.objects.create(
        session=session, technician=technician, enrolled_by=actor, enrolled_at=at, volume=volume_of(technician.station)
    )
    data = {"technician": technician.name, "volume": str(row.volume)}
    events.record(row, "enrollment.made", actor=actor, at=at, data=data, root=session.number)
    fill_seats(session, actor=actor, at=at)
    row.refresh_from_db()
    return row


def fill_seats(session: TrainingSession, *, actor: Any, at: datetime | None = None) -> list[Enrollment]:
    """Every free seat of the locked session has gone to the first who waits; who moved up is told."""
    at = at or clock.now()
    taken = session.enrollments.filter(status__in=sorted(SEATED)).count()
    waiting = session.enrollments.filter(status=N.WAITING).select_related("technician__station", "technician__user")
    first = list(waiting.order_by("-volume", "enrolled_at", "pk")[: max(session.seats - taken, 0)])
    for row in first:
        move(row, N.CONFIRMED, actor=actor, at=at)
        Enrollment.objects.filter(pk=row.pk).update(confirmed_at=at)
        _tell(session, row, "enrollment.confirmed", at=at)
    return first


def _tell(session: TrainingSession, row: Enrollment, kind: str, *, at: datetime) -> None:
    technician = row.technician
    facts = {
        "technician": technician.name, "session": session.number, "course": session.course.name,
        "course_en": session.course.name_en, "starts_at": clock.local(session.starts_at).strftime("%Y-%m-%d %H:%M"),
        "room": session.room,
    }  # fmt: skip
    users = [*owners_of([technician.station])[technician.station_id], *([technician.user] if technician.user else [])]
    notify(users, kind, facts, url=session.get_absolute_url(), subject=row, at=at)


@transaction.atomic
def cancel_enrollment(row: Enrollment, *, actor: Any, at: datetime | None = None) -> Enrollment:
    """The place is given back, and the first who waits moves up. Raises TransitionNotAllowed. Writes Events."""
    session = lock(row.session, "course")
    row = move(row, N.CANCELLED, actor=actor, at=at)
    if session.status == S.OPEN:
        fill_seats(session, actor=actor, at=at)
    return row


@transaction.atomic
def hold_session(
    session: TrainingSession, *, attended: set[int], actor: Any, at: datetime | None = None
) -> TrainingSession:
    """The session took place: of those with a seat the ones named (by enrollment) attended, the others were absent.

    The waiting list is over. Raises SessionAhead, TransitionNotAllowed. Writes Events.
    """
    at = at or clock.now()
    session = lock(session)
    if session.starts_at > at:
        raise SessionAhead(session=session.number)
    session = move(session, S.HELD, actor=actor, at=at)
    for row in session.enrollments.filter(status__in=[N.WAITING, N.CONFIRMED]).order_by("pk"):
        seated = N.ATTENDED if row.pk in attended else N.ABSENT
        move(row, N.CANCELLED if row.status == N.WAITING else seated, actor=actor, at=at)
    return session


@transaction.atomic
def cancel_session(session: TrainingSession, *, reason: str, actor: Any, at: datetime | None = None) -> TrainingSession:
    """The session does not take place; everybody enrolled is told. Raises TransitionNotAllowed. Writes Events."""
    at = at or clock.now()
    session = move(lock(session, "course"), S.CANCELLED, actor=actor, at=at, note=reason)
    rows = session.enrollments.filter(status__in=[N.WAITING, N.CONFIRMED]).order_by("pk")
    for row in rows.select_related("technician__station", "technician__user"):
        move(row, N.CANCELLED, actor=actor, at=at)
        _tell(session, row, "enrollment.session_cancelled", at=at)
    return session
