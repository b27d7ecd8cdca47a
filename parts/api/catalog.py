"""The catalog: parts with the national price and, for a station, its own price and stock."""

from decimal import Decimal
from typing import Any

import django_filters
from rest_framework import serializers

from parts import pricing
from parts.models import Part, PartCategory, PartClass, PartLifecycle
from parts.views.catalog import own_station, stock_of
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet


def orders_for_itself(user: Any) -> bool:
    """Whether the user orders for exactly one station, whose price and stock are shown."""
    return own_station(user) is not None


class PartRow(RowSerializer):
    """A part; amounts are CNY without tax. Price and stock of its own only for a station."""

    restricted = {"net_price": orders_for_itself, "own_stock": orders_for_itself}
    category = serializers.CharField(source="category.code")
    list_price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    net_price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    own_stock = serializers.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        model = Part
        fields = [
            "number", "name", "name_en", "category", "part_class", "unit", "pack_qty", "min_order_qty", "lifecycle",
            "must_return", "is_serialised", "list_price", "net_price", "own_stock",
        ]  # fmt: skip


class PartRecord(PartRow):
    """A part with what it fits and what replaces it."""

    fits = serializers.SerializerMethodField()
    replaced_by = serializers.SerializerMethodField()

    class Meta(PartRow.Meta):
        fields = [*PartRow.Meta.fields, "fits", "replaced_by"]

    def get_fits(self, part: Part) -> list[str]:
        """Codes of product models."""
        return [row.product_model.code for row in part.fitments.all()]

    def get_replaced_by(self, part: Part) -> list[str]:
        """Numbers of parts."""
        return [row.new.number for row in part.superseded_by.all()]


class PartFilter(ScopedFilterSet):
    """By class, supply, category, and by words of number, names or pinyin initials."""

    q = django_filters.CharFilter(method="matching", max_length=80)
    part_class = django_filters.ChoiceFilter(choices=PartClass.choices)
    lifecycle = django_filters.ChoiceFilter(choices=PartLifecycle.choices)
    category = by_code(PartCategory.objects.all())

    def matching(self, rows: Any, name: str, value: str) -> Any:
        """As the page searches."""
        return rows.matching(value)


class Priced:
    """Prices and stock of a page's rows, in one query each."""

    request: Any

    def prepared(self, rows: list[Any]) -> list[Any]:
        keys, station = [part.pk for part in rows], own_station(self.request.user)
        listed = pricing.list_prices(keys)
        quoted = pricing.quote(keys, station) if station and keys else {}
        own = stock_of(station, keys) if station else {}
        for part in rows:
            part.list_price = listed.get(part.pk)
            part.net_price = quoted[part.pk].amount if part.pk in quoted else None
            part.own_stock = own.get(part.pk, Decimal(0))
        return rows


class Parts(Priced, ListEndpoint):
    """The catalog, by number."""

    model = Part
    permission = "parts.see_catalog"
    row_class = PartRow
    filterset_class = PartFilter
    ordering = ("number",)
    select_related = ("category",)


class OnePart(Priced, RecordEndpoint):
    """One part."""

    model = Part
    permission = "parts.see_catalog"
    row_class = PartRecord
    select_related = ("category",)
    prefetch_related = ("fitments__product_model", "superseded_by__new")
