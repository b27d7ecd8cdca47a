"""Exams: a paper drawn from the bank, answered against the clock, decided for good. Not here: the bank's pages.

A paper is drawn by the attempt's seed and frozen with it, right answers included; pages show only questions_of().
A question counts in full when exactly its right choices are chosen, else not at all.
"""

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, show
from portal.core.calendar import add_months
from portal.core.money import round_money
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.models import (
    AnswerKind,
    AttemptStatus,
    CertificateSource,
    Choice,
    Course,
    ExamAttempt,
    Question,
    Technician,
)
from stations.models.products import in_language
from stations.people.certificates import certify
from stations.training.refusals import (
    BadAnswer,
    BadPoints,
    BadQuestion,
    ExamOver,
    ExamRunning,
    NoAttemptLeft,
    NoExam,
    NotAtWork,
    TimeIsUp,
)

GRACE = timedelta(seconds=30)  # for a slow line between the last tap and us
A = AttemptStatus


@transaction.atomic
def add_question(
    course: Course,
    *,
    text: str,
    choices: Sequence[tuple[str, str, bool]],
    text_en: str = "",
    points: int = 5,
    actor: Any,
    at: datetime | None = None,
) -> Question:
    """The bank has the question. choices: text, English text, whether it is right. Raises BadQuestion. One Event."""
    kind = _kind_of(choices)
    question = Question.objects.create(course=course, kind=kind, text=text, text_en=text_en, points=points)
    _write_choices(question, choices)
    events.record(course, "course.question_added", actor=actor, at=at, data={"question": question.pk})
    return question


@transaction.atomic
def change_question(
    question: Question,
    *,
    text: str,
    choices: Sequence[tuple[str, str, bool]],
    text_en: str = "",
    points: int = 5,
    is_active: bool = True,
    actor: Any,
    at: datetime | None = None,
) -> Question:
    """The question asks this from the next paper on, or nothing if it is not active; drawn papers keep what they show.

    choices: as in add_question(). Raises BadQuestion. One Event.
    """
    kind = _kind_of(choices)
    question = lock(question, "course")
    question.kind, question.text, question.text_en = kind, text, text_en
    question.points, question.is_active = points, is_active
    question.save(update_fields=["kind", "text", "text_en", "points", "is_active"])
    question.choices.all().delete()
    _write_choices(question, choices)
    data = {"question": question.pk, "is_active": is_active}
    events.record(question.course, "course.question_changed", actor=actor, at=at, data=data)
    return question


def _kind_of(choices: Sequence[tuple[str, str, bool]]) -> AnswerKind:
    """One or several right answers; at least one is right and one wrong."""
    right = sum(is_right for _text, _english, is_right in choices)
    if len(choices) < 2 or not 1 <= right < len(choices):
        raise BadQuestion(field="choices")
    return AnswerKind.SINGLE if right == 1 else AnswerKind.MULTIPLE


def _write_choices(question: Question, choices: Sequence[tuple[str, str, bool]]) -> None:
    Choice.objects.bulk_create(
        Choice(question=question, position=place, text=words, text_en=english, is_right=is_right)
        for place, (words, english, is_right) in enumerate(choices, start=1)
    )


# Drawing and scoring: pure


def draw_paper(bank: Sequence[Mapping[str, Any]], *, count: int, seed: str) -> list[dict[str, Any]]:
    """`count` questions of the bank (all, if it holds fewer), each with its choices shuffled: the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 a draw that can be repeated, not a secret
    drawn = dice.sample(list(bank), min(count, len(bank)))
    return [
        dict(question) | {"choices": dice.sample(question["choices"], len(question["choices"]))} for question in drawn
    ]


def score(paper: Iterable[Mapping[str, Any]], answers: Mapping[str, Iterable[int]]) -> int:
    """Points of the questions whose chosen answers are exactly the right ones."""
    return sum(
        question["points"]
        for question in paper
        if set(answers.get(str(question["question"]), ())) == set(question["right"])
    )


def percent_of(points: int, full: int) -> Decimal:
    """Rounded half up to two places; an exam without points is 0."""
    return round_money(Decimal(100) * points / full) if full else Decimal(0)


@dataclass(frozen=True)
class ShownQuestion:
    """A question as the technician sees it: nothing tells which choice is right."""

    key: str
    text: str
    several: bool
    points: int
    choices: tuple[tuple[int, str], ...]


def questions_of(attempt: ExamAttempt) -> list[ShownQuestion]:
    """The paper in the reader's language, without its answers."""
    return [
        ShownQuestion(
            str(question["question"]),
            in_language(question["text"], question["text_en"]),
            question["kind"] == AnswerKind.MULTIPLE,
            question["points"],
            tuple((each["pk"], in_language(each["text"], each["text_en"])) for each in question["choices"]),
        )
        for question in attempt.paper
    ]


# Sitting


@transaction.atomic
def start_exam(
    course: Course, technician: Technician, *, actor: Any, seed: str = "", at: datetime | None = None
) -> ExamAttempt:
    """The technician sits a paper of their own, against the clock. Writes ExamAttempt and one Event.

    Raises NotAtWork, NoExam, ExamRunning, NoAttemptLeft (3 D within twelve months).
    """
    at = at or clock.now()
    technician = lock(technician)
    if not technician.is_active:
        raise NotAtWork(technician=technician.name)
    close_overdue_exams(at=at, technician=technician)
    running = ExamAttempt.objects.filter(technician=technician, status=A.RUNNING).select_related("course").first()
    if running is not None:
        raise ExamRunning(course=str(running.course))
    earlier = list(ExamAttempt.objects.filter(course=course, technician=technician).order_by("started_at"))
    _check_attempts(earlier, at)
    bank = _bank_of(course)
    if not bank:
        raise NoExam
    seed = seed or secrets.token_hex(8)
    paper = draw_paper(bank, count=course.questions_per_paper, seed=seed)
    attempt = ExamAttempt.objects.create(
        course=course, technician=technician, ordinal=len(earlier) + 1, seed=seed, paper=paper,
        pass_percent=param("stations.exam_pass_percent", at), theory_full=sum(each["points"] for each in paper),
        practical_full=course.practical_points, started_at=at,
        ends_at=at + timedelta(minutes=param("stations.exam_minutes", at)),
    )  # fmt: skip
    events.record(attempt, "examattempt.started", actor=actor, at=at, data={"ordinal": attempt.ordinal})
    return attempt


def _check_attempts(earlier: Sequence[ExamAttempt], at: datetime) -> None:
    limit = param("stations.exam_attempts", at)
    today = clock.local_date(at)
    recent = [each for each in earlier if _frees_on(each) > today]
    if len(recent) >= limit:
        raise NoAttemptLeft(limit=limit, day=_frees_on(recent[-limit]).isoformat())


def retry_of(attempt: ExamAttempt, *, at: datetime | None = None) -> tuple[int, date | None]:
    """Attempts of the course that the technician has left within twelve months, and without any the day of the next."""
    at = at or clock.now()
    limit, today = param("stations.exam_attempts", at), clock.local_date(at)
    rows = ExamAttempt.objects.filter(course=attempt.course_id, technician=attempt.technician_id).order_by("started_at")
    recent = [each for each in rows.only("started_at") if _frees_on(each) > today]
    left = max(limit - len(recent), 0)
    return left, None if left or not recent else _frees_on(recent[-limit])


def _frees_on(attempt: ExamAttempt) -> date:
    return add_months(clock.local_date(attempt.started_at), 12)


def _bank_of(course: Course) -> list[dict[str, Any]]:
    questions = Question.objects.filter(course=course, is_active=True).order_by("pk").prefetch_related("choices")
    return [
        {
            "question": row.pk,
            "kind": row.kind,
            "text": row.text,
            "text_en": row.text_en,
            "points": row.points,
            "choices": [{"pk": each.pk, "text": each.text, "text_en": each.text_en} for each in row.choices.all()],
            "right": [each.pk for each in row.choices.all() if each.is_right],
        }
        for row in questions
    ]


@transaction.atomic
def save_answers(
    attempt: ExamAttempt, *, answers: Mapping[str, Sequence[int]], at: datetime | None = None
) -> ExamAttempt:
    """What is chosen so far is kept. Raises ExamOver, TimeIsUp, BadAnswer."""
    at = at or clock.now()
    attempt = lock(attempt)
    _check_running(attempt, at)
    attempt.answers = attempt.answers | _checked(attempt, answers)
    attempt.save(update_fields=["answers"])
    return attempt


def _check_running(attempt: ExamAttempt, at: datetime) -> None:
    if attempt.status != A.RUNNING:
        raise ExamOver
    if at > attempt.ends_at + GRACE:
        raise TimeIsUp(ends=clock.local(attempt.ends_at).strftime("%H:%M"))


def _checked(attempt: ExamAttempt, answers: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    known = {str(each["question"]): {choice["pk"] for choice in each["choices"]} for each in attempt.paper}
    for key, chosen in answers.items():
        strangers = [pk for pk in chosen if pk not in known.get(key, ())]
        if key not in known or strangers:
            raise BadAnswer(question=key, got=", ".join(map(str, strangers)) or key)
    return {key: sorted(set(chosen)) for key, chosen in answers.items()}


@transaction.atomic
def submit_exam(
    attempt: ExamAttempt,
    *,
    answers: Mapping[str, Sequence[int]] | None = None,
    actor: Any,
    at: datetime | None = None,
) -> ExamAttempt:
    """The paper is handed in and scored; decided at once unless a practical part follows. Raises ExamOver, TimeIsUp, BadAnswer.

    Writes Events and, when passed, a SkillCertificate.
    """
    at = at or clock.now()
    attempt = lock(attempt, "course__family", "technician__station", "technician__user")
    _check_running(attempt, at)
    attempt.answers = attempt.answers | _checked(attempt, answers or {})
    return _hand_in(attempt, actor=actor, at=at)


def _hand_in(attempt: ExamAttempt, *, actor: Any, at: datetime) -> ExamAttempt:
    attempt.theory_points = score(attempt.paper, attempt.answers)
    attempt.submitted_at = at
    attempt.save(update_fields=["answers", "theory_points", "submitted_at"])
    attempt = move(attempt, A.SUBMITTED, actor=actor, at=at)
    return attempt if attempt.practical_full else _decide(attempt, actor=actor, at=at)


@transaction.atomic
def enter_practical(attempt: ExamAttempt, *, points: int, actor: Any, at: datetime | None = None) -> ExamAttempt:
    """The trainer's score of the practical part stands and the exam is decided. Raises BadPoints, TransitionNotAllowed."""
    at = at or clock.now()
    attempt = lock(attempt, "course__family", "technician__station", "technician__user")
    if attempt.status != A.SUBMITTED:
        raise ExamOver(_("No practical score is waited for."))
    if not 0 <= points <= attempt.practical_full:
        raise BadPoints(got=points, high=attempt.practical_full, field="points")
    attempt.practical_points, attempt.graded_by = points, actor
    attempt.save(update_fields=["practical_points", "graded_by"])
    return _decide(attempt, actor=actor, at=at)


def _decide(attempt: ExamAttempt, *, actor: Any, at: datetime) -> ExamAttempt:
    points = (attempt.theory_points or 0) + (attempt.practical_points or 0)
    attempt.percent = percent_of(points, attempt.theory_full + attempt.practical_full)
    passed = attempt.percent >= attempt.pass_percent
    course = attempt.course
    if passed and course.family is not None and course.level is not None:
        attempt.certificate = certify(
            attempt.technician,
            family=course.family,
            level=course.level,
            source=CertificateSource.EXAM,
            actor=actor,
            at=at,
        )
    attempt.save(update_fields=["percent", "certificate"])
    attempt = move(
        attempt, A.PASSED if passed else A.FAILED, actor=actor, at=at, data={"percent": str(attempt.percent)}
    )
    facts = {"course": course.name, "course_en": course.name_en, "percent": show.quantity(attempt.percent)}
    notify(
        [attempt.technician.user],
        f"exam.{attempt.status}",
        facts,
        url=attempt.get_absolute_url(),
        subject=attempt,
        at=at,
    )
    return attempt


@transaction.atomic
def close_overdue_exams(*, at: datetime | None = None, technician: Technician | None = None) -> list[ExamAttempt]:
    """Papers whose time is up are handed in as they were saved; which. Run every few minutes."""
    at = at or clock.now()
    overdue = ExamAttempt.objects.filter(status=A.RUNNING, ends_at__lt=at - GRACE)
    if technician is not None:
        overdue = overdue.filter(technician=technician)
    related = ("course__family", "technician__station", "technician__user")
    closed = []
    for row in overdue.order_by("pk"):
        locked = lock(row, *related)
        if locked.status == A.RUNNING:
            closed.append(_hand_in(locked, actor=None, at=at))
    return closed
