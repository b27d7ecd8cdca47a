"""Parts between stations, and between a stock room and a technician's van."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts import transfers, vans
from parts.api.counting import WhyWithdrawn
from parts.models import StockBalance, StockTransfer, StockTransferLine
from parts.ordering import Wanted
from parts.states import TransferStatus
from portal.core.api import ScopedField, StrictDecimal, StrictSerializer, StrictText
from portal.core.endpoints import Endpoint, ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from portal.core.scope import scope_of
from stations.models import Station, Technician


class StockTransferRow(RowSerializer):
    """A transfer as lists show it; each station reads its own sum, headquarters both, CNY without tax."""

    giver = serializers.CharField(source="giver.code")
    taker = serializers.CharField(source="taker.code")

    class Meta:
        model = StockTransfer
        fields = ["id", "number", "giver", "taker", "status", "requested_at", "received_at", "credit", "charge"]

    def to_representation(self, row: StockTransfer) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        scope = scope_of(self.context["request"].user)
        for name, station in (("credit", row.giver_id), ("charge", row.taker_id)):
            if not (scope.everything or station in scope.of("station")):
                shown[name] = None
        return shown


class TransferLineRow(serializers.ModelSerializer[StockTransferLine]):
    """Pieces of a part."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = StockTransferLine
        fields = ["part", "qty", "received_qty"]


class TransferRecord(StockTransferRow):
    """A transfer with its lines."""

    lines = TransferLineRow(many=True)

    class Meta(StockTransferRow.Meta):
        fields = [*StockTransferRow.Meta.fields, "reason", "carrier", "tracking_number", "lines"]


class TransferFilter(ScopedFilterSet):
    """By status."""

    status = django_filters.ChoiceFilter(choices=TransferStatus.choices)


class PieceLine(StrictSerializer):
    """A part number and how many pieces of it."""

    part = StrictText(max_length=60)
    qty = StrictDecimal(max_digits=9, decimal_places=3, min_value=0, max_value=999_999)


def wanted_of(rows: list[dict[str, Any]]) -> list[Wanted]:
    """The lines as the operations take them."""
    return [Wanted(row["part"], row["qty"]) for row in rows]


class NewStockTransfer(StrictSerializer):
    """Who asks whom for what, and why; giver: the code of any active station."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    giver = StrictText(max_length=40)
    reason = StrictText(max_length=300)
    lines = PieceLine(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]


class Transfers(ListEndpoint):
    """Transfers of the caller's stations, the newest first; POST asks another station."""

    model = StockTransfer
    permission = "parts.view_stocktransfer"
    create_permission = "parts.request_transfer"
    row_class = StockTransferRow
    body_class = NewStockTransfer
    made_class = TransferRecord
    made_prefetch = ("lines__part",)
    filterset_class = TransferFilter
    select_related = ("giver", "taker")

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        giver, lines = transfers.active_station(values["giver"]), wanted_of(values["lines"])
        return transfers.request_transfer(
            values["station"], giver, lines=lines, reason=values["reason"], actor=self.request.user
        )


class OneTransfer(RecordEndpoint):
    """One transfer."""

    model = StockTransfer
    permission = "parts.view_stocktransfer"
    row_class = TransferRecord
    select_related = ("giver", "taker")
    prefetch_related = ("lines__part",)


class TransferAct(OperationEndpoint):
    """An act on a transfer."""

    model = StockTransfer
    permission = "parts.request_transfer"
    row_class = TransferRecord
    select_related = ("giver", "taker")
    prefetch_related = ("lines__part",)


class AgreeTransfer(TransferAct):
    """The giving station gives the parts away."""

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        return transfers.agree_transfer(self.record, actor=self.request.user)


class ApproveTransfer(TransferAct):
    """Headquarters lets the parts go."""

    permission = "parts.approve_transfer"

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        return transfers.approve_transfer(self.record, actor=self.request.user)


class RefuseTransfer(TransferAct):
    """The giving station, or headquarters after it agreed, keeps the parts."""

    permission = "parts.refuse_transfer"
    body_class = WhyWithdrawn

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        return transfers.refuse_transfer(self.record, reason=values["reason"], actor=self.request.user)


class CancelTransfer(TransferAct):
    """The taking station does not need the parts any more."""

    body_class = WhyWithdrawn

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        return transfers.cancel_transfer(self.record, reason=values["reason"], actor=self.request.user)


class Carried(StrictSerializer):
    """Who carries it."""

    carrier = StrictText(max_length=60)
    tracking_number = StrictText(max_length=60, allow_blank=True, default="")


class SendTransfer(TransferAct):
    """The parts have left the giving station."""

    body_class = Carried

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        return transfers.ship_transfer(self.record, **values, actor=self.request.user)


class CountedParts(StrictSerializer):
    """What came; parts not named did not come."""

    lines = PieceLine(many=True, max_length=200)  # type: ignore[call-arg]


class ReceiveTransfer(TransferAct):
    """The taking station has counted what came."""

    body_class = CountedParts

    def operate(self, values: dict[str, Any]) -> StockTransfer:
        keys = {line.part.number: line.pk for line in self.record.lines.all()}
        if unknown := [row["part"] for row in values["lines"] if row["part"] not in keys]:
            raise transfers.NotInTransfer(parts=", ".join(unknown[:20]), field="lines")
        counts = {keys[row["part"]]: row["qty"] for row in values["lines"]}
        try:
            return transfers.receive_transfer(self.record, counts=counts, actor=self.request.user)
        except Refusal as refusal:
            raise refusal.renamed({f"received_{key}": f"lines.{part}.qty" for part, key in keys.items()}) from None


class CarriedRow(serializers.ModelSerializer[StockBalance]):
    """Pieces of a part in a van."""

    part = serializers.CharField(source="part.number")

    class Meta:
        model = StockBalance
        fields = ["part", "batch", "on_hand", "reserved"]


class VanRow(RowSerializer):
    """A technician's van and what lies in it."""

    station = serializers.CharField(source="station.code")
    load = serializers.SerializerMethodField()

    class Meta:
        model = Technician
        fields = ["id", "name", "station", "is_active", "load"]

    def get_load(self, row: Technician) -> Any:
        """By part and batch."""
        held = getattr(row, "lying", None)
        return CarriedRow(vans.lying_in(row) if held is None else held, many=True).data


class VanRows(Endpoint):
    """What vans share: a technician sees the own one only, like on the page."""

    model = Technician
    row_class = VanRow
    select_related = ("station",)

    def prepared(self, rows: list[Any]) -> list[Any]:
        """What lies in all of them, in one query."""
        held = StockBalance.objects.filter(location__technician__in=rows, on_hand__gt=0)
        lying: dict[int | None, list[StockBalance]] = {row.pk: [] for row in rows}
        for balance in held.select_related("part", "location").order_by("part__number", "batch"):
            lying[balance.location.technician_id].append(balance)
        for row in rows:
            row.lying = lying[row.pk]
        return rows


class Vans(VanRows, ListEndpoint):
    """Vans of the caller's technicians."""

    permission = "parts.view_stockbalance"


class OneVan(VanRows, RecordEndpoint):
    """One van."""

    permission = "parts.view_stockbalance"


class Load(StrictSerializer):
    """What goes in or out; serials: numbers of the pieces."""

    lines = PieceLine(many=True, allow_empty=False, max_length=vans.MOST_LINES)  # type: ignore[call-arg]
    serials = serializers.ListField(child=StrictText(max_length=60), max_length=1_000, default=list)


class LoadVan(VanRows, OperationEndpoint):
    """Out of the stock room into the van."""

    permission = "parts.fill_van"
    body_class = Load

    def operate(self, values: dict[str, Any]) -> Technician:
        vans.load_van(self.record, wanted_of(values["lines"]), named=values["serials"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class UnloadVan(VanRows, OperationEndpoint):
    """Out of the van into the stock room."""

    permission = "parts.fill_van"
    body_class = Load

    def operate(self, values: dict[str, Any]) -> Technician:
        vans.unload_van(self.record, wanted_of(values["lines"]), named=values["serials"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]
