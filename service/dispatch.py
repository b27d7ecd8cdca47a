"""Who gets the job: candidates with their reasons, the offer, and the next one when nobody answers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, statements
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from service.intake import promises
from service.models import Category, ServiceRequest, WorkOrder
from service.ranking import Candidate, Ranking, rank
from service.states import OPEN_STATUSES, RequestStatus, WorkOrderStatus
from stations.contracts import distance_km, is_dispatchable, not_covering
from stations.coverage import Cover, covering
from stations.grading import priced_as
from stations.models import Contract, SkillCertificate, Station, StationGrade, Technician
from stations.opening import reach_of


class OpenWorkOrderExists(Refusal):
    """One request has one open job."""

    message = _("%(number)s already has the open job %(work_order)s.")
    code = "open_work_order_exists"


class StationNotDispatchable(Refusal):
    """The station may not be given jobs."""

    message = _("%(station)s cannot be given this job: %(reasons)s")
    code = "station_not_dispatchable"


class NobodyEligible(Refusal):
    """No station can take the job by rule."""

    message = _("No station is eligible. Choose one by hand or close the request.")
    code = "nobody_eligible"


def candidates(request: ServiceRequest, *, at: datetime | None = None) -> Ranking:
    """The stations within reach in order of fitness, and for the others why not; a fixed number of queries.

    Within reach: so many km D, or the customer's division is named for the station. Area: the place is in its service
    area, its contract's area or its radius. Shift: it is open or on call on the day. A request without a place has every
    station at distance 0 and in its area. The level needed is the problem class. Source: rules.md 3.11, ADR 21.
    """
    moment = at or clock.now()
    day = clock.local_date(moment)
    within = _within_reach(request, day)
    reach = reach_of([near.station for near in within.values()], moment)
    family = request.unit.product_model.family_id if request.unit else None
    technicians = _best_technicians(set(within), family, day)
    grades = _grades(within, day)
    load, today = _load(set(within), day)
    ends = dict(
        Contract.objects.filter(station_id__in=within, valid_from__lte=day).order_by("valid_to")
        .values_list("station_id", "valid_to")
    )  # fmt: skip
    uncovered = not_covering(family, day) if family is not None else set()
    found = [
        Candidate(
            key=pk,
            station_active=near.station.status == "active",
            contract_end=ends.get(pk),
            area_match=near.is_in_area,
            level=technicians[pk][1] if pk in technicians else 0,
            certificate_end=technicians[pk][2] if pk in technicians else None,
            has_tool=True,
            on_shift=reach[pk].works_today,
            open_jobs=load[pk],
            capacity=near.station.job_capacity,
            km=near.km,
            grade=grades.get(pk, "C"),
            jobs_today=today[pk],
            technician=technicians[pk][0] if pk in technicians else None,
            family_covered=pk not in uncovered,
            covered_by=near.cover.by,
            opening=str(reach[pk].now),
        )
        for pk, near in within.items()
    ]
    return rank(found, need_level=min(int(request.problem_class), 3), visit_day=day)


@dataclass(frozen=True, slots=True)
class Near:
    """A station that might go: how far, and whether and why the place is in its area."""

    station: Station
    km: Decimal
    cover: Cover
    is_in_area: bool


def _within_reach(request: ServiceRequest, day: date) -> dict[int, Near]:
    """Every station within the radius of dispatch, or for which the customer's division is named."""
    stations = list(Station.objects.select_related("center__region").order_by("pk"))
    covers = covering(stations, request.division, request.longitude, request.latitude, day)
    anywhere = request.longitude is None and not request.division
    radius = param("service.dispatch_radius_km")
    found = {}
    for station in stations:
        cover = covers[station.pk]
        km = Decimal(str(round(cover.km or 0, 3)))
        if km <= radius or cover:
            found[station.pk] = Near(station, km, cover, anywhere or bool(cover))
    return found


@transaction.atomic
def offer_to_station(
    request: ServiceRequest,
    station: Station,
    *,
    actor: Any | None,
    technician: Technician | None = None,
    reasons: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> WorkOrder:
    """The station has the job on offer for 15 minutes, under its own number; the request is being dispatched.

    Raises StationNotDispatchable, OpenWorkOrderExists, TransitionNotAllowed. Writes one WorkOrder and its Events.
    """
    moment = at or clock.now()
    require_dispatchable(request, station, at=moment)
    locked = lock(request)
    standing = locked.work_orders.filter(status__in=list(OPEN_STATUSES)).first()
    if standing is not None:
        raise OpenWorkOrderExists(number=locked.number, work_order=standing.number)
    if locked.status != RequestStatus.DISPATCHING:
        locked = move(locked, RequestStatus.DISPATCHING, actor=actor, at=moment)
    _start_clocks(locked, station, moment)
    request.refresh_from_db()
    order = WorkOrder(
        request=locked,
        station=station,
        technician=technician,
        fault_code=locked.fault_code,
        offered_by=actor,
        root_number=locked.number,
        dispatch_reasons=reasons or {},
        complaint=locked.fault_text,
        straight_km=_km(locked, station).quantize(Decimal("0.1")) if locked.longitude is not None else None,
        offered_at=moment,
        offer_ends_at=moment + timedelta(minutes=param("service.offer_minutes", moment)),
        number=take_number("WO", at=moment),
    )
    statements.insert(order)
    data = {"station": station.code, "reasons": order.dispatch_reasons}
    events.record(order, "workorder.offered", actor=actor, at=moment, to_status=WorkOrderStatus.OFFERED, data=data)
    return order


def require_dispatchable(request: ServiceRequest, station: Station, *, at: datetime) -> None:
    """The station may be given this job, and take it. Raises StationNotDispatchable with every reason."""
    family = request.unit.product_model.family_id if request.unit else None
    allowed = is_dispatchable(station, clock.local_date(at), family=family)
    if not allowed:
        raise StationNotDispatchable(station=station, reasons=" ".join(map(str, allowed.reasons)), field="station")


@transaction.atomic
def dispatch_best(request: ServiceRequest, *, actor: Any | None, at: datetime | None = None) -> WorkOrder:
    """The best station not asked before has the request on offer. Raises NobodyEligible and what an offer raises."""
    moment = at or clock.now()
    asked = set(request.work_orders.values_list("station_id", flat=True))
    ranking = candidates(request, at=moment)
    chosen = next((entry for entry in ranking.ranked if entry.candidate.key not in asked), None)
    if chosen is None or len(asked) >= param("service.refusals_until_manual", moment):
        raise NobodyEligible
    return offer_to_station(
        request,
        Station.objects.get(pk=chosen.candidate.key),
        technician=chosen.candidate.technician,
        reasons=explain(ranking),
        actor=actor,
        at=moment,
    )


def explain(ranking: Ranking) -> dict[str, Any]:
    """The table of a dispatch as JSON, kept with the offer: every candidate's score and parts, or its reasons."""
    return {
        "ranked": [
            {
                "station": entry.candidate.key,
                "score": str(entry.shown),
                "km": str(entry.candidate.km.quantize(Decimal("0.1"))),
                "covered_by": entry.candidate.covered_by,
                "opening": entry.candidate.opening,
            }
            | {name: str(worth.quantize(Decimal("0.001"))) for name, worth in entry.parts.items()}
            for entry in ranking.ranked[:20]
        ],
        "ineligible": {str(key): list(codes) for key, codes in list(ranking.ineligible.items())[:50]},
    }


@transaction.atomic
def expire_offers(*, at: datetime | None = None) -> int:
    """Offers whose time has passed are over, and each request goes to its next candidate, if any; how many."""
    moment = at or clock.now()
    late = WorkOrder.objects.filter(status=WorkOrderStatus.OFFERED, offer_ends_at__lte=moment).order_by("pk")
    count = 0
    for order in late:
        request = lock(order.request)
        if lock(order).status != WorkOrderStatus.OFFERED:
            continue  # answered while we waited
        move(order, WorkOrderStatus.EXPIRED, actor=None, at=moment)
        offer_next(request, at=moment)
        count += 1
    return count


def _start_clocks(request: ServiceRequest, station: Station, at: datetime) -> None:
    """The dispatch clock stops, and the answer clock if nobody had answered; a second offer changes neither."""
    request.station = station
    request.answered_at = request.answered_at or at
    request.dispatched_at = request.dispatched_at or at
    for name, due in promises(request.urgency, Category.URGENT_REPAIR, request.created_at).items():
        if getattr(request, name) is None:  # advice that turned into a visit
            setattr(request, name, due)
    statements.update(request, [
            "station", "answered_at", "dispatched_at", "dispatch_due_at", "appointment_due_at", "arrival_due_at",
            "completion_due_at",
        ])  # fmt: skip


def offer_next(request: ServiceRequest, *, at: datetime | None = None, note: str = "") -> WorkOrder | None:
    """The next best station has the request on offer; without one it stays with the desk, and no station sees it."""
    try:
        return dispatch_best(request, actor=None, at=at)
    except Refusal:
        locked = lock(request)
        locked.station = request.station = None
        statements.update(locked, ["station"])
        events.record(locked, "servicerequest.needs_dispatcher", actor=None, at=at, note=note)
        return None


def _grades(stations: Iterable[int], day: date) -> dict[int, str]:
    """The letter each station is priced as on the day: the latest row, probation and none counting as C."""
    rows = StationGrade.objects.filter(station__in=list(stations), valid_from__lte=day).order_by("valid_from")
    return {row.station_id: str(priced_as(row.grade)) for row in rows}


def _km(request: ServiceRequest, station: Station) -> Decimal:
    if None in (request.longitude, request.latitude, station.longitude, station.latitude):
        return Decimal(0)
    measured = distance_km(station.longitude, station.latitude, request.longitude, request.latitude)  # type: ignore[arg-type]
    return Decimal(str(round(measured, 3)))


def _best_technicians(stations: set[int], family: int | None, day: date) -> dict[int, tuple[Technician, int, date]]:
    """Per station the technician with the highest certificate for the family that is valid on the day."""
    held = SkillCertificate.objects.filter(
        technician__station_id__in=stations, technician__is_active=True, valid_from__lte=day, valid_to__gt=day
    ).select_related("technician")
    if family is not None:
        held = held.filter(family_id=family)
    best: dict[int, tuple[Technician, int, date]] = {}
    for row in held.order_by("technician_id"):
        known = best.get(row.technician.station_id)
        if known is None or row.level > known[1]:
            best[row.technician.station_id] = (row.technician, row.level, row.valid_to)
    return best


def _load(stations: set[int], day: date) -> tuple[dict[int, int], dict[int, int]]:
    """Open jobs, and visits of the day, per station."""
    rows = (
        WorkOrder.objects.filter(station_id__in=stations)
        .filter(status__in=list(OPEN_STATUSES))
        .values("station_id")
        .annotate(
            open=Count("pk"),
            today=Count("pk", filter=Q(visit_at__gte=clock.start_of(day), visit_at__lte=clock.end_of(day))),
        )
    )
    load: dict[int, int] = defaultdict(int)
    today: dict[int, int] = defaultdict(int)
    for row in rows:
        load[row["station_id"]], today[row["station_id"]] = row["open"], row["today"]
    return load, today
