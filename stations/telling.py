"""Who is told of applications, visits and rectifications, and in which words. Not here: what happened (operations)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.models.events import Event
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.registries import Wording
from stations.applications.holding import deciders_of
from stations.inspections.people import VISITORS, members, office_of
from stations.models import (
    RectificationFinding,
    RectificationOrder,
    SiteInspection,
    StationApplication,
    VisitPurpose,
    VisitStatus,
)

NOTICES: Mapping[str, Wording] = {
    "visit.due": _("The visit %(visit)s to %(place)s is due on %(day)s."),
    "visit.overdue": _("The visit %(visit)s to %(place)s was due on %(day)s and has not been made."),
    "visit.failed": _("%(place)s failed the visit %(visit)s with %(score)s points; decide whether it is suspended."),
    "rectification.issued": _("%(place)s has findings to put right until %(day)s: %(order)s."),
    "rectification.answered": _("%(place)s has filed evidence for %(order)s."),
    "rectification.returned": _("The evidence for %(order)s did not convince; please read the remark."),
    "application.waits": _("The application %(application)s of %(company)s waits for you."),
}
SUBSCRIPTIONS = {
    "stations.tell_of_rectification": (
        "rectificationorder.issued", "rectificationfinding.answered", "rectificationfinding.open",
        "siteinspection.recorded",
    ),
    "stations.tell_of_application": (
        "stationapplication.center_check", "stationapplication.region_review", "stationapplication.hq_decision",
        "stationapplication.contracting",
    ),
}  # fmt: skip


def register() -> None:
    """The wordings, and the events that somebody is told of. Called in AppConfig.ready()."""
    from portal.core import registries

    registries.notices.update(NOTICES)
    for job, kinds in SUBSCRIPTIONS.items():
        for kind in kinds:
            events.subscribe(kind, job)


def remind_of_visits(*, at: datetime | None = None) -> int:
    """Who is to make a visit that is due today is told, and told again every 7 days D while it is not made, headquarters
    too from then on; how many visits. Run daily."""
    at = at or clock.now()
    today = clock.local_date(at)
    again = today - timedelta(days=param("stations.visit_alarm_days", at))
    due = SiteInspection.objects.filter(status=VisitStatus.PLANNED, planned_on__lte=today)
    rows = due.filter(Q(reminded_on=None) | Q(reminded_on__lte=again)).select_related(
        "station", "application", "center"
    )
    visits = list(rows.order_by("pk"))
    for visit in visits:
        is_late = visit.planned_on is not None and visit.planned_on <= again
        users = list(_visitors(visit)) + (list(service_managers()) if is_late else [])
        facts = {"visit": visit.number, "place": visit.place, "day": f"{visit.planned_on:%Y-%m-%d}"}
        kind = "visit.overdue" if is_late else "visit.due"
        notify(users, kind, facts, url=visit.get_absolute_url(), subject=visit, at=at)
    SiteInspection.objects.filter(pk__in=[visit.pk for visit in visits]).update(reminded_on=today)
    return len(visits)


def _visitors(visit: SiteInspection) -> QuerySet[User]:
    if visit.inspector_id is not None:
        return User.objects.filter(pk=visit.inspector_id)
    roles = [role for role in VISITORS if role != Role.MYSTERY_CUSTOMER]
    return members(*roles, center=visit.center)


def service_managers() -> QuerySet[User]:
    """Headquarters' service managers today."""
    held = RoleGrant.objects.in_force().filter(role=Role.SERVICE_MANAGER).values("user_id")
    return User.objects.filter(pk__in=held)


def tell_of_rectification(event: Event) -> None:
    """The station is told what it has to do, the region that something was shown, headquarters of a visit that failed."""
    if event.kind == "siteinspection.recorded":
        _tell_of_failure(event)
        return
    if event.kind == "rectificationorder.issued":
        order = RectificationOrder.objects.select_related("station", "application").get(pk=event.subject_id)
    else:
        finding = RectificationFinding.objects.select_related("order__station", "order__application").get(
            pk=event.subject_id
        )
        order = finding.order
    kind = {"issued": "issued", "answered": "answered", "open": "returned"}[event.kind.rpartition(".")[2]]
    if kind == "answered":
        users = members(Role.REGION_MANAGER, center=order.center)
    elif order.station is not None:
        users = office_of(order.station)
    else:  # an applicant reads it behind the link
        return
    facts = {"order": order.number, "place": order.place, "day": f"{order.due_on:%Y-%m-%d}"}
    notify(list(users), f"rectification.{kind}", facts, url=order.get_absolute_url(), subject=order)


def _tell_of_failure(event: Event) -> None:
    visit = SiteInspection.objects.select_related("station", "application").get(pk=event.subject_id)
    if visit.station is None or visit.outcome != "failed" or visit.purpose == VisitPurpose.APPLICATION:
        return
    facts = {"visit": visit.number, "place": visit.place, "score": f"{visit.score:.2f}"}
    notify(list(service_managers()), "visit.failed", facts, url=visit.get_absolute_url(), subject=visit)


def tell_of_application(event: Event) -> None:
    """Those who may now decide the application are told, not who brought it in."""
    application = StationApplication.objects.select_related("center", "invitation").get(pk=event.subject_id)
    if application.status != event.to_status:  # has gone on since
        return
    users: Any = deciders_of(application)
    if users is None:
        return
    facts = {"application": application.number, "company": application.company_name}
    notify(list(users), "application.waits", facts, url=application.get_absolute_url(), subject=application)
