"""Orders to suppliers: the clerk's list and acts, the supplier's own orders and confirmation, and the supplier prices."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.forms.purchasing import (
    CancelForm,
    ConfirmForm,
    DeclineForm,
    PurchaseForm,
    ReceiveForm,
    ReturnForm,
    ReviseForm,
)
from parts.four_eyes import needs_another_sender
from parts.models import PurchaseOrder, PurchaseStatus, SupplierPart
from parts.purchasing import letters, orders, receipts, revising
from portal.accounts.roles import at_headquarters
from portal.core import clock, show
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
from portal.core.pieces import Text


class PurchaseOrderList(ScopedListView):
    """Purchase orders; a supplier sees its own that were sent."""

    model = PurchaseOrder
    permission = "parts.view_purchaseorder"
    export_permission = "parts.export_purchases"
    title = _("Purchase orders")
    columns = (
        Column(lambda row: str(row), _("Purchase order number"), kind="number", small="supplier_reference"),
        Column("supplier__local_name", _("Supplier"), kind="name", small="supplier__code"),
        Column("status", kind="badge"),
        Column("total", kind="money", sort="total"),
        Column("created_at", kind="day", on_phone=False),
        Column("sent_at", kind="moment", sort="sent_at"),
        Column("confirmed_at", kind="moment", on_phone=False),
    )
    search_fields = ("number", "supplier_reference", "supplier__name", "supplier__code")
    filter_fields = ("supplier", "sent_at")
    chips = "status"
    select_related = ("supplier",)
    empty_text = _("No purchase orders yet.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("New purchase order"), reverse("purchase_order_create"), "parts.draft_purchase", "primary"),
            Action(_("Supplier prices"), reverse("supplier_part_list"), "parts.view_supplierpart"),
        ]


class PurchaseOrderDetail(ScopedDetailView):
    """One order: where its pieces are, when the rest comes, receipts, returns, papers."""

    model = PurchaseOrder
    permission = "parts.view_purchaseorder"
    template_name = "parts/purchase_order_detail.html"
    select_related = ("supplier", "location", "created_by")

    def get_title(self) -> Text:
        return str(self.get_object())

    def get_subtitle(self) -> str:
        order = self.get_object()
        return f"{order.supplier.code} {order.supplier.local_name}"

    def next_step(self) -> NextStep | None:
        order, may = self.get_object(), self.request.user.has_perm
        pk = [order.pk]
        if order.status == PurchaseStatus.DRAFT:
            if refusal := needs_another_sender(order, self.request.user):
                return NextStep(str(refusal), tone="wait")
            url = reverse("purchase_order_send", args=pk) if may("parts.send_purchase", order) else ""
            return NextStep(_("Look through the lines, then send the order to the supplier."), _("Send"), url)
        if order.status == PurchaseStatus.SENT and not at_headquarters(self.request.user):
            url = reverse("purchase_order_confirm", args=pk) if may("parts.confirm_purchase", order) else ""
            return NextStep(_("Please confirm a delivery day for every line."), _("Confirm"), url, "wait")
        if order.is_coming:
            url = reverse("purchase_order_receive", args=pk) if may("parts.receive_purchase", order) else ""
            return NextStep(self._expectation(order), _("Receive goods"), url)
        if order.status == PurchaseStatus.RECEIVED and may("parts.close_purchase", order):
            text = _("Nothing is open any more. Close the order when the supplier's invoice agrees.")
            return NextStep(text, _("Close"), reverse("purchase_order_close", args=pk))
        return None

    def _expectation(self, order: PurchaseOrder) -> Any:
        days = [line.expected_on for line in order.lines.all() if line.open_qty and line.expected_on]
        if not days:
            return _("The goods are on order.")
        late = min(days) < clock.today()
        text = _("Overdue since %(day)s.") if late else _("The next goods are expected on %(day)s.")
        return text % {"day": min(days)}

    def get_actions(self) -> Sequence[Action]:
        order, pk = self.get_object(), [self.get_object().pk]
        found = [
            Action(_("Purchase order (PDF)"), reverse("document", args=[row.pk]))
            for row in documents_of(order, letters.PURCHASE_ORDER)[:1]
        ]
        if order.status == PurchaseStatus.DRAFT:
            found.append(
                Action(_("Change the draft"), reverse("purchase_order_revise", args=pk), "parts.draft_purchase")
            )
        if order.is_coming:
            found.append(
                Action(_("Delivery days"), reverse("purchase_order_confirm", args=pk), "parts.confirm_purchase")
            )
            url = reverse("purchase_order_decline", args=pk)
            found.append(Action(pgettext_lazy("purchase order", "Decline"), url, "parts.decline_purchase", "danger"))
        if order.status in {PurchaseStatus.PARTIALLY_RECEIVED, PurchaseStatus.RECEIVED, PurchaseStatus.CLOSED}:
            found.append(Action(_("Send back"), reverse("purchase_order_return", args=pk), "parts.return_to_supplier"))
        if order.is_coming or order.status == PurchaseStatus.DRAFT:
            url = reverse("purchase_order_cancel", args=pk)
            draft = order.status == PurchaseStatus.DRAFT
            label = _("Drop the draft") if draft else pgettext_lazy("purchase order", "Cancel the rest")
            found.append(Action(label, url, "parts.cancel_purchase", "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        order = self.get_object()
        lines = list(order.lines.all())
        open_value = sum((line.open_qty * line.unit_price for line in lines), orders.ZERO)
        back = sum((row.amount for row in order.returns.all()), orders.ZERO)
        return [
            Stat(_("Total"), show.money(order.total)),
            Stat(_("Still to come"), show.money(open_value)),
            Stat(_("Sent back"), show.money(back)),
        ]

    def facts(self) -> Sequence[Fact]:
        order = self.get_object()
        return [
            Fact(_("Supplier's reference"), order.supplier_reference or "–"),
            Fact(_("Deliver to"), order.location.local_name),
            Fact(_("Sent at"), show.moment(order.sent_at)),
            Fact(_("Confirmed at"), show.moment(order.confirmed_at)),
            Fact(_("Note"), order.note or "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.get_object()
        made = list(order.returns.prefetch_related("lines__purchase_line__part").order_by("pk"))
        papers = {row.subject_id: row for row in documents_of_many(made)}
        return super().get_context_data(**kwargs) | {
            "lines": order.lines.select_related("part").order_by("position"),
            "receipts": order.receipts.prefetch_related("lines__part", "lines__serials").order_by("pk"),
            "returns": [(row, papers.get(row.pk)) for row in made],
        }


def documents_of_many(made: Sequence[Any]) -> list[Any]:
    """The debit notes of the returns."""
    return [row for each in made for row in documents_of(each, letters.DEBIT_NOTE)[:1]]


class PurchaseOrderCreate(OperationView):
    """An order typed or pasted."""

    permission = "parts.draft_purchase"
    title = _("New purchase order")
    form_class = PurchaseForm
    submit_label = _("Make a draft")
    intro = _("Quantities become whole packs of the supplier. The draft is not sent yet.")
    success_message = _("The draft stands. Look through it, then send it.")

    def get_cancel_url(self) -> str:
        return reverse("purchase_order_list")

    def operate(self, form: Any) -> PurchaseOrder:
        values = form.cleaned_data
        return orders.draft_purchase_order(
            values["supplier"], lines=values["rows"], note=values["note"], actor=self.request.user
        )


class PurchaseOrderSend(OperationView):
    """The supplier has it."""

    model = PurchaseOrder
    permission = "parts.send_purchase"
    title = _("Send the purchase order")
    intro = _("The order takes its number, is kept as a PDF in the supplier's language and is mailed to its contacts.")
    submit_label = _("Send")
    success_message = _("The order is on its way to the supplier.")

    def why_not(self) -> Any:
        return needs_another_sender(self.object, self.request.user) or ""

    def operate(self, form: Any) -> PurchaseOrder:
        return orders.send_purchase_order(self.object, actor=self.request.user)


class LinesPage(OperationView):
    """An act with fields for every line."""

    model = PurchaseOrder
    template_name = "parts/purchase_lines_form.html"


class PurchaseOrderRevise(LinesPage):
    """A draft that is not right yet."""

    permission = "parts.draft_purchase"
    title = _("Change the draft")
    form_class = ReviseForm
    intro = _("Quantities become whole packs of the supplier; another price than the agreed one needs a reason.")
    submit_label = _("Save the draft")
    success_message = _("The draft is changed.")

    def operate(self, form: Any) -> PurchaseOrder:
        values = form.cleaned_data
        return revising.revise_purchase_order(
            self.object, lines=form.needs(), reason=values["reason"], note=values["note"], actor=self.request.user
        )


class PurchaseOrderConfirm(LinesPage):
    """The supplier's promise, line by line."""

    permission = "parts.confirm_purchase"
    title = _("Confirm delivery days")
    form_class = ConfirmForm
    submit_label = _("Confirm")
    success_message = _("The delivery days are confirmed.")

    def operate(self, form: Any) -> PurchaseOrder:
        promises = {line.pk: form.value("promised", line) for line in form.lines}
        return orders.confirm_purchase_order(
            self.object, promises=promises, reference=form.cleaned_data["reference"], actor=self.request.user
        )


class PurchaseOrderDecline(LinesPage):
    """The supplier cannot deliver, all of it or some lines."""

    permission = "parts.decline_purchase"
    title = _("Decline the order")
    form_class = DeclineForm
    intro = _("What you decline is cancelled and ordered elsewhere. The reason goes to the buyer.")
    submit_label = pgettext_lazy("purchase order", "Decline")
    success_message = _("The buyer knows that you do not deliver this.")
    danger = True

    def operate(self, form: Any) -> PurchaseOrder:
        return orders.decline_purchase_order(
            self.object,
            quantities=form.quantities(),
            reason=form.cleaned_data["reason"],
            actor=self.request.user,
        )


class PurchaseOrderReceive(LinesPage):
    """Goods on the dock."""

    permission = "parts.receive_purchase"
    title = _("Receive goods")
    form_class = ReceiveForm
    intro = _("The goods lie in the warehouse at once; what comes to the central one is set aside for backorders.")
    submit_label = _("Receive")
    success_message = _("The goods have been received.")

    def operate(self, form: Any) -> str:
        receipts.receive_purchase(
            self.object,
            arrived=form.arrived(),
            delivery_note=form.cleaned_data["delivery_note"],
            place=form.cleaned_data["place"],
            actor=self.request.user,
        )
        return self.get_cancel_url()


class PurchaseOrderCancel(LinesPage):
    """What is still open is no longer wanted."""

    permission = "parts.cancel_purchase"
    title = pgettext_lazy("purchase order", "Cancel the rest")
    form_class = CancelForm
    submit_label = pgettext_lazy("purchase order", "Cancel the rest")
    success_message = _("The open quantities are cancelled.")
    danger = True

    def operate(self, form: Any) -> PurchaseOrder:
        return orders.cancel_purchase_rest(
            self.object,
            quantities=form.quantities(),
            reason=form.cleaned_data["reason"],
            actor=self.request.user,
        )


class PurchaseOrderReturn(LinesPage):
    """Goods go back; the supplier is charged."""

    permission = "parts.return_to_supplier"
    title = _("Send goods back")
    form_class = ReturnForm
    intro = _("The goods leave the warehouse; the supplier gets a debit note at the price they were bought at.")
    submit_label = _("Send back")
    success_message = _("The goods are sent back and charged.")
    danger = True

    def operate(self, form: Any) -> str:
        receipts.return_to_supplier(
            self.object,
            quantities=form.quantities(),
            reason=form.cleaned_data["reason"],
            place=form.cleaned_data["place"],
            actor=self.request.user,
        )
        return self.get_cancel_url()


class PurchaseOrderClose(OperationView):
    """Nothing more is expected."""

    model = PurchaseOrder
    permission = "parts.close_purchase"
    title = _("Close the purchase order")
    intro = _("Nothing more can be received on it.")
    submit_label = _("Close")

    def operate(self, form: Any) -> PurchaseOrder:
        return orders.close_purchase_order(self.object, actor=self.request.user)


class SupplierPartList(ScopedListView):
    """What suppliers deliver, how fast and at which price; a supplier sees its own."""

    model = SupplierPart
    permission = "parts.view_supplierpart"
    export_permission = "parts.export_purchases"
    title = _("Supplier prices")
    columns = (
        Column(
            "part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name, sort="part__number"
        ),
        Column("supplier__local_name", _("Supplier"), kind="name", small="supplier_part_number"),
        Column("contract_price", kind="money", sort="contract_price"),
        Column("valid_from", kind="day", on_phone=False),
        Column("valid_to", kind="day", on_phone=False),
        Column("pack_qty", kind="qty", on_phone=False),
        Column("min_order_qty", kind="qty", on_phone=False),
        Column("lead_days", _("Agreed days"), kind="qty"),
        Column(
            lambda row: _measured(row),
            _("Measured days"),
            small=lambda row: (
                _("%(count)s receipts") % {"count": row.measured_receipts} if row.measured_receipts else ""
            ),
        ),
        Column(lambda row: _("yes") if row.is_preferred else "", _("Preferred"), on_phone=False),
    )
    search_fields = ("part__number", "part__name", "supplier_part_number", "supplier__name")
    filter_fields = ("supplier", "is_preferred")
    ordering = ("part__number",)
    select_related = ("part", "supplier")
    empty_text = _("No supplier prices yet.")


def _measured(row: SupplierPart) -> str:
    if row.measured_lead_days is None:
        return "–"
    return f"{show.quantity(row.measured_lead_days)} ± {show.quantity(row.measured_lead_sd_days)}"
