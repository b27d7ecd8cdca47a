"""Returns of unused parts: asked for, decided, sent, inspected."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.api.counting import WhyWithdrawn
from parts.api.moving import Carried
from parts.models import PartsReturn, PartsReturnLine, ReturnCause, ReturnStatus, Shipment
from parts.pasting import Page, read_pasted
from parts.returns.asking import MOST_PHOTOS, Unused, decide_return, request_return, withdraw_return
from parts.returns.moving import Verdict, inspect_return, ship_return
from portal.core.api import StrictBoolean, StrictDecimal, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import Files, UploadEndpoint
from stations.models import Station

ROWS = Page(("number", "qty"))


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


class ReturnRequest(StrictSerializer):
    """What goes back of a shipment, as a form: lines, each a part number and a quantity, then serial numbers where the part has
    them ("GW-100 2 S1 S2"); pictures of the closed packs."""

    lines = serializers.ListField(child=StrictText(max_length=2_000), allow_empty=False, max_length=200)
    cause = serializers.ChoiceField(choices=ReturnCause.choices, default=ReturnCause.STATION)
    reason = StrictText(max_length=300)
    closed_pack = StrictBoolean(default=False)
    photos = Files(most=MOST_PHOTOS)


class AskReturn(UploadEndpoint):
    """The station asks to send closed packs of a shipment back; answers the return."""

    model = Shipment
    permission = "parts.request_return"
    row_class = ReturnRecord
    body_class = ReturnRequest
    select_related = ("station", "order")

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        keys = {line.part.number: line.pk for line in self.record.lines.select_related("part").order_by("-pk")}
        unused: dict[int, Unused] = {}
        wrong: dict[str, Any] = {}
        for position, text in enumerate(values.pop("lines")):
            words = text.split()
            number, qty = [*words, "", ""][:2]
            row = next(iter(read_pasted(f"{number}\t{qty}", ROWS)), None)
            pieces = row.amount("qty") if row and not row.problem else None
            if number not in keys or not pieces:
                expected = "a part of this shipment and a quantity above 0"
                wrong[f"lines.{position}"] = unexpected(text[:60], expected).detail
                continue
            unused[keys[number]] = Unused(pieces, tuple(words[2:]))
        if wrong:
            raise serializers.ValidationError(wrong)
        names = {f"{field}_{key}": f"lines.{number}" for number, key in keys.items() for field in ("qty", "serials")}
        try:
            return request_return(self.record, unused=unused, actor=self.request.user, **values)
        except Refusal as refusal:
            raise refusal.renamed(names) from None


class ReturnAct(OperationEndpoint):
    """An act on a return."""

    model = PartsReturn
    permission = "parts.request_return"
    row_class = ReturnRecord
    select_related = ("station", "shipment")
    prefetch_related = ("lines__part",)


class ReturnApproval(StrictSerializer):
    """Whose error it was, as headquarters sees it; a word to it."""

    cause = serializers.ChoiceField(choices=ReturnCause.choices, required=False, default="")
    answer = StrictText(max_length=300, allow_blank=True, default="")


class ApproveReturn(ReturnAct):
    """The parts may come back, less the fee unless the error was ours."""

    permission = "parts.decide_return"
    body_class = ReturnApproval

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        return decide_return(self.record, approve=True, actor=self.request.user, **values)


class ReturnRefusal(StrictSerializer):
    """Why not."""

    answer = StrictText(max_length=300)


class RefuseReturn(ReturnAct):
    """The parts stay with the station."""

    permission = "parts.decide_return"
    body_class = ReturnRefusal

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        return decide_return(self.record, approve=False, actor=self.request.user, **values)


class WithdrawReturn(ReturnAct):
    """The station keeps the parts."""

    body_class = WhyWithdrawn

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        return withdraw_return(self.record, reason=values["reason"], actor=self.request.user)


class SendReturn(ReturnAct):
    """The parts have left the station."""

    body_class = Carried

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        return ship_return(self.record, **values, actor=self.request.user)


class InspectedLine(StrictSerializer):
    """Pieces accepted of a part; the rest stays in quarantine or goes back to the station, with its reason."""

    part = StrictText(max_length=60)
    accepted = StrictDecimal(max_digits=14, decimal_places=3, min_value=0)
    back_to_station = StrictBoolean(default=False)
    note = StrictText(max_length=200, allow_blank=True, default="")


class Inspection(StrictSerializer):
    """What the inspection found of every part."""

    lines = InspectedLine(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]


class InspectReturn(ReturnAct):
    """Accepted parts lie on the shelf again and are credited."""

    permission = "parts.decide_return"
    body_class = Inspection

    def operate(self, values: dict[str, Any]) -> PartsReturn:
        keys = {line.part.number: line.pk for line in self.record.lines.all()}
        if unknown := [row["part"] for row in values["lines"] if row["part"] not in keys]:
            raise serializers.ValidationError({"lines": unexpected(unknown[:20], sorted(keys)).detail})
        verdicts = {
            keys[row["part"]]: Verdict(row["accepted"], row["back_to_station"], row["note"]) for row in values["lines"]
        }
        names = {
            f"{field}_{key}": f"lines.{number}.{field}"
            for number, key in keys.items()
            for field in ("accepted", "note")
        }
        try:
            return inspect_return(self.record, verdicts=verdicts, actor=self.request.user)
        except Refusal as refusal:
            raise refusal.renamed(names) from None
