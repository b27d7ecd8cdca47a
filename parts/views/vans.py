"""Vans: what each technician carries, loading, unloading."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from parts import stock, vans
from parts.forms.vans import CarryForm
from parts.models import Location, StockBalance, StockEntry
from parts.words import POSTINGS
from portal.core import show
from portal.core.listing import refuse_unknown
from portal.core.pages import Action, Column, Fact, OperationView, ScopedDetailView, ScopedListView, ScopedPage, Stat
from stations.models import Technician

NAMED = 3
MOVEMENTS = 20


class VanList(ScopedListView):
    """The technicians of the user's stations, with what each carries."""

    model = Technician
    permission = "parts.view_stockbalance"
    export_permission = "parts.export_lists"
    title = _("Vans")
    columns = (
        Column("name", _("Technician"), kind="number", small=lambda row: row.station, sort="name"),
        Column("kind_count", _("Kinds of parts"), kind="qty"),
        Column("piece_count", _("Pieces"), kind="qty"),
        Column("load", _("In the van"), on_phone=False),
    )
    search_fields = ("name", "station__name", "van__balances__part__number", "van__balances__part__name")
    filter_fields = ("station",)
    ordering = ("name",)
    select_related = ("station",)
    empty_text = _("No technicians yet.")

    def get_queryset(self) -> Any:
        held = StockBalance.objects.filter(location__technician=OuterRef("pk"), on_hand__gt=0)
        return super().get_queryset().filter(Q(is_active=True) | Exists(held))

    def search(self, rows: Any, text: str) -> Any:
        found = super().search(rows, text)
        return found.distinct() if text else found

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """What lies in the vans, one query; each row leads to its van."""
        held: dict[int, list[StockBalance]] = defaultdict(list)
        found = StockBalance.objects.filter(location__technician__in=[row.pk for row in rows], on_hand__gt=0)
        for balance in found.select_related("part", "location").order_by("part__number"):
            held[balance.location.technician_id or 0].append(balance)
        for row in rows:
            mine = held[row.pk]
            numbers = list(dict.fromkeys(balance.part.number for balance in mine))
            row.kind_count = len(numbers)
            row.piece_count = sum((balance.on_hand for balance in mine), stock.ZERO)
            row.load = " · ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
            row.get_absolute_url = lambda row=row: reverse("van_detail", args=[row.pk])
        return rows


class MyVan(ScopedPage):
    """The technician's own van."""

    permission = "parts.view_stockbalance"
    title = _("My van")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = Technician.objects.visible_to(request.user).filter(user=request.user.pk).first()
        if mine is None:
            raise Http404
        return HttpResponseRedirect(reverse("van_detail", args=[mine.pk]))


class VanDetail(ScopedDetailView):
    """What one technician carries, and what came and went."""

    model = Technician
    permission = "parts.view_stockbalance"
    template_name = "parts/van_detail.html"
    select_related = ("station",)

    def get_title(self) -> Any:
        return _("Van of %(technician)s") % {"technician": self.get_object().name}

    def get_subtitle(self) -> str:
        return str(self.get_object().station)

    @cached_property
    def load(self) -> list[StockBalance]:
        """What lies in the van."""
        return vans.lying_in(self.get_object())

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = []
        if row.is_active:
            found.append(Action(_("Load"), reverse("van_load", args=[row.pk]), "parts.fill_van", "primary"))
        if self.load:
            found.append(Action(_("Unload"), reverse("van_unload", args=[row.pk]), "parts.fill_van"))
        return found

    def stats(self) -> Sequence[Stat]:
        pieces = sum((row.on_hand for row in self.load), stock.ZERO)
        return [
            Stat(_("Kinds of parts"), str(len({row.part_id for row in self.load}))),
            Stat(_("Pieces"), show.quantity(pieces)),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Technician"), row, row.get_absolute_url()),
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("At work"), row.is_active),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        van = vans.known_van(self.get_object())
        entries = StockEntry.objects.filter(location=van).exclude(qty=0) if van else StockEntry.objects.none()
        moved = list(entries.select_related("posting", "part").order_by("-pk")[:MOVEMENTS])
        for entry in moved:
            entry.said = POSTINGS.get(entry.posting.kind, entry.posting.kind)  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {"van": van, "load": self.load, "moved": moved}


class Carry(OperationView):
    """Parts between the stock room and a van."""

    model = Technician
    permission = "parts.fill_van"
    select_related = ("station",)
    form_class = CarryForm
    template_name = "parts/van_form.html"
    said: Any = ""

    def get_subtitle(self) -> str:
        return f"{self.object.name} · {self.object.station}"

    def get_cancel_url(self) -> str:
        return reverse("van_detail", args=[self.object.pk])

    def place(self) -> Location | None:
        """Where the parts lie now."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What was scanned or typed. Raises BadRequest for what no label says."""
        text = self.request.GET.get("q", "").strip()
        if "\x00" in text or len(text) > 60:
            raise BadRequest
        return text

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"place": self.place(), "text": self.text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"q"})
        return super().get_context_data(**kwargs) | {"text": self.text, "there": self.said}


class VanLoad(Carry):
    """Out of the stock room into the van."""

    title = _("Load the van")
    submit_label = _("Load")
    success_message = _("The parts lie in the van.")
    said = _("In the stock room")

    def place(self) -> Location | None:
        return stock.station_location(self.object.station)

    def operate(self, form: Any) -> str:
        vans.load_van(self.object, form.wanted(), named=form.named(), actor=self.request.user)
        return self.get_cancel_url()


class VanUnload(Carry):
    """Out of the van into the stock room."""

    title = _("Unload the van")
    submit_label = _("Unload")
    success_message = _("The parts lie in the stock room.")
    said = _("In the van")

    def place(self) -> Location | None:
        return vans.known_van(self.object)

    def operate(self, form: Any) -> str:
        vans.unload_van(self.object, form.wanted(), named=form.named(), actor=self.request.user)
        return self.get_cancel_url()
