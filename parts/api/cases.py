"""Receiving cases, with the decisions of headquarters and of finance; returns of unused parts."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.cases.deciding import Ruling, confirm_case, decide_case, return_case
from parts.models import (
    CaseLine,
    CaseStatus,
    DamagedGoods,
    Decision,
    PartsReturn,
    PartsReturnLine,
    ReceivingCase,
    ReturnStatus,
)
from portal.core.api import StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import Station


class CaseRow(RowSerializer):
    """A case as lists show it; amounts in CNY without tax."""

    station = serializers.CharField(source="station.code")
    shipment = serializers.CharField(source="shipment.number")

    class Meta:
        model = ReceivingCase
        fields = [
            "id", "number", "station", "shipment", "status", "opened_at", "due_on", "decided_at", "closed_at", "credit",
            "charge",
        ]  # fmt: skip


class CaseLineRow(serializers.ModelSerializer[CaseLine]):
    """Pieces that differ, and the decision; amount: credited (-) or charged (+)."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = CaseLine
        fields = ["position", "part", "kind", "qty", "note", "decision", "goods", "reason", "amount"]


class CaseRecord(CaseRow):
    """A case with its lines."""

    lines = CaseLineRow(many=True)
    replacement = serializers.CharField(source="replacement.number", default=None)

    class Meta(CaseRow.Meta):
        fields = [*CaseRow.Meta.fields, "replacement", "lines"]


class CaseFilter(ScopedFilterSet):
    """By status and station."""

    status = django_filters.ChoiceFilter(choices=CaseStatus.choices)
    station = by_code(Station.objects.all())


class Cases(ListEndpoint):
    """Cases of the caller's stations, the newest first."""

    model = ReceivingCase
    permission = "parts.view_receivingcase"
    row_class = CaseRow
    filterset_class = CaseFilter
    select_related = ("station", "shipment")


class OneCase(RecordEndpoint):
    """One case."""

    model = ReceivingCase
    permission = "parts.view_receivingcase"
    row_class = CaseRecord
    select_related = ("station", "shipment", "replacement")
    prefetch_related = ("lines__part",)


class RuledLine(StrictSerializer):
    """The decision about a line; goods and reduction (CNY) only where they are asked for."""

    position = StrictInteger(min_value=1, max_value=1_000)
    decision = serializers.ChoiceField(choices=Decision.choices)
    goods = serializers.ChoiceField(choices=DamagedGoods.choices, required=False)
    reduction = StrictDecimal(max_digits=14, decimal_places=2, min_value=0, required=False)
    reason = StrictText(max_length=300)


class Rulings(StrictSerializer):
    """A decision for every line."""

    lines = RuledLine(many=True, allow_empty=False, max_length=1_000)  # type: ignore[call-arg]


class CaseAct(OperationEndpoint):
    """An act about one case."""

    model = ReceivingCase
    row_class = CaseRecord
    select_related = ("station", "shipment", "replacement")
    prefetch_related = ("lines__part",)


class DecideCase(CaseAct):
    """Headquarters decides every line."""

    permission = "parts.decide_case"
    body_class = Rulings

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        keys = {line.position: line.pk for line in self.record.lines.all()}
        rulings = {
            keys[row["position"]]: Ruling(
                row["decision"], row["reason"], row.get("goods", ""), row.get("reduction") or Ruling("", "").reduction
            )
            for row in values["lines"]
            if row["position"] in keys
        }
        return decide_case(self.record, rulings=rulings, actor=self.request.user)


class ConfirmCase(CaseAct):
    """Finance agrees to the credit."""

    permission = "parts.confirm_case"

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        return confirm_case(self.record, actor=self.request.user)


class Objection(StrictSerializer):
    """Why."""

    reason = StrictText(max_length=300)


class ReturnCase(CaseAct):
    """Finance does not agree; the warehouse decides again."""

    permission = "parts.confirm_case"
    body_class = Objection

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        return return_case(self.record, reason=values["reason"], actor=self.request.user)


class ReturnRow(RowSerializer):
    """A return of unused parts; the credit is CNY without tax."""

    station = serializers.CharField(source="station.code")
    shipment = serializers.CharField(source="shipment.number")

    class Meta:
        model = PartsReturn
        fields = [
            "id", "number", "station", "shipment", "status", "cause", "requested_at", "shipped_at", "inspected_at",
            "fee_percent", "credit",
        ]  # fmt: skip


class ReturnLineRow(serializers.ModelSerializer[PartsReturnLine]):
    """Pieces of a part, what was accepted, price paid and fee in CNY."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = PartsReturnLine
        fields = ["part", "qty", "serials", "accepted_qty", "note", "price", "fee"]


class ReturnRecord(ReturnRow):
    """A return with its lines."""

    lines = ReturnLineRow(many=True)

    class Meta(ReturnRow.Meta):
        fields = [*ReturnRow.Meta.fields, "reason", "answer", "carrier", "tracking_number", "lines"]


class ReturnFilter(ScopedFilterSet):
    """By status and station."""

    status = django_filters.ChoiceFilter(choices=ReturnStatus.choices)
    station = by_code(Station.objects.all())


class Returns(ListEndpoint):
    """Returns of the caller's stations, the newest first."""

    model = PartsReturn
    permission = "parts.view_partsreturn"
    row_class = ReturnRow
    filterset_class = ReturnFilter
    select_related = ("station", "shipment")


class OneReturn(RecordEndpoint):
    """One return."""

    model = PartsReturn
    permission = "parts.view_partsreturn"
    row_class = ReturnRecord
    select_related = ("station", "shipment")
    prefetch_related = ("lines__part",)
