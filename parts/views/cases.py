"""Receiving cases: the station reports and shows, headquarters decides, finance confirms."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import stock
from parts.carriers import tracking_url
from parts.cases import letters
from parts.cases.deciding import confirm_case, decide_case, return_case, waits_for_photos, withdraw_case
from parts.cases.opening import add_photos, deadline_of, missing_photos, report_differences
from parts.cases.returning import receive_goods_back, send_goods_back
from parts.forms.cases import ArrivedRows, CasePhotosForm, DecideForm, ReportForm, SendBackForm
from parts.forms.ordering import ReasonForm
from parts.four_eyes import credit_hint
from parts.models import CaseLine, ReceivingCase, Shipment
from parts.states import CaseStatus
from portal.core import show
from portal.core.attachments import attachments_of_all
from portal.core.documents import documents_of
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
)


class CaseList(ScopedListView):
    """Cases of the user's stations, for headquarters of all."""

    model = ReceivingCase
    permission = "parts.view_receivingcase"
    export_permission = "parts.export_lists"
    title = _("Receiving cases")
    columns = (
        Column("number", kind="number", small="shipment__number"),
        Column("station", _("Station")),
        Column("status", kind="badge"),
        Column("opened_at", kind="moment", sort="opened_at"),
        Column("due_on", kind="day", sort="due_on"),
        Column("credit", kind="money", on_phone=False),
        Column("charge", kind="money", on_phone=False),
        Column("closed_at", kind="moment", on_phone=False),
    )
    search_fields = ("number", "shipment__number", "lines__part__number")
    filter_fields = ("station", "due_on", "opened_at")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "shipment")
    empty_text = _("No differences. What a station misses, finds damaged or gets too much appears here.")

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found


def with_photos(lines: Sequence[CaseLine]) -> Sequence[CaseLine]:
    """The lines, each with its pictures, read in one query."""
    files: dict[int, list[Any]] = {}
    for file in attachments_of_all(lines) if lines else ():
        files.setdefault(file.subject_id, []).append(file)
    for line in lines:
        line.files = files.get(line.pk, [])  # type: ignore[attr-defined]
    return lines


class CaseDetail(ScopedDetailView):
    """One case: each difference with its pictures and its decision."""

    model = ReceivingCase
    permission = "parts.view_receivingcase"
    template_name = "parts/case_detail.html"
    select_related = ("station", "shipment__order", "opened_by", "decided_by", "replacement")

    def get_subtitle(self) -> str:
        case = self.get_object()
        return f"{case.station} · {case.shipment.number}"

    def next_step(self) -> NextStep | None:
        case, may = self.get_object(), self.request.user.has_perm
        by = _("Answer due on %(day)s.") % {"day": show.day(case.due_on)}
        tone = "bad" if case.is_overdue() else "wait"
        if case.status == CaseStatus.PHOTOS_WANTED:
            if may("parts.decide_case", case):
                return self._undecidable(case)
            url = reverse("receiving_case_photos", args=[case.pk]) if may("parts.report_differences", case) else ""
            text = _("Add pictures of what is damaged or wrong by %(day)s; then headquarters has the case.")
            return NextStep(text % {"day": show.day(deadline_of(case.shipment))}, _("Add pictures"), url, "wait")
        if case.status == CaseStatus.OPEN:
            url = reverse("receiving_case_decide", args=[case.pk]) if may("parts.decide_case", case) else ""
            text = _("Headquarters decides line by line.")
            return NextStep(f"{text} {by}", _("Decide"), url, tone)
        if case.status == CaseStatus.TO_CONFIRM:
            url = reverse("receiving_case_confirm", args=[case.pk]) if may("parts.confirm_case", case) else ""
            text = _("Decided; finance confirms the credit.")
            return NextStep(f"{text} {by}", _("Confirm"), url, tone)
        if case.status == CaseStatus.TO_RETURN:
            url = reverse("receiving_case_send_back", args=[case.pk]) if may("parts.report_differences", case) else ""
            text = _("Decided: the station packs the goods with the PDF of this case and sends them back by %(day)s.")
            day = {"day": show.day(case.return_due_on)}
            return NextStep(text % day, _("Send the goods back"), url, "bad" if case.is_overdue() else "wait")
        if case.status == CaseStatus.RETURNING:
            url = reverse("receiving_case_arrived", args=[case.pk]) if may("parts.decide_case", case) else ""
            text = _("The goods are on their way back since %(day)s; headquarters counts them when they arrive.")
            return NextStep(text % {"day": show.day(case.sent_on)}, _("Count what arrived"), url, "run")
        return None

    def _undecidable(self, case: ReceivingCase) -> NextStep:
        """What headquarters reads while the station may still show what it found."""
        if refusal := waits_for_photos(case):
            return NextStep(str(refusal), tone="wait")
        text = _("The days to add pictures are over: decide without them.")
        return NextStep(text, _("Decide"), reverse("receiving_case_decide", args=[case.pk]))

    def get_actions(self) -> Sequence[Action]:
        case = self.get_object()
        pk = [case.pk]
        found = [
            Action(_("Decision (PDF)"), reverse("document", args=[row.pk]))
            for row in documents_of(case, letters.DECISION)[:1]
        ]
        if case.status == CaseStatus.TO_CONFIRM:
            found.append(Action(_("Return"), reverse("receiving_case_return", args=pk), "parts.confirm_case"))
        if case.status == CaseStatus.OPEN:
            found.append(
                Action(_("Add pictures"), reverse("receiving_case_photos", args=pk), "parts.report_differences")
            )
        if case.status == CaseStatus.TO_RETURN:
            found.append(
                Action(_("Count what arrived"), reverse("receiving_case_arrived", args=pk), "parts.decide_case")
            )
        if case.status in {CaseStatus.OPEN, CaseStatus.PHOTOS_WANTED}:
            url = reverse("receiving_case_withdraw", args=pk)
            found.append(Action(_("Withdraw"), url, "parts.report_differences", "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        case = self.get_object()
        if case.decided_at is None:
            return []
        return [
            Stat(pgettext_lazy("receiving case", "Credited"), show.money(case.credit)),
            Stat(_("Charged to the station"), show.money(case.charge)),
        ]

    def facts(self) -> Sequence[Fact]:
        case = self.get_object()
        found = [
            Fact(_("Shipment"), case.shipment.number, case.shipment.get_absolute_url()),
            Fact(_("Order"), case.shipment.order.number, case.shipment.order.get_absolute_url()),
            Fact(_("Reported"), f"{show.moment(case.opened_at)} · {case.opened_by}"),
        ]
        if case.decided_at:
            found.append(Fact(_("Decided"), f"{show.moment(case.decided_at)} · {case.decided_by}"))
        if case.sent_on:
            carried = " · ".join(filter(None, [show.day(case.sent_on), case.carrier, case.tracking_number]))
            page = tracking_url(case.carrier, case.tracking_number)
            found.append(Fact(pgettext_lazy("goods", "Sent back"), carried, page))
        if case.closed_at and case.return_due_on:
            found.append(Fact(_("Arrived at headquarters"), show.moment(case.closed_at)))
        if case.replacement:
            found.append(Fact(_("Replacement order"), case.replacement.number, case.replacement.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.get_object()
        lines = list(case.lines.select_related("part").order_by("position"))
        owed = {line.pk for line in missing_photos(case)} if case.is_open else set()
        return super().get_context_data(**kwargs) | {"lines": with_photos(lines), "owed": owed}


class CaseReport(OperationView):
    """Differences found after the receipt."""

    model = Shipment
    permission = "parts.report_differences"
    title = _("Report differences")
    template_name = "parts/case_report.html"
    form_class = ReportForm
    submit_label = _("Report")
    success_message = _("Headquarters looks into it.")
    select_related = ("station", "order")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.order.number}"

    def get_intro(self) -> Any:
        deadline = deadline_of(self.object)
        if deadline is None:
            return _("Receive the shipment first; what differs is reported with the counts.")
        return _("Differences of this shipment can be reported until %(day)s.") % {"day": show.day(deadline)}

    def operate(self, form: Any) -> ReceivingCase:
        return report_differences(self.object, found=form.found(), actor=self.request.user)


class CaseOperation(OperationView):
    """An act about one case."""

    model = ReceivingCase
    select_related = ("station", "shipment__order")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"


class CasePhotos(CaseOperation):
    """The station shows what it found."""

    permission = "parts.report_differences"
    title = _("Add pictures")
    form_class = CasePhotosForm
    submit_label = _("Add")
    success_message = _("The pictures belong to the case.")

    def operate(self, form: Any) -> ReceivingCase:
        return add_photos(self.object, photos=form.photos(), actor=self.request.user)


class CaseDecide(CaseOperation):
    """Headquarters decides every line."""

    permission = "parts.decide_case"
    title = _("Decide the receiving case")
    template_name = "parts/case_decide.html"
    form_class = DecideForm
    submit_label = _("Decide")
    success_message = _("The case is decided.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        with_photos(context["form"].lines)
        return context

    def get_intro(self) -> str:
        return credit_hint(self.object.shipment, self.request.user)

    def why_not(self) -> Any:
        return waits_for_photos(self.object) or ""

    def operate(self, form: Any) -> ReceivingCase:
        return decide_case(self.object, rulings=form.rulings(), actor=self.request.user)


class CaseConfirm(CaseOperation):
    """Finance agrees to the credit."""

    permission = "parts.confirm_case"
    title = _("Confirm the credit")
    submit_label = _("Confirm")
    success_message = _("The credit stands on the dealer's account.")

    def get_intro(self) -> Any:
        values = {"credit": show.money(self.object.credit), "station": self.object.station}
        return _("%(credit)s are credited to the dealer of %(station)s, and the goods are booked.") % values

    def operate(self, form: Any) -> ReceivingCase:
        return confirm_case(self.object, actor=self.request.user)


class CaseReturn(CaseOperation):
    """Finance does not agree."""

    permission = "parts.confirm_case"
    title = _("Return to the warehouse")
    form_class = ReasonForm
    submit_label = _("Return")
    intro = _("The warehouse decides again; nothing has been booked.")

    def operate(self, form: Any) -> ReceivingCase:
        return return_case(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class CaseSendBack(CaseOperation):
    """The station hands the goods to a carrier."""

    permission = "parts.report_differences"
    title = _("Send the goods back")
    form_class = SendBackForm
    submit_label = pgettext_lazy("goods", "Sent")
    success_message = _("Headquarters expects the goods.")
    intro = _(
        "What is credited is credited when the goods have arrived; what does not arrive stays yours and is charged."
    )

    def operate(self, form: Any) -> ReceivingCase:
        return send_goods_back(self.object, **form.cleaned_data, actor=self.request.user)


class CaseArrived(CaseOperation):
    """Headquarters counts what came back, line by line or by scanning part numbers."""

    permission = "parts.decide_case"
    title = _("Count what arrived")
    template_name = "parts/case_arrived.html"
    formset_class = ArrivedRows
    submit_label = _("Close the case")
    success_message = _("The goods lie in quarantine and the case is settled.")

    def get_formset_kwargs(self) -> dict[str, Any]:
        lines = [line for line in self.object.lines.select_related("part").order_by("position") if line.comes_back]
        initial = [{"line": line.pk, "received": stock.plain(line.qty)} for line in lines]
        return super().get_formset_kwargs() | {"lines": lines, "initial": initial}

    def operate(self, form: Any) -> ReceivingCase:
        counts = {row["line"]: row["received"] for row in self.get_formset().cleaned_data}
        return receive_goods_back(self.object, counts=counts, actor=self.request.user)


class CaseWithdraw(CaseOperation):
    """The station was mistaken."""

    permission = "parts.report_differences"
    title = _("Withdraw the receiving case")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    intro = _("What was missing or damaged stands in your stock as delivered; nothing is credited.")
    danger = True

    def operate(self, form: Any) -> ReceivingCase:
        return withdraw_case(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)
