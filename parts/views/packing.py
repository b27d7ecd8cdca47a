"""Packing on a phone or at a desk: parcels, what lies in which, then the carrier; and the goods put back on the shelf."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts.forms.fulfillment import NoteForm
from parts.forms.packing import MOST_ON_A_PAGE, PackForm, ShipForm, parcel_count
from parts.fulfillment import ship_shipment
from parts.models import Shipment, ShipmentStatus
from parts.packing import pack_shipment
from parts.taking import undo_pick
from portal.core.pages import Action, OperationView

STEPS: Final = {"more": 1, "fewer": -1}


class ShipmentPack(OperationView):
    """Parcels with their weight and contents; more or fewer of them without losing what was typed."""

    model = Shipment
    permission = "parts.pack_shipment"
    title = _("Pack")
    form_class = PackForm
    template_name = "parts/shipment_pack.html"
    submit_label = _("Packed")
    success_message = _("Packed. Stick the labels on and hand the parcels to the carrier.")
    select_related = ("order", "station")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"

    def get_actions(self) -> Sequence[Action]:
        labels = reverse("labels_print", args=["shipment", self.object.pk])
        packed = self.object.status == ShipmentStatus.PACKED
        return [Action(_("Parcel labels"), labels, "parts.print_labels")] if packed else []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The parcels; before that whoever picks says that all was found."""
        waits = self.object.status == ShipmentStatus.PICKING and self.object.picked_at is None
        if waits and request.user.has_perm("parts.short_pick", self.object):
            messages.info(request, gettext("Tick off the pick list first: what is missing is said there."))
            return redirect("shipment_pick", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def _step(self) -> int:
        return sum(step for name, step in STEPS.items() if name in self.request.POST)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self._step():
            typed = kwargs.pop("data")
            kwargs.pop("files")
            count = min(max(parcel_count(typed.get("parcels", "1")) + self._step(), 1), MOST_ON_A_PAGE)
            kwargs["initial"] = {
                name: typed[name] for name in typed if name.startswith(("weight", "carton", "tracking", "in_"))
            }
            kwargs["count"] = count
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._step():
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def operate(self, form: PackForm) -> str:
        packed = pack_shipment(self.object, boxes=form.boxes(), actor=self.request.user)
        return reverse("shipment_ship", args=[packed.pk])


class ShipmentShip(OperationView):
    """The parcels are handed to the carrier."""

    model = Shipment
    permission = "parts.ship_shipment"
    title = _("Ship")
    form_class = ShipForm
    template_name = "parts/shipment_ship.html"
    intro = _("The goods are in transit, the dealer's account is charged and the delivery note is issued.")
    submit_label = _("Ship")
    success_message = _("Shipped; the delivery note is ready.")
    select_related = ("order", "station")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"

    def get_actions(self) -> Sequence[Action]:
        labels = reverse("labels_print", args=["shipment", self.object.pk])
        change = reverse("shipment_pack", args=[self.object.pk])
        return [
            Action(_("Parcel labels"), labels, "parts.print_labels"),
            Action(_("Correct the parcels"), change, "parts.pack_shipment"),
        ]

    def operate(self, form: ShipForm) -> Shipment:
        return ship_shipment(
            self.object,
            carrier=form.cleaned_data["carrier"].name,
            tracking=form.tracking(),
            named=form.serials(),
            actor=self.request.user,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parcels = self.object.parcels.order_by("position").prefetch_related("lines__shipment_line__part")
        return super().get_context_data(**kwargs) | {"parcels": list(parcels)}


class ShipmentPutBack(OperationView):
    """The goods lie on the shelf again."""

    model = Shipment
    permission = "parts.undo_pick"
    title = _("Put back")
    form_class = NoteForm
    intro = _("The goods lie on the shelf again, still set aside for the order; this shipment is cancelled.")
    submit_label = _("Put back")
    success_message = _("Put back; the shipment is cancelled.")
    danger = True

    def operate(self, form: NoteForm) -> Shipment:
        return undo_pick(self.object, note=form.cleaned_data["note"], actor=self.request.user)
