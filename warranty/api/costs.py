"""What warranty costs, by program: told apart by one thing at a time, the rows behind each figure, expected and actual, the report."""

from typing import Any

from django.conf import settings
from rest_framework import exceptions, serializers

from portal.core.api import ScopedField, StrictSerializer, StrictText, unexpected
from portal.core.endpoints import ListEndpoint, refuse_parameters
from portal.core.models.jobs import JobRun
from stations.models import ProductModel, Region, Station
from warranty import costs
from warranty.api.months import Asking, MonthText, OfMonths, Started, StrictMonth
from warranty.costs.asked import MOST_MONTHS, Asked
from warranty.costs.entries import UnknownDimension
from warranty.costs.report import HEADINGS, ask_report, dimensions_for
from warranty.costs.units import has_units
from warranty.models import SettlementItem

PERMISSION = "warranty.view_costs"


class RegionField(ScopedField):
    """A region of the caller's stations, by code; another is unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=Region.objects.all(), **options)

    def get_queryset(self) -> Any:
        mine = Station.objects.visible_to(self.context["request"].user).values("center__region")
        return Region.objects.filter(pk__in=mine)


class AskedCosts(StrictSerializer):
    """Months written 2026-10, both in it, the last twelve if they are not said, at most five years; a model and a region by
    code; without them all that the caller sees."""

    since = StrictMonth(required=False)
    until = StrictMonth(required=False)
    model = ScopedField(slug_field="code", queryset=ProductModel.objects.all(), required=False)
    region = RegionField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With `asked`, what costs are read by."""
        usual = Asked.usual(attrs.pop("until", None))
        since = attrs.pop("since", None) or usual.since
        if since > usual.until:
            raise serializers.ValidationError({"since": unexpected(f"{since:%Y-%m}", f"… {usual.until:%Y-%m}").detail})
        asked = Asked(since, usual.until, attrs.pop("model", None), attrs.pop("region", None))
        if len(asked.months) > MOST_MONTHS:
            told = unexpected(f"{len(asked.months)} months", f"at most {MOST_MONTHS}").detail
            raise serializers.ValidationError({"since": told})
        return attrs | {"asked": asked}


class Dimension(serializers.ChoiceField):
    """By what costs are told apart; who supplied a part only for headquarters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(HEADINGS), **options)

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        known = dimensions_for(self.context["request"].user)
        if found not in known:
            raise unexpected(found, ", ".join(known))
        return found


class AskedShares(AskedCosts):
    """The same, told apart by this; by month if it is not said."""

    by = Dimension(default="month")


class ShareRow(serializers.Serializer[Any]):
    """One share: its key for the rows behind it, how many decisions (none known of the rest), CNY without tax, % of the whole."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    decisions = serializers.IntegerField(allow_null=True)
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    percent = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)


class CostAnswer(serializers.Serializer[Any]):
    """The shares, all of them, and their total, CNY without tax."""

    since = MonthText()
    until = MonthText()
    by = serializers.CharField()
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    shares = ShareRow(many=True)


class CostShares(Asking):
    """Warranty cost of the months, told apart: what decisions and appeals granted, less reversals, each in its month."""

    model = SettlementItem
    permission = PERMISSION
    row_class = CostAnswer
    question_class = AskedShares

    def answer(self, values: dict[str, Any]) -> dict[str, Any]:
        user, asked, by = self.request.user, values["asked"], values["by"]
        shares = costs.breakdown(user, asked, by).shares if by == "month" else costs.all_shares(user, asked, by)
        total = costs.total_of(user, asked)
        return {"since": asked.since, "until": asked.until, "by": by, "total": total, "shares": shares}


class AskedRows(AskedCosts):
    """The same; by and value: of one share, by the key it is listed with."""

    by = Dimension(required=False)
    value = StrictText(max_length=40, required=False, default="")


class DecisionRow(serializers.ModelSerializer[Any]):
    """A decision, appeal or reversal: its document, claim and station, when it was decided, and what of it counts here, CNY."""

    claim = serializers.CharField(source="claim.number")
    model = serializers.CharField(source="claim.product_model.code", allow_null=True, default=None)
    station = serializers.CharField(source="station.code")
    counted = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = SettlementItem
        fields = ["id", "source", "kind", "claim", "model", "station", "at", "counted"]


class CostDecisions(ListEndpoint):
    """What a figure is made of, the newest first; the sum of `counted` over all pages is the figure."""

    model = SettlementItem
    permission = PERMISSION
    row_class = DecisionRow
    question_class = AskedRows
    filter_backends = ()
    ordering = ("-pk",)
    select_related = ("claim__product_model", "station")

    def get_queryset(self) -> Any:
        names = (*self.question_class().fields, "after", "before")
        refuse_parameters(self.request, names)
        said = {name: text for name, text in self.request.query_params.items() if name in self.question_class().fields}
        question = self.question_class(data=said, context=self.get_serializer_context())
        question.is_valid(raise_exception=True)
        values = question.validated_data
        try:
            rows = costs.decisions(self.request.user, values["asked"], values.get("by", ""), values["value"])
        except (UnknownDimension, ValueError):
            raise serializers.ValidationError(
                {"value": unexpected(values["value"], "the key of a share").detail}
            ) from None
        return rows.select_related(*self.select_related)


class AskedAccrual(AskedCosts):
    """The same, told apart by model or by region of the units."""

    of = serializers.ChoiceField(choices=["model", "region"], default="model")


class AccruedRow(serializers.Serializer[Any]):
    """One model or region: units in cover at the end of the last month, expected cost of one a month then, expected and actual
    cost over the months asked, CNY; null where nothing is known."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    units = serializers.IntegerField()
    rate = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    expected = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    actual = serializers.DecimalField(max_digits=16, decimal_places=2)
    difference = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)


class AccrualAnswer(serializers.Serializer[Any]):
    """What the units in cover were expected to cost against what they did; `whole` is all rows together."""

    since = MonthText()
    until = MonthText()
    counted_on = serializers.DateField(allow_null=True)
    whole = AccruedRow()
    rows = AccruedRow(many=True)


class CostAccrual(Asking):
    """Expected and actual cost, by model or region; for headquarters, and for whoever sees whole regions."""

    model = SettlementItem
    permission = PERMISSION
    row_class = AccrualAnswer
    question_class = AskedAccrual

    def answer(self, values: dict[str, Any]) -> dict[str, Any]:
        asked = values["asked"]
        if not has_units(self.request.user, asked):
            raise exceptions.NotFound
        found = costs.accrual(self.request.user, asked, values["of"])
        known = {"since": asked.since, "until": asked.until, "counted_on": costs.counted_on()}
        return known | {"whole": found.whole, "rows": found.models}


class WantedCosts(AskedCosts):
    """The same, and the language of the report."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class AskCostReport(OfMonths):
    """All breakdowns with their charts on one paper, made by a job, whose `documents` name it when it is done."""

    model = SettlementItem
    permission = PERMISSION
    row_class = Started
    body_class = WantedCosts

    def operate(self, values: dict[str, Any]) -> JobRun:
        return ask_report(values["asked"], actor=self.request.user, language=values["language"])
