"""What a claim says to the risk rules, and what its cover adds to that."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Count, Q

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.parameters import param
from portal.core.written import Written
from service.models import WorkOrder
from stations.models import ProductModel
from warranty import coverage, peer_figures, risk
from warranty.assessment.case import Case
from warranty.duplicates import Duplicates
from warranty.models import Appraisal, LineKind, Verdict


def risk_facts(case: Case, rivals: Duplicates) -> risk.Facts:
    """Hours, days, kilometers, pictures, the technician, the peers; the end of cover follows from the cover."""
    claim = case.claim
    trips = [line.km for line in case.lines if line.kind == LineKind.TRAVEL]
    not_issued = [line for line in case.parts if line.issued_part is None]
    no_fault, appraised = no_fault_share(claim.station_id)
    peers = peer_figures.compared(claim.station_id, claim.product_model_id, case.rates.grade)
    return replace(
        peers,
        labor=[
            risk.LaborFact(line.hours, line.flat_hours, line.qty) for line in case.lines if line.kind == LineKind.LABOR
        ],
        failure_day=claim.failed_on,
        registered_on=case.unit.registration.filed_on if case.unit.registration else None,
        photo_reused=any(match.why == "photo_reuse" for match in rivals.soft),
        km=max(trips, default=None),
        straight_km=claim.straight_km,
        technician_overlap=technician_elsewhere(claim.work_order),
        part_not_issued=bool(not_issued),
        certificate_lapsed=certificate_lapsed(claim.work_order, claim.product_model, claim.repaired_on),
        nff=no_fault,
        returns=appraised,
        named={
            "photo_reuse": ", ".join(sorted(match.id for match in rivals.soft if match.why == "photo_reuse")),
            "part_not_issued": ", ".join(sorted({line.part.number for line in not_issued if line.part})),
        },
        travel_factor=param("warranty.travel_factor", claim.repaired_on),
    )


def with_cover(facts: risk.Facts, verdicts: Mapping[int, coverage.Verdict]) -> risk.Facts:
    """The end of the unit's cover and a reading that went back, as the coverage found them."""
    ends = [v.first_uncovered for v in verdicts.values() if v.first_uncovered and v.by == "unit"]
    rolled_back = any("READING_ROLLED_BACK" in v.flags for v in verdicts.values())
    return replace(facts, cover_end=min(ends, default=None), rolled_back=rolled_back)


def no_fault_share(station_id: int) -> tuple[int, int]:
    """Of the station's returned parts appraised in the last 12 months: how many had no fault, and how many there were."""
    since = clock.start_of(add_months(clock.today(), -12))
    return _appraised.first(station_id, since) or (0, 0)


_appraised = Written(
    lambda station, since: (
        Appraisal.objects.filter(failed_part__station_id=station, is_final=True, at__gte=since)
        .order_by()
        .values("failed_part__station_id")
        .annotate(no_fault=Count("pk", filter=Q(verdict=Verdict.NO_FAULT_FOUND)), returns=Count("pk"))
        .values_list("no_fault", "returns")
    )
)


def technician_elsewhere(job: WorkOrder) -> bool:
    """Whether the technician is recorded on the site of another job at the same time."""
    begun, ended = job.arrived_at, job.completed_at
    if not (job.technician_id and begun and ended):
        return False
    others = WorkOrder.objects.filter(technician=job.technician_id).exclude(pk=job.pk)
    return others.filter(arrived_at__lt=ended, completed_at__gt=begun).exists()


def certificate_lapsed(job: WorkOrder, product_model: ProductModel | None, on: date) -> bool:
    """The technician held a certificate for the family, but none was valid on the day of work."""
    if job.technician is None or product_model is None:
        return False
    held = list(
        job.technician.certificates.filter(family=product_model.family_id).values_list("valid_from", "valid_to")
    )
    return bool(held) and not any(start <= on < end for start, end in held)
