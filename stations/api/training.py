"""Training sessions and enrollments. Exams have no API: a paper is for a person."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictInteger, StrictMoment, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import training
from stations.api.people import TechnicianField, Why
from stations.models import Course, Enrollment, Technician, TrainingSession
from stations.states import EnrollmentStatus, SessionStatus


class SessionRow(RowSerializer):
    """A session."""

    course = serializers.CharField(source="course.code")

    class Meta:
        model = TrainingSession
        fields = ["id", "number", "course", "status", "room", "exhibits", "trainer", "seats", "starts_at", "ends_at"]


class NewSession(StrictSerializer):
    """When, where and for how many a course is held."""

    course = ScopedField(slug_field="code", queryset=Course.objects.filter(is_active=True))
    room = StrictText(max_length=80)
    trainer = StrictText(max_length=60)
    exhibits = StrictText(max_length=200, allow_blank=True, default="")
    starts_at = StrictMoment()
    ends_at = StrictMoment()
    seats = StrictInteger(min_value=1, max_value=500)


class SessionFilter(ScopedFilterSet):
    """By status and course."""

    status = django_filters.ChoiceFilter(choices=SessionStatus.choices)
    course = by_code(Course.objects.all())


class Sessions(ListEndpoint):
    """Sessions, the latest first; POST plans one."""

    model = TrainingSession
    permission = "stations.view_trainingsession"
    create_permission = "stations.manage_training"
    row_class = SessionRow
    body_class = NewSession
    filterset_class = SessionFilter
    ordering = ("-pk",)
    select_related = ("course",)

    def operate(self, values: dict[str, Any]) -> TrainingSession:
        return training.plan_session(values.pop("course"), actor=self.request.user, **values)


class OneSession(RecordEndpoint):
    """One session."""

    model = TrainingSession
    permission = "stations.view_trainingsession"
    row_class = SessionRow
    select_related = ("course",)


class SessionAct(OperationEndpoint):
    """An act on a session."""

    model = TrainingSession
    permission = "stations.manage_training"
    row_class = SessionRow
    select_related = ("course",)


class ChangedSession(StrictSerializer):
    """What is named of room, trainer, exhibits, times and seats."""

    room = StrictText(max_length=80, required=False)
    trainer = StrictText(max_length=60, required=False)
    exhibits = StrictText(max_length=200, allow_blank=True, required=False)
    starts_at = StrictMoment(required=False)
    ends_at = StrictMoment(required=False)
    seats = StrictInteger(min_value=1, max_value=500, required=False)


class ChangeSession(SessionAct):
    """The session is as named; more seats go to who waits."""

    body_class = ChangedSession

    def operate(self, values: dict[str, Any]) -> TrainingSession:
        return training.change_session(self.record, facts=values, actor=self.request.user)


class Attendance(StrictSerializer):
    """Ids of the enrollments of who was there; who is not named was absent."""

    attended = serializers.ListField(child=StrictInteger(min_value=1), max_length=500)


class HoldSession(SessionAct):
    """The session took place, and the waiting list is over."""

    body_class = Attendance

    def operate(self, values: dict[str, Any]) -> TrainingSession:
        attended = set(values["attended"])
        known = set(self.record.enrollments.filter(status=EnrollmentStatus.CONFIRMED).values_list("pk", flat=True))
        if strangers := sorted(attended - known):
            raise serializers.ValidationError({"attended": unexpected(strangers[0], sorted(known)).detail})
        return training.hold_session(self.record, attended=attended, actor=self.request.user)


class CancelSession(SessionAct):
    """The session does not take place; everybody enrolled is told."""

    body_class = Why

    def operate(self, values: dict[str, Any]) -> TrainingSession:
        return training.cancel_session(self.record, actor=self.request.user, **values)


class OpenSession(SessionAct):
    """Stations can enroll."""

    def operate(self, values: dict[str, Any]) -> TrainingSession:
        return training.open_session(self.get_object(), actor=self.request.user)


class EnrollmentRow(RowSerializer):
    """A place in a session."""

    session = serializers.CharField(source="session.number")
    technician = serializers.IntegerField(source="technician_id")
    station = serializers.CharField(source="technician.station.code")

    class Meta:
        model = Enrollment
        fields = ["id", "session", "technician", "station", "status", "enrolled_at", "confirmed_at"]


class NewEnrollment(StrictSerializer):
    """Who shall have a seat where."""

    session = ScopedField(slug_field="number", queryset=TrainingSession.objects.all())
    technician = TechnicianField()


class EnrollmentFilter(ScopedFilterSet):
    """By status, session and technician."""

    session = django_filters.ModelChoiceFilter(queryset=TrainingSession.objects.all(), to_field_name="number")
    technician = django_filters.ModelChoiceFilter(queryset=Technician.objects.all())

    status = django_filters.ChoiceFilter(choices=EnrollmentStatus.choices)


class Enrollments(ListEndpoint):
    """Enrollments of the caller's scope, the latest first; POST enrolls: confirmed or waiting."""

    model = Enrollment
    permission = "stations.view_enrollment"
    create_permission = "stations.enroll_technician"
    row_class = EnrollmentRow
    body_class = NewEnrollment
    filterset_class = EnrollmentFilter
    ordering = ("-pk",)
    select_related = ("session", "technician__station")

    def operate(self, values: dict[str, Any]) -> Enrollment:
        return training.enroll(values["session"], values["technician"], actor=self.request.user)


class CancelEnrollment(OperationEndpoint):
    """The place is given back, and the first who waits moves up."""

    model = Enrollment
    permission = "stations.enroll_technician"
    row_class = EnrollmentRow
    select_related = ("session", "technician__station")

    def operate(self, values: dict[str, Any]) -> Enrollment:
        return training.cancel_enrollment(self.get_object(), actor=self.request.user)
