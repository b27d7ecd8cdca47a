"""The catalog: what customers may look up, what stations pay. Not here: the page of one part (part)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from parts import pricing
from parts.models import LocationKind, Part, StockBalance
from parts.superseding import successors
from portal.core import clock, money
from portal.core.listing import keyset_page, refuse_unknown
from portal.core.pages import Action, Column, ScopedListView
from portal.core.parameters import param
from portal.core.transfer.exporting import ExportColumn
from stations.models import Station

ZERO = Decimal(0)


def own_station(user: Any) -> Station | None:
    """The one station for which the user orders; None for headquarters and for those with several. Found once a request."""
    if not user.has_perm("parts.place_order"):
        return None
    if "_own_station" not in user.__dict__:
        found = list(Station.objects.visible_to(user).select_related("dealer").order_by("pk")[:2])
        user.__dict__["_own_station"] = found[0] if len(found) == 1 else None
    own: Station | None = user.__dict__["_own_station"]
    return own


class PartList(ScopedListView):
    """The catalog with national prices, and for a station its own."""

    model = Part
    permission = "parts.see_catalog"
    export_permission = "parts.export_lists"
    title = _("Parts catalog")
    subtitle_text = _("Search by part number, Chinese or English name, pinyin initials or product model.")
    search_fields = ("number",)
    filter_fields = ("category", "part_class", "lifecycle")
    ordering = ("number",)
    select_related = ("category",)
    empty_text = _("The catalog is empty. Headquarters imports it.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By all that a part is known by."""
        if "\x00" in text or len(text) > 200:
            raise BadRequest
        return rows.matching(text) if text else rows  # type: ignore[attr-defined]

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New order"), reverse("parts_order_create"), "parts.place_order", "primary")]

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column("number", kind="number", sort="number"),
            Column("local_name", _("Part name"), small=lambda part: str(part.category)),
            Column("get_part_class_display", _("Part class"), on_phone=False),
            Column("list_price", _("National price"), kind="money"),
        ]
        if self._station():
            columns.append(Column("net", _("Your net price"), kind="money"))
            columns.append(Column("own_stock", _("Your stock"), kind="qty"))
        return columns

    @property
    def export_columns(self) -> Sequence[ExportColumn]:  # type: ignore[override]
        """The import's columns with its headings for whoever may bring them in again; the page's for others."""
        kind = self.import_kind()
        if kind is None:
            return ()
        columns = [
            ExportColumn(column.label, "category__code" if column.name == "category" else column.name)
            for column in kind.columns
        ]
        return [*columns, ExportColumn(_("National price"), "list_price")]

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Prices and stock, one query each."""
        keys, station = [part.pk for part in rows], self._station()
        listed = pricing.list_prices(keys)
        quoted = pricing.quote(keys, station) if station and keys else {}
        own = stock_of(station, keys) if station else {}
        for part in rows:
            part.list_price = listed.get(part.pk)
            part.net = quoted[part.pk].amount if part.pk in quoted else None
            part.own_stock = own.get(part.pk, ZERO)
        return rows

    def _station(self) -> Station | None:
        if not hasattr(self, "_own"):
            self._own = own_station(self.request.user)
        return self._own


def stock_of(station: Station, parts: Sequence[int]) -> dict[int, Decimal]:
    """What lies in the station's stock room of each part."""
    rows = StockBalance.objects.filter(location__station=station, location__kind=LocationKind.STATION, part__in=parts)
    return dict(rows.order_by().values_list("part").annotate(Sum("on_hand")))


class PublicPrices(TemplateView):
    """The national price list for customers: no login, no stock, nobody's net price."""

    template_name = "parts/public_prices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"q", "after", "before"})
        text = self.request.GET.get("q", "").strip()
        if "\x00" in text or len(text) > 80:
            raise BadRequest
        found = Part.objects.select_related("category")
        rows = found.matching(text) if text else found.none()
        page = keyset_page(
            rows,
            ["number"],
            after=self.request.GET.get("after", ""),
            before=self.request.GET.get("before", ""),
            size=30,
        )
        keys, tax = [part.pk for part in page.rows], param("parts.customer_tax_percent")
        prices = pricing.list_prices(keys)
        instead = successors(keys)
        for part in page.rows:
            part.list_price, part.successor = prices.get(part.pk), instead.get(part.pk)
            part.price_with_tax = None if part.list_price is None else money.with_tax(part.list_price, tax)
        return super().get_context_data(**kwargs) | {
            "page": page, "text": text, "wide_box": True, "today": clock.today(), "tax": tax,
        }  # fmt: skip


def suggest(request: HttpRequest) -> HttpResponse:
    """The first parts that match what is typed, as buttons that add a row to the order."""
    if not request.user.has_perm("parts.place_order"):
        return HttpResponse(status=403)
    refuse_unknown(request, {"q"})
    text = request.GET.get("q", "").strip()
    if "\x00" in text or len(text) > 80:
        raise BadRequest
    found = Part.objects.visible_to(request.user).orderable().matching(text).order_by("number")[:8] if text else []
    return render(request, "parts/suggestions.html", {"parts": found, "text": text})
