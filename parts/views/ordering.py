"""A station's orders: list, record, the order form with its live check, cancelling the rest."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from parts import order_aids
from parts.carriers import link_parcels
from parts.forms.ordering import OrderForm, ReasonForm
from parts.freezing import Frozen, frozen_stock
from parts.models import Location, OrderTemplate, PartsOrder, ReceivingCase
from parts.ordering import cancel_rest, place_order, why_uncancellable
from parts.promises import promised_days
from parts.states import OrderStatus
from parts.stock import central_warehouse
from parts.tiers import promises
from parts.views.order_steps import name_differences, open_cases, step_of
from portal.core import idempotency, show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
    visible_or_404,
)
from stations.models import Station

WAITING = {OrderStatus.CONFIRMED, OrderStatus.BACKORDERED, OrderStatus.PARTIALLY_ALLOCATED}


class OrderList(ScopedListView):
    """Orders of the user's stations, those somebody waits for first."""

    model = PartsOrder
    permission = "parts.view_partsorder"
    export_permission = "parts.export_lists"
    title = _("Parts orders")
    columns = (
        Column("number", kind="number", small="reference"),
        Column("station", _("Station"), on_phone=False),
        Column("kind_text", _("Order kind"), small="created_by"),
        Column("status", kind="badge"),
        Column("total", kind="money", sort="total"),
        Column("submitted_at", kind="moment", sort="submitted_at"),
    )
    search_fields = ("number", "reference", "station__name", "station__code")
    filter_fields = ("kind", "station", "submitted_at")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "created_by")
    empty_text = _("No orders yet. Paste part numbers and quantities from Excel to place the first one.")

    def get_queryset(self) -> Any:
        return super().get_queryset().with_cause()  # type: ignore[attr-defined]

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New order"), reverse("parts_order_create"), "parts.place_order", "primary")]


class OrderDetail(ScopedDetailView):
    """One order: where every piece stands, its shipments, the price of each line and why."""

    model = PartsOrder
    permission = "parts.view_partsorder"
    template_name = "parts/order_detail.html"
    select_related = ("station", "created_by")

    def get_queryset(self) -> Any:
        return super().get_queryset().with_cause()

    def get_subtitle(self) -> str:
        order = self.get_object()
        return f"{order.station} · {order.kind_text}"

    def next_step(self) -> NextStep | None:
        order, user, lines = self.get_object(), self.request.user, self._lines()
        return step_of(order, user, lines=lines, shipments=self._shipments(), cases=self._cases())

    def _cases(self) -> list[ReceivingCase]:
        if not hasattr(self, "_found_cases"):
            self._found_cases = open_cases(self.get_object())
        return self._found_cases

    def get_actions(self) -> Sequence[Action]:
        order = self.get_object()
        again = f"{reverse('parts_order_create')}?again={order.pk}"
        template = f"{reverse('order_template_create')}?order={order.pk}"
        actions = [
            Action(_("Order again"), again, "parts.place_order"),
            Action(_("Save as template"), template, "parts.place_order"),
        ]
        if any(line.allocated_qty for line in self._lines()):
            actions.append(
                Action(_("Make a pick list"), reverse("parts_order_pick", args=[order.pk]), "parts.pick_order")
            )
        if any(line.waiting_qty for line in self._lines()) and order.status not in {
            OrderStatus.CANCELLED,
            OrderStatus.CLOSED,
        }:
            address = reverse("parts_order_cancel", args=[order.pk])
            actions.append(Action(_("Cancel the rest"), address, "parts.cancel_rest", "danger"))
        return actions

    def stats(self) -> Sequence[Stat]:
        lines = self._lines()
        ordered = sum((line.ordered_qty - line.cancelled_qty for line in lines), Decimal(0))
        shipped = sum((line.shipped_qty for line in lines), Decimal(0))
        received = sum((line.received_qty for line in lines), Decimal(0))
        waiting = sum((line.backordered_qty for line in lines), Decimal(0))
        return [
            Stat(_("Total (tax excluded)"), show.money(self.get_object().total)),
            Stat(_("Shipped"), f"{show.quantity(shipped)} / {show.quantity(ordered)}", share=_share(shipped, ordered)),
            Stat(
                _("Received"), f"{show.quantity(received)} / {show.quantity(ordered)}", share=_share(received, ordered)
            ),
            Stat(_("Backordered"), show.quantity(waiting), tone="wait" if waiting else ""),
        ]

    def facts(self) -> Sequence[Fact]:
        order = self.get_object()
        facts = [
            Fact(_("Order kind"), order.kind_text),
            Fact(_("Ordered by"), order.created_by),
            Fact(_("Submitted at"), show.moment(order.submitted_at)),
            Fact(_("Confirmed at"), show.moment(order.confirmed_at)),
            Fact(_("Your reference"), order.reference or "–"),
            Fact(_("Note"), order.note or "–"),
        ]
        if order.release_reason:
            facts.append(Fact(_("Reason of the release"), order.release_reason))
        return facts

    def _lines(self) -> list[Any]:
        if not hasattr(self, "_found_lines"):
            self._found_lines = list(self.get_object().lines.select_related("part").order_by("position"))
            days = promised_days(self._found_lines)
            frozen = self._frozen([line.part_id for line in self._found_lines if line.backordered_qty])
            promised = promises({line.part_id for line in self._found_lines}, self.get_object().submitted_at)
            for line in self._found_lines:
                line.expected_on = days.get(line.pk)
                line.promise = promised.get(line.part_id, "")
                line.frozen = frozen.get(line.part_id) if line.backordered_qty else None
            name_differences(self._found_lines, self._cases())
        return self._found_lines

    def _frozen(self, parts: list[int]) -> dict[int, Frozen]:
        """What lies free for the order in warehouses that serve it, but is being counted, by part."""
        region = self.get_object().station.center.region_id if parts else 0
        places = [row.pk for row in (*Location.objects.serving([region]), central_warehouse())] if parts else []
        found: dict[int, Frozen] = {}
        for (_place, part), row in frozen_stock(parts, places).items():
            before = found.get(part, Frozen(Decimal(0), ()))
            found[part] = Frozen(before.qty + row.qty, before.counts + row.counts)
        return found

    def _shipments(self) -> list[Any]:
        if not hasattr(self, "_found_shipments"):
            self._found_shipments = list(self.get_object().shipments.prefetch_related("parcels").order_by("pk"))
            link_parcels((row.carrier, parcel) for row in self._found_shipments for parcel in row.parcels.all())
        return self._found_shipments

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"lines": self._lines(), "shipments": self._shipments()}


def _share(part: Decimal, whole: Decimal) -> int:
    return int(part * 100 / whole) if whole else 0


class OrderCreate(OperationView):
    """The order form; what is typed is priced as it is typed, and again when it is sent."""

    permission = "parts.place_order"
    title = _("New parts order")
    template_name = "parts/order_form.html"
    form_class = OrderForm
    submit_label = _("Submit order")
    success_message = _("The order has been submitted.")
    draft = "parts_order"  # beside the draft on the server, which an ended login cannot reach

    def get_initial(self) -> dict[str, Any]:
        """The user's draft, and below it what the address asks to add."""
        initial, user = super().get_initial(), self.request.user
        if draft := order_aids.draft_of(user):
            names = ("rows", "kind", "no_partial", "reference", "note")
            initial |= {"station": draft.station_id, **{name: getattr(draft, name) for name in names}}
        added, station = self._added(initial.get("station"))
        rows = str(initial.get("rows", ""))
        if added and added not in rows:
            initial["rows"] = f"{rows.rstrip()}\n{added}" if rows.strip() else added
        return initial | ({"station": station} if station else {})

    def _added(self, station: Any) -> tuple[str, Any]:
        """Rows that the address names: a part, an earlier order, the last one, a template, what is below the minimum."""
        asked, user = self.request.GET, self.request.user
        if part := asked.get("part", "")[:60]:
            return f"{part}\t1\n", None
        if (again := asked.get("again", "")).isdecimal() and len(again) < 18:
            earlier = visible_or_404(PartsOrder, user, pk=int(again))
            return order_aids.rows_of_order(earlier), earlier.station_id
        if (template := asked.get("template", "")).isdecimal() and len(template) < 18:
            found = visible_or_404(OrderTemplate, user, pk=int(template))
            return found.rows, found.station_id
        place = self._station(station)
        if place and asked.get("last") and (last := order_aids.last_order(place)):
            return order_aids.rows_of_order(last), place.pk
        if place and asked.get("refill"):
            return order_aids.rows_of(order_aids.refill_rows(place)), place.pk
        return "", None

    def _station(self, chosen: Any) -> Station | None:
        """The draft's station, else the user's first."""
        seen = Station.objects.visible_to(self.request.user).order_by("pk")
        return (seen.filter(pk=chosen).first() if chosen else None) or seen.first()

    def get_cancel_url(self) -> str:
        return reverse("parts_order_list")

    def operate(self, form: OrderForm) -> PartsOrder:
        values = form.cleaned_data
        assert form.basket is not None  # noqa: S101 a valid form has read its rows
        order_aids.drop_draft(values["station"], user=self.request.user)
        return place_order(
            values["station"],
            lines=form.basket.wanted(no_partial=values["no_partial"]),
            kind=values["kind"],
            reference=values["reference"],
            note=values["note"],
            actor=self.request.user,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        templates = OrderTemplate.objects.visible_to(self.request.user).order_by("name")[:12]
        starred = order_aids.favorites(self.request.user)[:24]
        basket = getattr(context["form"], "basket", None)
        return context | {"basket": basket, "templates": templates, "starred": starred}


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The typed rows priced, with stock hints and the credit bar; what is typed is kept as the user's draft."""
    if not request.user.has_perm("parts.place_order"):
        return HttpResponse(status=403)
    form = OrderForm(request.POST, user=request.user)
    form.is_valid()
    sent = idempotency.is_used(
        f"{reverse('parts_order_create')} {request.user.pk}", request.POST.get("idempotency_key", "")
    )
    if (station := form.cleaned_data.get("station")) and not sent:
        typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("rows", "kind", "reference", "note")}
        if not any("\x00" in text for text in typed.values()):
            order_aids.keep_draft(station, user=request.user, no_partial="no_partial" in request.POST, **typed)
    return render(request, "parts/basket.html", {"basket": form.basket, "form": form})


class OrderCancel(OperationView):
    """Cancels what nobody has set aside yet."""

    model = PartsOrder
    permission = "parts.cancel_rest"
    title = _("Cancel the rest of the order")
    intro = _("Pieces that are not yet set aside are cancelled and no longer count against your credit.")
    form_class = ReasonForm
    submit_label = _("Cancel the rest")
    success_message = _("The rest of the order has been cancelled.")
    danger = True

    def why_not(self) -> Any:
        return why_uncancellable(self.object) or ""

    def operate(self, form: ReasonForm) -> PartsOrder:
        return cancel_rest(self.object, actor=self.request.user, reason=form.cleaned_data["reason"])
