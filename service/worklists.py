"""What waits for whom on the service desk, what a search finds, and events in words."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import show
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.tones import tone_of
from service import progress
from service.models import Customer, InstalledUnit, ServiceRequest, WorkOrder, WorkOrderStatus
from service.models.customers import digits_of, normal_serial

SHOWN = 8
TITLES = {
    "customer.added": _("Customer put on file"),
    "installedunit.added": _("Unit put on file"),
    "servicerequest.taken": _("Request taken"),
    "servicerequest.answered": _("Customer answered"),
    "servicerequest.dispatching": _("Being dispatched"),
    "servicerequest.needs_dispatcher": _("No further station: back to the desk"),
    "servicerequest.in_progress": _("A station has the job"),
    "workorder.offered": _("Job offered to the station"),
    "workorder.accepted": _("Job accepted"),
    "workorder.assigned": _("Technician assigned"),
    "workorder.appointed": _("Visit agreed with the customer"),
    "workorder.appointment_moved": _("Visit moved"),
    "workorder.on_site": _("Technician on site"),
    "workorder.part_issued": _("Part used on the job"),
    "workorder.part_returned": _("Part put back"),
    "workorder.hours_recorded": _("Hours recorded"),
    "workorder.hours_removed": _("Hours removed"),
    "workorder.completed": _("Job finished"),
    "workorder.stranded_told": _("Dispatchers told: no other station yet"),
}


def worklists(user: Any) -> Iterable[Worklist]:
    """The desk's requests; a station's offers and jobs; a technician's own day."""
    if user.has_perm("service.dispatch_request"):
        yield _to_dispatch(user)
    if user.has_perm("service.accept_workorder"):
        yield _offers(user)
        yield _to_appoint(user)
    if Role.TECHNICIAN in roles_of(user):
        yield _jobs_of(user)


def _to_dispatch(user: Any) -> Worklist:
    rows = ServiceRequest.objects.visible_to(user).waiting_for_dispatch().select_related("unit__product_model")
    rows = rows.order_by("answer_due_at", "pk")
    label = _("Requests without a station")
    return Worklist("requests", label, rows, _request, reverse("request_list"), "wait", shown=SHOWN)


def _request(row: ServiceRequest) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=f"{row.contact_name} · {row.fault_text[:40]}",
        url=row.get_absolute_url(),
        detail=str(row.unit.product_model) if row.unit else "",
        status=str(row.get_urgency_display()),
        tone="bad" if row.urgency == "machine_stopped" else "wait",
        due_at=row.dispatch_due_at or row.answer_due_at,
        due_label=str(_("dispatch due")),
        action=str(_("Dispatch")),
    )


def _offers(user: Any) -> Worklist:
    def item(job: WorkOrder) -> WorkItem:
        return _job(job, job.offer_ends_at, str(_("answer until")), str(_("Accept")))

    rows = WorkOrder.objects.visible_to(user).filter(status=WorkOrderStatus.OFFERED).select_related(*RELATED)
    url = f"{reverse('work_order_list')}?status=offered"
    return Worklist("offers", _("Jobs on offer"), rows.order_by("offer_ends_at"), item, url, "wait", shown=SHOWN)


def _to_appoint(user: Any) -> Worklist:
    def item(job: WorkOrder) -> WorkItem:
        return _job(job, job.request.appointment_due_at, str(_("appointment due")), str(_("Fix the appointment")))

    rows = WorkOrder.objects.visible_to(user).filter(status=WorkOrderStatus.ACCEPTED).select_related(*RELATED)
    rows = rows.order_by("request__appointment_due_at")
    url = f"{reverse('work_order_list')}?status=accepted"
    return Worklist("work_orders", _("Visits to agree on"), rows, item, url, "run", shown=SHOWN)


def _jobs_of(user: Any) -> Worklist:
    def item(job: WorkOrder) -> WorkItem:
        return _job(job, job.visit_at or job.request.appointment_due_at, str(_("visit")), str(_("Open")))

    rows = WorkOrder.objects.visible_to(user).working().filter(technician__user=user).select_related(*RELATED)
    rows = rows.order_by("visit_at", "pk")
    return Worklist("my_jobs", _("My jobs"), rows, item, reverse("my_jobs"), "run", shown=SHOWN)


RELATED = ["request__unit__product_model", "station", "technician"]


def _job(job: WorkOrder, due_at: Any, due_label: str, action: str) -> WorkItem:
    request = job.request
    unit = str(request.unit.product_model) if request.unit else ""
    return WorkItem(
        number=job.number,
        title=f"{request.contact_name} · {request.fault_text[:40]}",
        url=job.get_absolute_url(),
        detail=" · ".join(filter(None, [unit, request.address, progress.cover_words(request.cover_verdict)])),
        status=str(job.get_status_display()),
        tone=tone_of(job.status, "workorder"),
        due_at=due_at,
        due_label=due_label,
        action=action,
    )


def search(user: Any, text: str) -> Iterable[Hit]:
    """Requests, jobs, units and customers of the reader's scope: by number, serial number, phone or name."""
    wanted = text.strip()
    if len(wanted) < 2:
        return
    if user.has_perm("service.view_servicerequest"):
        yield from _requests(user, wanted)
    if user.has_perm("service.view_workorder"):
        yield from _jobs(user, wanted)
    if user.has_perm("service.view_installedunit"):
        for unit in (
            InstalledUnit.objects.visible_to(user)
            .filter(serial_number__contains=normal_serial(wanted))
            .select_related("product_model", "customer")[:5]
        ):
            yield Hit(
                _("Unit"),
                unit.serial_number,
                str(unit.product_model),
                unit.get_absolute_url(),
                str(unit.customer or ""),
            )


def _requests(user: Any, wanted: str) -> Iterable[Hit]:
    serial = InstalledUnit.objects.filter(serial_number__contains=normal_serial(wanted)).values("pk")
    condition = Q(number__holds=wanted) | Q(contact_name__holds=wanted) | Q(unit__in=serial)
    digits = digits_of(wanted)
    if len(digits) >= 4:
        known = Customer.objects.filter(phone__contains=digits).values("pk")
        condition |= Q(contact_phone__contains=digits) | Q(customer__in=known)
    for row in ServiceRequest.objects.visible_to(user).filter(condition).order_by("-pk")[:5]:
        detail = f"{row.get_status_display()} · {show.day(row.created_at)}"
        yield Hit(
            _("Service request"),
            row.number,
            f"{row.contact_name} · {row.fault_text[:40]}",
            row.get_absolute_url(),
            detail,
        )


def _jobs(user: Any, wanted: str) -> Iterable[Hit]:
    condition = Q(number__holds=wanted) | Q(request__contact_name__holds=wanted)
    rows = WorkOrder.objects.visible_to(user).filter(condition).select_related("request", "station")
    for job in rows.order_by("-pk")[:5]:
        title = f"{job.request.contact_name} · {job.station}"
        yield Hit(_("Work order"), job.number, title, job.get_absolute_url(), str(job.get_status_display()))
