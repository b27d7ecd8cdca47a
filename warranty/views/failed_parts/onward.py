"""Pieces that leave the factory again: to send on, shipments, their receipt."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from parts.carriers import tracking_url
from parts.models import Supplier
from portal.core.documents import documents_of
from portal.core.pages import Action, Column, Fact, NextStep, ScopedDetailView, ScopedListView
from portal.core.show import money
from warranty import failed_parts
from warranty.forms.failed_parts import ReceiptForm
from warranty.forms.piece_shipments import SendOnForm
from warranty.models import FailedPart, PieceShipment
from warranty.settlement_people import is_supplier
from warranty.shipment_documents import CONSIGNMENT_NOTE
from warranty.signatures import HAND_OVER, PREFIX, pictures_of
from warranty.views.failed_parts.signing import SignedOperation

PIECES = [
    Column("number", kind="number", small="claim__number"),
    Column("part__local_name", gettext_lazy("Part"), small="part__number"),
    Column("removed_serial"),
]
PIECES_FOR_SUPPLIER = [
    Column("number"),
    Column("part__local_name", gettext_lazy("Part"), small="part__number"),
    Column("removed_serial"),
]
SHIPMENTS_TO_SUPPLIER = [
    Column("number", kind="number"),
    Column("carrier", small="waybill"),
    Column("shipped_at", kind="moment"),
    Column("received_at", kind="moment", small="received_as"),
]
MOST_WAITING = 200


class SendOn(SignedOperation):
    """What goes to the supplier or back to the station, one receiver a shipment."""

    permission = "warranty.send_failedparts"
    title = gettext_lazy("Send old parts on")
    form_class = SendOnForm
    submit_label = pgettext_lazy("shipment", "Send")
    success_message = gettext_lazy("The old parts are on their way.")

    def get_cancel_url(self) -> str:
        return reverse("piece_shipment_list")

    def why_not(self) -> str:
        """Nothing waits."""
        if FailedPart.objects.visible_to(self.request.user).to_send_on().exists():
            return ""
        return str(_("No old part waits to be sent on."))

    def operate(self, form: Any) -> PieceShipment:
        said = form.given()
        return failed_parts.send_pieces(list(said.pop("pieces")), actor=self.request.user, **said)


class PieceShipmentList(ScopedListView):
    """Shipments of the user's scope, latest first; a supplier sees above them what waits to be sent to it."""

    model = PieceShipment
    permission = "warranty.view_pieceshipment"
    template_name = "warranty/failed_parts/shipments.html"
    title = gettext_lazy("Old parts sent on")
    columns = [
        Column("number", kind="number"),
        Column("receiver", gettext_lazy("Receiver")),
        Column("carrier", small="waybill"),
        Column("cost", kind="money"),
        Column("shipped_at", kind="moment"),
        Column("received_at", kind="moment", small="received_as"),
    ]
    search_fields = ["number", "waybill", "carrier"]
    ordering = ["-pk"]
    select_related = ["supplier", "station"]
    empty_text = gettext_lazy("No old part has been sent on.")

    def get_title(self) -> Any:
        return _("Parts to fetch") if is_supplier(self.request.user) else self.title

    def get_columns(self) -> Sequence[Column]:
        return SHIPMENTS_TO_SUPPLIER if is_supplier(self.request.user) else self.columns

    def get_actions(self) -> Sequence[Action]:
        url = reverse("failed_parts_send_on")
        return [Action(_("Send old parts on"), url, "warranty.send_failedparts", "primary")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not is_supplier(self.request.user):
            return context
        mine = Supplier.objects.visible_to(self.request.user)
        waiting = failed_parts.waiting_for(mine).select_related("part")
        return context | {
            "waiting": waiting[:MOST_WAITING],
            "waiting_count": waiting.count(),
            "waiting_columns": PIECES_FOR_SUPPLIER,
        }


class PieceShipmentDetail(ScopedDetailView):
    """One shipment and its pieces."""

    model = PieceShipment
    permission = "warranty.view_pieceshipment"
    template_name = "warranty/failed_parts/shipment.html"
    select_related = ["supplier", "station", "shipped_by"]

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.received_at is not None:
            return None
        mine = self.request.user.has_perm("warranty.receive_pieceshipment", row)
        url = reverse("piece_shipment_receive", args=[row.pk]) if mine else ""
        return NextStep(
            _("The receiver confirms that the pieces have arrived."), _("Confirm receipt") if url else "", url
        )

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Consignment note (PDF)"), reverse("document", args=[paper.pk]), "warranty.view_pieceshipment")
            for paper in documents_of(self.get_object(), CONSIGNMENT_NOTE)
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Receiver"), row.receiver),
            Fact(_("Carrier"), row.carrier),
            Fact(_("Waybill number"), row.waybill, tracking_url(row.carrier, row.waybill)),
            *([] if is_supplier(self.request.user) else [Fact(_("Freight (CNY, tax excluded)"), money(row.cost))]),
            *([] if is_supplier(self.request.user) else [Fact(_("Handed over by"), row.handed_by)]),
            Fact(_("Taken by (name of the driver)"), row.driver),
            Fact(_("Shipped at"), row.shipped_at),
            Fact(_("Received at"), row.received_at),
            Fact(_("Taken in by"), row.received_as),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = PIECES_FOR_SUPPLIER if is_supplier(self.request.user) else PIECES
        pieces = self.get_object().pieces.select_related("part", "claim").order_by("pk")
        drawn = list(pictures_of([self.get_object()]).values())
        if is_supplier(self.request.user):  # who signed for us stands on the paper that came with the parcel
            drawn = [each for each in drawn if each.kind == f"{PREFIX}{HAND_OVER}"]
        return super().get_context_data(**kwargs) | {
            "pieces": pieces,
            "columns": columns,
            "signatures": drawn,
        }


class ReceiveShipment(SignedOperation):
    """The pieces have arrived."""

    model = PieceShipment
    permission = "warranty.receive_pieceshipment"
    title = gettext_lazy("Confirm receipt")
    form_class = ReceiptForm
    submit_label = gettext_lazy("Confirm receipt")

    def operate(self, form: Any) -> PieceShipment:
        return failed_parts.receive_shipment(self.object, actor=self.request.user, **form.given())
