"""What a claim says to the risk rules."""

from collections.abc import Mapping

from portal.core.parameters import param
from warranty import coverage, facts, risk
from warranty.assessment.case import Case
from warranty.duplicates import Duplicates
from warranty.models import LineKind


def risk_facts(case: Case, verdicts: Mapping[int, coverage.Verdict], rivals: Duplicates) -> risk.Facts:
    claim = case.claim
    trips = [line.km for line in case.lines if line.kind == LineKind.TRAVEL]
    ends = [v.first_uncovered for v in verdicts.values() if v.first_uncovered and v.by == "unit"]
    not_issued = [line for line in case.parts if line.issued_part is None]
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
        travel_factor=param("warranty.travel_factor", claim.repaired_on),
    )
