"""Price lists: list, one with its rows, releasing."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts import price_lists
from parts.models import PriceList, PriceListRow, PriceListStatus
from parts.models.prices import GRADES
from portal.core.api import StrictDecimal, StrictSerializer, StrictText
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet

MAX_ROWS = 20_000


class PriceListRecordRow(RowSerializer):
    """A price list; grade is empty for the national prices."""

    class Meta:
        model = PriceList
        fields = ["id", "number", "title", "grade", "status", "valid_from", "created_at", "released_at"]


class PriceOfPart(serializers.ModelSerializer[PriceListRow]):
    """CNY without tax."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = PriceListRow
        fields = ["part", "price"]


class PriceListRecord(PriceListRecordRow):
    """A price list with its prices."""

    rows = PriceOfPart(many=True)

    class Meta(PriceListRecordRow.Meta):
        fields = [*PriceListRecordRow.Meta.fields, "rows"]


class PriceListFilter(ScopedFilterSet):
    """By status and grade."""

    status = django_filters.ChoiceFilter(choices=PriceListStatus.choices)
    grade = django_filters.ChoiceFilter(choices=GRADES)


class WantedPrice(StrictSerializer):
    """A part number and its price, CNY without tax."""

    part = StrictText(max_length=60)
    price = StrictDecimal(max_digits=9, decimal_places=2, min_value=0, max_value=9_999_999)


class NewPriceList(StrictSerializer):
    """A draft."""

    title = StrictText(max_length=120)
    grade = serializers.ChoiceField(choices=[("", ""), *GRADES], default="")
    valid_from = serializers.DateField(input_formats=["%Y-%m-%d"])
    rows = WantedPrice(many=True, allow_empty=False, max_length=MAX_ROWS)  # type: ignore[call-arg]


class PriceLists(ListEndpoint):
    """Price lists, the newest first. POST makes a draft."""

    model = PriceList
    permission = "parts.view_pricelist"
    create_permission = "parts.draw_up_prices"
    row_class = PriceListRecordRow
    body_class = NewPriceList
    made_class = PriceListRecord
    filterset_class = PriceListFilter
    ordering = ("-pk",)

    def operate(self, values: dict[str, Any]) -> PriceList:
        prices = {row["part"]: row["price"] for row in values.pop("rows")}
        return price_lists.draw_up_price_list(actor=self.request.user, prices=prices, **values)


class OnePriceList(RecordEndpoint):
    """One price list."""

    model = PriceList
    permission = "parts.view_pricelist"
    row_class = PriceListRecord
    prefetch_related = ("rows__part",)


class ReleasePriceList(OperationEndpoint):
    """The draft's prices hold from its day; by another person than its author."""

    model = PriceList
    permission = "parts.release_prices"
    row_class = PriceListRecordRow

    def operate(self, values: dict[str, Any]) -> PriceList:
        return price_lists.release_price_list(self.record, actor=self.request.user)
