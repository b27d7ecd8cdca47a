"""Material of courses: published version by version, opened by people, called to mind. Not here: seats, exams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import lock
from stations.models import (
    Course,
    MaterialReading,
    MaterialReminder,
    MaterialVersion,
    SkillCertificate,
    StationStatus,
    Technician,
)
from stations.training.refusals import NothingPublished


@transaction.atomic
def publish_material(
    course: Course, *, changes: str, files: Sequence[Any], changes_en: str = "", actor: Any, at: datetime | None = None
) -> MaterialVersion:
    """The next version is the one taught, and whom it concerns is told. Raises NothingPublished, BadFile. One Event."""
    at = at or clock.now()
    if not files:
        raise NothingPublished(field="documents")
    course = lock(course)
    last = course.materials.order_by("-version").values_list("version", flat=True).first() or 0
    material = MaterialVersion.objects.create(
        course=course, version=last + 1, changes=changes, changes_en=changes_en, published_by=actor, published_at=at
    )
    for file in files:
        attach(material, file, kind="material", actor=actor, field="documents")
    events.record(material, "material.published", actor=actor, at=at, data={"files": len(files)})
    facts = {"course": course.name, "course_en": course.name_en, "version": material.version}
    users = [technician.user for technician in audience_of(material).select_related("user")]
    notify(users, "material.published", facts, url=material.get_absolute_url(), subject=material, at=at)
    return material


def audience_of(material: MaterialVersion) -> QuerySet[Technician]:
    """Technicians with a log-in, at work at active stations: of a family's course those ever certified for the family."""
    people = Technician.objects.at_work().filter(user__isnull=False, station__status=StationStatus.ACTIVE)
    if material.course.family_id is None:
        return people
    held = SkillCertificate.objects.filter(technician=OuterRef("pk"), family=material.course.family_id)
    return people.filter(Exists(held))


def not_opened(material: MaterialVersion, user: Any) -> QuerySet[Technician]:
    """Technicians the user may see whom the version concerns and who have not opened it."""
    read = MaterialReading.objects.filter(material=material, user=OuterRef("user_id"))
    mine = Technician.objects.visible_to(user).values("pk")
    return audience_of(material).filter(~Exists(read), pk__in=mine).select_related("station", "user")


@transaction.atomic
def open_material(material: MaterialVersion, *, user: Any, at: datetime | None = None) -> MaterialReading:
    """It is on record that the person opened the version; the first time counts. Writes one MaterialReading."""
    known = MaterialReading.objects.filter(material=material, user=user).first()
    if known is not None:
        return known
    technician = Technician.objects.filter(user=user).first()
    station = technician.station if technician else _office_of(user)
    MaterialReading.objects.bulk_create(
        [MaterialReading(material=material, user=user, station=station, opened_at=at or clock.now())],
        ignore_conflicts=True,
    )
    return MaterialReading.objects.get(material=material, user=user)


def _office_of(user: Any) -> Any:
    from stations.models import Membership

    row = Membership.objects.filter(user=user, station__isnull=False).select_related("station").first()
    return row.station if row else None


def latest_materials() -> QuerySet[MaterialVersion]:
    """The version taught now, of every course taught."""
    newer = MaterialVersion.objects.filter(course=OuterRef("course"), version__gt=OuterRef("version"))
    return MaterialVersion.objects.filter(~Exists(newer), course__is_active=True).select_related("course")


def unopened_by(user: Any) -> QuerySet[MaterialVersion]:
    """The versions taught now that concern the technician and that they have not opened, latest first."""
    read = MaterialReading.objects.filter(material=OuterRef("pk"), user=user)
    families = SkillCertificate.objects.filter(technician__user=user).values("family")
    concerned = Q(course__family=None) | Q(course__family__in=families)
    return latest_materials().filter(concerned).filter(~Exists(read)).order_by("-published_at", "-pk")


@transaction.atomic
def remind_of_material(*, at: datetime | None = None) -> list[MaterialReminder]:
    """Who has not opened a version 7 days D after it was published is reminded, once; which reminders. Run daily."""
    at = at or clock.now()
    before = at - timedelta(days=param("stations.material_reminder_days", at))
    made: list[MaterialReminder] = []
    for material in latest_materials().filter(published_at__lte=before):
        read = MaterialReading.objects.filter(material=material, user=OuterRef("user_id"))
        reminded = MaterialReminder.objects.filter(material=material, technician=OuterRef("pk"))
        people = audience_of(material).filter(~Exists(read), ~Exists(reminded)).select_related("user")
        facts = {"course": material.course.name, "course_en": material.course.name_en, "version": material.version}
        found = list(people)
        users = [technician.user for technician in found]
        notify(users, "material.not_opened", facts, url=material.get_absolute_url(), subject=material, at=at)
        made += [MaterialReminder(material=material, technician=technician, sent_at=at) for technician in found]
    return MaterialReminder.objects.bulk_create(made)


@dataclass(frozen=True)
class Opened:
    """How many of whom a version concerns have opened it."""

    concerned: int
    opened: int

    @property
    def share(self) -> int | None:
        """Percent, rounded down; None when it concerns nobody."""
        return 100 * self.opened // self.concerned if self.concerned else None


def opened_of(material: MaterialVersion, user: Any) -> Opened:
    """Of the technicians the user may see, how many the version concerns and how many opened it."""
    read = MaterialReading.objects.filter(material=material, user=OuterRef("user_id"))
    mine = Technician.objects.visible_to(user).values("pk")
    row = (
        audience_of(material)
        .filter(pk__in=mine)
        .aggregate(concerned=Count("pk"), opened=Count("pk", filter=Q(Exists(read))))
    )
    return Opened(row["concerned"], row["opened"])
