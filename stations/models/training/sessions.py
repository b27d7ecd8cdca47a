"""When a course is held, who has a seat and who waits for one."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.people import OwnOrStationQuerySet, Technician
from stations.models.training.courses import Course
from stations.states import ENROLLED, ENROLLMENT_MOVES, SESSION_MOVES, EnrollmentStatus, SessionStatus


class TrainingSession(models.Model):
    """A course held once, in a room, by a trainer, with so many seats."""

    MOVES: ClassVar[Moves] = SESSION_MOVES
    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("course"))
    number = models.CharField(_("session number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=20, choices=SessionStatus, default=SessionStatus.PLANNED, editable=False
    )
    room = models.CharField(_("room"), max_length=80)
    exhibits = models.CharField(_("exhibits"), max_length=200, blank=True)
    trainer = models.CharField(_("trainer"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("seats"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="session_has_1_to_500_seats"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
        ]
        triggers = [MovesGuard(name="session_moves_as_tabled", moves=SESSION_MOVES, initial=SessionStatus.PLANNED)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("session_detail", args=[self.pk])


class Enrollment(models.Model):
    """A technician's place in a session. The waiting list is ordered by volume (high first), then time, then row."""

    MOVES: ClassVar[Moves] = ENROLLMENT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "technician__station_id"}

    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, related_name="enrollments", verbose_name=_("training session")
    )
    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, related_name="enrollments", verbose_name=_("technician")
    )
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("enrolled by")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=EnrollmentStatus, default=EnrollmentStatus.WAITING, editable=False
    )
    volume = models.DecimalField(_("volume at enrollment"), max_digits=14, decimal_places=2, default=0)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects: ClassVar[Any] = OwnOrStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        ordering = ["session", "-volume", "enrolled_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EnrollmentStatus.values), name="enrollment_status_known"),
            models.CheckConstraint(condition=Q(volume__gte=0, volume__lte=999_999_999_999), name="volume_not_negative"),
            models.UniqueConstraint(
                fields=["session", "technician"],
                condition=Q(status__in=sorted(ENROLLED)),
                name="technician_enrolled_once_per_session",
            ),
        ]
        triggers = [
            MovesGuard(name="enrollment_moves_as_tabled", moves=ENROLLMENT_MOVES, initial=EnrollmentStatus.WAITING)
        ]

    def __str__(self) -> str:
        return f"{self.technician} · {self.session}"

    def get_absolute_url(self) -> str:
        return reverse("session_detail", args=[self.session_id])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"{self.session_id}-{self.pk}"
