"""Returns of unused parts: the station asks and sends, headquarters answers and inspects."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.carriers import tracking_url
from parts.forms.ordering import ReasonForm
from parts.forms.returns import ApproveForm, InspectForm, RefuseForm, RequestForm, SendForm
from parts.models import PartsReturn, ReturnStatus, Shipment
from parts.returns import letters
from parts.returns.asking import PHOTO, can_return, decide_return, last_day, request_return, withdraw_return
from parts.returns.moving import inspect_return, ship_return
from portal.core import show
from portal.core.attachments import attachments_of
from portal.core.documents import documents_of
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
)


class ReturnList(ScopedListView):
    """Returns of the user's stations, for headquarters of all."""

    model = PartsReturn
    permission = "parts.view_partsreturn"
    export_permission = "parts.export_lists"
    title = _("Returns of unused parts")
    columns = (
        Column("number", kind="number", small="shipment__number"),
        Column("station", _("Station")),
        Column("status", kind="badge"),
        Column("cause", on_phone=False),
        Column("requested_at", kind="moment", sort="requested_at"),
        Column("inspected_at", kind="moment", on_phone=False),
        Column(
            lambda row: row.credit if row.inspected_at else None,
            _("Credited (CNY, tax excluded)"),
            kind="money",
            sort="credit",
        ),
    )
    search_fields = ("number", "shipment__number", "lines__part__number", "tracking_number")
    filter_fields = ("station", "cause", "requested_at")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "shipment")
    empty_text = _("No returns. Open a received shipment to send closed packs back.")

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found


class ReturnDetail(ScopedDetailView):
    """One return: what goes back, where it is, what it is credited."""

    model = PartsReturn
    permission = "parts.view_partsreturn"
    template_name = "parts/return_detail.html"
    select_related = ("station", "shipment__order", "requested_by", "decided_by")

    def get_subtitle(self) -> str:
        back = self.get_object()
        return f"{back.station} · {back.shipment.number}"

    def next_step(self) -> NextStep | None:
        back, may = self.get_object(), self.request.user.has_perm
        steps = {
            ReturnStatus.REQUESTED: (
                _("Headquarters decides whether the parts may come back."), _("Approve"), "approve", "parts.decide_return",
            ),
            ReturnStatus.APPROVED: (
                _("Pack the closed packs and send them to headquarters."), _("Send"), "send", "parts.request_return",
            ),
            ReturnStatus.SHIPPED: (
                _("Headquarters inspects the parts when they arrive."), _("Inspect"), "inspect", "parts.decide_return",
            ),
        }  # fmt: skip
        if back.status not in steps:
            return None
        text, label, act, permission = steps[back.status]
        url = reverse(f"parts_return_{act}", args=[back.pk]) if may(permission, back) else ""
        return NextStep(text, label, url, "wait")

    def get_actions(self) -> Sequence[Action]:
        back = self.get_object()
        pk = [back.pk]
        papers = documents_of(back, letters.CREDIT_NOTE)[:1]
        found = [Action(_("Credit note (PDF)"), reverse("document", args=[row.pk])) for row in papers]
        if back.status == ReturnStatus.REQUESTED:
            found.append(Action(_("Refuse"), reverse("parts_return_refuse", args=pk), "parts.decide_return"))
        if back.status in {ReturnStatus.REQUESTED, ReturnStatus.APPROVED}:
            url = reverse("parts_return_withdraw", args=pk)
            found.append(Action(_("Withdraw"), url, "parts.request_return", "danger"))
        return found

    def facts(self) -> Sequence[Fact]:
        back = self.get_object()
        fee = show.percent(back.fee_percent) if back.decided_at else "–"
        return [
            Fact(_("Shipment"), back.shipment.number, back.shipment.get_absolute_url()),
            Fact(_("Requested"), f"{show.moment(back.requested_at)} · {back.requested_by}"),
            Fact(_("Whose error"), back.get_cause_display()),
            Fact(_("Reason"), back.reason),
            Fact(_("Answer"), back.answer or "–"),
            Fact(_("Fee"), fee),
            Fact(
                _("Carrier"),
                " ".join(filter(None, (back.carrier, back.tracking_number))) or "–",
                tracking_url(back.carrier, back.tracking_number),
            ),
            Fact(pgettext_lazy("return of parts", "Credited"), show.money(back.credit) if back.inspected_at else "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.get_object()
        return super().get_context_data(**kwargs) | {
            "lines": back.lines.select_related("part").order_by("pk"),
            "files": attachments_of(back, PHOTO),
        }


class ReturnRequest(OperationView):
    """Closed packs of a shipment that go back."""

    model = Shipment
    permission = "parts.request_return"
    title = _("Send unused parts back")
    template_name = "parts/return_form.html"
    form_class = RequestForm
    submit_label = _("Ask headquarters")
    success_message = _("Headquarters decides whether the parts may come back.")
    select_related = ("station", "order")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.order.number}"

    def get_intro(self) -> Any:
        day = last_day(self.object)
        if day is None:
            return _("Receive the shipment first.")
        text = _("Closed original packs can be sent back until %(day)s; a fee is kept unless the error was ours.")
        return text % {"day": show.day(day)}

    def why_not(self) -> Any:
        day = last_day(self.object)
        if day is None:
            return _("Receive the shipment first.")
        if can_return(self.object):
            return ""
        text = _(
            "Unused parts of this shipment could be sent back until %(day)s; that is over. If the error was ours, ask the"
            " parts warehouse and name the shipment: goods that it takes back after that are agreed with it."
        )
        return text % {"day": show.day(day)}

    def operate(self, form: Any) -> PartsReturn:
        values = form.cleaned_data
        return request_return(
            self.object,
            unused=form.unused(),
            cause=values["cause"],
            reason=values["reason"],
            closed_pack=values["closed_pack"],
            photos=values["photos"],
            actor=self.request.user,
        )


class ReturnOperation(OperationView):
    """An act about one return."""

    model = PartsReturn
    select_related = ("station", "shipment__order")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"


class ReturnApprove(ReturnOperation):
    """The parts may come back."""

    permission = "parts.decide_return"
    title = _("Approve the return")
    form_class = ApproveForm
    submit_label = _("Approve")
    success_message = _("The station may send the parts.")

    def operate(self, form: Any) -> PartsReturn:
        return decide_return(self.object, approve=True, actor=self.request.user, **form.cleaned_data)


class ReturnRefuse(ReturnOperation):
    """The parts stay."""

    permission = "parts.decide_return"
    title = _("Refuse the return")
    form_class = RefuseForm
    submit_label = _("Refuse")
    danger = True

    def operate(self, form: Any) -> PartsReturn:
        return decide_return(self.object, approve=False, actor=self.request.user, **form.cleaned_data)


class ReturnWithdraw(ReturnOperation):
    """The station keeps the parts."""

    permission = "parts.request_return"
    title = _("Withdraw the return")
    form_class = ReasonForm
    intro = _("The parts stay in your stock.")
    submit_label = _("Withdraw")
    danger = True

    def operate(self, form: Any) -> PartsReturn:
        return withdraw_return(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class ReturnSend(ReturnOperation):
    """The parts leave the station."""

    permission = "parts.request_return"
    title = _("Send the parts back")
    form_class = SendForm
    intro = _("The parts leave your stock.")
    submit_label = _("Send")
    success_message = _("The parts are on their way to headquarters.")

    def operate(self, form: Any) -> PartsReturn:
        return ship_return(self.object, actor=self.request.user, **form.cleaned_data)


class ReturnInspect(ReturnOperation):
    """Headquarters looks at what came."""

    permission = "parts.decide_return"
    title = _("Inspect the returned parts")
    template_name = "parts/return_form.html"
    form_class = InspectForm
    intro = _(
        "Accepted parts lie on the shelf at once and are credited; the rest goes into quarantine or back to the station."
    )
    submit_label = pgettext_lazy("return of parts", "Credit")
    success_message = _("The return is inspected and credited.")

    def operate(self, form: Any) -> PartsReturn:
        return inspect_return(self.object, verdicts=form.verdicts(), actor=self.request.user)
