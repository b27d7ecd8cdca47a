"""The training center: courses and their material, sessions and seats, exams."""

from stations.models.training.courses import (
    Course,
    CourseTopic,
    MaterialReading,
    MaterialReminder,
    MaterialVersion,
)
from stations.models.training.exams import AnswerKind, Choice, ExamAttempt, Question
from stations.models.training.sessions import Enrollment, TrainingSession

__all__ = [
    "AnswerKind",
    "Choice",
    "Course",
    "CourseTopic",
    "Enrollment",
    "ExamAttempt",
    "MaterialReading",
    "MaterialReminder",
    "MaterialVersion",
    "Question",
    "TrainingSession",
]
