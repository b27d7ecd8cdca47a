"""Places and what lies there: the warehouses, one with its bins, its stock, the card of a part, goods moved between bins."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import places
from parts.forms.places import BinForm, MoveForm, PlaceForm
from parts.models import Location, LocationKind, Part, StockBalance, StockEntry
from parts.papers import addresses_of
from parts.words import POSTINGS
from portal.core import show
from portal.core.pages import Action, Column, Fact, OperationView, ScopedDetailView, ScopedListView, Stat
from portal.core.pages.access import visible_or_404

ZERO = Decimal(0)


def signed(qty: Decimal) -> str:
    """Pieces that came with a plus."""
    return f"+{show.quantity(qty)}" if qty > 0 else show.quantity(qty)


class PlaceList(ScopedListView):
    """Warehouses, stock rooms and vans of the user's scope, with what they hold."""

    model = Location
    permission = "parts.view_location"
    export_permission = "parts.export_lists"
    title = _("Warehouses and bins")
    columns = (
        Column("code", kind="number", small=lambda row: row.local_name),
        Column("kind", kind="badge"),
        Column("station", _("Station"), on_phone=False),
        Column("bin_count", _("Bins"), kind="qty"),
        Column("part_count", _("Kinds of parts"), kind="qty"),
        Column(lambda row: _("being counted") if row.frozen_count else "", _("Count"), on_phone=False),
    )
    search_fields = ("code", "name", "station__name")
    filter_fields = ("kind", "is_active")
    ordering = ("code",)
    select_related = ("station",)
    empty_text = _("No places yet.")

    def get_queryset(self) -> Any:
        return super().get_queryset().places().exclude(kind=LocationKind.WORLD)  # type: ignore[attr-defined]

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Bins and kinds of parts, a query each."""
        keys = [row.pk for row in rows]
        bins = Location.objects.filter(parent__in=keys).order_by().values("parent")
        counts = {
            row["parent"]: row for row in bins.annotate(number=Count("pk"), frozen=Count("pk", filter=~Q(frozen_by="")))
        }
        held = StockBalance.objects.filter(Q(location__in=keys) | Q(location__parent__in=keys), on_hand__gt=0)
        of_place = held.order_by().values_list(Coalesce("location__parent", "location"))
        kinds = dict(of_place.annotate(Count("part", distinct=True)))
        for row in rows:
            found = counts.get(row.pk, {"number": 0, "frozen": 0})
            row.bin_count, row.part_count = found["number"], kinds.get(row.pk, 0)
            row.frozen_count = found["frozen"] + bool(row.frozen_by)
        return rows


class PlaceDetail(ScopedDetailView):
    """One warehouse or bin: its bins in walking order, how full, which are counted."""

    model = Location
    permission = "parts.view_location"
    template_name = "parts/place_detail.html"
    select_related = ("station", "parent", "technician", "region")

    def get_title(self) -> Any:
        return self.get_object().local_name

    def get_subtitle(self) -> str:
        place = self.get_object()
        return f"{place.code} · {place.get_kind_display()}"

    def get_actions(self) -> Sequence[Action]:
        place, pk = self.get_object(), [self.get_object().pk]
        found = [Action(_("What lies here"), reverse("place_stock", args=pk), "parts.view_stockbalance", "primary")]
        if place.parent_id is None:
            found.append(Action(_("Move between bins"), reverse("place_move", args=pk), "parts.move_stock"))
            found.append(Action(_("Add a bin"), reverse("place_add_bin", args=pk), "parts.manage_places"))
        found.append(Action(_("Change the place"), reverse("place_change", args=pk), "parts.manage_places"))
        found.append(Action(_("Bin labels"), reverse("labels_print", args=["place", *pk]), "parts.print_labels"))
        if place.is_active:
            found.append(Action(_("Close the place"), reverse("place_close", args=pk), "parts.manage_places", "danger"))
        else:
            found.append(Action(_("Open again"), reverse("place_open", args=pk), "parts.manage_places"))
        return found

    def stats(self) -> Sequence[Stat]:
        held = StockBalance.objects.filter(location__in=Location.objects.within(self.get_object().pk), on_hand__gt=0)
        sums = held.aggregate(kinds=Count("part", distinct=True), value=Sum("value"), reserved=Sum("reserved"))
        found = [
            Stat(_("Kinds of parts"), sums["kinds"]),
            Stat(_("Pieces set aside"), show.quantity(sums["reserved"] or ZERO)),
        ]
        if self.request.user.has_perm("parts.see_costs") or self.get_object().station_id:
            found.append(Stat(_("Stock value"), show.money(sums["value"] or ZERO)))
        return found

    def facts(self) -> Sequence[Fact]:
        place = self.get_object()
        facts = [Fact(_("Place code"), place.code), Fact(_("In use"), _("Yes") if place.is_active else _("No"))]
        if place.parent:
            facts.append(Fact(_("Bin of"), place.parent.local_name, place.parent.get_absolute_url()))
            facts.append(Fact(_("Walking order"), place.pick_order))
        if place.region:
            facts.append(Fact(_("Serves the region"), place.region))
        if place.station:
            facts.append(Fact(_("Station"), place.station, place.station.get_absolute_url()))
        if place.technician:
            facts.append(Fact(_("Technician"), place.technician.name))
        if place.frozen_by:
            facts.append(Fact(_("Frozen by count"), place.frozen_by))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = Count("balances__part", filter=Q(balances__on_hand__gt=0), distinct=True)
        pieces = Sum("balances__on_hand")
        bins = (
            self.get_object().bins.annotate(part_count=held, pieces=pieces).order_by("-is_active", "pick_order", "code")
        )
        return super().get_context_data(**kwargs) | {"bins": bins[:300], "bin_count": bins.count()}


class OfOnePlace:
    """A list about one place of the user's scope."""

    request: Any
    kwargs: dict[str, Any]

    @property
    def place(self) -> Location:
        """The place."""
        if not hasattr(self, "_place"):
            rows = Location.objects.select_related("parent", "station").exclude(kind=LocationKind.WORLD)
            self._place = visible_or_404(rows, self.request.user, pk=self.kwargs["pk"])
        found: Location = self._place
        return found

    def choices(self, name: str, rows: Any) -> Any:
        return rows.within(self.place.pk) if name == "location" else rows

    @property
    def locations(self) -> list[int]:
        """The place and its bins, by key."""
        return list(Location.objects.within(self.place.pk).values_list("pk", flat=True))


class PlaceStock(OfOnePlace, ScopedListView):
    """What lies there by bin and batch."""

    model = StockBalance
    permission = "parts.view_stockbalance"
    export_permission = "parts.export_lists"
    search_fields = ("part__number", "part__name", "part__pinyin_key", "location__code", "batch")
    filter_fields = ("location",)
    ordering = ("location__pick_order", "location__code", "part__number", "batch")
    select_related = ("part", "location")
    empty_text = _("Nothing lies here.")

    def get_title(self) -> Any:
        return _("Stock in %(place)s") % {"place": self.place.local_name}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(location__in=self.locations, on_hand__gt=0)

    def get_actions(self) -> Sequence[Action]:
        found = [Action(_("Bins"), self.place.get_absolute_url())]
        if self.place.parent_id is None:
            url = reverse("place_move", args=[self.place.pk])
            found.append(Action(_("Move between bins"), url, "parts.move_stock"))
        return found

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column(
                "part__number",
                _("Part number"),
                kind="number",
                small=lambda row: row.part.local_name,
                sort="part__number",
            ),
            Column("location__code", _("Bin"), kind="code"),
            Column("batch", kind="code", on_phone=False),
            Column("on_hand", kind="qty", sort="on_hand"),
            Column("reserved", kind="qty", on_phone=False),
            Column("usable", _("Available"), kind="qty"),
        ]
        if self.request.user.has_perm("parts.see_costs"):
            columns.append(Column("value", kind="money", sort="value", on_phone=False))
        return columns

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Each row leads to the card of its part."""
        for row in rows:
            row.get_absolute_url = lambda row=row: reverse("stock_card", args=[self.place.pk, row.part.number])
        return rows


class StockCard(OfOnePlace, ScopedListView):
    """Every movement of one part at a place, newest first, with the balance after it."""

    model = StockEntry
    permission = "parts.view_stockbalance"
    export_permission = "parts.export_lists"
    search_fields = ("posting__source", "batch", "location__code")
    filter_fields = ("location",)
    ordering = ("-pk",)
    select_related = ("posting__actor", "location")
    empty_text = _("No movement of this part here.")

    @property
    def part(self) -> Part:
        """The part of the address."""
        if not hasattr(self, "_part"):
            self._part = Part.objects.visible_to(self.request.user).filter(number=self.kwargs["number"]).first()
        if self._part is None:
            raise Http404
        return self._part

    def get_title(self) -> Any:
        return _("Stock card of %(part)s") % {"part": self.part.number}

    def get_subtitle(self) -> str:
        return f"{self.part.local_name} · {self.place.local_name}"

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(location__in=self.locations, part=self.part).exclude(qty=0)

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Part"), self.part.get_absolute_url()),
            Action(_("What lies here"), reverse("place_stock", args=[self.place.pk])),
        ]

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column("posting__at", _("Posted at"), kind="moment"),
            Column(lambda row: POSTINGS.get(row.posting.kind, row.posting.kind), _("Kind")),
            Column("posting__source", _("Document"), link=lambda row: row.document),
            Column("location__code", _("Bin"), kind="code", on_phone=False),
            Column("batch", kind="code", on_phone=False),
            Column(lambda row: signed(row.qty), _("Quantity"), kind="figure"),
            Column("balance_after", pgettext_lazy("stock", "Balance"), kind="qty"),
            Column("posting__actor", _("Posted by"), on_phone=False),
        ]
        if self.request.user.has_perm("parts.see_costs"):
            columns.append(Column("value", kind="money", on_phone=False))
        return columns

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The balance after each movement, one query; the page of its document, where the user may see it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, after FROM (SELECT id, sum(qty) OVER (ORDER BY id) AS after FROM parts_stockentry"
                " WHERE part_id = %s AND location_id = ANY(%s)) AS card WHERE id = ANY(%s)",
                [self.part.pk, self.locations, [row.pk for row in rows]],
            )
            after = dict(cursor.fetchall())
        papers = addresses_of([row.posting for row in rows], self.request.user)
        for row in rows:
            row.balance_after, row.document = after[row.pk], papers.get(row.posting_id, "")
        return rows


class PlaceAct(OperationView):
    """An act on one place."""

    model = Location
    permission = "parts.manage_places"
    select_related = ("station", "parent")

    def get_subtitle(self) -> str:
        return f"{self.object.code} {self.object.local_name}"


class PlaceAddBin(PlaceAct):
    """One bin more."""

    title = _("Add a bin")
    form_class = BinForm
    submit_label = _("Add a bin")
    success_message = _("The bin is there.")

    def operate(self, form: Any) -> Location:
        places.add_bin(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object  # type: ignore[no-any-return]


class PlaceChange(PlaceAct):
    """Another name, another turn."""

    title = _("Change the place")
    form_class = PlaceForm
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        place = self.object
        return {"name": place.name, "pick_order": place.pick_order, "region": place.region_id}

    def operate(self, form: Any) -> Location:
        values = dict(form.cleaned_data)
        if "region" in values:
            places.serve_region(self.object, values.pop("region"), actor=self.request.user)
        return places.rename_place(self.object, actor=self.request.user, **values)


class PlaceClose(PlaceAct):
    """Nothing is put there any more."""

    title = _("Close the place")
    intro = _("Nothing is put there any more. Only an empty place can be closed.")
    submit_label = _("Close the place")
    danger = True
    success_message = _("Closed.")

    def operate(self, form: Any) -> Location:
        return places.close_place(self.object, actor=self.request.user)


class PlaceOpen(PlaceAct):
    """It is used again."""

    title = _("Open the place again")
    submit_label = _("Open again")
    success_message = _("Open again.")

    def operate(self, form: Any) -> Location:
        return places.open_place(self.object, actor=self.request.user)


class PlaceMove(PlaceAct):
    """Putting away: goods go from one bin to another."""

    permission = "parts.move_stock"
    title = _("Move between bins")
    form_class = MoveForm
    intro = _(
        "Scan the part, the bin it lies in and the bin it goes to. The code of the warehouse itself is its floor."
    )
    submit_label = _("Move")
    success_message = _("Moved. Scan the next part.")

    def get_initial(self) -> dict[str, Any]:
        return {"source": self.object.code}

    def operate(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        places.move_between_bins(values.pop("part"), values.pop("qty"), actor=self.request.user, **values)
        return reverse("place_move", args=[self.object.pk])
