"""From the submission to the last decision: each step by whom the rules name, never by the applicant."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.applications.drafting import editable, missing_in
from stations.applications.likeness import duplicates_of, refuse_paused
from stations.applications.refusals import Incomplete, NotPassed, OwnApplication, ReasonMissing, SameDecider
from stations.models import (
    ApplicationStatus,
    FindingStatus,
    InspectionOutcome,
    RectificationStatus,
    StationApplication,
    VisitStatus,
)
from stations.states import OPEN_FINDING

REASON_LENGTH = 10


@transaction.atomic
def submit_application(
    application: StationApplication, *, actor: Any | None = None, at: datetime | None = None
) -> StationApplication:
    """The application has its number and is with the region, or with the center where something looks like a duplicate.

    Raises NotEditable, Incomplete (which names everything missing), Paused. The skipped pre-check is an event.
    """
    at = at or clock.now()
    application = editable(application)
    on = clock.local_date(at)
    if lacks := missing_in(application, on):
        raise Incomplete(lacks)
    refuse_paused(application, on)
    application.submitted_at = at
    application.return_reason = ""
    if not application.number:
        application.number = take_number("SA", at=at)
    application.save(update_fields=["submitted_at", "return_reason", "number"])
    application = move(application, ApplicationStatus.SUBMITTED, actor=actor, at=at)
    return _pre_check(application, at=at)


def _pre_check(application: StationApplication, *, at: datetime) -> StationApplication:
    found = duplicates_of(application)
    if found:
        note = "; ".join(f"{hit.number} {hit.why}" for hit in found)
        return move(application, ApplicationStatus.CENTER_CHECK, actor=None, at=at, note=note)
    events.record(application, "stationapplication.center_check_skipped", actor=None, at=at)
    return move(application, ApplicationStatus.REGION_REVIEW, actor=None, at=at)


@transaction.atomic
def withdraw_application(
    application: StationApplication, *, actor: Any | None = None, at: datetime | None = None
) -> StationApplication:
    """The applicant has given up, at any stage before the contract. Raises TransitionNotAllowed. Writes one Event."""
    application = move(lock(application), ApplicationStatus.WITHDRAWN, actor=actor, at=at)
    _end_open_work(application, actor, at)
    return application


@transaction.atomic
def pass_center_check(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """The center found no duplicate; the region reviews next. Raises TransitionNotAllowed, OwnApplication."""
    application = _not_own(lock(application), actor)
    return move(application, ApplicationStatus.REGION_REVIEW, actor=actor, at=at, note=note)


@transaction.atomic
def approve_by_region(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """The first approval is given; a site inspection is next. Raises TransitionNotAllowed, OwnApplication."""
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.INSPECTION, actor=actor, at=at, note=note)
    application.region_decider = actor
    application.save(update_fields=["region_decider"])
    return application


@transaction.atomic
def decide_application(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """Headquarters has approved; the contract is next. To say no, refuse_application() or send_back().

    Raises TransitionNotAllowed, OwnApplication, SameDecider, NotPassed. Writes one Event. Source: rules.md 3.10.
    """
    application = _not_own(lock(application), actor)
    if actor.pk == application.region_decider_id:
        raise SameDecider
    last = application.inspections.recorded().order_by("inspected_at", "pk").last()
    if application.status == ApplicationStatus.HQ_DECISION and (
        last is None or last.outcome != InspectionOutcome.PASSED
    ):
        raise NotPassed
    application = move(application, ApplicationStatus.CONTRACTING, actor=actor, at=at, note=note)
    application.hq_decider = actor
    application.save(update_fields=["hq_decider"])
    return application


@transaction.atomic
def send_back(
    application: StationApplication, *, reason: str, actor: Any, at: datetime | None = None
) -> StationApplication:
    """The applicant may correct and submit again; both approvals start anew. Raises ReasonMissing."""
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.SENT_BACK, actor=actor, at=at, note=_reason(reason))
    application.return_reason, application.region_decider, application.hq_decider = reason, None, None
    application.save(update_fields=["return_reason", "region_decider", "hq_decider"])
    _end_open_work(application, actor, at)
    return application


@transaction.atomic
def refuse_application(
    application: StationApplication, *, reason: str, actor: Any | None, at: datetime | None = None
) -> StationApplication:
    """The application is over, and the company waits before another. Raises ReasonMissing. One Event."""
    at = at or clock.now()
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.REFUSED, actor=actor, at=at, note=_reason(reason))
    application.return_reason = reason
    application.paused_until = clock.local_date(at) + timedelta(days=param("stations.refusal_pause_days", at))
    application.save(update_fields=["return_reason", "paused_until"])
    _end_open_work(application, actor, at)
    return application


def _end_open_work(application: StationApplication, actor: Any | None, at: datetime | None) -> None:
    """Visits and rectifications still open are cancelled with the step that wanted them."""
    for visit in application.inspections.open().order_by("pk"):
        move(visit, VisitStatus.CANCELLED, actor=actor, at=at)
    for order in application.rectifications.filter(status=RectificationStatus.OPEN).order_by("pk"):
        for finding in order.lines.filter(status__in=OPEN_FINDING).order_by("pk"):
            move(finding, FindingStatus.CANCELLED, actor=actor, at=at)
        move(order, RectificationStatus.CANCELLED, actor=actor, at=at)


def _not_own(application: StationApplication, actor: Any | None) -> StationApplication:
    if actor is not None and actor.pk in application.own_people:
        raise OwnApplication
    return application


def _reason(reason: str) -> str:
    if len(reason.strip()) < REASON_LENGTH:
        raise ReasonMissing(length=REASON_LENGTH, field="reason")
    return reason.strip()
