"""The training center's desk: courses with their bank, sessions with their moves, exams to grade."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import training
from stations.forms.people import ReasonForm
from stations.forms.training import PracticalForm
from stations.models import Choice, Course, Enrollment, ExamAttempt, MaterialVersion, Question, TrainingSession


def _open(session: TrainingSession, _values: dict[str, Any], actor: Any) -> None:
    training.open_session(session, actor=actor)


def _cancel(session: TrainingSession, values: dict[str, Any], actor: Any) -> None:
    training.cancel_session(session, actor=actor, **values)


def _practical(attempt: ExamAttempt, values: dict[str, Any], actor: Any) -> None:
    training.enter_practical(attempt, actor=actor, **values)


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


class ChoiceInline(ScopedTabularInline):
    """Answers offered; papers already drawn keep theirs."""

    model = Choice
    fields = ["position", "text", "text_en", "is_right"]


@admin.register(Question)
class QuestionAdmin(ScopedAdmin):
    """The question bank."""

    list_display = ["text", "course", "kind", "points", "is_active"]
    list_filter = ["course", "kind", "is_active"]
    list_select_related = ["course"]
    search_fields = ["text", "text_en"]
    autocomplete_fields = ["course"]
    inlines = [ChoiceInline]


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
