"""How far a request and a job have come, in the words of their pages; nothing is written here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, show
from portal.core.attachments import attachments_of
from portal.core.pieces import NextStep, Proof
from service.doors import step_after
from service.models import RequestStatus, ServiceRequest, WorkOrder, WorkOrderStatus

COVER_TONES = {"covered": "good", "refused": "bad", "review": "wait"}


@dataclass(frozen=True)
class Promise:
    """One clock of a request: what, by when, when it was kept."""

    label: str
    due_at: datetime
    kept_at: datetime | None

    @property
    def tone(self) -> str:
        """good: kept in time; bad: late; wait: still running."""
        if (self.kept_at or clock.now()) > self.due_at:
            return "bad"
        return "good" if self.kept_at else "wait"

    @property
    def text(self) -> str:
        """What is left, or how it ended."""
        if self.kept_at is None:
            return show.time_left(self.due_at)[0]
        late = self.kept_at - self.due_at
        return _("late by %(span)s") % {"span": show.span(late)} if self.tone == "bad" else _("kept")


def promises_of(request: ServiceRequest) -> list[Promise]:
    """The clocks of a request in the order in which they fall due."""
    rows = [
        (_("First response"), request.answer_due_at, request.answered_at),
        (_("Dispatch"), request.dispatch_due_at, request.dispatched_at),
        (_("Appointment"), request.appointment_due_at, request.appointment_fixed_at),
        (_("Arrival"), request.arrival_due_at, request.arrived_at),
        (_("Completion"), request.completion_due_at, request.completed_at),
    ]
    ended = request.closed_at
    return [Promise(label, due, kept or ended) for label, due, kept in rows if due is not None]


def next_promise(request: ServiceRequest) -> Promise | None:
    """The running clock that is due first."""
    running = [each for each in promises_of(request) if each.kept_at is None]
    return min(running, key=lambda each: each.due_at, default=None)


def cover_words(verdict: str) -> str:
    """The stored answer on coverage as a word."""
    words = {
        "covered": _("In warranty"), "refused": _("Out of warranty"), "review": _("To be reviewed"),
    }  # fmt: skip
    return words.get(verdict, _("Coverage not known"))


def cover_tone(verdict: str) -> str:
    """The tone of that word."""
    return COVER_TONES.get(verdict, "calm")


@dataclass(frozen=True)
class Steps:
    """The steps of a job on site, and how many are done."""

    proofs: list[Proof]
    done: int

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.proofs)

    @property
    def share(self) -> int:
        """Done, in percent."""
        return 100 * self.done // max(1, self.total)


PHOTOS_A_CLAIM_NEEDS = {
    "fault_photo": gettext_lazy("Photo of the fault"),
    "plate_photo": gettext_lazy("Photo of the serial plate"),
}


def photos_missing(job: WorkOrder) -> list[str]:
    """The pictures without which a claim of the job will be cut or asked back, by name."""
    kinds = _photo_kinds(job)
    return [str(name) for kind, name in PHOTOS_A_CLAIM_NEEDS.items() if kind not in kinds]


def _photo_kinds(job: WorkOrder) -> set[str]:
    return set(attachments_of(job).values_list("kind", flat=True))


def steps_of(job: WorkOrder) -> Steps:
    """The steps of a visit, each read from what is on file."""
    kinds = _photo_kinds(job)
    texts = all(len(text.strip()) >= 10 for text in (job.complaint, job.cause, job.correction))
    found = [
        (_("Visit appointed"), bool(job.visit_at), show.moment(job.visit_at) if job.visit_at else ""),
        (_("Checked in"), bool(job.arrived_at), show.moment(job.arrived_at) if job.arrived_at else ""),
        *((str(name), kind in kinds, "") for kind, name in PHOTOS_A_CLAIM_NEEDS.items()),
        (_("Parts"), job.issued_parts.standing().exists(), _("if any were needed")),
        (_("Hours"), job.worked_hours.exists(), ""),
        (_("Complaint, cause, correction"), texts, ""),
        (_("Customer signed"), bool(job.customer_signed_as), job.customer_signed_as),
    ]
    proofs = [Proof("ok" if done else "na", text, detail) for text, done, detail in found]
    return Steps(proofs, sum(done for _text, done, _detail in found))


def next_step_of_job(job: WorkOrder, user: Any) -> NextStep | None:
    """What the station does next, with the button for who may do it."""
    from django.urls import reverse

    def step(text: str, label: str, name: str, permission: str, tone: str = "") -> NextStep:
        allowed = user.has_perm(permission, job)
        return NextStep(text, label, reverse(name, args=[job.number]) if allowed else "", tone)

    now = clock.now()
    if job.status == WorkOrderStatus.OFFERED:
        left, tone = show.time_left(job.offer_ends_at, now)
        text = _("Accept or decline by %(at)s (%(left)s), then the next station is asked.") % {
            "at": f"{clock.local(job.offer_ends_at):%H:%M}", "left": left,
        }  # fmt: skip
        return step(
            text, _("Accept"), "work_order_accept", "service.accept_workorder", "bad" if tone == "bad" else "wait"
        )
    if job.status == WorkOrderStatus.ACCEPTED:
        text = _("Call the customer and agree on a visit.")
        return step(text, _("Fix the appointment"), "work_order_appoint", "service.appoint_workorder")
    if job.status == WorkOrderStatus.APPOINTED:
        text = _("Visit at %(at)s; check in on arrival.") % {"at": show.moment(job.visit_at)}
        return step(text, _("Check in"), "work_order_check_in", "service.work_workorder")
    if job.status == WorkOrderStatus.ON_SITE:
        text = _("Record parts, hours and photos, then finish the job with the customer.")
        return step(text, _("Complete"), "work_order_complete", "service.work_workorder")
    if job.status == WorkOrderStatus.COMPLETED:
        return step_after(job, user) or NextStep(_("The job is finished."))
    return None


def next_step_of_request(request: ServiceRequest, user: Any) -> NextStep | None:
    """What the desk does next."""
    from django.urls import reverse

    may = user.has_perm("service.dispatch_request", request)
    job = request.work_orders.exclude(status__in=["declined", "expired", "cancelled"]).first()
    if request.status in (RequestStatus.NEW, RequestStatus.DISPATCHING) and job is None:
        url = reverse("request_dispatch", args=[request.number]) if may else ""
        return NextStep(_("No station has this request yet."), _("Offer to the best station"), url, "wait")
    if request.status == RequestStatus.DISPATCHING and job is not None:
        text = _("%(station)s has it on offer until %(at)s.") % {
            "station": job.station, "at": f"{clock.local(job.offer_ends_at):%H:%M}",
        }  # fmt: skip
        return NextStep(text)
    if request.status == RequestStatus.IN_PROGRESS and job is not None:
        when = _("visit at %(at)s") % {"at": show.moment(job.visit_at)} if job.visit_at else _("no visit agreed yet")
        return NextStep(_("%(station)s has the job: %(when)s.") % {"station": job.station, "when": when})
    if request.status == RequestStatus.COMPLETED:
        url = reverse("request_close", args=[request.number]) if user.has_perm("service.close_request", request) else ""
        return NextStep(_("The job is done. Ask the customer and close the request."), _("Close the request"), url)
    return None
