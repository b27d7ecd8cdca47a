"""Fines against stations: proposed, decided and taken back at headquarters, read by the station."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import show
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView, Stat
from warranty import fines
from warranty.fine_states import FineStatus
from warranty.forms.claims import ReasonForm
from warranty.forms.fines import ApproveFineForm, FineForm, RefuseFineForm
from warranty.models import ItemKind, ReasonUse, StatementLine, StationFine

RELATED = ("station", "claim", "reason_code", "proposed_by", "decided_by", "taken_back_by")
DECIDE = "warranty.decide_fine"


class FineList(ScopedListView):
    """Headquarters reads all, a station its own once they are approved."""

    model = StationFine
    permission = "warranty.view_stationfine"
    export_permission = "warranty.export_lists"
    title = pgettext_lazy("page", "Fines")
    columns = (
        Column("number", kind="number", small="document_number"),
        Column("status", kind="badge"),
        Column("station", small="station__code"),
        Column(lambda row: row.reason_code.in_words, _("Reason"), on_phone=False),
        Column("claim", on_phone=False),
        Column("amount", kind="money", sort="amount"),
        Column("proposed_at", kind="moment", sort="proposed_at", on_phone=False),
        Column("decided_at", kind="moment", sort="decided_at"),
    )
    search_fields = ("number", "document_number", "station__code", "station__name", "claim__number")
    filter_fields = ("station", "reason_code", "proposed_at", "decided_at")
    chips = "status"
    ordering = ("-pk",)
    select_related = RELATED
    empty_text = pgettext_lazy("fine", "No fine so far.")

    def choices(self, name: str, rows: Any) -> Any:
        return rows.fitting(ReasonUse.FINE) if name == "reason_code" else rows

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Propose a fine"), reverse("fine_new"), "warranty.propose_fine", "primary")]


class FineDetail(ScopedDetailView):
    """What for, by which document, decided by whom, and the statement it stands on."""

    model = StationFine
    permission = "warranty.view_stationfine"
    template_name = "warranty/fine_detail.html"
    select_related = RELATED

    def get_subtitle(self) -> str:
        row = self.get_object()
        return f"{row.station.code} {row.station} · {row.reason_code.in_words}"

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if row.status != FineStatus.PROPOSED:
            return None
        url = reverse("fine_approve", args=[row.pk]) if user.has_perm(DECIDE, row) else ""
        text = _("%(who)s proposes it; another person decides.") % {"who": row.proposed_by}
        return NextStep(text, pgettext_lazy("fine", "Approve"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        row, pk = self.get_object(), [self.get_object().pk]
        if row.status == FineStatus.PROPOSED:
            return [
                Action(pgettext_lazy("fine", "Refuse"), reverse("fine_refuse", args=pk), DECIDE, "danger"),
                Action(_("Withdraw"), reverse("fine_withdraw", args=pk), "warranty.withdraw_fine", "danger"),
            ]
        if row.status == FineStatus.APPROVED:
            return [Action(_("Take it back"), reverse("fine_take_back", args=pk), DECIDE, "danger")]
        return []

    def stats(self) -> Sequence[Stat]:
        return [Stat(pgettext_lazy("fine", "Fine"), show.money(self.get_object().amount))]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        found = [
            Fact(_("Reason"), row.reason_code),
            Fact(pgettext_lazy("fine", "Document"), row.document_number),
            Fact(pgettext_lazy("fine", "Proposed"), f"{show.moment(row.proposed_at)} · {row.proposed_by}"),
        ]
        if row.claim:
            found.insert(0, Fact(_("Claim"), row.claim, row.claim.get_absolute_url()))
        if row.decided_by:
            label = pgettext_lazy("fine", "Refused") if row.status == FineStatus.REFUSED else _("Approved by")
            found.append(Fact(label, f"{show.moment(row.decided_at)} · {row.decided_by}"))
        if row.taken_back_by:
            label = pgettext_lazy("fine", "Taken back")
            found.append(Fact(label, f"{show.moment(row.taken_back_at)} · {row.taken_back_by}"))
        lines = StatementLine.objects.visible_to(self.request.user).filter(
            kind__in=[ItemKind.FINE, ItemKind.FINE_BACK], source=row.number, is_live=True
        )
        for line in lines.select_related("statement").order_by("pk"):
            found.append(Fact(_("Statement"), line.statement, line.statement.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"papers": fines.documents_of(self.get_object())}


class FineNew(OperationView):
    """A fine is proposed."""

    permission = "warranty.propose_fine"
    title = _("Propose a fine")
    intro = _("Another person decides. The station reads it once it is approved, and may dispute it on its statement.")
    form_class = FineForm
    submit_label = _("Propose")
    success_message = pgettext_lazy("fine", "The fine waits for another person.")

    def get_initial(self) -> dict[str, Any]:
        return {"claim": self.request.GET.get("claim", "")[:40]}

    def get_cancel_url(self) -> str:
        return reverse("fine_list")

    def operate(self, form: Any) -> StationFine:
        values = dict(form.cleaned_data)
        values["reason_code"] = values["reason_code"].code
        return fines.propose_fine(values.pop("station"), actor=self.request.user, **values)


class FineAct(OperationView):
    """An act about one fine."""

    model = StationFine
    permission = DECIDE
    select_related = RELATED

    def get_subtitle(self) -> str:
        row = self.object
        return f"{row.number} · {row.station} · {show.money(row.amount)}"


class FineApprove(FineAct):
    """It is debited."""

    title = _("Approve the fine")
    intro = _("It is debited on the station's statement of this month, and the station is told.")
    form_class = ApproveFineForm
    submit_label = pgettext_lazy("fine", "Approve")
    success_message = pgettext_lazy("fine", "The fine is approved; the station is told.")

    def operate(self, form: Any) -> StationFine:
        return fines.approve_fine(self.object, actor=self.request.user, **form.cleaned_data)


class FineRefuse(FineAct):
    """It is not imposed."""

    title = _("Refuse the fine")
    form_class = RefuseFineForm
    submit_label = pgettext_lazy("fine", "Refuse")
    danger = True

    def operate(self, form: Any) -> StationFine:
        return fines.refuse_fine(self.object, actor=self.request.user, **form.cleaned_data)


class FineWithdraw(FineAct):
    """Who proposed it changes their mind."""

    permission = "warranty.withdraw_fine"
    title = _("Withdraw the proposal")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    danger = True

    def operate(self, form: Any) -> StationFine:
        return fines.withdraw_fine(self.object, actor=self.request.user, **form.cleaned_data)


class FineTakeBack(FineAct):
    """It is credited back."""

    title = _("Take the fine back")
    intro = _(
        "Its amount is credited on the first open statement; what was issued stays as it is. The station is told."
    )
    form_class = ReasonForm
    submit_label = _("Take it back")
    danger = True

    def operate(self, form: Any) -> StationFine:
        return fines.take_back_fine(self.object, actor=self.request.user, **form.cleaned_data)
