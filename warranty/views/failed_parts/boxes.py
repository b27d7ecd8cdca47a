"""Boxes of old parts: list, record, paper, shipped, closed."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parts.carriers import tracking_url
from portal.core import drawing
from portal.core.documents import documents_of
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    visible_or_404,
)
from portal.core.pdf_answers import paper_answer
from portal.core.show import money
from warranty import failed_parts
from warranty.failed_parts_documents import packing_list_page, packing_list_pictures, pieces_in
from warranty.forms.failed_parts import CloseForm, ShipForm
from warranty.models import PartBox
from warranty.settlement_states import AT_THE_STATION, FailedPartStatus, PartBoxStatus
from warranty.signatures import pictures_of
from warranty.views.failed_parts.signing import SignedOperation


class PartBoxList(ScopedListView):
    """Boxes of the user's scope."""

    model = PartBox
    permission = "warranty.view_partbox"
    title = gettext_lazy("Boxes of old parts")
    columns = [
        Column("number", kind="number"),
        Column("status", kind="badge"),
        Column("station", gettext_lazy("Station"), small="station__code"),
        Column("carrier", small="waybill"),
        Column("freight", kind="money"),
        Column("shipped_at", kind="moment"),
    ]
    search_fields = ["number", "waybill", "carrier"]
    chips = "status"
    select_related = ["station"]
    empty_text = gettext_lazy("No box has been packed yet.")


class PartBoxDetail(ScopedDetailView):
    """One box and its pieces."""

    model = PartBox
    permission = "warranty.view_partbox"
    template_name = "warranty/failed_parts/box.html"
    select_related = ["station"]

    def next_step(self) -> NextStep | None:
        box = self.get_object()
        user = self.request.user
        if box.status == PartBoxStatus.OPEN and user.has_perm("warranty.pack_box", box):
            text = _("Scan the pieces into the box, then weigh and seal it.")
            return NextStep(text, _("Pack by scanning"), reverse("part_box_pack", args=[box.pk]))
        if box.status in AT_THE_STATION:
            mine = user.has_perm("warranty.ship_box", box)
            url = reverse("part_box_ship", args=[box.pk]) if mine else ""
            return NextStep(_("Hand the box to a carrier and enter the waybill."), _("Ship the box"), url)
        if box.status == PartBoxStatus.SHIPPED:
            mine = user.has_perm("warranty.receive_failedpart", box)
            url = reverse("part_box_receive", args=[box.pk]) if mine else ""
            return NextStep(_("The factory scans every piece when the box arrives."), _("Unpack the box"), url)
        return None

    def get_actions(self) -> Sequence[Action]:
        box = self.get_object()
        actions = [Action(_("Box list (PDF)"), reverse("part_box_pdf", args=[box.pk]), "warranty.view_partbox")]
        for row in documents_of(box, "discrepancy_note"):
            url = reverse("document", args=[row.pk])
            actions.append(Action(_("Discrepancy note (PDF)"), url, "warranty.view_partbox"))
        if box.status in AT_THE_STATION:
            actions.append(Action(_("Ship the box"), reverse("part_box_ship", args=[box.pk]), "warranty.ship_box"))
        if box.status == PartBoxStatus.OPEN:
            actions.append(Action(_("Seal the box"), reverse("part_box_seal", args=[box.pk]), "warranty.pack_box"))
        if box.status == PartBoxStatus.SEALED:
            url = reverse("part_box_reopen", args=[box.pk])
            actions.append(Action(_("Open the box again"), url, "warranty.pack_box"))
        if box.status == PartBoxStatus.SHIPPED:
            actions.append(Action(_("Close the box"), reverse("part_box_close", args=[box.pk]), "warranty.close_box"))
        return actions

    def facts(self) -> Sequence[Fact]:
        box = self.get_object()
        return [
            Fact(_("Station"), f"{box.station.code} {box.station}"),
            Fact(_("Carrier"), box.carrier),
            Fact(_("Waybill number"), box.waybill, tracking_url(box.carrier, box.waybill)),
            Fact(_("Weight (kg)"), box.weight_kg),
            Fact(_("Seal number"), box.seal),
            Fact(_("Taken by (name of the driver)"), box.driver),
            Fact(_("Freight paid"), money(box.freight)),
            Fact(_("Freight allowed"), money(box.freight_allowed)),
            Fact(_("Why less freight is allowed"), box.freight_reason),
            Fact(_("Shipped at"), box.shipped_at),
            Fact(_("Received at"), box.received_at),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pieces = self.get_object().pieces.select_related("part", "claim").order_by("pk")
        extras = self.get_object().extras.order_by("pk")
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("status", kind="badge"),
            Column("part__local_name", _("Part"), small="part__number"),
            Column("condition"),
            Column("due_on", kind="day"),
        ]
        return super().get_context_data(**kwargs) | {
            "pieces": pieces,
            "columns": columns,
            "extras": extras,
            "signatures": pictures_of([self.get_object()]).values(),
        }


class PartBoxPdf(ScopedPage):
    """The list that lies on top of the pieces."""

    permission = "warranty.view_partbox"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        box = visible_or_404(PartBox.objects.select_related("station"), request.user, pk=kwargs["pk"])
        pieces = pieces_in(box)
        page, pictures = packing_list_page(box, pieces), packing_list_pictures(box)
        made = drawing.sheet(page, count=len(pieces), title=box.number, reader=request.user, pictures=pictures)
        return paper_answer(request, made, box.number, title=f"{_('Box of old parts')} {box.number}")


class ShipBox(SignedOperation):
    """The box is handed to a carrier."""

    model = PartBox
    permission = "warranty.ship_box"
    title = gettext_lazy("Ship the box")
    form_class = ShipForm
    submit_label = gettext_lazy("Confirm the shipment")
    success_message = gettext_lazy("The box is on its way.")

    def operate(self, form: Any) -> PartBox:
        return failed_parts.ship_box(self.object, actor=self.request.user, **form.given())


class CloseBox(SignedOperation):
    """What is not in the box is missing; the freight is credited."""

    model = PartBox
    permission = "warranty.close_box"
    title = gettext_lazy("Close the box")
    form_class = CloseForm
    submit_label = gettext_lazy("Close the box")

    def get_intro(self) -> str:
        """How many pieces the close would note as missing."""
        missing = self.get_object().pieces.filter(status=FailedPartStatus.SHIPPED).count()
        if not missing:
            return str(_("Every piece of the list was scanned. Say how much freight is credited to the station."))
        text = ngettext(
            "%(count)s piece was not scanned and is noted as missing. Say how much freight is credited to the station.",
            "%(count)s pieces were not scanned and are noted as missing. Say how much freight is credited to the station.",
            missing,
        )
        return text % {"count": missing}

    def operate(self, form: Any) -> PartBox:
        return failed_parts.close_box(self.object, actor=self.request.user, **form.given())
