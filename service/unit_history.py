"""What the service desk knows of a unit's life: production and sale, requests, jobs, parts, readings. Writes nothing."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core import show
from service.life import Happening, on_day
from service.models import InstalledUnit, IssuedPart, ServiceRequest, WorkOrder

KINDS = {
    "made": pgettext_lazy("unit", "Production and sale"),
    "requests": gettext_lazy("Requests"),
    "jobs": pgettext_lazy("unit", "Jobs"),
    "parts": gettext_lazy("Parts"),
    "readings": gettext_lazy("Usage readings"),
}
MOST = 200  # of each kind; no unit of ours has had more


def happenings(unit: InstalledUnit, user: Any) -> Iterable[Happening]:
    """Five kinds, four queries. A station reads of requests and jobs that are its own."""
    yield from _made(unit)
    yield from _requests(unit, user)
    jobs = {job.pk: job for job in _jobs(unit, user)}
    yield from (entry for job in jobs.values() for entry in _of_job(job))
    yield from _parts(jobs)
    for reading in unit.readings.order_by("-read_at")[:MOST]:
        yield Happening(
            reading.read_at, "readings", _("Usage reading"), detail=show.quantity(reading.value), number=reading.source
        )


def _made(unit: InstalledUnit) -> Iterable[Happening]:
    days = (
        (unit.produced_on, _("Produced")),
        (unit.ship_date, _("Shipped")),
        (unit.sold_on, _("Sold")),
        (unit.invoice_on, _("Invoiced")),
        (unit.installed_on, _("Handed over")),
    )
    return (on_day(day, "made", title) for day, title in days if day)


def _requests(unit: InstalledUnit, user: Any) -> Iterable[Happening]:
    rows = ServiceRequest.objects.visible_to(user).filter(unit=unit).select_related("station", "fault_code")
    may_open = user.has_perm("service.view_servicerequest")
    for request in rows.order_by("-pk")[:MOST]:
        yield Happening(
            request.created_at,
            "requests",
            str(request.get_category_display()),
            detail=request.fault_text[:80],
            number=request.number,
            url=request.get_absolute_url() if may_open else "",
        )


def _jobs(unit: InstalledUnit, user: Any) -> Iterable[WorkOrder]:
    rows = WorkOrder.objects.visible_to(user).filter(request__unit=unit)
    return rows.select_related("station", "technician", "fault_code", "request").order_by("-pk")[:MOST]


def _of_job(job: WorkOrder) -> Iterable[Happening]:
    at = job.completed_at or job.arrived_at or job.offered_at
    who = " · ".join(str(each) for each in (job.station, job.technician, job.fault_code) if each)
    title = _("Repaired") if job.completed_at else str(job.get_status_display())
    tone = "good" if job.completed_at else ""
    yield Happening(at, "jobs", title, detail=who, number=job.number, url=job.get_absolute_url(), tone=tone)


def _parts(jobs: dict[int, WorkOrder]) -> Iterable[Happening]:
    rows = IssuedPart.objects.standing().filter(work_order__in=jobs).select_related("part")
    for row in rows.order_by("-pk")[:MOST]:
        job = jobs[row.work_order_id]
        serials = [
            _("out %(serial)s") % {"serial": row.removed_serial} if row.removed_serial else "",
            _("in %(serial)s") % {"serial": row.fitted_serial} if row.fitted_serial else "",
        ]
        detail = " · ".join(filter(None, [f"× {show.quantity(row.qty)}", str(row.get_action_display()), *serials]))
        title = f"{row.part.number} {row.part.local_name}"
        at = row.issued_at or job.offered_at
        yield Happening(at, "parts", title, detail=detail, number=job.number, url=job.get_absolute_url())
