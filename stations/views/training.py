"""The training center: courses, material, sessions, seats."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import HQ_ROLES, roles_of
from portal.core import clock
from portal.core.attachments import attachments_of
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from stations import training
from stations.forms.people import ReasonForm
from stations.forms.training import AttendanceForm, EnrollForm, MaterialForm, NewSessionForm, SessionForm
from stations.models import Course, Enrollment, MaterialVersion, Technician, TrainingSession

SHOWN = 200


class CourseList(ScopedListView):
    """What is taught."""

    model = Course
    permission = "stations.view_course"
    title = _("Courses")
    columns = [
        Column("code", kind="number", sort="code"),
        Column(str, _("Course")),
        Column("topic"),
        Column("family"),
        Column("level"),
        Column("is_active", on_phone=False),
    ]
    search_fields = ["code", "name", "name_en"]
    filter_fields = ["family", "level"]
    chips = "topic"
    ordering = ["code"]
    select_related = ["family"]


class CourseDetail(ScopedDetailView):
    """A course: its material, its sessions, its exam."""

    model = Course
    permission = "stations.view_course"
    template_name = "stations/training/course.html"
    select_related = ["family"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_actions(self) -> Sequence[Action]:
        pk = self.get_object().pk
        actions = [
            Action(
                _("Publish material"), reverse("material_publish", args=[pk]), "stations.manage_training", "primary"
            ),
        ]
        if self.get_object().questions.filter(is_active=True).exists():
            actions.append(Action(_("Sit the exam"), reverse("exam_start", args=[pk]), "stations.take_exam", "primary"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Code"), row.code),
            Fact(_("Course family"), row.get_topic_display()),
            Fact(_("Product family"), row.family or "–"),
            Fact(_("Level"), row.get_level_display() or "–"),
            Fact(_("Questions per paper"), row.questions_per_paper),
            Fact(_("Points of the practical part"), row.practical_points),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "materials": list(row.materials.all()[:SHOWN]),
            "sessions": list(row.sessions.all()[:SHOWN]),
        }


class PublishMaterial(OperationView):
    model = Course
    permission = "stations.manage_training"
    form_class = MaterialForm
    title = _("Publish material")
    intro = _("The next version; whom it concerns is told, and the page shows who has not opened it.")
    submit_label = _("Publish")
    success_message = _("Published.")

    def get_subtitle(self) -> Any:
        return str(self.object)

    def operate(self, form: Any) -> Any:
        facts = dict(form.cleaned_data)
        return training.publish_material(self.object, files=facts.pop("documents"), actor=self.request.user, **facts)


class MaterialDetail(ScopedDetailView):
    """One version: its files, and who has not opened it. To open the page is to open the version."""

    model = MaterialVersion
    permission = "stations.view_materialversion"
    template_name = "stations/training/material.html"
    select_related = ["course__family", "published_by"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.get_object(), self.request.user
        training.open_material(row, user=user)
        sees_others = user.has_perm("stations.view_materialreading")
        return super().get_context_data(**kwargs) | {
            "files": attachments_of(row, "material"),
            "opened": training.opened_of(row, user) if sees_others else None,
            "not_opened": list(training.not_opened(row, user)[:SHOWN]) if sees_others else [],
        }

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Course"), row.course, row.course.get_absolute_url()),
            Fact(_("Version"), row.version),
            Fact(_("Published at"), clock.local(row.published_at).strftime("%Y-%m-%d %H:%M")),
            Fact(_("Published by"), row.published_by or "–"),
        ]


class SessionList(ScopedListView):
    """When courses are held."""

    model = TrainingSession
    permission = "stations.view_trainingsession"
    title = _("Training sessions")
    columns = [
        Column("number", kind="number"),
        Column("course"),
        Column("starts_at", kind="moment", sort="starts_at"),
        Column("room", small="trainer"),
        Column("seats", on_phone=False),
        Column("status", kind="badge"),
    ]
    search_fields = ["number", "course__name", "room", "trainer"]
    filter_fields = ["course", "starts_at"]
    chips = "status"
    ordering = ["-starts_at"]
    select_related = ["course"]

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Plan a session"), reverse("session_plan"), "stations.manage_training", "primary")]


class SessionDetail(ScopedDetailView):
    """One session: seats given, and who waits in which order."""

    model = TrainingSession
    permission = "stations.view_trainingsession"
    template_name = "stations/training/session.html"
    select_related = ["course"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().course)

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.status != "open" or row.starts_at <= clock.now():
            return None
        free = row.seats - row.enrollments.filter(status="confirmed").count()
        may = self.request.user.has_perm("stations.enroll_technician")
        url = reverse("session_enroll", args=[row.pk]) if may else ""
        if free > 0:
            return NextStep(_("%(free)s seats are free.") % {"free": free}, _("Enroll a technician"), url)
        text = _("All seats are taken; who enrolls now waits. Busier stations come first, then who enrolled earlier.")
        return NextStep(text, _("Enroll a technician"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        manage = "stations.manage_training"
        actions = []
        if row.status == "planned":
            actions.append(Action(_("Open enrollment"), reverse("session_open", args=[row.pk]), manage, "primary"))
        if row.status == "open":
            actions.append(Action(_("Take attendance"), reverse("session_hold", args=[row.pk]), manage, "primary"))
        if row.status in ("planned", "open"):
            actions.append(Action(pgettext_lazy("record", "Change"), reverse("session_change", args=[row.pk]), manage))
            actions.append(Action(_("Cancel the session"), reverse("session_cancel", args=[row.pk]), manage, "danger"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        start, end = (clock.local(each).strftime("%Y-%m-%d %H:%M") for each in (row.starts_at, row.ends_at))
        return [
            Fact(_("Course"), row.course, row.course.get_absolute_url()),
            Fact(_("Starts at"), start),
            Fact(_("Ends at"), end),
            Fact(_("Room"), row.room),
            Fact(_("Exhibits"), row.exhibits or "–"),
            Fact(_("Trainer"), row.trainer),
            Fact(_("Seats"), row.seats),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.get_object(), self.request.user
        visible = Enrollment.objects.visible_to(user).values("pk")
        rows = list(row.enrollments.select_related("technician__station"))
        mine = set(row.enrollments.filter(pk__in=visible).values_list("pk", flat=True))
        waiting = [each for each in rows if each.status == "waiting"]
        for place, each in enumerate(waiting, start=1):
            each.place = place
        return super().get_context_data(**kwargs) | {
            "enrollments": sorted(
                (each for each in rows if each.pk in mine and each.status != "cancelled"),
                key=lambda each: each.status == "waiting",
            ),
            "taken": sum(each.status in ("confirmed", "attended", "absent") for each in rows),
            "waiting": len(waiting),
            "at_headquarters": bool(roles_of(user) & HQ_ROLES),
        }


class PlanSession(OperationView):
    permission = "stations.manage_training"
    form_class = NewSessionForm
    title = _("Plan a session")
    success_message = _("Planned. Stations can enroll once you open it.")

    def get_cancel_url(self) -> str:
        return reverse("session_list")

    def operate(self, form: Any) -> Any:
        facts = dict(form.cleaned_data)
        return training.plan_session(facts.pop("course"), actor=self.request.user, **facts)


class SessionOperation(OperationView):
    """Something done to a session."""

    model = TrainingSession
    permission = "stations.manage_training"
    select_related = ["course"]

    def get_subtitle(self) -> Any:
        return f"{self.object} · {self.object.course}"


class ChangeSession(SessionOperation):
    form_class = SessionForm
    title = _("Change the session")
    success_message = _("Changed.")

    def get_initial(self) -> dict[str, Any]:
        row = self.object
        names = ("room", "trainer", "exhibits", "starts_at", "ends_at", "seats")
        return super().get_initial() | {name: getattr(row, name) for name in names}

    def operate(self, form: Any) -> Any:
        return training.change_session(self.object, facts=form.cleaned_data, actor=self.request.user)


class OpenSession(SessionOperation):
    title = _("Open enrollment")
    intro = _("Stations can enroll their technicians from now on.")
    submit_label = _("Open enrollment")
    success_message = _("Enrollment is open.")

    def operate(self, form: Any) -> Any:
        return training.open_session(self.object, actor=self.request.user)


class HoldSession(SessionOperation):
    form_class = AttendanceForm
    title = _("Take attendance")
    intro = _("Who is not marked was absent. The waiting list is over.")
    success_message = _("Attendance is on record.")

    def operate(self, form: Any) -> Any:
        attended = {int(value) for value in form.cleaned_data["attended"]}
        return training.hold_session(self.object, attended=attended, actor=self.request.user)


class CancelSession(SessionOperation):
    form_class = ReasonForm
    title = _("Cancel the session")
    intro = _("Everybody enrolled is told.")
    submit_label = _("Cancel the session")
    danger = True
    success_message = _("Cancelled.")

    def operate(self, form: Any) -> Any:
        return training.cancel_session(self.object, actor=self.request.user, **form.cleaned_data)


class EnrollTechnician(SessionOperation):
    permission = "stations.enroll_technician"
    form_class = EnrollForm
    title = _("Enroll a technician")
    intro = _("A free seat is confirmed at once; else the technician waits, busier stations first, then by time.")
    submit_label = _("Enroll")
    success_message = _("Enrolled.")

    def operate(self, form: Any) -> Any:
        technician: Technician = form.cleaned_data["technician"]
        return training.enroll(self.object, technician, actor=self.request.user)


class CancelEnrollment(OperationView):
    model = Enrollment
    permission = "stations.enroll_technician"
    title = _("Give the seat back")
    intro = _("The first who waits moves up.")
    submit_label = _("Give it back")
    danger = True
    success_message = _("Given back.")
    select_related = ["session__course", "technician"]

    def get_subtitle(self) -> Any:
        return str(self.object)

    def operate(self, form: Any) -> Any:
        return training.cancel_enrollment(self.object, actor=self.request.user)
