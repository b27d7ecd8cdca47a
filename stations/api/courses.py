"""Courses, their material version by version, the question bank, and results of exams. A paper is for a person."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.attachments import attachments_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, Files, UploadEndpoint
from stations import training
from stations.models import (
    Choice,
    Course,
    CourseTopic,
    ExamAttempt,
    MaterialVersion,
    ProductFamily,
    Question,
    Station,
    Technician,
)
from stations.states import AttemptStatus

MOST_FILES = 40
EXAM = ("course", "technician__station", "certificate")


class CourseRow(RowSerializer):
    """A course; with a product family and a level its exam certifies."""

    family = serializers.CharField(source="family.code", allow_null=True, default=None)

    class Meta:
        model = Course
        fields = [
            "id", "code", "name", "name_en", "topic", "family", "level", "questions_per_paper", "practical_points",
            "is_active",
        ]  # fmt: skip


class MaterialRow(RowSerializer):
    """A version of a course's material as lists show it."""

    course = serializers.CharField(source="course.code")

    class Meta:
        model = MaterialVersion
        fields = ["id", "course", "version", "changes", "changes_en", "published_at"]


class MaterialRecord(MaterialRow):
    """A version with its files."""

    files = serializers.SerializerMethodField()

    class Meta(MaterialRow.Meta):
        fields = [*MaterialRow.Meta.fields, "files"]

    @extend_schema_field(FileRow(many=True))
    def get_files(self, row: MaterialVersion) -> Any:
        """Their bytes are at files/<id>/."""
        return FileRow(attachments_of(row, "material"), many=True).data


class CourseFilter(ScopedFilterSet):
    """By course family, product family, and whether taught."""

    topic = django_filters.ChoiceFilter(choices=CourseTopic.choices)
    family = by_code(ProductFamily.objects.all())
    is_active = django_filters.BooleanFilter()


class Courses(ListEndpoint):
    """Courses by code."""

    model = Course
    permission = "stations.view_course"
    row_class = CourseRow
    filterset_class = CourseFilter
    ordering = ("code",)
    select_related = ("family",)


class OneCourse(RecordEndpoint):
    """One course."""

    model = Course
    permission = "stations.view_course"
    row_class = CourseRow
    select_related = ("family",)


class NewMaterial(StrictSerializer):
    """The next version: what changed, and its files."""

    changes = StrictText(max_length=2_000)
    changes_en = StrictText(max_length=2_000, allow_blank=True, default="")
    documents = Files(most=MOST_FILES)


class PublishMaterial(UploadEndpoint):
    """The next version is the one taught, and whom it concerns is told; answers the version."""

    model = Course
    permission = "stations.manage_training"
    row_class = MaterialRecord
    body_class = NewMaterial

    def operate(self, values: dict[str, Any]) -> MaterialVersion:
        files = values.pop("documents")
        return training.publish_material(self.record, files=files, actor=self.request.user, **values)


class MaterialFilter(ScopedFilterSet):
    """By course."""

    course = by_code(Course.objects.all())


class Materials(ListEndpoint):
    """Versions of material, the latest first."""

    model = MaterialVersion
    permission = "stations.view_materialversion"
    row_class = MaterialRow
    filterset_class = MaterialFilter
    select_related = ("course",)


class OneMaterial(RecordEndpoint):
    """One version. Reading it here is not on record as opening it, which people do on the page."""

    model = MaterialVersion
    permission = "stations.view_materialversion"
    row_class = MaterialRecord
    select_related = ("course",)


# The question bank


class ChoiceRow(serializers.ModelSerializer[Choice]):
    """An answer a question offers."""

    class Meta:
        model = Choice
        fields = ["text", "text_en", "is_right"]


class QuestionRow(RowSerializer):
    """A question with its answers, for who keeps the bank."""

    course = serializers.CharField(source="course.code")
    choices = ChoiceRow(many=True)

    class Meta:
        model = Question
        fields = ["id", "course", "kind", "text", "text_en", "points", "is_active", "choices"]


class QuestionFilter(ScopedFilterSet):
    """By course, and whether asked."""

    course = by_code(Course.objects.all())
    is_active = django_filters.BooleanFilter()


class OneChoice(StrictSerializer):
    """An answer, and whether it is right."""

    text = StrictText(max_length=200)
    text_en = StrictText(max_length=200, allow_blank=True, default="")
    is_right = StrictBoolean(default=False)


class QuestionBody(StrictSerializer):
    """A question with at least one right and one wrong answer; several right ones make it one of several answers."""

    text = StrictText(max_length=300)
    text_en = StrictText(max_length=300, allow_blank=True, default="")
    points = StrictInteger(min_value=1, max_value=100, default=5)
    choices = OneChoice(many=True, max_length=10)  # type: ignore[call-arg]  # of the list that many=True makes

    def validate_choices(self, rows: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
        """As the bank takes them."""
        return [(row["text"], row["text_en"], row["is_right"]) for row in rows]


class NewQuestion(QuestionBody):
    """The same, for a course."""

    course = ScopedField(slug_field="code", queryset=Course.objects.all())


class ChangedQuestion(QuestionBody):
    """All of a question; is_active: whether it is still asked."""

    is_active = StrictBoolean(default=True)


class Questions(ListEndpoint):
    """The bank; POST adds a question."""

    model = Question
    permission = "stations.view_question"
    create_permission = "stations.add_question"
    row_class = QuestionRow
    body_class = NewQuestion
    filterset_class = QuestionFilter
    select_related = ("course",)
    prefetch_related = ("choices",)

    def operate(self, values: dict[str, Any]) -> Question:
        return training.add_question(values.pop("course"), actor=self.request.user, **values)


class ChangeQuestion(OperationEndpoint):
    """The question is as given; papers drawn before stay as they were."""

    model = Question
    permission = "stations.change_question"
    row_class = QuestionRow
    body_class = ChangedQuestion
    select_related = ("course",)
    prefetch_related = ("choices",)

    def operate(self, values: dict[str, Any]) -> Question:
        return training.change_question(self.record, actor=self.request.user, **values)


# Results


class ExamRow(RowSerializer):
    """A sitting and its result; never its paper."""

    course = serializers.CharField(source="course.code")
    technician = serializers.IntegerField(source="technician_id")
    station = serializers.CharField(source="technician.station.code")
    certificate = serializers.CharField(source="certificate.number", allow_null=True, default=None)

    class Meta:
        model = ExamAttempt
        fields = [
            "id", "course", "technician", "station", "ordinal", "status", "theory_points", "theory_full",
            "practical_points", "practical_full", "percent", "pass_percent", "certificate", "started_at", "submitted_at",
        ]  # fmt: skip


class ExamFilter(ScopedFilterSet):
    """By state, course, station and technician."""

    status = django_filters.ChoiceFilter(choices=AttemptStatus.choices)
    course = by_code(Course.objects.all())
    station = by_code(Station.objects.all(), field_name="technician__station")
    technician = django_filters.ModelChoiceFilter(queryset=Technician.objects.all())


class Exams(ListEndpoint):
    """Exams of the caller's scope, the latest first."""

    model = ExamAttempt
    permission = "stations.view_examattempt"
    row_class = ExamRow
    filterset_class = ExamFilter
    select_related = EXAM


class Points(StrictSerializer):
    """What the trainer saw."""

    points = StrictInteger(min_value=0, max_value=100)


class EnterPractical(OperationEndpoint):
    """The practical part is scored and the exam decided."""

    model = ExamAttempt
    permission = "stations.manage_training"
    row_class = ExamRow
    body_class = Points
    select_related = EXAM

    def operate(self, values: dict[str, Any]) -> ExamAttempt:
        return training.enter_practical(self.record, actor=self.request.user, **values)
