"""Shipments under way to a station, receiving them, and the station's own stock."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.carriers import in_words, known_carriers, link_parcels
from parts.cases.opening import can_report
from parts.forms.cases import OtherPartsForm
from parts.forms.ordering import CountRows
from parts.fulfillment import DELIVERY_NOTE, Count, receive_shipment
from parts.models import CaseStatus, Difference, LocationKind, Shipment, ShipmentStatus, StockBalance
from parts.returns.asking import can_return
from portal.accounts.roles import at_headquarters
from portal.core import show
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
from portal.core.states import can_move


class ShipmentList(ScopedListView):
    """Shipments to the user's stations."""

    model = Shipment
    permission = "parts.view_shipment"
    export_permission = "parts.export_lists"
    title = _("Shipments")
    columns = (
        Column("number", kind="number", small="order__number"),
        Column("station", _("Station"), on_phone=False),
        Column("status", kind="badge"),
        Column(lambda row: row.carrier_words, _("Carrier")),
        Column("shipped_at", kind="moment", sort="shipped_at"),
        Column("received_at", kind="moment"),
    )
    search_fields = ("number", "order__number", "parcels__tracking_number")
    filter_fields = ("station", "shipped_at")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "order")
    empty_text = _("No shipments yet. They appear here when headquarters picks your orders.")

    def get_title(self) -> Any:
        return pgettext("warehouse", "Shipments") if at_headquarters(self.request.user) else self.title

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found

    def made_ready(self, rows: Any) -> Any:
        """Carriers as the reader calls them."""
        known = known_carriers() if any(not row.carrier.isascii() for row in rows) and get_language() == "en" else []
        for row in rows:
            row.carrier_words = in_words(row.carrier, known)
        return rows


class ShipmentDetail(ScopedDetailView):
    """One shipment: its parcels, what is in it, what the station counted."""

    model = Shipment
    permission = "parts.view_shipment"
    template_name = "parts/shipment_detail.html"
    select_related = ("station", "order", "from_location")

    def get_subtitle(self) -> str:
        shipment = self.get_object()
        return f"{shipment.station} · {shipment.order.number}"

    def next_step(self) -> NextStep | None:
        shipment = self.get_object()
        if shipment.status == ShipmentStatus.PICKING and self.request.user.has_perm("parts.short_pick", shipment):
            return NextStep(
                _("Take the parts from their bins, in walking order."),
                _("Pick"),
                reverse("shipment_pick", args=[shipment.pk]),
            )
        if shipment.status == ShipmentStatus.PACKED and self.request.user.has_perm("parts.ship_shipment", shipment):
            text = _("Stick the labels on and hand the parcels to the carrier.")
            return NextStep(text, _("Ship"), reverse("shipment_ship", args=[shipment.pk]))
        if shipment.status == ShipmentStatus.SHIPPED:
            text = _("Count the parcels when they arrive; differences are reported within 3 working days.")
            if self.request.user.has_perm("parts.receive_shipment", shipment):
                return NextStep(text, _("Receive shipment"), reverse("shipment_receive", args=[shipment.pk]))
            return NextStep(text)
        if shipment.status == ShipmentStatus.RECEIVED_WITH_DIFFERENCES:
            case = shipment.cases.exclude(status__in=[CaseStatus.CLOSED, CaseStatus.WITHDRAWN]).first()
            url = case.get_absolute_url() if case else ""
            return NextStep(_("Headquarters looks into what differs."), _("Open the case"), url, tone="wait")
        return None

    def get_actions(self) -> Sequence[Action]:
        shipment = self.get_object()
        note = documents_of(shipment, DELIVERY_NOTE).first()
        found = [Action(_("Delivery note (PDF)"), reverse("document", args=[note.pk]))] if note else []
        if shipment.status in {ShipmentStatus.PICKING, ShipmentStatus.PACKED}:
            label = _("Pack") if shipment.status == ShipmentStatus.PICKING else _("Correct the parcels")
            found.append(Action(label, reverse("shipment_pack", args=[shipment.pk]), "parts.pack_shipment"))
        if shipment.status in {ShipmentStatus.PACKED, ShipmentStatus.SHIPPED}:
            labels = reverse("labels_print", args=["shipment", shipment.pk])
            found.append(Action(_("Parcel labels"), labels, "parts.print_labels"))
        if can_move(shipment, ShipmentStatus.CANCELLED):
            back = reverse("shipment_put_back", args=[shipment.pk])
            found.append(Action(_("Put back"), back, "parts.undo_pick", "danger"))
        if shipment.status in {ShipmentStatus.RECEIVED, ShipmentStatus.SETTLED} and can_report(shipment):
            url = reverse("receiving_case_report", args=[shipment.pk])
            found.append(Action(_("Report differences"), url, "parts.report_differences"))
        if shipment.received_at and can_return(shipment):
            url = reverse("parts_return_request", args=[shipment.pk])
            found.append(Action(_("Send unused parts back"), url, "parts.request_return"))
        return found

    def facts(self) -> Sequence[Fact]:
        shipment = self.get_object()
        return [
            Fact(_("Order"), shipment.order.number, shipment.order.get_absolute_url()),
            Fact(_("Shipped from"), shipment.from_location.local_name),
            Fact(_("Carrier"), in_words(shipment.carrier) or "–"),
            Fact(_("Shipped at"), show.moment(shipment.shipped_at)),
            Fact(_("Received at"), show.moment(shipment.received_at)),
            Fact(_("Invoiced (tax excluded)"), show.money(shipment.amount)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shipment = self.get_object()
        lines = list(shipment.lines.select_related("part").order_by("pk"))
        cases = list(shipment.cases.order_by("pk").prefetch_related("lines__part"))
        more = [each for case in cases if case.status != CaseStatus.WITHDRAWN for each in case.lines.all()]
        for line in lines:
            over = (each.qty for each in more if each.kind == Difference.OVER and each.shipment_line_id == line.pk)
            line.over_qty = sum(over, Decimal(0))
            line.came_qty = line.received_qty + line.over_qty
        return super().get_context_data(**kwargs) | {
            "lines": lines,
            "others": [each for each in more if each.kind == Difference.WRONG],
            "parcels": self._parcels(),
            "cases": cases,
            "returns": shipment.returns.order_by("pk"),
        }

    def _parcels(self) -> list[Any]:
        """The parcels with what lies in them and the page that says where each is."""
        shipment = self.get_object()
        parcels = list(shipment.parcels.order_by("position").prefetch_related("lines__shipment_line__part"))
        link_parcels((shipment.carrier, parcel) for parcel in parcels)
        return parcels


class ShipmentReceive(OperationView):
    """Counting what came, line by line or by scanning part numbers."""

    model = Shipment
    permission = "parts.receive_shipment"
    title = _("Receive shipment")
    template_name = "parts/shipment_receive.html"
    form_class = OtherPartsForm
    formset_class = CountRows
    submit_label = _("Receive")
    success_message = _("The parts stand in your stock.")
    select_related = ("station", "order")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.order.number}"

    def get_formset_kwargs(self) -> dict[str, Any]:
        lines = list(self.object.lines.select_related("part").order_by("pk"))
        initial = [{"line": line.pk, "received": stock.plain(line.qty), "damaged": 0} for line in lines]
        return super().get_formset_kwargs() | {"lines": lines, "initial": initial}

    def operate(self, form: Any) -> Shipment:
        counts = {
            row["line"]: Count(
                row["received"], row["damaged"] or Decimal(0), row.get("note", ""), row["serials"], row["photos"]
            )
            for row in self.get_formset().cleaned_data
        }
        return receive_shipment(self.object, counts=counts, extras=form.extras(), actor=self.request.user)


class StationStock(ScopedListView):
    """What lies in the stock rooms of the user's stations, and what is under way to them."""

    model = StockBalance
    permission = "parts.view_stockbalance"
    export_permission = "parts.export_lists"
    title = _("Station stock")
    columns = (
        Column(
            "part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name, sort="part__number"
        ),
        Column("location__local_name", _("Location"), kind="name"),
        Column("on_hand", kind="qty", sort="on_hand"),
        Column("reserved", kind="qty", on_phone=False),
        Column("usable", _("Available"), kind="qty"),
    )
    search_fields = ("part__number", "part__name", "part__name_en", "part__pinyin_key")
    filter_fields = ("location",)
    ordering = ("part__number",)
    select_related = ("part", "location__station")
    empty_text = _("No stock yet. Received shipments appear here.")

    kinds = (LocationKind.STATION, LocationKind.VAN, LocationKind.TRANSIT)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(on_hand__gt=0, location__kind__in=self.kinds)

    def choices(self, name: str, rows: Any) -> Any:
        return rows.filter(kind__in=self.kinds) if name == "location" else rows
