"""Open jobs leave a station that is out of service: back to dispatch at once, an alarm for what is left after 24 hours D.

Not here: suspending it (stations.lifecycle), finding the next station (dispatch). Source: rules.md 3.10.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.models import Event
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.registries import Wording
from portal.core.states import lock, move
from service.dispatch import offer_next
from service.models import IssuedPart, PartAction, WorkOrder
from service.states import OPEN_STATUSES, RequestStatus, WorkOrderStatus
from stations.models import Station, StationExit, StationStatus, StationSuspension

TOLD = "workorder.stranded_told"
OUT = (StationStatus.SUSPENDED, StationStatus.EXPIRED, StationStatus.TERMINATED)
NOTICES: dict[str, Wording] = {
    "workorder.stranded": _("%(station)s is out of service and job %(number)s has no other station yet."),
}


@transaction.atomic
def take_back_jobs(station: Station, *, note: str, at: datetime | None = None) -> list[WorkOrder]:
    """The station's open jobs are cancelled and each request is offered to the next station; which jobs.

    Whoever is on site finishes within the 24 hours, unless the station has left for good: nobody can log in then.
    A job with parts used on it stays, for a person to settle: the alarm names it.
    A station back in service keeps its jobs. Writes WorkOrder, ServiceRequest and their Events.
    """
    at = at or clock.now()
    station = Station.objects.get(pk=station.pk)
    if station.status not in OUT:
        return []
    leaving = set(OPEN_STATUSES)
    if station.status != StationStatus.TERMINATED:
        leaving.discard(WorkOrderStatus.ON_SITE)
    used = IssuedPart.objects.filter(work_order=OuterRef("pk"), returned_at=None, action=PartAction.REPLACE)
    orders = WorkOrder.objects.filter(station=station, status__in=leaving).exclude(Exists(used))
    orders = orders.order_by("request_id", "pk")
    return [taken for order in orders if (taken := _take_back(order, leaving, note=note, at=at)) is not None]


def _take_back(order: WorkOrder, leaving: set[WorkOrderStatus], *, note: str, at: datetime) -> WorkOrder | None:
    request = lock(order.request)
    order = lock(order)
    if order.status not in leaving:
        return None  # finished, declined or checked in while we waited
    order = move(order, WorkOrderStatus.CANCELLED, actor=None, at=at, note=note)
    if request.status == RequestStatus.IN_PROGRESS:
        request = move(request, RequestStatus.DISPATCHING, actor=None, at=at, note=note)
    offer_next(request, at=at, note=note)
    return order


@transaction.atomic
def alarm_stranded(*, at: datetime | None = None) -> list[WorkOrder]:
    """Dispatchers know of every job that an out-of-service station still holds, or that no station took, after 24 hours D.

    Once per job. Run hourly. Writes notifications and one Event per job.
    """
    at = at or clock.now()
    before = at - timedelta(hours=param("stations.redispatch_hours", at))
    told = Event.objects.filter(subject_type="service.workorder", subject_id=OuterRef("pk"), kind=TOLD)
    suspended = StationSuspension.objects.filter(began_at__lte=before, ended_at=None).values("station_id")
    gone = StationExit.objects.filter(terminated_at__lte=before).values("station_id")
    held = Q(status__in=list(OPEN_STATUSES)) & (Q(station__in=suspended) | Q(station__in=gone))
    moved_on = Event.objects.filter(
        subject_type="service.workorder", subject_id=OuterRef("pk"), to_status=WorkOrderStatus.CANCELLED,
        actor=None, at__lte=before,
    )  # fmt: skip
    left = Q(status=WorkOrderStatus.CANCELLED, request__status=RequestStatus.DISPATCHING) & Exists(moved_on)
    newer = WorkOrder.objects.filter(request=OuterRef("request"), pk__gt=OuterRef("pk"), accepted_at__isnull=False)
    orders = WorkOrder.objects.filter(held | left).exclude(Exists(told)).exclude(Exists(newer)).order_by("pk")
    found = list(orders.select_related("request", "station"))
    people = _dispatchers() if found else []
    for order in found:
        facts = {"number": order.number, "station": str(order.station)}
        notify(people, "workorder.stranded", facts, url=order.request.get_absolute_url(), subject=order, at=at)
        events.record(order, TOLD, actor=None, at=at)
    return found


def _dispatchers() -> list[User]:
    """Who dispatches at headquarters."""
    granted = RoleGrant.objects.in_force().filter(role__in=[Role.AGENT, Role.SERVICE_MANAGER]).values("user_id")
    return list(User.objects.filter(pk__in=granted, is_active=True).order_by("pk"))
