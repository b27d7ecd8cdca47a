"""What is ready to be picked, and one walk for several orders; what one order gets now and what later; sharing out all stock."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.allocation import allocate, foresee
from parts.forms.picking import PickPartForm, WaveForm
from parts.models import OrderKind, PartsOrder, PickWave, ShipmentStatus
from parts.taking import pick_order
from parts.views.picking import PickForm
from parts.waves import WAVE_LIST, confirm_wave, pick_wave, short_wave, wave_lines
from portal.core import show
from portal.core.documents import documents_of
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.pages.operation import NothingToSay

SHOWN: Final = 300


class PickDesk(OperationView):
    """Orders with stock set aside, and what a pick list would take of each; the chosen ones go onto one walk."""

    permission = "parts.pick_order"
    title = _("Orders to pick")
    form_class = WaveForm
    template_name = "parts/pick_desk.html"
    submit_label = _("One pick list for the chosen orders")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Set stock aside for all"), reverse("allocate_all"), "parts.allocate"),
            Action(_("Waves"), reverse("pick_wave_list"), "parts.view_pickwave"),
        ]

    def get_cancel_url(self) -> str:
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"place": self.request.GET.get("place", "")}

    def operate(self, form: WaveForm) -> str:
        orders = list(form.cleaned_data["orders"])
        if len(orders) == 1:
            shipment = pick_order(orders[0], place=form.place, actor=self.request.user)
            return reverse("shipment_pick", args=[shipment.pk])
        return pick_wave(orders, place=form.place, actor=self.request.user).get_absolute_url()


class OrderPick(OperationView):
    """Which of the pieces set aside for an order are picked now; the rest stays set aside for the next pick list."""

    model = PartsOrder
    permission = "parts.pick_order"
    title = _("Make a pick list")
    form_class = PickPartForm
    template_name = "parts/order_pick.html"
    intro = _("What you leave out stays set aside for the order and goes onto a later pick list.")
    submit_label = _("Make the pick list")
    select_related = ("station",)

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"

    def operate(self, form: PickPartForm) -> str:
        shipment = pick_order(self.object, wanted=form.wanted(), actor=self.request.user)
        return reverse("shipment_pick", args=[shipment.pk])


class AllocateAll(OperationView):
    """What a run over all waiting orders would give each line, then the run."""

    permission = "parts.allocate"
    title = _("Set stock aside for all")
    template_name = "parts/allocate_all.html"
    intro = _(
        "Free stock is shared out among all waiting orders: stopped machines first, then the better grade, then who ordered"
        " first. This is what each line gets:"
    )
    submit_label = _("Set stock aside")
    success_message = _("Stock has been set aside.")
    form_class = NothingToSay

    def get_cancel_url(self) -> str:
        return reverse("pick_desk")

    def operate(self, form: Any) -> str:
        allocate(actor=self.request.user)
        return reverse("pick_desk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = foresee()
        kinds = dict(OrderKind.choices)
        for row in rows:
            row["kind_label"] = kinds.get(row["kind"], row["kind"])
            row |= {name: Decimal(row[name]) for name in ("wanted", "got", "backorder", "frozen")}
        served = [row for row in rows if row["got"]]
        return super().get_context_data(**kwargs) | {
            "rows": rows[:SHOWN],
            "more": max(len(rows) - SHOWN, 0),
            "served": len(served),
            "considered": len(rows),
        }


class PickWaveList(ScopedListView):
    """Walks over several orders, the newest first."""

    model = PickWave
    permission = "parts.view_pickwave"
    export_permission = "parts.export_lists"
    title = _("Waves")
    columns = (
        Column("number", kind="number"),
        Column("from_location__local_name", _("Shipped from"), on_phone=False),
        Column("created_by"),
        Column("created_at", kind="moment", sort="created_at"),
    )
    search_fields = ("number", "shipments__number", "shipments__order__number")
    filter_fields = ("created_at",)
    select_related = ("from_location", "created_by")
    empty_text = _("No waves yet. Choose several orders to pick on one walk.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Orders to pick"), reverse("pick_desk"), "parts.pick_order", "primary")]

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found


class PickWaveDetail(ScopedDetailView):
    """The shipments of a walk: picked together, packed one by one."""

    model = PickWave
    permission = "parts.view_pickwave"
    template_name = "parts/wave_detail.html"
    select_related = ("from_location", "created_by")

    def _shipments(self) -> list[Any]:
        if not hasattr(self, "_found_shipments"):
            rows = self.get_object().shipments.select_related("order", "station").order_by("pk")
            self._found_shipments = list(rows)
        return self._found_shipments

    def next_step(self) -> NextStep | None:
        wave = self.get_object()
        if any(row.status == ShipmentStatus.PICKING for row in self._shipments()):
            text = _("Walk past the bins once, put each piece into its order's tray, then pack order by order.")
            url = reverse("pick_wave_pick", args=[wave.pk]) if self.request.user.has_perm("parts.short_pick") else ""
            return NextStep(text, _("Pick"), url)
        return None

    def get_actions(self) -> Sequence[Action]:
        paper = documents_of(self.get_object(), WAVE_LIST).first()
        return [Action(_("Pick list (PDF)"), reverse("document", args=[paper.pk]))] if paper else []

    def facts(self) -> Sequence[Fact]:
        wave = self.get_object()
        return [
            Fact(_("Shipped from"), wave.from_location.local_name),
            Fact(_("Made by"), wave.created_by or "–"),
            Fact(_("Made at"), show.moment(wave.created_at)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"shipments": self._shipments()}


class WavePickForm(PickForm):
    """The same over all orders of the wave."""

    def picked(self) -> list[Any]:
        """The lines of all its shipments that are being picked."""
        return wave_lines(self.subject)


class PickWavePick(OperationView):
    """One walk over all bins of the wave, ticked off by scanning; each line says whose tray it goes into."""

    model = PickWave
    permission = "parts.short_pick"
    title = _("Pick")
    form_class = WavePickForm
    template_name = "parts/shipment_pick.html"
    submit_label = _("Picking is done")

    def get_subtitle(self) -> str:
        return str(self.object)

    def operate(self, form: WavePickForm) -> PickWave:
        missing = form.missing()
        if missing:
            short_wave(self.object, missing=missing, reason=form.cleaned_data["reason"], actor=self.request.user)
        confirm_wave(self.object, actor=self.request.user)
        return self.object  # type: ignore[no-any-return]
