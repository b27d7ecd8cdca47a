"""What waits with people, tools and training: gaps, transfers, unopened material, exams; hits of the search."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.tones import tone_of
from stations import training
from stations.gap_words import sentence_of
from stations.models import (
    AttemptStatus,
    Equipment,
    ExamAttempt,
    MaterialVersion,
    StationGap,
    Technician,
    TechnicianTransfer,
    TrainingSession,
    TransferStatus,
)

HITS = 3


def worklists(user: Any) -> Iterator[Worklist]:
    """The user's groups of work."""
    held = roles_of(user)
    if held & {Role.STATION_OWNER, Role.REGION_MANAGER, Role.SERVICE_MANAGER}:
        yield _gaps(user)
    if held & {Role.REGION_MANAGER, Role.SERVICE_MANAGER}:
        yield _transfers(user)
    if Role.TECHNICIAN in held:
        yield _material(user)
    if Role.SERVICE_MANAGER in held:
        yield _practicals(user)
        yield _attendance(user)


def _gaps(user: Any) -> Worklist:
    rows = StationGap.objects.visible_to(user).select_related("station", "family", "item", "equipment__item")
    label = _("Gaps in skills and equipment")
    return Worklist("station_gaps", label, rows.order_by("since", "pk"), _gap, reverse("gap_list"), "calm")


def _gap(row: StationGap) -> WorkItem:
    return WorkItem(
        number=row.station.code,
        title=sentence_of(row),
        url=reverse("station_people" if row.family_id else "station_equipment", args=[row.station_id]),
        detail=str(row.station),
        due_at=clock.start_of(row.since) if row.since > clock.today() else None,
        due_label=gettext("from then on"),
    )


def _transfers(user: Any) -> Worklist:
    rows = TechnicianTransfer.objects.visible_to(user).filter(status=TransferStatus.ASKED)
    rows = rows.select_related("technician", "from_station", "to_station").order_by("asked_at", "pk")
    url = f"{reverse('transfer_list')}?status={TransferStatus.ASKED}"
    return Worklist("transfers", _("Transfers to consent to"), rows, _transfer, url, "wait")


def _transfer(row: TechnicianTransfer) -> WorkItem:
    detail = f"{row.from_station} → {row.to_station}"
    return WorkItem(number=row.number, title=str(row.technician), url=row.get_absolute_url(), detail=detail)


def _material(user: Any) -> Worklist:
    rows = training.unopened_by(user)
    return Worklist("unopened_material", _("Course material to open"), rows, _version, reverse("my_learning"))


def _version(row: MaterialVersion) -> WorkItem:
    return WorkItem(
        number=row.course.code, title=str(row.course), url=row.get_absolute_url(), detail=row.local_changes[:80]
    )


def _practicals(user: Any) -> Worklist:
    rows = ExamAttempt.objects.visible_to(user).filter(status=AttemptStatus.SUBMITTED)
    rows = rows.defer("paper", "answers").select_related("course", "technician__station").order_by("submitted_at", "pk")
    url = f"{reverse('exam_list')}?status={AttemptStatus.SUBMITTED}"
    return Worklist("practical_scores", _("Practical scores to enter"), rows, _attempt, url, "wait")


def _attempt(row: ExamAttempt) -> WorkItem:
    return WorkItem(
        number=row.technician.name,
        title=str(row.course),
        url=row.get_absolute_url(),
        detail=str(row.technician.station),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "examattempt"),
    )


def _attendance(user: Any) -> Worklist:
    rows = TrainingSession.objects.visible_to(user).filter(status="open", ends_at__lte=clock.now())
    rows = rows.select_related("course").order_by("ends_at", "pk")
    url = f"{reverse('session_list')}?status=open"
    return Worklist("sessions_to_close", _("Attendance to take"), rows, _session, url, "wait")


def _session(row: TrainingSession) -> WorkItem:
    return WorkItem(number=row.number, title=str(row.course), url=row.get_absolute_url(), detail=row.trainer)


def search(user: Any, text: str) -> Iterator[Hit]:
    """Technicians, training sessions and equipment that contain the text."""
    if user.has_perm("stations.view_technician"):
        found = Technician.objects.visible_to(user).filter(name__icontains=text).select_related("station")
        for person in found.order_by("name")[:HITS]:
            yield Hit(_("Technician"), person.name, str(person.station), person.get_absolute_url())
    if user.has_perm("stations.view_equipment"):
        pieces = (
            Equipment.objects.visible_to(user).filter(serial_number__icontains=text).select_related("item", "station")
        )
        for piece in pieces.order_by("serial_number")[:HITS]:
            yield Hit(
                _("Equipment"), piece.serial_number, str(piece.item), piece.get_absolute_url(), str(piece.station)
            )
    if user.has_perm("stations.view_trainingsession"):
        sessions = TrainingSession.objects.filter(number__icontains=text).select_related("course")
        for session in sessions.order_by("-pk")[:HITS]:
            yield Hit(_("Training session"), session.number, str(session.course), session.get_absolute_url())
