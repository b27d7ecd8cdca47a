"""Visits that are to be made: planned by the region, by the year's turn, or begun on the spot."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from portal.core import clock, events
from portal.core.calendar import add_months
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.applications.refusals import OwnApplication
from stations.inspections.checklists import template_for
from stations.inspections.refusals import (
    NothingToInspect,
    NotInspector,
    NotOpen,
    PlannedInPast,
    StationGone,
    VisitPlanned,
)
from stations.models import (
    ApplicationStatus,
    InspectionAnswer,
    InspectionTemplate,
    RectificationOrder,
    SiteInspection,
    Station,
    StationApplication,
    StationStatus,
    VisitPurpose,
    VisitStatus,
)

VISITED = (ApplicationStatus.INSPECTION, ApplicationStatus.RECTIFICATION)
EVALUATED = (StationStatus.ACTIVE, StationStatus.SUSPENDED)


@transaction.atomic
def plan_visit(
    subject: Station | StationApplication,
    *,
    purpose: str,
    planned_on: date,
    template: InspectionTemplate | None = None,
    inspector: Any | None = None,
    checks: RectificationOrder | None = None,
    actor: Any | None,
    at: datetime | None = None,
) -> SiteInspection:
    """A visit is to be made on that day, by that person or by whoever of the region goes.

    checks: the rectification order that a re-visit is to verify. Raises PlannedInPast, StationGone, NothingToInspect,
    VisitPlanned, NoTemplate. Writes one SiteInspection and one Event.
    """
    at = at or clock.now()
    if planned_on < clock.local_date(at):
        raise PlannedInPast(got=planned_on.isoformat(), field="planned_on")
    row = _new_visit(subject, purpose=purpose, template=template, checks=checks, at=at)
    row.planned_on, row.inspector, row.planned_by = planned_on, inspector, actor
    row.save()
    events.record(row, "siteinspection.planned", actor=_told(row, actor), at=at, data={"day": planned_on.isoformat()})
    return row


@transaction.atomic
def begin_inspection(
    application: StationApplication,
    *,
    actor: Any,
    at: datetime | None = None,
    template: InspectionTemplate | None = None,
) -> SiteInspection:
    """The application's open visit is under way by this person, resumed if it was. Raises what begin_visit() raises."""
    at = at or clock.now()
    application = lock(application)
    if actor.pk in application.own_people:
        raise OwnApplication
    row = application.inspections.open().first()
    if row is None:
        order = application.rectifications.order_by("-pk").first()
        purpose = VisitPurpose.REVISIT if order is not None and order.is_open else VisitPurpose.APPLICATION
        row = _new_visit(application, purpose=purpose, template=template, checks=order, at=at)
        row.save()
    return begin_visit(row, actor=actor, at=at)


@transaction.atomic
def begin_visit(visit: SiteInspection, *, actor: Any, at: datetime | None = None) -> SiteInspection:
    """The visit is under way by this person, with an answer to fill in for every item of its checklist.

    Raises NotInspector, NotOpen, NothingToInspect, OwnApplication. Writes answers and one Event, when first begun.
    """
    at = at or clock.now()
    _check_subject(visit)
    visit = lock(visit)
    if visit.application is not None and actor.pk in visit.application.own_people:
        raise OwnApplication
    if visit.status == VisitStatus.UNDER_WAY:
        if visit.inspector_id != actor.pk:
            raise NotInspector(inspector=visit.inspector)
        return visit
    if visit.status != VisitStatus.PLANNED:
        raise NotOpen(number=visit.number, status=visit.get_status_display())
    if visit.is_surprise and visit.inspector_id not in (None, actor.pk):
        raise NotInspector(inspector=visit.inspector)
    visit.inspector, visit.begun_at = actor, at
    visit.save(update_fields=["inspector", "begun_at"])
    visit = move(visit, VisitStatus.UNDER_WAY, actor=_told(visit, actor), at=at)
    InspectionAnswer.objects.bulk_create(
        InspectionAnswer(
            inspection=visit, item=item, text=item.text, text_en=item.text_en, section=item.section,
            weight=item.weight, is_veto=item.is_veto, needs_photo=item.needs_photo,
        )
        for item in visit.template.items.order_by("position", "pk")
    )  # fmt: skip
    return visit


@transaction.atomic
def cancel_visit(
    visit: SiteInspection, *, reason: str = "", actor: Any | None, at: datetime | None = None
) -> SiteInspection:
    """The visit is not made. Raises TransitionNotAllowed. Writes one Event."""
    return move(visit, VisitStatus.CANCELLED, actor=_told(visit, actor), at=at, note=reason)


def cancel_visits_of(application: StationApplication, *, actor: Any | None, at: datetime | None = None) -> None:
    """Visits still open of an application that has ended or gone back are not made."""
    for visit in application.inspections.open().order_by("pk"):
        cancel_visit(visit, actor=actor, at=at)


@transaction.atomic
def plan_reevaluations(*, at: datetime | None = None) -> int:
    """Every station in the network has a yearly re-evaluation planned in time; how many were planned. Run daily.

    Due 12 months D after the last one, or after the opening; planned 30 days D ahead. Source: rules.md 3.10.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    months, notice = param("stations.reevaluation_months", at), param("stations.reevaluation_notice_days", at)
    done = Q(inspections__purpose=VisitPurpose.YEARLY, inspections__status=VisitStatus.RECORDED)
    waiting = SiteInspection.objects.open().filter(purpose=VisitPurpose.YEARLY, station__isnull=False)
    rows: Any = (
        Station.objects.filter(status__in=EVALUATED)
        .exclude(pk__in=waiting.order_by().values("station_id"))
        .annotate(last_on=Max("inspections__inspected_at", filter=done))
        .order_by("pk")
    )
    count = 0
    for station in rows:
        since = clock.local_date(station.last_on) if station.last_on else station.opened_on
        due = add_months(since, months) if since else today
        if due <= today + timedelta(days=notice):
            plan_visit(station, purpose=VisitPurpose.YEARLY, planned_on=max(due, today), actor=None, at=at)
            count += 1
    return count


def _new_visit(
    subject: Station | StationApplication,
    *,
    purpose: str,
    template: InspectionTemplate | None,
    checks: RectificationOrder | None,
    at: datetime,
) -> SiteInspection:
    """A numbered visit that is not yet saved."""
    node = {"station" if isinstance(subject, Station) else "application": subject}
    row = SiteInspection(purpose=purpose, checks=checks, center_id=subject.center_id, **node)
    _check_subject(row)
    rivals = subject.inspections.open()
    if isinstance(subject, Station):
        rivals = rivals.filter(purpose=VisitPurpose.YEARLY) if purpose == VisitPurpose.YEARLY else rivals.none()
    if rival := rivals.first():
        raise VisitPlanned(number=rival.number)
    row.template = template or template_for(purpose, before=checks.inspection if checks else None)
    row.number = take_number("SI", at=at)
    return row


def _check_subject(visit: SiteInspection) -> None:
    """The subject's row is locked, and may be visited."""
    if visit.application is not None:
        application = lock(visit.application)
        if application.status not in VISITED:
            raise NothingToInspect(status=application.get_status_display())
    elif visit.station is not None and visit.station.status == StationStatus.TERMINATED:
        raise StationGone(station=visit.station.code, status=visit.station.get_status_display())


def _told(visit: SiteInspection, actor: Any | None) -> Any | None:
    """Whom the timeline names: nobody for a surprise visit, since the station reads it as well."""
    return None if visit.is_surprise else actor
