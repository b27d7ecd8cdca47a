"""Stock counts: planned, begun, entered blind, handed in, approved, cancelled. The book is shown once it is handed in."""

from typing import Any

import django_filters
from rest_framework import serializers

from parts.counts import entry, planning, posting
from parts.models import CountReason, Location, Part, StockCount, StockCountLine
from parts.states import CountStatus
from portal.accounts.roles import at_headquarters
from portal.core.api import ScopedField, StrictDecimal, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet

OPEN_BOOK = (CountStatus.TO_APPROVE, CountStatus.POSTED)
BY_HAND = [choice for choice in CountReason.choices if choice[0] != CountReason.SHORT_PICK]
MOST_LINES = 2_000


class CountRow(RowSerializer):
    """A count as lists show it; gain and loss in CNY."""

    location = serializers.CharField(source="location.code")

    class Meta:
        model = StockCount
        fields = [
            "id", "number", "location", "status", "reason", "note", "planned_at", "started_at", "posted_at", "gain_value",
            "loss_value", "needs_headquarters",
        ]  # fmt: skip


class CountLineRow(serializers.ModelSerializer[StockCountLine]):
    """A part and batch in a bin; book and second count only once the count is handed in."""

    bin = serializers.CharField(source="location.code")
    part = serializers.CharField(source="part.number")

    class Meta:
        model = StockCountLine
        fields = ["id", "bin", "part", "batch", "book_qty", "first_qty", "second_qty", "must_recount"]

    def to_representation(self, row: StockCountLine) -> dict[str, Any]:
        shown = super().to_representation(row)
        if row.count.status not in OPEN_BOOK:
            shown |= {"book_qty": None, "first_qty": None, "second_qty": None}
        return shown | {"is_counted": row.first_qty is not None}


class CountRecord(CountRow):
    """A count with its lines."""

    lines = CountLineRow(many=True)

    class Meta(CountRow.Meta):
        fields = [*CountRow.Meta.fields, "lines"]


class CountFilter(ScopedFilterSet):
    """By status, occasion and warehouse."""

    status = django_filters.ChoiceFilter(choices=CountStatus.choices)
    reason = django_filters.ChoiceFilter(choices=CountReason.choices)
    location = by_code(Location.objects.all())


class NewCount(StrictSerializer):
    """Which place, and how much of it: due by class (at most so many parts), chosen bins by code, or the whole place."""

    location = ScopedField(slug_field="code", queryset=Location.objects.places().filter(is_active=True))
    reason = serializers.ChoiceField(choices=BY_HAND, default=CountReason.CYCLE)
    bins = serializers.ListField(child=StrictText(max_length=30), max_length=500, default=list)
    most = StrictInteger(min_value=1, max_value=500, default=50)
    note = StrictText(max_length=200, allow_blank=True, default="")


class Counts(ListEndpoint):
    """Counts of the caller's places, the newest first; POST plans one."""

    model = StockCount
    permission = "parts.view_stockcount"
    create_permission = "parts.plan_count"
    row_class = CountRow
    body_class = NewCount
    made_class = CountRecord
    made_prefetch = ("lines__part", "lines__location")
    filterset_class = CountFilter
    select_related = ("location",)

    def operate(self, values: dict[str, Any]) -> StockCount:
        place, note, actor = values["location"], values["note"], self.request.user
        if bool(place.station_id) == at_headquarters(actor):
            raise serializers.ValidationError({"location": unexpected(place.code, "a place of your own").detail})
        if values["reason"] == CountReason.CYCLE:
            return planning.plan_due_count(place, most=values["most"], note=note, actor=actor)
        bins = _bins(place, values["bins"]) if values["reason"] == CountReason.BINS else []
        return planning.plan_count(place, reason=values["reason"], bins=bins, note=note, actor=actor)


def _bins(place: Location, codes: list[str]) -> list[Location]:
    """The bins of the place. Raises ValidationError for codes it does not have, or none."""
    known = {row.code: row for row in Location.objects.within(place.pk).filter(code__in=codes)}
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        raise serializers.ValidationError({"bins": unexpected(unknown[:20], f"bins of {place.code}").detail})
    return list(known.values())


class OneCount(RecordEndpoint):
    """One count."""

    model = StockCount
    permission = "parts.view_stockcount"
    row_class = CountRecord
    select_related = ("location",)
    prefetch_related = ("lines__part", "lines__location", "lines__count")


class CountAct(OperationEndpoint):
    """An act on a count."""

    model = StockCount
    permission = "parts.enter_count"
    row_class = CountRecord
    select_related = ("location",)
    prefetch_related = ("lines__part", "lines__location", "lines__count")


class StartCount(CountAct):
    """The places are frozen with the book as it stands."""

    def operate(self, values: dict[str, Any]) -> StockCount:
        return entry.start_count(self.record, actor=self.request.user)


class FoundLine(StrictSerializer):
    """Pieces of a part, and batch, that lie in a bin."""

    bin = StrictText(max_length=30)
    part = StrictText(max_length=60)
    batch = StrictText(max_length=40, allow_blank=True, default="")
    qty = StrictDecimal(max_digits=14, decimal_places=3, min_value=0)


class Found(StrictSerializer):
    """What was found; rows of one bin, part and batch are added up, and the same rows again change nothing."""

    lines = FoundLine(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]


class EnterCount(CountAct):
    """The first count, or the second where another person counts again."""

    body_class = Found

    def operate(self, values: dict[str, Any]) -> StockCount:
        lines = values["lines"]
        bins = {row.code: row for row in entry.bins_of(self.record)}
        parts = {row.number: row for row in Part.objects.filter(number__in=[line["part"] for line in lines])}
        wrong: dict[str, Any] = {}
        for position, line in enumerate(lines):
            if line["bin"] not in bins:
                wrong[f"lines.{position}.bin"] = unexpected(line["bin"], "a bin of this count").detail
            if line["part"] not in parts:
                wrong[f"lines.{position}.part"] = unexpected(line["part"], "a part number of the catalog").detail
        if wrong:
            raise serializers.ValidationError(wrong)
        rows = [(bins[line["bin"]], parts[line["part"]], line["batch"], line["qty"]) for line in lines]
        entry.enter_list(self.record, rows, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class HandInCount(CountAct):
    """Everything is counted: on to the second counter, or to approval."""

    def operate(self, values: dict[str, Any]) -> StockCount:
        return entry.hand_in(self.record, actor=self.request.user)


class Approval(StrictSerializer):
    """A word to it, and the serial numbers of pieces that are gone."""

    note = StrictText(max_length=200, allow_blank=True, default="")
    missing_serials = serializers.ListField(child=StrictText(max_length=60), max_length=1_000, default=list)


class ApproveCount(CountAct):
    """The book is what was found."""

    permission = "parts.approve_count"
    body_class = Approval

    def operate(self, values: dict[str, Any]) -> StockCount:
        return posting.approve_count(self.record, **values, actor=self.request.user)


class WhyWithdrawn(StrictSerializer):
    """WhyWithdrawn."""

    reason = StrictText(max_length=300)


class CancelCount(CountAct):
    """The places are open again and the book is as it was."""

    permission = "parts.plan_count"
    body_class = WhyWithdrawn

    def operate(self, values: dict[str, Any]) -> StockCount:
        return posting.cancel_count(self.record, reason=values["reason"], actor=self.request.user)
