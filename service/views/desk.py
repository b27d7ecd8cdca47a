"""The desk: requests, one request with its dispatch, and what an agent does with it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.pieces import Text
from portal.core.show import listed
from service import dispatch, doors, intake, progress, status_links
from service.forms.desk import NoteForm, OfferForm, ReasonForm, ResultForm
from service.models import RequestStatus, ServiceRequest
from stations.coverage import BY
from stations.models import Station
from stations.opening import Opening

WAITING = (RequestStatus.NEW, RequestStatus.DISPATCHING)
REASONS = {
    "inactive": _("not active"), "contract": _("no contract on that day"), "area": _("outside its area"),
    "level": _("no technician of the needed level"), "certificate": _("certificate not valid"), "tool": _("tool missing"),
    "shift": _("nobody on shift"), "capacity": _("fully booked"), "family": _("product family not in the contract"),
}  # fmt: skip


def due_words(request: ServiceRequest) -> str:
    """The next clock in words, for lists."""
    found = progress.next_promise(request)
    return f"{found.label} · {found.text}" if found and request.is_open else ""


class RequestList(ScopedListView):
    """All requests of the reader's scope, open ones first."""

    model = ServiceRequest
    permission = "service.view_servicerequest"
    export_permission = "service.export_lists"
    title = _("Service requests")
    columns = [
        Column("number", kind="number", small="created_at"),
        Column(lambda row: row.contact_name, label=_("customer"), small=lambda row: row.masked_phone),
        Column(
            lambda row: row.unit.product_model if row.unit else "",
            label=_("unit"),
            small=lambda row: row.unit.serial_number if row.unit else "",
        ),
        Column(lambda row: row.fault_text[:40], label=_("what the customer says"), small="urgency"),
        Column("station"),
        Column("status", kind="badge"),
        Column(due_words, label=_("next due")),
    ]
    search_fields = ["number", "contact_name", "contact_phone", "unit__serial_number", "fault_text"]
    filter_fields = ["urgency", "category", "station", "created_at"]
    chips = "status"
    ordering = ["-pk"]
    select_related = ["unit__product_model", "station"]
    empty_text = _("No requests yet. Take the first call: a phone number is enough to begin.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Take a call"), reverse("intake"), "service.take_request", "primary")]


class RequestDetail(ScopedDetailView):
    """One request: who, what, where it stands, who could go."""

    model = ServiceRequest
    permission = "service.view_servicerequest"
    template_name = "service/request_detail.html"
    select_related = ["customer", "unit__product_model__family", "station", "fault_code", "taken_by", "merged_into"]

    def get_subtitle(self) -> Text:
        row = self.get_object()
        model = str(row.unit.product_model) if row.unit else gettext("no unit")
        return " · ".join([row.contact_name, model, row.get_urgency_display(), row.get_problem_class_display()])

    def next_step(self) -> NextStep | None:
        return progress.next_step_of_request(self.get_object(), self.request.user)

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        shows = row.is_open and self.request.user.has_perm("service.take_request", row)
        unit_url = row.unit.get_absolute_url() if row.unit else ""
        return [
            Fact(_("Contact"), f"{row.contact_name} {row.contact_phone if shows else row.masked_phone}"),
            Fact(_("Address"), row.address),
            Fact(_("Serial number"), row.unit.serial_number if row.unit else None, unit_url),
            Fact(_("Fault code"), row.fault_code),
            Fact(_("Category"), row.get_category_display()),
            Fact(_("Channel"), row.get_channel_display()),
            Fact(_("Taken by"), row.taken_by),
            Fact(_("Taken at"), row.created_at),
            *([Fact(_("Result"), row.resolution)] if row.resolution else []),
        ]

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = []
        if row.answered_at is None and row.status in WAITING:
            found.append(Action(_("Answered"), self._to("request_answer"), "service.take_request"))
        if row.status in WAITING and not row.work_orders.open().exists():
            found.append(Action(_("Choose a station"), self._to("request_offer"), "service.dispatch_request"))
        if row.status in (*WAITING, RequestStatus.COMPLETED):
            found.append(Action(_("Close the request"), self._to("request_close"), "service.close_request"))
        if row.is_open:
            found.append(Action(_("Cancel"), self._to("request_cancel"), "service.cancel_request", "danger"))
        return found

    def _to(self, name: str) -> str:
        return reverse(name, args=[self.get_object().number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        jobs = row.work_orders.visible_to(self.request.user).select_related("station", "technician")
        open_to_offer = row.status in WAITING and not row.work_orders.open().exists()
        may = self.request.user.has_perm("service.dispatch_request", row)
        return super().get_context_data(**kwargs) | {
            "promises": progress.promises_of(row),
            "cover_word": progress.cover_words(row.cover_verdict),
            "cover_tone": progress.cover_tone(row.cover_verdict),
            "jobs": jobs.order_by("-pk"),
            "notes": doors.notes_on(row.unit) if row.is_open else [],
            "ranking": ranking_rows(row) if open_to_offer and may else None,
            "status_link": status_links.link_to(row) if self.request.user.has_perm("service.take_request", row) else "",
        }


def ranking_rows(request: ServiceRequest) -> dict[str, Any]:
    """The table of a dispatch with names: who could go and how well, who could not and why."""
    ranking = dispatch.candidates(request)
    keys = [entry.candidate.key for entry in ranking.ranked] + list(ranking.ineligible)
    stations = Station.objects.in_bulk(keys)
    asked = set(request.work_orders.values_list("station_id", flat=True))
    return {
        "ranked": [
            {
                "station": stations[entry.candidate.key],
                "entry": entry,
                "asked": entry.candidate.key in asked,
                "cover": BY[entry.candidate.covered_by] if entry.candidate.covered_by else "",
                "opening": Opening(entry.candidate.opening).label,
            }
            for entry in ranking.ranked[:8]
        ],
        "ineligible": [
            {"station": stations[key], "why": listed(REASONS.get(code, code) for code in codes)}
            for key, codes in list(ranking.ineligible.items())[:12]
        ],
    }


class DispatchRequest(OperationView):
    """The best station gets the request on offer."""

    model = ServiceRequest
    permission = "service.dispatch_request"
    title = _("Offer to the best station")
    submit_label = _("Offer")
    success_message = _("The station has the request on offer.")
    intro = _("The station with the highest score that was not asked before has 15 minutes to answer.")

    def operate(self, form: Any) -> Any:
        dispatch.dispatch_best(self.object, actor=self.request.user)


class OfferRequest(OperationView):
    """A chosen station gets the request on offer."""

    model = ServiceRequest
    permission = "service.dispatch_request"
    title = _("Choose a station")
    submit_label = _("Offer")
    success_message = _("The station has the request on offer.")
    form_class = OfferForm
    template_name = "service/request_offer.html"

    def get_initial(self) -> dict[str, Any]:
        wish = self.request.GET.get("station", "")
        return {"station": int(wish)} if wish.isascii() and wish.isdigit() and len(wish) < 10 else {}

    def operate(self, form: Any) -> Any:
        station = form.cleaned_data["station"]
        ranking = dispatch.candidates(self.object)
        found = next((entry for entry in ranking.ranked if entry.candidate.key == station.pk), None)
        dispatch.offer_to_station(
            self.object,
            station,
            technician=found.candidate.technician if found else None,
            reasons=dispatch.explain(ranking) | {"chosen_by_hand": True},
            actor=self.request.user,
        )


class AnswerRequest(OperationView):
    """The first answer was given."""

    model = ServiceRequest
    permission = "service.take_request"
    title = _("The customer was answered")
    submit_label = _("Answered")
    success_message = _("The answer clock has stopped.")
    form_class = NoteForm

    def operate(self, form: Any) -> Any:
        intake.answer_request(self.object, actor=self.request.user, note=form.cleaned_data["note"])


class CloseRequest(OperationView):
    """The request has ended."""

    model = ServiceRequest
    permission = "service.close_request"
    title = _("Close the request")
    submit_label = _("Close the request")
    success_message = _("The request is closed.")
    form_class = ResultForm

    def operate(self, form: Any) -> Any:
        intake.close_request(self.object, result=form.cleaned_data["result"], actor=self.request.user)


class CancelRequest(OperationView):
    """The customer no longer wants it."""

    model = ServiceRequest
    permission = "service.cancel_request"
    title = _("Cancel the request")
    submit_label = _("Cancel the request")
    success_message = _("The request is cancelled.")
    intro = _("An open offer or job ends with it. Parts on the job must have been put back before.")
    form_class = ReasonForm
    danger = True

    def operate(self, form: Any) -> Any:
        intake.cancel_request(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)
