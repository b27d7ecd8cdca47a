"""A station's doings with a job: accept, assign, appoint, check in, parts, hours, findings, done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from parts.issuing import issue_to_job, return_from_job
from parts.models import Part
from parts.pricing import NoPrice, net_price, public_price
from parts.vans import vans_of_job
from portal.core import clock, events, statements
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import lock, move
from service.dispatch import offer_next, require_dispatchable
from service.models import (
    FaultCode,
    IssuedPart,
    LaborOperation,
    PartAction,
    ServiceRequest,
    UsageReading,
    WorkedHours,
    WorkOrder,
)
from service.states import OPEN_STATUSES, RequestStatus, WorkOrderStatus
from stations.models import Station, Technician

WORKABLE = frozenset({WorkOrderStatus.ON_SITE})
EDITABLE = frozenset({WorkOrderStatus.ACCEPTED, WorkOrderStatus.APPOINTED, WorkOrderStatus.ON_SITE})


class TechnicianOfAnotherStation(Refusal):
    """Only the station's own people do its jobs."""

    message = _("%(technician)s does not work at this station.")
    code = "technician_of_another_station"


class JobNotOnSite(Refusal):
    """Parts and hours are recorded after check-in and before completion."""

    message = _("%(number)s: check in on site first; a completed job does not change.")
    code = "job_not_on_site"


class JobIsOver(Refusal):
    """A finished or declined job does not change."""

    message = _("%(number)s is over and does not change any more.")
    code = "job_is_over"


class JobIncomplete(Refusal):
    """What is missing before the job can be completed, all at once."""

    message = _("The job cannot be completed yet: %(missing)s")
    code = "job_incomplete"


class ReasonMissing(Refusal):
    """A decision that needs its reason."""

    message = _("Give a reason of at least 5 characters.")
    code = "reason_missing"


class VisitInThePast(Refusal):
    """An appointment lies ahead."""

    message = _("The appointment must lie in the future.")
    code = "visit_in_the_past"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the technician found and did; days are Shanghai's, the way is the round trip in km."""

    complaint: str
    cause: str
    correction: str
    failed_on: date
    repaired_on: date
    distance_km: Decimal = Decimal(0)
    usage_reading: Decimal | None = None
    fault_code: FaultCode | None = None
    customer_signed_as: str = ""


@transaction.atomic
def accept_job(
    order: WorkOrder, *, actor: Any, technician: Technician | None = None, at: datetime | None = None
) -> WorkOrder:
    """The station has taken the job. Raises StationNotDispatchable, TransitionNotAllowed, TechnicianOfAnotherStation."""
    moment = at or clock.now()
    request = lock(order.request, "unit__product_model")
    require_dispatchable(request, Station.objects.get(pk=order.station_id), at=moment)
    moved = move(order, WorkOrderStatus.ACCEPTED, actor=actor, at=moment)
    moved.accepted_at = moment
    if technician is not None:
        _require_own(moved, technician)
        moved.technician = technician
    statements.update(moved, ["accepted_at", "technician"])
    move(request, RequestStatus.IN_PROGRESS, actor=actor, at=moment)
    return moved


@transaction.atomic
def decline_job(order: WorkOrder, *, actor: Any, reason: str, at: datetime | None = None) -> WorkOrder:
    """The station does not take the job; it goes to the next candidate. Raises ReasonMissing, TransitionNotAllowed."""
    if len(reason.strip()) < 5:
        raise ReasonMissing(field="reason")
    lock(order.request)
    moved = move(order, WorkOrderStatus.DECLINED, actor=actor, at=at, note=reason)
    offer_next(moved.request, at=at, note=reason)
    return moved


@transaction.atomic
def assign_technician(order: WorkOrder, technician: Technician, *, actor: Any, at: datetime | None = None) -> WorkOrder:
    """The technician does the job. Raises TechnicianOfAnotherStation, JobIsOver. Writes one Event."""
    locked = lock(order)
    _require_own(locked, technician)
    if locked.status not in OPEN_STATUSES:
        raise JobIsOver(number=locked.number)
    locked.technician = order.technician = technician
    statements.update(locked, ["technician"])
    events.record(locked, "workorder.assigned", actor=actor, at=at, data={"technician": technician.name})
    return locked


@transaction.atomic
def fix_appointment(order: WorkOrder, *, visit_at: datetime, actor: Any, at: datetime | None = None) -> WorkOrder:
    """The visit is agreed with the customer. Raises VisitInThePast, TransitionNotAllowed."""
    moment = at or clock.now()
    if visit_at < moment:
        raise VisitInThePast(field="visit_at")
    if order.status == WorkOrderStatus.APPOINTED:
        moved = lock(order)
        events.record(moved, "workorder.appointment_moved", actor=actor, at=moment, data={"visit_at": str(visit_at)})
    else:
        moved = move(order, WorkOrderStatus.APPOINTED, actor=actor, at=moment, data={"visit_at": str(visit_at)})
    moved.visit_at = order.visit_at = visit_at
    statements.update(moved, ["visit_at"])
    ServiceRequest.objects.filter(pk=moved.request_id, appointment_fixed_at=None).update(appointment_fixed_at=moment)
    return moved


@transaction.atomic
def check_in(order: WorkOrder, *, actor: Any, at: datetime | None = None) -> WorkOrder:
    """The technician is at the customer's. Raises TransitionNotAllowed."""
    moment = at or clock.now()
    moved = move(order, WorkOrderStatus.ON_SITE, actor=actor, at=moment)
    moved.arrived_at = order.arrived_at = moved.arrived_at or moment
    statements.update(moved, ["arrived_at"])
    ServiceRequest.objects.filter(pk=moved.request_id, arrived_at=None).update(arrived_at=moment)
    return moved


@transaction.atomic
def issue_part(
    order: WorkOrder,
    part: Part,
    *,
    qty: Decimal,
    actor: Any,
    action: str = PartAction.REPLACE,
    removed_serial: str = "",
    fitted_serial: str = "",
    failed_part: Part | None = None,
    at: datetime | None = None,
) -> IssuedPart:
    """Pieces are in the customer's unit (replaced), or the failed part was repaired in place.

    They come from the van of the job's technician, then from the station's stock.

    Raises JobNotOnSite, NotEnoughStock, QuantityNotPositive. Writes an IssuedPart, a stock posting if replaced, an Event.
    """
    moment = at or clock.now()
    locked = _workable(order)
    position = (locked.issued_parts.aggregate(last=Max("position"))["last"] or 0) + 1
    row = statements.insert(
        IssuedPart(
            work_order=locked,
            part=part,
            failed_part=failed_part,
            qty=qty,
            action=action,
            position=position,
            net_price=_net_price(part, locked, moment),
            public_price=public_price(part, clock.local_date(moment)),
            removed_serial=removed_serial.strip(),
            fitted_serial=fitted_serial.strip(),
            issued_by=actor,
            issued_at=moment,
        )
    )
    if action == PartAction.REPLACE:
        issue_to_job(
            locked.station, part, qty, source=locked.number, line=position, named=[row.fitted_serial], at=moment,
            actor=actor, before=vans_of_job(locked.technician, locked.station),
        )  # fmt: skip
    data = {"part": part.number, "qty": str(qty), "action": str(action)}
    events.record(locked, "workorder.part_issued", actor=actor, at=moment, data=data)
    return row


@transaction.atomic
def take_part_back(row: IssuedPart, *, actor: Any, at: datetime | None = None) -> IssuedPart:
    """The unused pieces lie where they were taken, van or stock room. Raises JobNotOnSite. Writes a posting and one Event."""
    moment = at or clock.now()
    locked = _workable(row.work_order)
    row = lock(row)
    if row.returned_at is None:
        if row.action == PartAction.REPLACE:
            return_from_job(
                locked.station, row.part, row.qty, source=locked.number, line=row.position, named=[row.fitted_serial],
                at=moment, actor=actor,
            )  # fmt: skip
        row.returned_at = moment
        statements.update(row, ["returned_at"])
        events.record(locked, "workorder.part_returned", actor=actor, at=moment, data={"part": row.part.number})
    return row


@transaction.atomic
def record_hours(
    order: WorkOrder, operation: LaborOperation, *, hours: Decimal, qty: int = 1, actor: Any, at: datetime | None = None
) -> WorkedHours:
    """The operation took so many hours; recorded again it replaces the earlier figure. Raises JobNotOnSite."""
    locked = _workable(order)
    row, _is_new = WorkedHours.objects.update_or_create(
        work_order=locked, operation=operation, defaults={"hours": hours, "qty": qty}
    )
    data = {"operation": operation.code, "hours": str(hours), "qty": qty}
    events.record(locked, "workorder.hours_recorded", actor=actor, at=at, data=data)
    return row


@transaction.atomic
def remove_hours(row: WorkedHours, *, actor: Any, at: datetime | None = None) -> None:
    """The operation is no longer on the job. Raises JobNotOnSite. Writes one Event."""
    locked = _workable(row.work_order)
    events.record(locked, "workorder.hours_removed", actor=actor, at=at, data={"operation": row.operation.code})
    row.delete()


@transaction.atomic
def save_findings(order: WorkOrder, values: Mapping[str, Any], *, actor: Any) -> WorkOrder:
    """What was typed so far is kept with the job; nothing is judged yet. Raises JobIsOver."""
    locked = lock(order)
    if locked.status not in EDITABLE:
        raise JobIsOver(number=locked.number)
    names = [name for name in Findings.__dataclass_fields__ if name in values]
    for name in names:
        setattr(locked, name, values[name])
    if names:
        statements.update(locked, names)
    return locked


@transaction.atomic
def complete_work_order(order: WorkOrder, *, findings: Findings, actor: Any, at: datetime | None = None) -> WorkOrder:
    """The job is done and its facts stand; the request is completed. Raises JobIncomplete naming all that is missing,
    TransitionNotAllowed. Writes the reading and Events. Source: rules.md 3.1 (what a claim will need), 3.11.
    """
    moment = at or clock.now()
    request = lock(order.request, "unit")
    locked = _workable(order)
    locked.request = request
    missing = [str(text) for text in _missing(locked, findings, moment)]
    if missing:
        raise JobIncomplete(missing=" ".join(missing))
    for name in Findings.__dataclass_fields__:
        setattr(locked, name, getattr(findings, name))
    locked.fault_code = findings.fault_code or locked.fault_code
    locked.completed_at = moment
    locked.reading_is_lower = _note_reading(locked, findings.usage_reading, moment)
    statements.update(locked, [*Findings.__dataclass_fields__, "completed_at", "reading_is_lower"])
    moved = move(locked, WorkOrderStatus.COMPLETED, actor=actor, at=moment)
    request = move(request, RequestStatus.COMPLETED, actor=actor, at=moment)
    request.completed_at = moment
    statements.update(request, ["completed_at"])
    order.refresh_from_db()
    return moved


@transaction.atomic
def cancel_open(request: ServiceRequest, *, actor: Any, reason: str, at: datetime | None = None) -> None:
    """The request's open job, if any, ends; parts on it must have been taken back before. Raises JobNotOnSite."""
    for order in request.work_orders.filter(status__in=list(OPEN_STATUSES)):
        if order.issued_parts.filter(returned_at=None, action=PartAction.REPLACE).exists():
            raise JobNotOnSite(_("%(number)s has parts issued; take them back first."), number=order.number)
        move(order, WorkOrderStatus.CANCELLED, actor=actor, at=at, note=reason)


def _net_price(part: Part, order: WorkOrder, at: datetime) -> Decimal:
    """What the station pays for one piece that day; nothing for a part without a price."""
    try:
        return net_price(part, order.station, clock.local_date(at))
    except NoPrice:
        return Decimal(0)


def _workable(order: WorkOrder) -> WorkOrder:
    locked = lock(order, "station", "technician", "fault_code")
    if locked.status not in WORKABLE:
        raise JobNotOnSite(number=locked.number)
    return locked


def _require_own(order: WorkOrder, technician: Technician) -> None:
    if technician.station_id != order.station_id or not technician.is_active:
        raise TechnicianOfAnotherStation(technician=technician.name, field="technician")


def _missing(order: WorkOrder, findings: Findings, at: datetime) -> list[Any]:
    """What a completed job must have, in the order of the page."""
    shortest = param("service.text_length", at)
    today = clock.local_date(at)
    texts = {_("complaint"): findings.complaint, _("cause"): findings.cause, _("correction"): findings.correction}
    missing: list[Any] = [
        _("%(name)s needs at least %(count)s characters.") % {"name": name, "count": shortest}
        for name, text in texts.items()
        if len(text.strip()) < shortest
    ]
    if order.technician_id is None:
        missing.append(_("No technician is assigned."))
    if not findings.failed_on <= findings.repaired_on <= today:
        missing.append(_("The days must be in order: failed, repaired, today."))
    if not order.worked_hours.exists():
        missing.append(_("No hours are recorded."))
    if not findings.customer_signed_as.strip():
        missing.append(_("The customer has not signed yet: let them type their name."))
    return missing


def _note_reading(order: WorkOrder, value: Decimal | None, at: datetime) -> bool:
    """Keep the reading; whether it is lower than an earlier one of the unit."""
    unit = order.request.unit
    if value is None or unit is None:
        return False
    highest = unit.readings.aggregate(highest=Max("value"))["highest"]
    UsageReading.objects.create(unit=unit, value=value, source=order.number, read_at=at)
    return highest is not None and value < highest
