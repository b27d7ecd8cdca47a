"""Appeals: list, record, filed with evidence, decided line by line."""

from decimal import Decimal
from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import StrictDecimal, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import Files, UploadEndpoint
from stations.models import Station
from warranty.api.reasons import ReasonField
from warranty.appeals import AppealedLine, Ruling, appealable_lines, decide_appeal, file_appeal
from warranty.appeals.filing import MOST_FILES
from warranty.models import Appeal, AppealLine, AppealStatus, ReasonUse, WarrantyClaim


class AppealRow(RowSerializer):
    """An appeal as lists show it; amounts are CNY without tax."""

    station = serializers.CharField(source="station.code")
    claim = serializers.CharField(source="claim.number")

    class Meta:
        model = Appeal
        fields = [
            "id", "number", "status", "station", "claim", "asked_total", "granted_total", "filed_at", "due_on", "decided_at",
        ]  # fmt: skip


class AppealLineRow(serializers.ModelSerializer[AppealLine]):
    """A line of the claim: asked for, granted, why."""

    position = serializers.IntegerField(source="line.position")
    reason_code = serializers.CharField(source="reason_code.code", allow_null=True, default=None)

    class Meta:
        model = AppealLine
        fields = ["position", "asked_amount", "granted_amount", "reason_code", "reason"]


class AppealRecord(AppealRow):
    """An appeal with its grounds and lines."""

    lines = AppealLineRow(many=True)

    class Meta(AppealRow.Meta):
        fields = [*AppealRow.Meta.fields, "grounds", "reason", "lines"]


class AppealFilter(ScopedFilterSet):
    """By status, station and day of filing."""

    status = django_filters.ChoiceFilter(choices=AppealStatus.choices)
    station = by_code(Station.objects.all())
    filed_from = FromDay(field_name="filed_at")
    filed_to = ToDay(field_name="filed_at")


RELATED = ("station", "claim")
LINES = ("lines__line", "lines__reason_code")


class Appeals(ListEndpoint):
    """Appeals of the caller's scope, the newest first."""

    model = Appeal
    permission = "warranty.view_appeal"
    row_class = AppealRow
    filterset_class = AppealFilter
    ordering = ("-pk",)
    select_related = RELATED


class OneAppeal(RecordEndpoint):
    """One appeal."""

    model = Appeal
    permission = "warranty.view_appeal"
    row_class = AppealRecord
    select_related = RELATED
    prefetch_related = LINES


class NewAppeal(StrictSerializer):
    """Grounds and evidence; lines: “position=amount” each, all cut lines in full where none is named."""

    grounds = StrictText(max_length=2000)
    lines = serializers.ListField(
        child=serializers.RegexField(r"\A\d{1,3}=\d{1,10}(\.\d{1,2})?\Z"), max_length=200, required=False, default=list
    )
    files = Files(most=MOST_FILES)


class FileAppeal(UploadEndpoint):
    """The decision on a claim is appealed, once, with new evidence."""

    model = WarrantyClaim
    permission = "warranty.file_appeal"
    row_class = AppealRecord
    body_class = NewAppeal
    select_related = ("station", "work_order")

    def operate(self, values: dict[str, Any]) -> Appeal:
        cut = {line.position: line for line in appealable_lines(self.record)}
        asked = dict(text.split("=") for text in values["lines"]) or {str(at): line.cut for at, line in cut.items()}
        wrong = [at for at in asked if int(at) not in cut]
        if wrong:
            raise serializers.ValidationError({"lines": unexpected(wrong[0], sorted(cut)).detail})
        lines = [AppealedLine(cut[int(at)].pk, Decimal(amount)) for at, amount in asked.items()]
        try:
            return file_appeal(
                self.record, lines=lines, grounds=values["grounds"], files=values["files"], actor=self.request.user
            )
        except Refusal as refusal:
            raise refusal.renamed({f"amount_{line.pk}": "lines" for line in cut.values()}) from None


class RuledAppealLine(StrictSerializer):
    """What a line gets after all, CNY, and why: a reason of the list, and in words."""

    position = StrictInteger(min_value=1, max_value=1_000)
    amount = StrictDecimal(max_digits=12, decimal_places=2, min_value=0)
    reason_code = ReasonField(ReasonUse.APPEAL)
    reason = StrictText(max_length=500)


class AppealRulings(StrictSerializer):
    """A decision for every appealed line."""

    lines = RuledAppealLine(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]
    remark = StrictText(max_length=1000, allow_blank=True, default="")


class DecideAppeal(OperationEndpoint):
    """The appeal is upheld, partly upheld or dismissed."""

    model = Appeal
    permission = "warranty.decide_appeal"
    row_class = AppealRecord
    body_class = AppealRulings
    select_related = RELATED
    prefetch_related = LINES

    def operate(self, values: dict[str, Any]) -> Appeal:
        keys = {row.line.position: row.pk for row in self.record.lines.all()}
        fields = ("amount", "reason", "reason_code")
        names = {f"{field}_{key}": f"lines.{at}.{field}" for at, key in keys.items() for field in fields}
        rulings = {
            keys.get(row["position"], -row["position"]): Ruling(row["amount"], row["reason"], row["reason_code"].code)
            for row in values["lines"]
        }
        try:
            return decide_appeal(self.record, rulings=rulings, actor=self.request.user, remark=values["remark"])
        except Refusal as refusal:
            raise refusal.renamed(names) from None
