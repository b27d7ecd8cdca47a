"""The question bank, and attempts with the paper, the answers and the result as they were."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.people import OwnOrStationQuerySet, SkillCertificate, Technician
from stations.models.products import in_language
from stations.models.training.courses import Course
from stations.states import ATTEMPT_MOVES, AttemptStatus

RESULT_FROZEN = """
    IF OLD.status IN ('passed', 'failed') THEN
        RAISE EXCEPTION 'attempt % is decided', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_attempt_is_frozen';
    END IF;
    RETURN NEW;
"""


class AnswerKind(models.TextChoices):
    """How many choices of a question are right."""

    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")


class Question(models.Model):
    """A question of a course's bank, in both languages."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions", verbose_name=_("course"))
    kind = models.CharField(_("kind"), max_length=10, choices=AnswerKind, default=AnswerKind.SINGLE)
    text = models.CharField(_("text"), max_length=300)
    text_en = models.CharField(_("English text"), max_length=300, blank=True)
    points = models.PositiveSmallIntegerField(pgettext_lazy("question", "points"), default=5)
    is_active = models.BooleanField(pgettext_lazy("question", "asked"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["course", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=100), name="question_has_1_to_100_points"),
        ]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)


class Choice(models.Model):
    """An answer a question offers."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices", verbose_name=_("question"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    is_right = models.BooleanField(_("right"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["question", "position", "pk"]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)


class ExamAttempt(models.Model):
    """One sitting of a technician: the paper drawn by its seed, the answers, and a result that never changes."""

    MOVES: ClassVar[Moves] = ATTEMPT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "technician__station_id"}

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("course"))
    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("technician")
    )
    certificate = models.ForeignKey(
        SkillCertificate,
        null=True,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("skill certificate"),
    )
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("graded by")
    )
    ordinal = models.PositiveSmallIntegerField(_("attempt"))
    status = models.CharField(
        _("status"), max_length=20, choices=AttemptStatus, default=AttemptStatus.RUNNING, editable=False
    )
    seed = models.CharField(max_length=32, editable=False)
    paper = models.JSONField(_("paper"), editable=False)
    answers = models.JSONField(_("answers"), default=dict, editable=False)
    pass_percent = models.DecimalField(_("pass mark (%)"), max_digits=5, decimal_places=2)
    theory_points = models.PositiveSmallIntegerField(_("written points"), null=True, blank=True)
    theory_full = models.PositiveSmallIntegerField(_("written points at most"))
    practical_points = models.PositiveSmallIntegerField(_("practical points"), null=True, blank=True)
    practical_full = models.PositiveSmallIntegerField(_("practical points at most"), default=0)
    percent = models.DecimalField(_("result (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(_("time is up at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    objects: ClassVar[Any] = OwnOrStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam attempt")
        verbose_name_plural = _("exam attempts")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AttemptStatus.values), name="attempt_status_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="attempt_ends_after_start"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100), name="attempt_percent_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(practical_points=None) | Q(practical_points__lte=F("practical_full")),
                name="practical_points_within_full",
            ),
            models.CheckConstraint(
                condition=Q(theory_points=None) | Q(theory_points__lte=F("theory_full")),
                name="theory_points_within_full",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["passed", "failed"]) | Q(percent__isnull=False),
                name="decided_attempt_has_percent",
            ),
            models.UniqueConstraint(fields=["course", "technician", "ordinal"], name="attempts_are_counted"),
            models.UniqueConstraint(
                fields=["technician"], condition=Q(status=AttemptStatus.RUNNING), name="one_running_exam_per_technician"
            ),
        ]
        triggers = [
            MovesGuard(name="attempt_moves_as_tabled", moves=ATTEMPT_MOVES, initial=AttemptStatus.RUNNING),
            pgtrigger.Trigger(
                name="decided_attempt_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=RESULT_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} #{self.ordinal}"

    def get_absolute_url(self) -> str:
        return reverse("exam_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"EX-{self.pk}"
