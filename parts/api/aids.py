"""What makes ordering quick: templates of a station, starred parts, and what an order would be. The pages' own figures."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from parts import order_aids
from parts.api.catalog import PartRow, Priced
from parts.basket import Basket, BasketLine, assess, read_rows, whole_rows
from parts.models import OrderKind, OrderTemplate, Part
from parts.ordering import MAX_LINES
from portal.core.api import ScopedField, StrictBoolean, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import Endpoint, ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import Station


class TemplateRow(RowSerializer):
    """A named list of parts."""

    station = serializers.CharField(source="station.code")
    lines = serializers.SerializerMethodField()

    class Meta:
        model = OrderTemplate
        fields = ["id", "name", "station", "updated_at", "lines"]

    def get_lines(self, row: OrderTemplate) -> list[dict[str, str]]:
        """Part numbers and quantities, as typed."""
        return [{"part": each.number, "qty": str(each.qty)} for each in read_rows(row.rows)]


class TemplateFilter(ScopedFilterSet):
    """By station."""

    station = by_code(Station.objects.all())


class ListedPart(StrictSerializer):
    """A part number and how many pieces of it."""

    part = StrictText(max_length=60)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=Decimal("0.001"), max_value=999_999)


class NewTemplate(StrictSerializer):
    """A list under a name; one of the same name is replaced."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    name = StrictText(max_length=60)
    lines = ListedPart(many=True, allow_empty=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class Templates(ListEndpoint):
    """Templates of the caller's stations; POST keeps one."""

    model = OrderTemplate
    permission = "parts.place_order"
    create_permission = "parts.place_order"
    row_class = TemplateRow
    body_class = NewTemplate
    filterset_class = TemplateFilter
    ordering = ("name", "pk")
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> OrderTemplate:
        rows = order_aids.rows_of((line["part"], line["qty"]) for line in values["lines"])
        problems = {
            f"lines.{at}": [str(row.problem)] for at, row in enumerate(whole_rows(read_rows(rows))) if row.problem
        }
        if problems:
            raise serializers.ValidationError(problems)
        return order_aids.save_template(values["station"], name=values["name"], rows=rows, actor=self.request.user)


class OneTemplate(RecordEndpoint):
    """One template."""

    model = OrderTemplate
    permission = "parts.place_order"
    row_class = TemplateRow
    select_related = ("station",)


class DeleteTemplate(OperationEndpoint):
    """The list is no longer wanted; orders made from it stay."""

    model = OrderTemplate
    permission = "parts.place_order"
    row_class = TemplateRow
    select_related = ("station",)

    def operate(self, values: dict[str, Any]) -> OrderTemplate:
        gone: OrderTemplate = self.record
        key = gone.pk
        order_aids.delete_template(gone)
        gone.pk = key
        return gone


class Favorites(Priced, ListEndpoint):
    """Starred parts of the caller that may be ordered."""

    model = Part
    permission = "parts.place_order"
    row_class = PartRow
    ordering = ("number",)
    select_related = ("category",)

    def get_queryset(self) -> Any:
        return super().get_queryset().orderable().filter(favorites__user=self.request.user.pk)


class Star(StrictSerializer):
    """Whether the part shall be starred."""

    is_starred = StrictBoolean()


class StarPart(Priced, OperationEndpoint):
    """The part is starred, or no longer; asking twice changes nothing."""

    model = Part
    permission = "parts.place_order"
    row_class = PartRow
    body_class = Star
    select_related = ("category",)

    def operate(self, values: dict[str, Any]) -> Part:
        starred = self.record.favorites.filter(user=self.request.user).exists()
        if starred != values["is_starred"]:
            order_aids.star(self.record, user=self.request.user)
        return self.record  # type: ignore[no-any-return]


class PreviewLine(serializers.Serializer[BasketLine]):
    """What a row would become: pieces in packs, net price and amount in CNY without tax, stock, what keeps it from being ordered."""

    position = serializers.IntegerField(source="row.position")
    part = serializers.CharField(source="row.number")
    qty = serializers.DecimalField(max_digits=14, decimal_places=3)
    net_price = serializers.DecimalField(source="price.amount", max_digits=14, decimal_places=2, default=None)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    available_qty = serializers.DecimalField(source="available", max_digits=14, decimal_places=3)
    stock = serializers.SerializerMethodField()
    expected_on = serializers.DateField()
    substitute = serializers.CharField(source="substitute.number", default=None)
    problem = serializers.CharField()

    def get_stock(self, line: BasketLine) -> str:
        """In words, as the page says it."""
        return "" if line.problem else line.stock_hint


class PreviewCredit(serializers.Serializer[Any]):
    """The dealer's limit with this order, CNY."""

    limit = serializers.DecimalField(max_digits=14, decimal_places=2)
    used = serializers.DecimalField(max_digits=14, decimal_places=2)
    committed = serializers.DecimalField(max_digits=14, decimal_places=2)
    left = serializers.DecimalField(max_digits=14, decimal_places=2)
    over_by = serializers.DecimalField(max_digits=14, decimal_places=2)


class PreviewRecord(serializers.Serializer[Basket]):
    """An order that is not placed."""

    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    credit = PreviewCredit(allow_null=True)
    lines = PreviewLine(many=True)


class PreviewBody(StrictSerializer):
    """What would be ordered."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    kind = serializers.ChoiceField(choices=OrderKind.choices, default=OrderKind.STOCK)
    lines = ListedPart(many=True, allow_empty=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class PreviewOrder(Endpoint):
    """An order priced, rounded and set against stock and credit, exactly as the ordering page shows it. Writes nothing."""

    model = Station
    permission = "parts.place_order"
    row_class = PreviewRecord
    body_class = PreviewBody
    filter_backends = ()

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The figures."""
        return self.run_once(self.parsed(), 200)

    def operate(self, values: dict[str, Any]) -> Basket:
        rows = read_rows(order_aids.rows_of((line["part"], line["qty"]) for line in values["lines"]))
        return assess(values["station"], rows, kind=values["kind"], user=self.request.user)
