"""Exams: start, answer, hand in, result; what one has learned oneself."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
)
from portal.core.parameters import param
from stations import training
from stations.forms.training import PracticalForm
from stations.models import AttemptStatus, Course, ExamAttempt, Technician, TrainingSession
from stations.training.exams import retry_of
from stations.training.learning import learning_record


def own_technician(user: Any) -> Technician:
    """The reader's own record. Raises Http404 for somebody who is no technician."""
    found = Technician.objects.filter(user=user).select_related("station").first()
    if found is None:
        raise Http404
    return found


class MyLearning(ScopedPage):
    """A technician's own certificates, courses, exams and material."""

    permission = "stations.take_exam"
    title = _("My learning")
    template_name = "stations/training/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        me, user = own_technician(self.request.user), self.request.user
        record = learning_record(me)
        for certificate in record.certificates:
            certificate.is_valid = certificate.valid_on(clock.today())  # type: ignore[attr-defined]
        ahead = TrainingSession.objects.filter(status="open", starts_at__gt=clock.now()).select_related("course")
        return super().get_context_data(**kwargs) | {
            "technician": me,
            "record": record,
            "unopened": list(training.unopened_by(user)[:50]),
            "running": next((each for each in record.attempts if each.status == AttemptStatus.RUNNING), None),
            "exams": list(Course.objects.filter(is_active=True, questions__is_active=True).distinct()),
            "sessions": list(ahead.order_by("starts_at")[:10]),
        }


class StartExam(OperationView):
    model = Course
    permission = "stations.take_exam"
    title = _("Sit the exam")
    submit_label = _("Start now")

    def get_subtitle(self) -> Any:
        return str(self.object)

    def get_intro(self) -> Any:
        values = {
            "minutes": param("stations.exam_minutes"),
            "percent": show.percent(param("stations.exam_pass_percent")),
            "attempts": param("stations.exam_attempts"),
        }
        text = _(
            "You have %(minutes)s minutes from the moment you start; what you choose is kept as you go. "
            "%(percent)s of the points pass; %(attempts)s attempts are possible within twelve months."
        )
        return text % values

    def operate(self, form: Any) -> Any:
        attempt = training.start_exam(self.object, own_technician(self.request.user), actor=self.request.user)
        return reverse("exam_paper", args=[attempt.pk])


class ExamPaper(OperationView):
    """The paper: every question on one page, for a phone. Save keeps, hand in decides."""

    model = ExamAttempt
    permission = "stations.sit_own_exam"
    template_name = "stations/training/paper.html"
    submit_label = _("Hand in")
    select_related = ["course", "technician"]

    def get_title(self) -> Any:
        return str(self.object.course)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status != AttemptStatus.RUNNING:
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def operate(self, form: Any) -> Any:
        answers = self._answers()
        if "save" in self.request.POST:
            training.save_answers(self.object, answers=answers)
            return reverse("exam_paper", args=[self.object.pk])
        return training.submit_exam(self.object, answers=answers, actor=self.request.user)

    def _answers(self) -> dict[str, list[int]]:
        """The choices sent, by question; what is no number is no choice of any question (0)."""
        sent = {name[2:]: values for name, values in self.request.POST.lists() if name.startswith("q-")}
        return {
            key: [int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0 for value in values]
            for key, values in sent.items()
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        chosen = {key: set(values) for key, values in row.answers.items()}
        questions = [{"question": each, "chosen": chosen.get(each.key, set())} for each in training.questions_of(row)]
        left = int((row.ends_at - clock.now()).total_seconds())
        return super().get_context_data(**kwargs) | {
            "questions": questions,
            "attempt": row,
            "seconds_left": max(left, 0),
        }


class ExamList(ScopedListView):
    """Attempts one sees: a technician their own."""

    model = ExamAttempt
    permission = "stations.view_examattempt"
    title = _("Exams")
    columns = [
        Column("course", kind="number", small=lambda row: f"#{row.ordinal}"),
        Column("technician", small="technician__station"),
        Column("started_at", kind="moment"),
        Column("percent"),
        Column("status", kind="badge"),
    ]
    search_fields = ["technician__name", "course__name"]
    filter_fields = ["course"]
    chips = "status"
    select_related = ["course", "technician__station"]

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("paper", "answers")


class ExamDetail(ScopedDetailView):
    """The result as it was frozen: points and pass mark; never the right answers."""

    model = ExamAttempt
    permission = "stations.view_examattempt"
    select_related = ["course", "technician__station", "certificate", "graded_by"]

    def get_title(self) -> Any:
        return str(self.get_object().course)

    def get_subtitle(self) -> Any:
        return f"{self.get_object().technician} · {self.get_object().technician.station}"

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.status == AttemptStatus.RUNNING and self.request.user.has_perm("stations.sit_own_exam", row):
            return NextStep(_("The exam is under way."), _("Go on"), reverse("exam_paper", args=[row.pk]), "wait")
        if row.status == AttemptStatus.FAILED:
            return self._retry(row)
        if row.status == AttemptStatus.SUBMITTED:
            may = self.request.user.has_perm("stations.manage_training")
            url = reverse("exam_practical", args=[row.pk]) if may else ""
            return NextStep(_("The trainer enters the practical score."), _("Enter the score"), url, "wait")
        return None

    def _retry(self, row: ExamAttempt) -> NextStep:
        """Whether and when the exam may be sat again."""
        left, day = retry_of(row)
        if day is not None:
            return NextStep(_("All attempts are used; the next is possible from %(day)s.") % {"day": day}, tone="bad")
        text = _("It may be sat again at once; attempts left within twelve months: %(count)s.")
        may = row.technician.user_id == self.request.user.pk and self.request.user.has_perm("stations.take_exam")
        url = reverse("exam_start", args=[row.course_id]) if may else ""
        return NextStep(text % {"count": left}, _("Sit the exam"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        if row.certificate is None:
            return []
        return [Action(_("Certificate"), row.certificate.get_absolute_url())]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        practical = f"{row.practical_points if row.practical_points is not None else '–'} / {row.practical_full}"
        return [
            Fact(_("Course"), row.course, row.course.get_absolute_url()),
            Fact(_("Attempt"), row.ordinal),
            Fact(_("Started at"), clock.local(row.started_at).strftime("%Y-%m-%d %H:%M")),
            Fact(
                _("Written part"), f"{row.theory_points if row.theory_points is not None else '–'} / {row.theory_full}"
            ),
            Fact(_("Practical part"), practical if row.practical_full else "–"),
            Fact(pgettext_lazy("exam", "Result"), show.percent(row.percent)),
            Fact(_("Pass mark"), show.percent(row.pass_percent)),
            Fact(_("Certificate number"), row.certificate.number if row.certificate else "–"),
        ]


class EnterPractical(OperationView):
    model = ExamAttempt
    permission = "stations.manage_training"
    form_class = PracticalForm
    title = _("Enter the practical score")
    success_message = _("The exam is decided.")
    select_related = ["course", "technician"]

    def get_subtitle(self) -> Any:
        return f"{self.object.technician} · {self.object.course}"

    def operate(self, form: Any) -> Any:
        return training.enter_practical(self.object, actor=self.request.user, **form.cleaned_data)
