"""Suggestions of planning to buy, and their answers."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.models import PurchaseSuggestion, SuggestionStatus, Supplier
from parts.models.planning import CLASSES
from parts.replenishment import decisions
from portal.core.api import StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet


class SuggestionRow(RowSerializer):
    """What to buy, and what buying and not buying costs in CNY until the next run."""

    part = serializers.CharField(source="part.number")
    supplier = serializers.CharField(source="supplier.code", default=None)

    class Meta:
        model = PurchaseSuggestion
        fields = [
            "id", "run", "part", "supplier", "status", "abc", "suggested_qty", "decided_qty", "reason", "unit_price",
            "order_value", "holding_cost", "lost_qty", "lost_value",
        ]  # fmt: skip


class SuggestionFilter(ScopedFilterSet):
    """By status, class and supplier."""

    status = django_filters.ChoiceFilter(choices=SuggestionStatus.choices)
    abc = django_filters.ChoiceFilter(choices=CLASSES)
    supplier = by_code(Supplier.objects.all())


class Suggestions(ListEndpoint):
    """Suggestions of all runs, the newest first."""

    model = PurchaseSuggestion
    permission = "parts.view_purchasesuggestion"
    row_class = SuggestionRow
    filterset_class = SuggestionFilter
    select_related = ("part", "supplier")


class Acceptance(StrictSerializer):
    """Nothing, or another quantity and why."""

    qty = StrictDecimal(max_digits=12, decimal_places=3, min_value=0, required=False)
    reason = StrictText(max_length=300, allow_blank=True, default="")


class AcceptSuggestion(OperationEndpoint):
    """The suggestion will be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    row_class = SuggestionRow
    body_class = Acceptance
    select_related = ("part", "supplier")

    def operate(self, values: dict[str, Any]) -> PurchaseSuggestion:
        return decisions.accept_suggestion(self.record, actor=self.request.user, **values)


class Rejection(StrictSerializer):
    """Why."""

    reason = StrictText(max_length=300)


class RejectSuggestion(OperationEndpoint):
    """The suggestion will not be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    row_class = SuggestionRow
    body_class = Rejection
    select_related = ("part", "supplier")

    def operate(self, values: dict[str, Any]) -> PurchaseSuggestion:
        return decisions.reject_suggestion(self.record, actor=self.request.user, **values)
