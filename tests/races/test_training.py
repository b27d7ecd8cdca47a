"""Two at once for the last seat, and at one certificate: one wins; without the lock two would."""

from time import sleep
from typing import Any

import pytest

from portal.core import states
from portal.core.errors import Refusal
from stations import people, training
from stations.models import Enrollment, EnrollmentStatus, SkillCertificate, TrainingSession
from stations.training import sessions
from tests.conftest import race
from tests.factories.stations import make_certificate, make_technician
from tests.factories.training import make_course, make_session

pytestmark = pytest.mark.django_db(transaction=True)


def enroll_all(session: TrainingSession, technicians: list[Any]) -> list[Any]:
    return race(
        len(technicians),
        lambda number: training.enroll(TrainingSession.objects.get(pk=session.pk), technicians[number], actor=None),
    )


def confirmed(session: TrainingSession) -> int:
    return Enrollment.objects.filter(session=session, status=EnrollmentStatus.CONFIRMED).count()


def test_the_last_seat_is_given_once() -> None:
    session = make_session(seats=1)

    results = enroll_all(session, [make_technician() for _number in range(4)])

    assert all(isinstance(result, Enrollment) for result in results), results
    assert confirmed(session) == 1
    assert Enrollment.objects.filter(session=session, status=EnrollmentStatus.WAITING).count() == 3


def test_without_the_lock_the_last_seat_is_given_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reading the session unlocked, everybody finds the seat free."""
    session = make_session(seats=1)
    fill = sessions.fill_seats

    def unlocked(row: Any, *related: str) -> Any:
        return type(row).objects.select_related(*related).get(pk=row.pk)

    def slowly(row: Any, **kw: Any) -> Any:
        moved = fill(row, **kw)
        sleep(0.3)  # what was given shows only when it is committed
        return moved

    monkeypatch.setattr(sessions, "lock", unlocked)
    monkeypatch.setattr(sessions, "fill_seats", slowly)
    enroll_all(session, [make_technician() for _number in range(4)])

    assert confirmed(session) > 1
    assert states.lock is not unlocked


def test_a_certificate_is_revoked_once_by_four_hands() -> None:
    certificate = make_certificate(technician=make_technician())

    results = race(
        4,
        lambda _number: people.revoke_certificate(
            SkillCertificate.objects.get(pk=certificate.pk), reason="冒名顶替考试", actor=None
        ),
    )

    assert sum(isinstance(result, SkillCertificate) for result in results) == 1
    assert sum(isinstance(result, people.AlreadyRevoked) for result in results) == 3


def test_one_paper_is_started_by_four_taps_and_handed_in_once() -> None:
    course, technician = make_course(), make_technician()

    started = race(4, lambda _number: training.start_exam(course, technician, actor=None))
    (attempt,) = [result for result in started if not isinstance(result, Exception)]
    handed = race(4, lambda _number: training.submit_exam(attempt, answers={}, actor=None))

    assert sum(isinstance(result, Refusal) for result in started) == 3
    assert sum(isinstance(result, Refusal) for result in handed) == 3
