"""What a claim says to the risk rules."""

from collections.abc import Mapping

from django.db.models import Count, Q

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.parameters import param
from warranty import coverage, facts, risk
from warranty.assessment.case import Case
from warranty.duplicates import Duplicates
from warranty.models import Appraisal, LineKind, Verdict


def risk_facts(case: Case, verdicts: Mapping[int, coverage.Verdict], rivals: Duplicates) -> risk.Facts:
    claim = case.claim
    trips = [line.km for line in case.lines if line.kind == LineKind.TRAVEL]
    ends = [v.first_uncovered for v in verdicts.values() if v.first_uncovered and v.by == "unit"]
    not_issued = [line for line in case.parts if line.issued_part is None]
    no_fault, appraised = no_fault_share(claim.station_id)
    return risk.Facts(
        labor=[
            risk.LaborFact(line.hours, line.flat_hours, line.qty) for line in case.lines if line.kind == LineKind.LABOR
        ],
        failure_day=claim.failed_on,
        cover_end=min(ends, default=None),
        registered_on=case.unit.registration.filed_on if case.unit.registration else None,
        rolled_back=any("READING_ROLLED_BACK" in v.flags for v in verdicts.values()),
        photo_reused=any(match.why == "photo_reuse" for match in rivals.soft),
        km=max(trips, default=None),
        straight_km=claim.straight_km,
        technician_overlap=facts.technician_elsewhere(claim.work_order),
        part_not_issued=bool(not_issued),
        certificate_lapsed=facts.certificate_lapsed(claim.work_order, claim.product_model, claim.repaired_on),
        nff=no_fault,
        returns=appraised,
        travel_factor=param("warranty.travel_factor", claim.repaired_on),
    )


def no_fault_share(station_id: int) -> tuple[int, int]:
    """Of the station's returned parts appraised in the last 12 months: how many had no fault, and how many there were."""
    since = clock.start_of(add_months(clock.today(), -12))
    appraised = Appraisal.objects.filter(failed_part__station_id=station_id, is_final=True, at__gte=since)
    found = appraised.aggregate(no_fault=Count("pk", filter=Q(verdict=Verdict.NO_FAULT_FOUND)), returns=Count("pk"))
    return found["no_fault"], found["returns"]
