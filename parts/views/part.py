"""One part with all that is known of it, and what headquarters does to it: a successor, a picture."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import pricing, sharing, stock, superseding
from parts.forms.catalog import PartFileForm, SupersedeForm
from parts.models import (
    FavoritePart,
    GradePrice,
    LocationKind,
    OrderStatus,
    Part,
    PartLifecycle,
    PartsOrderLine,
    PlanningFigure,
    StockBalance,
    SupplierPart,
    VariantKind,
)
from parts.nearby import stock_around
from parts.replenishment.history import month_starts
from parts.views.catalog import own_station
from parts.views.exploded import said
from portal.core import clock, events, show
from portal.core.attachments import attach, attachments_of
from portal.core.charts import bar_chart
from portal.core.pages import Action, Fact, NextStep, OperationView, ScopedDetailView
from stations.grading import grade_on, priced_as

OVER = (OrderStatus.CANCELLED, OrderStatus.CLOSED, OrderStatus.RECEIVED)
SHOWN = 50


class PartDetail(ScopedDetailView):
    """One part: pictures, prices now, before and to come, what it fits, what replaces it, where it lies, who delivers it."""

    model = Part
    permission = "parts.see_catalog"
    template_name = "parts/part_detail.html"
    select_related = ("category",)

    def get_subtitle(self) -> str:
        return str(self.get_object().local_name)

    def next_step(self) -> NextStep | None:
        """What the lifecycle means for who orders."""
        part = self.get_object()
        day = show.day(part.last_supply_on) if part.last_supply_on else ""
        if part.lifecycle == PartLifecycle.PHASE_OUT:
            text = _("Running out: ordered as long as stock lasts, nothing comes after it.")
        elif part.lifecycle == PartLifecycle.DISCONTINUED:
            text = _("Discontinued: it can no longer be ordered.")
        else:
            return None
        until = str(_("Supplied until %(day)s.")) % {"day": day} if day else ""
        return NextStep(f"{text} {until}".strip(), tone="wait", heading=_("Supply"))

    def get_actions(self) -> Sequence[Action]:
        number = self.get_object().number
        address = f"{reverse('parts_order_create')}?part={number}"
        labels = reverse("labels_print", args=["part", self.get_object().pk])
        return [
            Action(_("Print labels"), labels, "parts.print_labels"),
            Action(_("Add picture or drawing"), reverse("part_file", args=[number]), "parts.change_part"),
            Action(_("Set successor"), reverse("part_supersede", args=[number]), "parts.change_supersession"),
            Action(_("Order this part"), address, "parts.place_order", "primary"),
        ]

    def facts(self) -> Sequence[Fact]:
        part = self.get_object()
        weight = f"{show.quantity(part.gross_weight_kg)} kg" if part.gross_weight_kg is not None else "–"
        return [
            Fact(_("Category"), part.category),
            Fact(_("Part class"), part.get_part_class_display()),
            Fact(_("Supply"), part.get_lifecycle_display()),
            Fact(pgettext_lazy("measure", "Unit"), part.local_unit),
            Fact(_("Pack quantity"), show.quantity(part.pack_qty)),
            Fact(_("Minimum order quantity"), show.quantity(part.min_order_qty)),
            Fact(_("Country of origin"), part.origin_country or "–"),
            Fact(_("Gross weight"), weight),
            Fact(_("Has serial numbers"), _("Yes") if part.is_serialised else _("No")),
            Fact(_("Failed part must be returned"), _("Yes") if part.must_return else _("No")),
            Fact(_("Made in-house"), _("Yes") if part.is_made_in_house else _("No")),
            Fact(_("Pinyin initials"), part.pinyin_key or "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part, user = self.get_object(), self.request.user
        station = own_station(user)
        files = list(attachments_of(part, "photo", "drawing"))
        return super().get_context_data(**kwargs) | {
            "pictures": [row for row in files if row.is_picture],
            "papers": [row for row in files if not row.is_picture],
            "is_starred": FavoritePart.objects.filter(user=user.pk, part=part).exists() if station else None,
            "around": stock_around(station, [part.pk]).get(part.pk) if station else None,
            "suppliers": self._suppliers(),
            "orders": self._orders(),
            **self._prices(station),
            **self._relations(),
            **self._stock(),
        }

    def _prices(self, station: Any) -> dict[str, Any]:
        part, today = self.get_object(), clock.today()
        rows = list(part.list_prices.order_by("-valid_from")[:12])
        found = GradePrice.objects.none()
        if station:
            found = part.grade_prices.filter(grade=priced_as(grade_on(station)))
        elif self.request.user.has_perm("parts.view_gradeprice"):
            found = part.grade_prices.all()
        own = list(found.order_by("grade", "-valid_from")[:12])
        for row in [*rows, *own]:
            row.when = (
                "future" if row.valid_from > today else "past" if row.valid_to and row.valid_to <= today else "now"
            )
        price = pricing.quote([part.pk], station).get(part.pk) if station else None
        return {"list_price": pricing.public_price(part), "price": price, "prices": rows, "own_prices": own}

    def _relations(self) -> dict[str, Any]:
        part = self.get_object()
        fitments = list(part.fitments.select_related("product_model", "view")[:SHOWN])
        for row in fitments:
            row.said = said(row)
        alike = [(row.part, row) for row in part.variants.select_related("part")[:20]]
        alike += [(row.base, row) for row in part.variant_of.select_related("base")[:20]]
        return {
            "fitments": fitments,
            "after": superseding.tree(part, forward=True),
            "before": superseding.tree(part, forward=False),
            "ends": _ends(part),
            "alternates": [other for other, row in alike if row.kind == VariantKind.ALTERNATE],
            "variants": [(other, row) for other, row in alike if row.kind != VariantKind.ALTERNATE],
        }

    def _stock(self) -> dict[str, Any]:
        part, user = self.get_object(), self.request.user
        balances = StockBalance.objects.visible_to(user).filter(part=part, is_world=False, on_hand__gt=0)
        figures = PlanningFigure.objects.visible_to(user).of_last_run().filter(part=part)
        kinds = [LocationKind.STATION] if own_station(user) else [LocationKind.HQ]
        figure = figures.filter(location__kind__in=kinds).select_related("run").first()
        chart = None
        if figure and any(figure.history) and user.has_perm("parts.view_planningfigure"):
            months = month_starts(figure.run.as_of, len(figure.history))[:-1]
            points = [(f"{day:%y-%m}", qty) for day, qty in zip(months, figure.history, strict=True)][-12:]
            chart = bar_chart(_("Demand by month"), points, unit=part.local_unit)
        return {
            "balances": balances.select_related("location__station").order_by("location__code")[:SHOWN],
            "chart": chart,
        }

    def _suppliers(self) -> Any:
        """Contract prices in force, for who buys."""
        user = self.request.user
        if not user.has_perm("parts.view_supplierpart"):
            return []
        rows = SupplierPart.objects.visible_to(user).filter(part=self.get_object()).in_force(clock.today())
        return rows.select_related("supplier").best_first()

    def _orders(self) -> Any:
        """Lines that still wait for pieces."""
        user = self.request.user
        if not user.has_perm("parts.view_partsorder"):
            return []
        rows = PartsOrderLine.objects.visible_to(user).filter(part=self.get_object()).exclude(order__status__in=OVER)
        rows = rows.exclude(received_qty__gte=F("ordered_qty") - F("cancelled_qty") - F("settled_qty"))
        return rows.select_related("order__station", "part").order_by("-order__submitted_at")[:20]


def _ends(part: Part) -> list[tuple[Part, str]]:
    """What one has to order today instead of the part, and how many pieces of it."""
    if not part.superseded_by.in_force(clock.today()).exists():
        return []
    ends = sharing.ends(superseding.links(), part.pk)
    by_key = Part.objects.in_bulk([int(key) for key in ends])
    return [(by_key[int(key)], stock.plain(qty)) for key, qty in ends.items()]


class PartAct(OperationView):
    """Something headquarters does to a part."""

    model = Part

    def get_subtitle(self) -> str:
        return str(self.object)


class PartSupersede(PartAct):
    permission = "parts.change_supersession"
    title = _("Set successor")
    intro = _("The new part takes this part's place: in orders, allocation, demand and the bill of materials.")
    form_class = SupersedeForm
    success_message = _("The successor is set.")

    def operate(self, form: Any) -> Part:
        values = dict(form.cleaned_data)
        new, way = values.pop("new"), values.pop("way")
        if way == VariantKind.ALTERNATE:
            superseding.make_alternates(self.object, new, actor=self.request.user)
        else:
            superseding.supersede(self.object, new, mode=way, actor=self.request.user, **values)
        part: Part = self.object
        return part


class PartFile(PartAct):
    permission = "parts.change_part"
    title = _("Add picture or drawing")
    intro = _("Stations see it on the part's page; customers do not.")
    form_class = PartFileForm
    submit_label = _("Upload")
    success_message = _("Added.")

    @transaction.atomic
    def operate(self, form: Any) -> Part:
        part: Part = self.object
        made = attach(part, form.cleaned_data["file"], kind=form.cleaned_data["kind"], actor=self.request.user)
        events.record(part, "part.file_added", actor=self.request.user, note=made.name, root="")
        return part
