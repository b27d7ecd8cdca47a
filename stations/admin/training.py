"""The training center's desk: courses with their bank, sessions with their moves, exams to grade."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import training
from stations.forms.people import ReasonForm
from stations.forms.training import ChangeQuestionForm, ChoiceRows, PracticalForm, QuestionForm
from stations.models import Choice, Course, Enrollment, ExamAttempt, MaterialVersion, Question, TrainingSession


def _open(session: TrainingSession, _values: dict[str, Any], actor: Any) -> None:
    training.open_session(session, actor=actor)


def _cancel(session: TrainingSession, values: dict[str, Any], actor: Any) -> None:
    training.cancel_session(session, actor=actor, **values)


def _practical(attempt: ExamAttempt, values: dict[str, Any], actor: Any) -> None:
    training.enter_practical(attempt, actor=actor, **values)


def _choices(lines: Sequence[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    return [(row["text"], row["text_en"], row["is_right"]) for row in lines if row.get("text")]


def _add_question(course: Course, values: dict[str, Any], actor: Any) -> None:
    training.add_question(course, choices=_choices(values.pop("lines")), actor=actor, **values)


def _change_question(question: Question, values: dict[str, Any], actor: Any) -> None:
    training.change_question(question, choices=_choices(values.pop("lines")), actor=actor, **values)


def _no_choices(_course: Course) -> tuple[Any, list[dict[str, Any]]]:
    return ChoiceRows, []


def _its_choices(question: Question) -> tuple[Any, list[dict[str, Any]]]:
    return ChoiceRows, [
        {"text": each.text, "text_en": each.text_en, "is_right": each.is_right} for each in question.choices.all()
    ]


class MaterialInline(ScopedTabularInline):
    """Versions as published."""

    model = MaterialVersion
    fields = ["version", "changes", "published_at", "published_by"]
    readonly_fields = fields

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """A version is published on the course's page, with its files."""
        return False


@admin.register(Course)
class CourseAdmin(ScopedAdmin):
    """Courses."""

    list_display = ["code", "name", "topic", "family", "level", "questions_per_paper", "is_active"]
    list_filter = ["topic", "family", "level"]
    list_select_related = ["family"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["family"]
    inlines = [MaterialInline]
    operations = [
        OperationButton(
            "question", _("Add a question"), _add_question, permission="stations.manage_training", form=QuestionForm,
            formset=_no_choices, intro=_("At least one choice is right and at least one wrong."), success=_("Question added."),
        ),
    ]  # fmt: skip


class ChoiceInline(ScopedTabularInline):
    """Answers offered; papers already drawn keep theirs."""

    model = Choice
    fields = ["position", "text", "text_en", "is_right"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """The question bank; a question is added on its course's page."""

    list_display = ["text", "course", "kind", "points", "is_active"]
    list_filter = ["course", "kind", "is_active"]
    list_select_related = ["course"]
    search_fields = ["text", "text_en"]
    inlines = [ChoiceInline]
    operations = [
        OperationButton(
            "edit", _("Change the question"), _change_question, permission="stations.manage_training",
            form=ChangeQuestionForm, formset=_its_choices, style="primary",
            intro=_("At least one choice is right and at least one wrong. Papers already drawn keep what they show."),
            success=_("Changed."),
        ),
    ]  # fmt: skip


class EnrollmentInline(ScopedTabularInline):
    """Seats and the waiting list in its order."""

    model = Enrollment
    fields = ["technician", "status", "volume", "enrolled_at"]
    readonly_fields = fields

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Stations enroll on the session's page."""
        return False


@admin.register(TrainingSession)
class TrainingSessionAdmin(ReadOnlyAdmin):
    """Sessions, the latest first."""

    list_display = ["number", "course", "starts_at", "room", "trainer", "seats", "status"]
    list_filter = ["status", "course"]
    list_select_related = ["course"]
    search_fields = ["number", "course__name", "trainer"]
    date_hierarchy = "starts_at"
    inlines = [EnrollmentInline]
    operations = [
        OperationButton(
            "open", _("Open enrollment"), _open, permission="stations.manage_training",
            shown=lambda row: can_move(row, "open"), style="primary",
            success=_("Enrollment is open."),
        ),
        OperationButton(
            "cancel", _("Cancel the session"), _cancel, permission="stations.manage_training",
            shown=lambda row: can_move(row, "cancelled"),
            form=ReasonForm, success=_("Cancelled."),
        ),
    ]  # fmt: skip


@admin.register(ExamAttempt)
class ExamAttemptAdmin(ReadOnlyAdmin):
    """Attempts with their frozen results."""

    list_display = ["course", "technician", "ordinal", "started_at", "percent", "status"]
    list_filter = ["status", "course"]
    list_select_related = ["course", "technician"]
    search_fields = ["technician__name", "course__name"]
    fields = [
        "course", "technician", "ordinal", "status", "theory_points", "theory_full", "practical_points",
        "practical_full", "percent", "pass_percent", "certificate", "graded_by", "started_at", "submitted_at",
    ]  # fmt: skip
    operations = [
        OperationButton(
            "practical", _("Enter the practical score"), _practical, permission="stations.manage_training",
            shown=lambda row: can_move(row, "passed"), form=PracticalForm, style="primary", success=_("The exam is decided."),
        ),
    ]  # fmt: skip
