"""What a technician has learned, and figures that score notes read. Not here: how it came about (sessions, exams)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from stations.models import (
    AttemptStatus,
    Enrollment,
    ExamAttempt,
    MaterialReading,
    SkillCertificate,
    Station,
    StationStatus,
    Technician,
)
from stations.training.courses import latest_materials


@dataclass(frozen=True)
class LearningRecord:
    """Courses, exams, certificates and material of one technician, latest first."""

    enrollments: list[Enrollment]
    attempts: list[ExamAttempt]
    certificates: list[SkillCertificate]
    readings: list[MaterialReading]


def learning_record(technician: Technician) -> LearningRecord:
    """Everything on record; four queries."""
    return LearningRecord(
        list(technician.enrollments.select_related("session__course").order_by("-session__starts_at", "-pk")),
        list(technician.attempts.select_related("course", "certificate").defer("paper", "answers")),
        list(technician.certificates.select_related("family").order_by("-valid_to", "-pk")),
        list(
            MaterialReading.objects.filter(user=technician.user_id).select_related("material__course")
            if technician.user_id
            else []
        ),
    )


@dataclass(frozen=True)
class OpenedShare:
    """Of so many pairs of technician and version taught now, so many were opened."""

    concerned: int
    opened: int

    @property
    def percent(self) -> Decimal | None:
        """None when nothing concerns anybody."""
        return Decimal(100 * self.opened) / self.concerned if self.concerned else None


def opened_shares(stations: Iterable[Station]) -> dict[int, OpenedShare]:
    """Per active station the share of the material taught now that its technicians have opened; three queries."""
    ids = [station.pk for station in stations]
    materials = list(latest_materials())
    people = list(
        Technician.objects.at_work()
        .filter(station__in=ids, user__isnull=False, station__status=StationStatus.ACTIVE)
        .prefetch_related("certificates")
    )
    read = set(
        MaterialReading.objects.filter(
            material__in=materials, user__in=[person.user_id for person in people]
        ).values_list("material_id", "user_id")
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for person in people:
        families = {row.family_id for row in person.certificates.all()}
        for material in materials:
            if material.course.family_id in families | {None}:
                counts[person.station_id][0] += 1
                counts[person.station_id][1] += (material.pk, person.user_id) in read
    return {pk: OpenedShare(*counts[pk]) for pk in ids}


def last_scores(technicians: Iterable[Technician]) -> dict[int, Decimal]:
    """Per technician the percent of the exam decided last; who never sat one is left out. One query."""
    decided = Q(status__in=[AttemptStatus.PASSED, AttemptStatus.FAILED])
    rows = ExamAttempt.objects.filter(decided, technician__in=[each.pk for each in technicians])
    later = ExamAttempt.objects.filter(
        decided, technician=OuterRef("technician"), started_at__gt=OuterRef("started_at")
    )
    found: Any = rows.filter(~Exists(later)).values_list("technician_id", "percent")
    return dict(found)
