"""Transfers between stations: who has the part, asking, agreeing, approving, sending, receiving."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import transfers
from parts.carriers import tracking_url
from parts.forms.ordering import ReasonForm
from parts.forms.returns import SendForm
from parts.forms.transfers import TransferForm, TransferReceiveForm
from parts.models import Part, StockTransfer, TransferStatus
from portal.core import show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
)
from portal.core.scope import scope_of
from stations.models import Station


class TransferList(ScopedListView):
    """Transfers that the user's stations give or take."""

    model = StockTransfer
    permission = "parts.view_stocktransfer"
    export_permission = "parts.export_lists"
    title = _("Transfers between stations")
    columns = (
        Column("number", kind="number"),
        Column("taker", _("Taking station"), small=lambda row: f"← {row.giver}"),
        Column("status", kind="badge"),
        Column("requested_at", kind="moment", sort="requested_at"),
        Column("shipped_at", kind="moment", on_phone=False),
        Column("received_at", kind="moment", on_phone=False),
    )
    search_fields = ("number", "lines__part__number", "giver__name", "taker__name")
    filter_fields = ("requested_at",)
    chips = "status"
    ordering = ("-pk",)
    select_related = ("giver", "taker")
    empty_text = _("No transfers. Ask a station nearby for a part that you need at once.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Ask for parts"), reverse("stock_transfer_request"), "parts.request_transfer", "primary")]

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found


class TransferDetail(ScopedDetailView):
    """One transfer; each station sees its own amount only."""

    model = StockTransfer
    permission = "parts.view_stocktransfer"
    template_name = "parts/transfer_detail.html"
    select_related = ("giver", "taker", "requested_by")

    def get_subtitle(self) -> str:
        row = self.get_object()
        return f"{row.giver} → {row.taker}"

    def _acts_for(self, station: Station) -> bool:
        return station.pk in scope_of(self.request.user).of("station")

    def next_step(self) -> NextStep | None:
        row, may = self.get_object(), self.request.user.has_perm
        gives = self._acts_for(row.giver) and may("parts.request_transfer")
        takes = self._acts_for(row.taker) and may("parts.request_transfer")
        steps = {
            TransferStatus.REQUESTED: (_("The giving station agrees or refuses."), _("Agree"), "agree", gives),
            TransferStatus.AGREED: (
                _("Headquarters approves the transfer."), _("Approve"), "approve", may("parts.approve_transfer", row),
            ),
            TransferStatus.APPROVED: (_("The giving station sends the parts."), _("Send"), "send", gives),
            TransferStatus.SHIPPED: (_("The taking station counts what comes."), _("Receive"), "receive", takes),
        }  # fmt: skip
        if row.status not in steps:
            return None
        text, label, act, mine = steps[row.status]
        return NextStep(text, label, reverse(f"stock_transfer_{act}", args=[row.pk]) if mine else "", "wait")

    def get_actions(self) -> Sequence[Action]:
        row, pk = self.get_object(), [self.get_object().pk]
        found = []
        refuses = (
            self._acts_for(row.giver) if row.status == TransferStatus.REQUESTED else not scope_of(self.request.user).ids
        )
        if row.status in {TransferStatus.REQUESTED, TransferStatus.AGREED} and refuses:
            found.append(Action(_("Refuse"), reverse("stock_transfer_refuse", args=pk), "parts.refuse_transfer"))
        before = {TransferStatus.REQUESTED, TransferStatus.AGREED, TransferStatus.APPROVED}
        if row.status in before and self._acts_for(row.taker):
            url = reverse("stock_transfer_cancel", args=pk)
            found.append(Action(_("Cancel"), url, "parts.request_transfer", "danger"))
        return found

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        sees_all = scope_of(self.request.user).everything
        found = [
            Fact(_("Reason"), row.reason),
            Fact(_("Requested"), f"{show.moment(row.requested_at)} · {row.requested_by}"),
            Fact(
                _("Carrier"),
                " ".join(filter(None, (row.carrier, row.tracking_number))) or "–",
                tracking_url(row.carrier, row.tracking_number),
            ),
        ]
        if row.received_at and (sees_all or self._acts_for(row.giver)):
            found.append(Fact(_("Credited to the giver"), show.money(row.credit)))
        if row.received_at and (sees_all or self._acts_for(row.taker)):
            found.append(Fact(_("Charged to the taker"), show.money(row.charge)))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = self.get_object().lines.select_related("part").order_by("pk")
        return super().get_context_data(**kwargs) | {"lines": lines}


class TransferRequest(OperationView):
    """The taking station asks; with a part in the address the page shows who has it."""

    permission = "parts.request_transfer"
    title = _("Ask another station for parts")
    template_name = "parts/transfer_request.html"
    form_class = TransferForm
    submit_label = _("Ask")
    success_message = _("The other station has your request.")
    intro = _(
        "The other station agrees, headquarters approves; you are charged your own net price of the day of receipt."
    )

    def get_cancel_url(self) -> str:
        return reverse("stock_transfer_list")

    def get_initial(self) -> dict[str, Any]:
        part, giver = self.request.GET.get("part", "")[:60], self.request.GET.get("giver", "")[:40]
        return {"rows": f"{part}\t1\n" if part else "", "giver": giver}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = self.request.GET.get("part", "")[:60]
        part = Part.objects.filter(number=number).first() if number and "\x00" not in number else None
        own = Station.objects.visible_to(self.request.user).select_related("center").order_by("pk").first()
        offers = transfers.offers_near(own, part) if part and own else []
        return super().get_context_data(**kwargs) | {"part": part, "offers": offers, "asked": number}

    def operate(self, form: Any) -> StockTransfer:
        values = form.cleaned_data
        giver = transfers.active_station(values["giver"])
        return transfers.request_transfer(
            values["station"], giver, lines=values["rows"], reason=values["reason"], actor=self.request.user
        )


class TransferOperation(OperationView):
    """An act about one transfer."""

    model = StockTransfer
    permission = "parts.request_transfer"
    select_related = ("giver", "taker")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.giver} → {self.object.taker}"


class TransferAgree(TransferOperation):
    """The giving station gives."""

    title = _("Agree to the transfer")
    intro = _("You are credited your own net price of the day on which the parts are received.")
    submit_label = _("Agree")

    def operate(self, form: Any) -> StockTransfer:
        return transfers.agree_transfer(self.object, actor=self.request.user)


class TransferApprove(TransferOperation):
    """Headquarters lets the parts go."""

    permission = "parts.approve_transfer"
    title = pgettext_lazy("transfer of parts", "Approve the transfer")
    submit_label = _("Approve")

    def operate(self, form: Any) -> StockTransfer:
        return transfers.approve_transfer(self.object, actor=self.request.user)


class TransferRefuse(TransferOperation):
    """The parts stay."""

    permission = "parts.refuse_transfer"
    title = pgettext_lazy("transfer of parts", "Refuse the transfer")
    form_class = ReasonForm
    submit_label = _("Refuse")
    danger = True

    def operate(self, form: Any) -> StockTransfer:
        return transfers.refuse_transfer(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class TransferCancel(TransferOperation):
    """The parts are no longer needed."""

    title = _("Cancel the transfer")
    form_class = ReasonForm
    submit_label = _("Cancel the transfer")
    danger = True

    def operate(self, form: Any) -> StockTransfer:
        return transfers.cancel_transfer(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class TransferSend(TransferOperation):
    """The parts leave the giving station."""

    title = _("Send the parts")
    form_class = SendForm
    intro = _("The parts leave your stock.")
    submit_label = _("Send")

    def operate(self, form: Any) -> StockTransfer:
        return transfers.ship_transfer(self.object, actor=self.request.user, **form.cleaned_data)


class TransferReceive(TransferOperation):
    """The taking station counts."""

    title = _("Receive the parts")
    template_name = "parts/return_form.html"
    form_class = TransferReceiveForm
    intro = _("What is missing lies in the giving station's books again; only what came is charged.")
    submit_label = _("Receive")
    success_message = _("The parts stand in your stock.")

    def operate(self, form: Any) -> StockTransfer:
        return transfers.receive_transfer(self.object, counts=form.counts(), actor=self.request.user)
