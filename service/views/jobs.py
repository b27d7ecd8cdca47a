"""A station's jobs: the list, one job, and each thing the station does with it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock, show
from portal.core.attachments import attach, attachments_of
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    visible_or_404,
)
from portal.core.pieces import Text
from service import doors, life, progress, work_orders
from service.forms import jobs as forms
from service.forms.desk import ReasonForm
from service.models import IssuedPart, WorkedHours, WorkOrder, WorkOrderStatus
from service.work_orders import Findings

RELATED = ["request__customer", "request__unit__product_model__family", "station", "technician", "fault_code"]


def visit_words(job: WorkOrder) -> str:
    """10:30 for today, else with the day."""
    if job.visit_at is None:
        return ""
    local = clock.local(job.visit_at)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%m-%d %H:%M}"


def map_link(job: WorkOrder) -> str:
    """The phone's own map at the customer's address."""
    request = job.request
    if request.longitude is None:
        return f"geo:0,0?q={quote(request.address)}" if request.address else ""
    return (
        f"geo:{request.latitude},{request.longitude}?q={request.latitude},{request.longitude}({quote(request.address)})"
    )


class WorkOrderList(ScopedListView):
    """All jobs of the reader's stations."""

    model = WorkOrder
    permission = "service.view_workorder"
    export_permission = "service.export_lists"
    title = _("Work orders")
    columns = [
        Column("number", kind="number", small="root_number"),
        Column(lambda row: row.request.contact_name, label=_("customer"), small=lambda row: row.request.address),
        Column(
            lambda row: row.request.unit.product_model if row.request.unit else "",
            label=_("unit"),
            small=lambda row: row.request.fault_text[:40],
        ),
        Column("station", small="technician"),
        Column("visit_at", kind="moment", sort="visit_at"),
        Column("status", kind="badge"),
    ]
    search_fields = [
        "number",
        "root_number",
        "request__contact_name",
        "request__unit__serial_number",
        "technician__name",
        "request__unit__product_model__code",
        "request__unit__product_model__name",
        "request__unit__product_model__name_en",
        "station__name",
        "station__name_en",
    ]
    filter_fields = ["station", "technician", "visit_at"]
    chips = "status"
    ordering = ["-pk"]
    select_related = RELATED
    empty_text = _("No jobs yet. Headquarters offers them by distance, skill, load and grade.")


class MyJobs(ScopedPage):
    """A technician's day on a phone; for clerks and owners, the day of the station."""

    permission = "service.work_workorder"
    template_name = "service/my_jobs.html"
    title = _("My jobs today")

    def get_title(self) -> Text:
        return self.title if self._technician() else _("Jobs of the station")

    def _technician(self) -> Any:
        return getattr(self.request.user, "technician", None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = WorkOrder.objects.visible_to(self.request.user).open().select_related(*RELATED)
        technician = self._technician()
        if technician is not None:
            rows = rows.filter(technician=technician).working()
        cards = [self._card(job) for job in rows.order_by("visit_at", "offered_at")[:50]]
        ended = WorkOrder.objects.visible_to(self.request.user).filter(
            status=WorkOrderStatus.COMPLETED, completed_at__gte=clock.start_of(clock.today())
        )
        done = ended.filter(technician=technician).count() if technician else ended.count()
        return super().get_context_data(**kwargs) | {"cards": cards, "done": done}

    def _card(self, job: WorkOrder) -> dict[str, Any]:
        promise = progress.next_promise(job.request)
        late = bool(promise and promise.tone == "bad")
        return {
            "job": job,
            "time": visit_words(job),
            "late": promise.text if promise and late else "",
            "map": map_link(job),
            "cover": progress.cover_words(job.request.cover_verdict),
            "steps": progress.steps_of(job) if job.status == WorkOrderStatus.ON_SITE else None,
            "next": progress.next_step_of_job(job, self.request.user),
        }


class WorkOrderDetail(ScopedDetailView):
    """One job, for the clerk's screen and the technician's thumb."""

    model = WorkOrder
    permission = "service.view_workorder"
    template_name = "service/work_order_detail.html"
    select_related = RELATED

    def get_subtitle(self) -> Text:
        job = self.get_object()
        unit = job.request.unit
        parts = [str(unit.product_model) if unit else "", f"SN {unit}" if unit else "", job.request.number]
        return " · ".join(filter(None, parts))

    def next_step(self) -> NextStep | None:
        return progress.next_step_of_job(self.get_object(), self.request.user)

    def facts(self) -> Sequence[Fact]:
        job = self.get_object()
        request = job.request
        km = f"{show.quantity(job.straight_km)} km" if job.straight_km is not None else None
        trip = f"{show.quantity(job.distance_km)} km" if job.distance_km is not None else None
        may_see = self.request.user.has_perm("service.view_servicerequest", request)
        return [
            Fact(_("Request"), request.number, request.get_absolute_url() if may_see else ""),
            Fact(_("Station"), job.station),
            Fact(_("Technician"), job.technician),
            Fact(_("Appointment"), job.visit_at),
            Fact(_("Straight line"), km),
            Fact(_("Round trip"), trip),
            Fact(_("Failed on"), job.failed_on),
            Fact(_("Repaired on"), job.repaired_on),
            Fact(_("Usage reading"), job.usage_reading),
            Fact(_("Fault code"), job.fault_code),
            Fact(_("Signed as"), job.customer_signed_as),
        ]

    def get_actions(self) -> Sequence[Action]:
        job = self.get_object()
        found = []
        if job.status == WorkOrderStatus.OFFERED:
            found.append(Action(_("Decline"), self._to("work_order_decline"), "service.decline_workorder", "danger"))
        if job.is_working:
            found.append(Action(_("Technician"), self._to("work_order_assign"), "service.assign_workorder"))
        if job.status == WorkOrderStatus.APPOINTED:
            found.append(Action(_("Move the appointment"), self._to("work_order_appoint"), "service.appoint_workorder"))
        unit = job.request.unit
        found += life.acts_on(unit, self.request.user) if unit else []
        return [*found, *(doors.acts_before(job) if job.is_working else ())]

    def _to(self, name: str) -> str:
        return reverse(name, args=[self.get_object().number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.get_object()
        user = self.request.user
        unit = job.request.unit
        return super().get_context_data(**kwargs) | {
            "steps": progress.steps_of(job),
            "promises": progress.promises_of(job.request),
            "cover_word": progress.cover_words(job.request.cover_verdict),
            "cover_tone": progress.cover_tone(job.request.cover_verdict),
            "issued": job.issued_parts.standing().select_related("part"),
            "worked": job.worked_hours.select_related("operation"),
            "photos": attachments_of(job),
            "map": map_link(job),
            "may_work": job.status == WorkOrderStatus.ON_SITE and user.has_perm("service.work_workorder", job),
            "may_add_photos": job.is_working and user.has_perm("service.work_workorder", job),
            "notes": doors.notes_on(unit) if job.is_open else [],
            "earlier": unit.requests.exclude(pk=job.request_id).order_by("-pk")[:3] if unit else [],
        }


class JobOperation(OperationView):
    """One act on a job."""

    model = WorkOrder
    permission = "service.work_workorder"
    select_related = RELATED

    def get_intro(self) -> Text:
        job = self.get_object()
        request = job.request
        unit = str(request.unit.product_model) if request.unit else ""
        return self.intro or " · ".join(filter(None, [request.contact_name, unit, request.fault_text]))


class AcceptJob(JobOperation):
    """The station takes the job."""

    permission = "service.accept_workorder"
    title = _("Accept the job")
    submit_label = _("Accept")
    success_message = _("The job is yours. Call the customer and fix the appointment.")
    form_class = forms.AcceptForm

    def operate(self, form: Any) -> Any:
        work_orders.accept_job(self.object, actor=self.request.user, technician=form.cleaned_data["technician"])


class DeclineJob(JobOperation):
    """The station does not take it."""

    permission = "service.decline_workorder"
    title = _("Decline the job")
    submit_label = _("Decline")
    success_message = _("The job was declined.")
    form_class = ReasonForm
    danger = True

    def operate(self, form: Any) -> Any:
        work_orders.decline_job(self.object, actor=self.request.user, reason=form.cleaned_data["reason"])


class AssignTechnician(JobOperation):
    """Who goes."""

    permission = "service.assign_workorder"
    title = _("Assign a technician")
    submit_label = _("Assign")
    success_message = _("The technician has the job.")
    form_class = forms.TechnicianForm

    def operate(self, form: Any) -> Any:
        work_orders.assign_technician(self.object, form.cleaned_data["technician"], actor=self.request.user)


class FixAppointment(JobOperation):
    """When the technician comes."""

    permission = "service.appoint_workorder"
    title = _("Fix the appointment")
    submit_label = _("Fix")
    success_message = _("The appointment is fixed.")
    form_class = forms.AppointmentForm

    def get_initial(self) -> dict[str, Any]:
        job = self.get_object()
        return {"visit_at": job.visit_at} if job.visit_at else {}

    def operate(self, form: Any) -> Any:
        work_orders.fix_appointment(self.object, visit_at=form.cleaned_data["visit_at"], actor=self.request.user)


class CheckIn(JobOperation):
    """The technician is there."""

    title = _("Check in")
    submit_label = _("I am on site")
    success_message = _("Checked in.")

    def operate(self, form: Any) -> Any:
        work_orders.check_in(self.object, actor=self.request.user)


class AddPart(JobOperation):
    """A part goes into the unit."""

    title = _("Add a part")
    submit_label = _("Add")
    success_message = _("The part is on the job.")
    form_class = forms.IssuePartForm

    def operate(self, form: Any) -> Any:
        work_orders.issue_part(self.object, actor=self.request.user, **form.cleaned_data)


class LineOperation(OperationView):
    """An act on one line of a job, found by the job's number and the line's key."""

    permission = "service.work_workorder"
    line_model: Any = None

    def get_object(self, queryset: Any = None) -> Any:
        if not hasattr(self, "_found"):
            rows = self.line_model.objects.select_related("work_order")
            number, pk = self.kwargs["number"], self.kwargs["line"]
            self._found = visible_or_404(rows, self.request.user, work_order__number=number, pk=pk)
        return self._found

    def get_permission_object(self) -> Any:
        return self.get_object().work_order

    def get_cancel_url(self) -> str:
        return self.get_object().work_order.get_absolute_url()  # type: ignore[no-any-return]


class PutPartBack(LineOperation):
    """The unused piece lies in the stock again."""

    line_model = IssuedPart
    title = _("Put the part back")
    submit_label = _("Put back")
    success_message = _("The part lies in your stock again.")

    def get_intro(self) -> Text:
        row = self.get_object()
        return f"{row.part} × {show.quantity(row.qty)}"

    def operate(self, form: Any) -> Any:
        work_orders.take_part_back(self.object, actor=self.request.user)


class AddHours(JobOperation):
    """An operation was done."""

    title = _("Add hours")
    submit_label = _("Add")
    success_message = _("The hours are on the job.")
    form_class = forms.HoursForm

    def operate(self, form: Any) -> Any:
        values = form.cleaned_data
        operation, times = values["operation"], values["qty"]
        hours = values["hours"] or operation.flat_hours * times
        work_orders.record_hours(self.object, operation, hours=hours, qty=times, actor=self.request.user)


class RemoveHours(LineOperation):
    """The operation was not done after all."""

    line_model = WorkedHours
    title = _("Remove the hours")
    submit_label = _("Remove")
    success_message = _("The hours are off the job.")

    def get_intro(self) -> Text:
        return str(self.get_object().operation)

    def operate(self, form: Any) -> str:
        url: str = self.get_cancel_url()
        work_orders.remove_hours(self.object, actor=self.request.user)
        return url


class AddPhotos(JobOperation):
    """Pictures of the fault, the serial plate, the repair."""

    title = _("Add photos")
    submit_label = _("Upload")
    success_message = _("The pictures are on the job.")
    form_class = forms.PhotosForm

    def operate(self, form: Any) -> Any:
        for upload in form.cleaned_data["photos"]:
            attach(self.object, upload, kind=form.cleaned_data["kind"], actor=self.request.user, field="photos")


class CompleteJob(JobOperation):
    """The job is done."""

    title = _("Complete the job")
    submit_label = _("Complete")
    success_message = _("The job is finished.")
    form_class = forms.CompletionForm
    template_name = "service/complete.html"
    draft = "complete"

    def operate(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        values.pop("without_photos", None)
        values["distance_km"] = values["distance_km"] or 0
        work_orders.complete_work_order(self.object, findings=Findings(**values), actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.get_object()
        return super().get_context_data(**kwargs) | {
            "steps": progress.steps_of(job),
            "missing": progress.photos_missing(job),
            "issued": job.issued_parts.standing().select_related("part"),
            "worked": job.worked_hours.select_related("operation"),
        }
