"""Exams: drawing, answering against the clock, deciding once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.parameters import set_parameter
from stations import training
from stations.models import AttemptStatus, Course, ExamAttempt, SkillCertificate, Technician
from stations.training import refusals
from stations.training.exams import GRACE, draw_paper, percent_of, retry_of, score
from tests.conftest import as_user
from tests.factories.stations import make_family, make_member, make_station, make_technician, make_user
from tests.factories.training import make_course

pytestmark = pytest.mark.django_db
BANK = [
    {"question": n, "points": 5, "choices": [{"pk": 10 * n + place} for place in range(4)], "right": [10 * n]}
    for n in range(1, 9)
]


@given(seed=st.text(min_size=1, max_size=8), count=st.integers(1, 12))
def test_the_same_seed_draws_the_same_paper_without_twins(seed: str, count: int) -> None:
    paper = draw_paper(BANK, count=count, seed=seed)

    assert paper == draw_paper(BANK, count=count, seed=seed)
    assert len({each["question"] for each in paper}) == len(paper) == min(count, 8)
    assert all(
        sorted(c["pk"] for c in each["choices"]) == sorted(c["pk"] for c in BANK[each["question"] - 1]["choices"])
        for each in paper
    )


def test_a_question_counts_only_when_exactly_the_right_choices_are_chosen() -> None:
    paper = [{"question": 1, "points": 5, "right": [11, 12]}, {"question": 2, "points": 3, "right": [21]}]

    assert score(paper, {"1": [12, 11], "2": [21]}) == 8
    assert score(paper, {"1": [11], "2": [21, 22]}) == 0
    assert score(paper, {}) == 0
    assert percent_of(2, 3) == Decimal("66.67")


def right_answers(attempt: ExamAttempt, *, wrong: int = 0) -> dict[str, list[int]]:
    """The paper answered, but for the first `wrong` questions."""
    return {str(each["question"]): each["right"] for each in attempt.paper[wrong:]}


def sit(course: Course, technician: Technician, *, wrong: int = 0, **kw: Any) -> ExamAttempt:
    attempt = training.start_exam(course, technician, actor=technician.user, **kw)
    return training.submit_exam(attempt, answers=right_answers(attempt, wrong=wrong), actor=technician.user, **kw)


def test_passing_issues_a_certificate_and_failing_does_not() -> None:
    family, technician = make_family(), make_technician(user=make_user())
    course = make_course(questions=5, family=family, level=2)

    failed = sit(course, technician, wrong=2)
    passed = sit(course, technician, wrong=1)

    assert (failed.status, failed.percent, failed.certificate) == (AttemptStatus.FAILED, Decimal(60), None)
    assert (passed.status, passed.percent, passed.ordinal) == (AttemptStatus.PASSED, Decimal(80), 2)
    certificate = SkillCertificate.objects.get()
    assert passed.certificate == certificate
    assert (certificate.family, certificate.level, certificate.source) == (family, 2, "exam")
    assert technician.user is not None
    assert [note.kind for note in technician.user.notifications.order_by("pk")] == ["exam.failed", "exam.passed"]


def test_a_course_without_family_passes_without_certificate() -> None:
    attempt = sit(make_course(topic="manners"), make_technician())

    assert (attempt.status, attempt.certificate) == (AttemptStatus.PASSED, None)


def test_the_practical_part_decides_later() -> None:
    course = make_course(questions=4, practical_points=20, family=make_family(), level=1)
    attempt = sit(course, make_technician())
    assert attempt.status == AttemptStatus.SUBMITTED
    for points in (-1, 21):
        with pytest.raises(refusals.BadPoints):
            training.enter_practical(attempt, points=points, actor=None)

    decided = training.enter_practical(attempt, points=11, actor=make_user())

    assert (decided.percent, decided.status) == (Decimal("77.50"), AttemptStatus.FAILED)
    with pytest.raises(refusals.ExamOver):
        training.enter_practical(decided, points=20, actor=None)


def test_a_decided_result_is_frozen_in_the_database() -> None:
    attempt = sit(make_course(), make_technician(), wrong=4)

    with pytest.raises(IntegrityError, match="is decided"), transaction.atomic():
        ExamAttempt.objects.filter(pk=attempt.pk).update(percent=100)


def test_attempts_are_limited_within_twelve_months() -> None:
    course, technician = make_course(), make_technician()
    start = clock.start_of(date(2026, 1, 15))
    for number in range(3):
        sit(course, technician, wrong=4, at=start + timedelta(days=number))

    last = ExamAttempt.objects.latest("pk")
    assert retry_of(last, at=start) == (0, date(2027, 1, 15))
    assert retry_of(last, at=clock.start_of(date(2027, 1, 16))) == (2, None)
    with pytest.raises(refusals.NoAttemptLeft, match="2027-01-15"):
        sit(course, technician, at=clock.start_of(date(2027, 1, 14)))
    fourth = sit(course, technician, at=clock.start_of(date(2027, 1, 15)))

    assert (fourth.ordinal, fourth.status) == (4, AttemptStatus.PASSED)


def test_pass_mark_and_time_are_those_of_the_start() -> None:
    attempt = training.start_exam(make_course(questions=5), make_technician(), actor=None)
    set_parameter("stations.exam_pass_percent", 100, actor=None)

    submitted = training.submit_exam(attempt, answers=right_answers(attempt, wrong=1), actor=None)

    assert (submitted.pass_percent, submitted.status) == (Decimal(80), AttemptStatus.PASSED)
    assert attempt.ends_at - attempt.started_at == timedelta(minutes=30)


def test_answers_after_the_time_are_refused_and_the_sweeper_hands_in_what_was_saved() -> None:
    course, technician = make_course(), make_technician()
    attempt = training.start_exam(course, technician, actor=None)
    training.save_answers(attempt, answers=right_answers(attempt))
    late = attempt.ends_at + GRACE + timedelta(seconds=1)

    for act in (training.save_answers, training.submit_exam):
        with pytest.raises(refusals.TimeIsUp):
            act(attempt, answers={}, at=late, **({"actor": None} if act is training.submit_exam else {}))
    (closed,) = training.close_overdue_exams(at=late)

    assert (closed.status, closed.percent) == (AttemptStatus.PASSED, Decimal(100))
    assert training.close_overdue_exams(at=late) == []


def test_start_refuses_a_second_paper_an_empty_bank_and_who_is_not_at_work() -> None:
    course, technician = make_course(), make_technician()
    training.start_exam(course, technician, actor=None)

    with pytest.raises(refusals.ExamRunning):
        training.start_exam(make_course(), technician, actor=None)
    with pytest.raises(refusals.NoExam):
        training.start_exam(make_course(questions=0), make_technician(), actor=None)
    with pytest.raises(refusals.NotAtWork):
        training.start_exam(course, make_technician(is_active=False), actor=None)


def test_answers_that_are_not_on_the_paper_are_refused() -> None:
    attempt = training.start_exam(make_course(), make_technician(), actor=None)
    other = training.start_exam(make_course(), make_technician(), actor=None)
    key = str(attempt.paper[0]["question"])

    for answers in ({key: [0]}, {"999999": []}, right_answers(other)):
        with pytest.raises(refusals.BadAnswer):
            training.save_answers(attempt, answers=answers)


def test_a_question_needs_a_right_and_a_wrong_choice() -> None:
    course = make_course(questions=0)

    for choices in ([("甲", "", True)], [("甲", "", True), ("乙", "", True)], [("甲", "", False), ("乙", "", False)]):
        with pytest.raises(refusals.BadQuestion):
            training.add_question(course, text="问题", choices=choices, actor=None)


def test_the_paper_on_a_page_leaks_no_answer_and_is_only_for_who_sits_it() -> None:
    station = make_station()
    me = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    colleague = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    browser = as_user(me.user)
    course = make_course(questions=5)
    paper = browser.post(reverse("exam_start", args=[course.pk]), follow=True)
    attempt = ExamAttempt.objects.get()

    assert paper.status_code == 200
    assert b"right" not in paper.content.lower().replace(b"copyright", b"")
    assert attempt.seed.encode() not in paper.content
    address = reverse("exam_paper", args=[attempt.pk])
    assert as_user(colleague.user).get(address).status_code == 404
    assert as_user(owner).get(address).status_code == 403
    sent = {f"q-{key}": values for key, values in right_answers(attempt).items()}
    kept = browser.post(address, sent | {"save": "1"})
    assert (kept.status_code, kept["Location"]) == (302, address)
    done = browser.post(address, sent, follow=True)
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PASSED
    assert "100%" in done.content.decode()
    assert browser.post(address, sent).status_code == 409
    assert browser.get(reverse("my_learning")).status_code == 200


def test_nonsense_for_an_answer_is_refused_on_the_page() -> None:
    station = make_station()
    me = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    attempt = training.start_exam(make_course(), me, actor=None)
    browser, key = as_user(me.user), attempt.paper[0]["question"]

    for value in ("x", "-1", "99999999999999999999", "１"):
        answer = browser.post(reverse("exam_paper", args=[attempt.pk]), {f"q-{key}": value})
        assert answer.status_code == 409


def test_last_scores_are_of_the_exam_decided_last() -> None:
    one, other = make_technician(), make_technician()
    course = make_course(questions=4)
    start = clock.now()
    sit(course, one, wrong=4, at=start)
    sit(course, one, wrong=2, at=start + timedelta(days=1))

    assert training.last_scores([one, other]) == {one.pk: Decimal(50)}
