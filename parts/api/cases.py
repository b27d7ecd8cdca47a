"""Receiving cases: reported and shown by stations, decided by headquarters and finance, goods that come back."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.cases.deciding import Ruling, confirm_case, decide_case, return_case, withdraw_case
from parts.cases.opening import MOST_PHOTOS, Found, add_photos, report_differences
from parts.cases.returning import receive_goods_back, send_goods_back
from parts.models import (
    CaseLine,
    CaseStatus,
    DamagedGoods,
    Decision,
    Difference,
    Part,
    ReceivingCase,
    Shipment,
)
from portal.core.api import StrictDay, StrictDecimal, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import Files, UploadEndpoint
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
        fields = ["position", "part", "kind", "qty", "note", "decision", "goods", "reason", "arrived_qty", "amount"]


class CaseRecord(CaseRow):
    """A case with its lines."""

    lines = CaseLineRow(many=True)
    replacement = serializers.CharField(source="replacement.number", default=None)

    class Meta(CaseRow.Meta):
        fields = [
            *CaseRow.Meta.fields,
            "replacement",
            "carrier",
            "tracking_number",
            "return_due_on",
            "sent_on",
            "lines",
        ]


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
        names = {
            f"{field}_{key}": f"lines.{position}.{field}"
            for position, key in keys.items()
            for field in ("decision", "goods", "reduction", "reason")
        }
        rulings = {
            keys.get(row["position"], -row["position"]): Ruling(
                row["decision"], row["reason"], row.get("goods", ""), row.get("reduction") or Ruling("", "").reduction
            )
            for row in values["lines"]
        }
        try:
            return decide_case(self.record, rulings=rulings, actor=self.request.user)
        except Refusal as refusal:
            raise refusal.renamed(names) from None


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


class SentBack(StrictSerializer):
    """How the goods travel; sent_on: today if it is not said."""

    carrier = StrictText(max_length=60)
    tracking_number = StrictText(max_length=60, required=False, default="", allow_blank=True)
    sent_on = StrictDay(required=False)


class SendCaseBack(CaseAct):
    """The station has handed the goods of a decided case to a carrier."""

    permission = "parts.report_differences"
    body_class = SentBack

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        return send_goods_back(self.record, **values, actor=self.request.user)


class ArrivedCaseLine(StrictSerializer):
    """Pieces of a line that arrived."""

    position = StrictInteger(min_value=1, max_value=1_000)
    qty = StrictDecimal(max_digits=14, decimal_places=3, min_value=0)


class Arrived(StrictSerializer):
    """What arrived; lines not named brought nothing."""

    lines = ArrivedCaseLine(many=True, max_length=1_000)  # type: ignore[call-arg]


class ArriveCase(CaseAct):
    """Headquarters has counted what came back; the case is settled and closed."""

    permission = "parts.decide_case"
    body_class = Arrived

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        keys = {line.position: line.pk for line in self.record.lines.all()}
        counts = {keys.get(row["position"], -row["position"]): row["qty"] for row in values["lines"]}
        try:
            return receive_goods_back(self.record, counts=counts, actor=self.request.user)
        except Refusal as refusal:
            raise refusal.renamed({f"arrived_{key}": f"lines.{at}.qty" for at, key in keys.items()}) from None


class DifferingLine(StrictSerializer):
    """Pieces that are missing, damaged or too many of a part of the shipment, or (wrong) of a part that is not in it."""

    part = StrictText(max_length=60)
    kind = serializers.ChoiceField(choices=Difference.choices)
    qty = StrictDecimal(max_digits=8, decimal_places=3, min_value=0)
    note = StrictText(max_length=200, allow_blank=True, default="")


class Differences(StrictSerializer):
    """What differs; pictures of what is damaged or wrong follow line by line."""

    lines = DifferingLine(many=True, allow_empty=False, max_length=1_000)  # type: ignore[call-arg]


class ReportCase(OperationEndpoint):
    """Differences found after the receipt of a shipment become a case, which is answered."""

    model = Shipment
    permission = "parts.report_differences"
    row_class = CaseRecord
    body_class = Differences
    select_related = ("station", "order")

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        rows = {line.part.number: line for line in self.record.lines.select_related("part").order_by("-pk")}
        asked = [line["part"] for line in values["lines"]]
        catalog = {part.number: part for part in Part.objects.filter(number__in=asked)}
        wrong, found = {}, []
        for position, line in enumerate(values["lines"]):
            number, is_other = line["part"], line["kind"] == Difference.WRONG
            if number not in (catalog if is_other else rows):
                expected = "a part number of the catalog" if is_other else "a part of this shipment"
                wrong[f"lines.{position}.part"] = unexpected(number, expected).detail
                continue
            of = {"part": catalog[number]} if is_other else {"line": rows[number]}
            found.append(Found(line["kind"], line["qty"], note=line["note"], **of))
        if wrong:
            raise serializers.ValidationError(wrong)
        return report_differences(self.record, found=found, actor=self.request.user)


class LinePhotos(StrictSerializer):
    """Pictures of one line, by its position."""

    position = StrictInteger(min_value=1, max_value=1_000)
    photos = Files(most=MOST_PHOTOS)


class AddCasePhotos(UploadEndpoint):
    """The station shows what it found; with the last picture owed headquarters has the case."""

    model = ReceivingCase
    permission = "parts.report_differences"
    row_class = CaseRecord
    body_class = LinePhotos
    select_related = ("station", "shipment", "replacement")
    prefetch_related = ("lines__part",)

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        keys = {line.position: line.pk for line in self.record.lines.all()}
        if values["position"] not in keys:
            raise serializers.ValidationError({"position": unexpected(values["position"], sorted(keys)).detail})
        photos = {keys[values["position"]]: values["photos"]}
        return add_photos(self.record, photos=photos, actor=self.request.user)


class WithdrawCase(CaseAct):
    """The station was mistaken: the goods stand in its stock as delivered."""

    permission = "parts.report_differences"
    body_class = Objection

    def operate(self, values: dict[str, Any]) -> ReceivingCase:
        return withdraw_case(self.record, reason=values["reason"], actor=self.request.user)
