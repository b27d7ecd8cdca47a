"""What a new draft starts from: the texts and lines of its job, or of the rejected claim that it replaces. Writes nothing."""

from typing import Any, Final

from portal.core import clock
from portal.core.written import Written
from service.models import WorkOrder
from warranty.models import ClaimLine, LineKind, WarrantyClaim

LINE_FIELDS: Final = (
    "qty", "hours", "km", "claimed_amount", "remedy", "removed_serial", "fitted_serial", "invoice_number", "description",
)  # fmt: skip
CARRIED: Final = ("kind", "part", "operation", "issued_part", "part_class", *LINE_FIELDS)
CARRIED_TEXTS: Final = ("complaint", "cause", "correction", "cause_class", "usage_reading", "failed_on", "fault_code")


def told_by_job(job: WorkOrder) -> dict[str, Any]:
    """What the technician wrote down."""
    return {
        "complaint": job.complaint,
        "cause": job.cause,
        "correction": job.correction,
        "usage_reading": job.usage_reading,
        "failed_on": job.failed_on or clock.local_date(job.request.created_at),
        "fault_code": job.fault_code or job.request.fault_code,
    }


def told_by_claim(replaced: WarrantyClaim) -> dict[str, Any]:
    """What the station said in the claim that was rejected."""
    return {name: getattr(replaced, name) for name in CARRIED_TEXTS}


_lines = Written(
    lambda claim: (
        ClaimLine.objects.filter(claim=claim).select_related("part", "operation", "issued_part").order_by("position")
    )
)


def lines_in_order(claim: WarrantyClaim) -> list[ClaimLine]:
    """The lines with what they name."""
    rows = _lines(claim.pk)
    for line in rows:
        line.claim = claim
    return rows


def carried_lines(claim: WarrantyClaim, replaced: WarrantyClaim) -> list[ClaimLine]:
    """The lines of the rejected claim as the station asked for them, not yet saved."""
    return [
        ClaimLine(claim=claim, position=position, **{name: getattr(line, name) for name in CARRIED})
        for position, line in enumerate(lines_in_order(replaced), start=1)
    ]


def lines_of_job(claim: WarrantyClaim, job: WorkOrder) -> list[ClaimLine]:
    """What the job used, worked and drove, as lines not yet saved."""
    rows: list[ClaimLine] = []
    for issued in job.issued_parts.filter(returned_at=None).select_related("part").order_by("position"):
        rows.append(
            ClaimLine(
                kind=LineKind.PART,
                part=issued.part,
                issued_part=issued,
                description=issued.part.name,
                part_class=issued.part.part_class,
                remedy=issued.action,
                removed_serial=issued.removed_serial,
                fitted_serial=issued.fitted_serial,
                qty=issued.qty,
            )
        )
    for worked in job.worked_hours.select_related("operation").order_by("pk"):
        operation = worked.operation
        rows.append(
            ClaimLine(
                kind=LineKind.LABOR,
                operation=operation,
                description=operation.name,
                qty=worked.qty,
                hours=worked.hours,
            )
        )
    if job.distance_km:
        rows.append(ClaimLine(kind=LineKind.TRAVEL, km=job.distance_km))
    for position, line in enumerate(rows, start=1):
        line.claim, line.position = claim, position
    return rows
