"""Rows of the training center and of the equipment register for tests."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from portal.core import clock
from stations import training
from stations.models import Course, EquipmentItem, MaterialVersion, TrainingSession

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
_next = count(1)


def make_item(**kw: Any) -> EquipmentItem:
    """An instrument that is calibrated every year."""
    number = next(_next)
    return EquipmentItem.objects.create(**{"code": f"I{number}", "name": "绝缘测试仪", "calibration_months": 12} | kw)


def make_course(*, questions: int = 4, **kw: Any) -> Course:
    """A course with so many questions of 5 points; the first choice is right, in every third also the second."""
    number = next(_next)
    defaults = {"code": f"C{number}", "name": f"课程{number}", "topic": "repair", "questions_per_paper": 10}
    course = Course.objects.create(**defaults | kw)
    for place in range(questions):
        choices = [(f"答案{n}", f"Answer {n}", n == 0 or (n == 1 and place % 3 == 2)) for n in range(4)]
        training.add_question(course, text=f"问题{place}", text_en=f"Question {place}", choices=choices, actor=None)
    return course


def make_material(**kw: Any) -> MaterialVersion:
    """The next version of a course's material, one file."""
    course = kw.pop("course", None) or make_course(questions=0)
    files = [ContentFile(PDF, "slides.pdf")]
    return training.publish_material(course, **{"changes": "新增章节", "files": files, "actor": None} | kw)


def make_session(*, is_open: bool = True, **kw: Any) -> TrainingSession:
    """A session in ten days with two seats, open for enrollment."""
    start = clock.now() + timedelta(days=10)
    course = kw.pop("course", None) or make_course(questions=0)
    defaults = {
        "room": "一号教室", "trainer": "赵老师", "starts_at": start, "ends_at": start + timedelta(hours=6), "seats": 2,
        "actor": None,
    }  # fmt: skip
    session = training.plan_session(course, **defaults | kw)
    return training.open_session(session, actor=None) if is_open else session
