"""What must always be true of the service desk; each check answers one sentence per violation."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, Q, Sum

from parts.models import StockEntry
from service.models import IssuedPart, PartAction, RequestStatus, ServiceRequest, WorkOrder


def issued_parts_tie_to_ledger() -> Iterable[str]:
    """Every part on a job left the station's stock in the job's name, and came back if it was put back."""
    rows = IssuedPart.objects.filter(action=PartAction.REPLACE).select_related("work_order", "part")
    for row in rows.iterator(chunk_size=500):
        source = f"{row.work_order.number}/{row.position}"
        entries = StockEntry.objects.filter(
            posting__source=source,
            posting__kind__in=["issue_to_job", "return_from_job"],
            location__station=row.work_order.station_id,
            part=row.part_id,
        )
        taken = -(entries.aggregate(qty=Sum("qty"))["qty"] or Decimal(0))
        expected = Decimal(0) if row.returned_at else row.qty
        if taken != expected:
            yield f"issued part {source} {row.part.number}: the ledger gave {taken}, the job says {expected}"


def requests_agree_with_jobs() -> Iterable[str]:
    """A completed job has a completed or closed request; a request in progress has a job at work."""
    ended = [RequestStatus.COMPLETED, RequestStatus.CLOSED]
    wrong = WorkOrder.objects.filter(status="completed").exclude(request__status__in=ended)
    for job in wrong.select_related("request"):
        yield f"work order {job.number} is completed, its request {job.request.number} is {job.request.status}"
    working = WorkOrder.objects.working().values("request_id")
    for request in ServiceRequest.objects.filter(status=RequestStatus.IN_PROGRESS).exclude(pk__in=working):
        yield f"request {request.number} is in progress without a job at work"


def jobs_stay_in_their_station() -> Iterable[str]:
    """A job hangs on its request's number, its technician works for its station, its open request names the station."""
    for job in WorkOrder.objects.exclude(root_number=F("request__number")):
        yield f"work order {job.number} hangs on {job.root_number}, not on its request"
    foreign = WorkOrder.objects.open().exclude(technician=None).exclude(technician__station=F("station"))
    for job in foreign:
        yield f"work order {job.number} has a technician of another station"
    for job in WorkOrder.objects.open().filter(~Q(request__station=F("station"))):
        yield f"work order {job.number} and its request name different stations"
