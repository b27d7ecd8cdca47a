"""Old parts on the bench again because their supplier disputes the charge, by program: what waits, and the second verdict."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import TakesFiles
from warranty import chargebacks
from warranty.api.bench import AppraisalBody, measured
from warranty.api.reasons import Words
from warranty.models import FurtherTest

RELATED = ("piece__claim", "piece__part", "piece__station", "line__chargeback", "asked_by", "appraiser")


class FurtherTestRow(RowSerializer):
    """A piece to be tested again for a disputed line of a note; the verdict is empty until it was."""

    piece = serializers.CharField(source="piece.number")
    old_part = serializers.IntegerField(source="piece_id")
    note = serializers.CharField(source="line.chargeback.number")
    position = serializers.IntegerField(source="line.position")
    asked_by = serializers.CharField(source="asked_by.username")
    appraiser = serializers.CharField(source="appraiser.username", allow_null=True, default=None)
    is_awaited = serializers.SerializerMethodField()

    class Meta:
        model = FurtherTest
        fields = [
            "id", "piece", "old_part", "note", "position", "reason", "asked_by", "asked_at", "is_awaited", "verdict",
            "findings", "measurements", "appraiser", "done_at",
        ]  # fmt: skip

    def get_is_awaited(self, test: FurtherTest) -> bool:
        """Whether the dispute still waits for this verdict."""
        return test.done_at is None and test.line.tested_since is not None


class FurtherTestFilter(ScopedFilterSet):
    """By piece and note."""

    piece = django_filters.CharFilter(field_name="piece__number", max_length=60)
    note = django_filters.CharFilter(field_name="line__chargeback__number", max_length=60)


class FurtherTests(ListEndpoint):
    """Tests that disputes of suppliers asked for, the newest first."""

    model = FurtherTest
    permission = "warranty.view_furthertest"
    row_class = FurtherTestRow
    filterset_class = FurtherTestFilter
    ordering = ("-pk",)
    select_related = RELATED


class OneFurtherTest(RecordEndpoint):
    """One of them."""

    model = FurtherTest
    permission = "warranty.view_furthertest"
    row_class = FurtherTestRow
    select_related = RELATED


class SecondVerdict(AppraisalBody):
    """The second verdict with its findings, which the supplier reads, as long as is asked for; measurements: a step's
    position and its value, such as "1 12.5"; photos in a form."""

    findings = Words(max_length=500)


class JudgeTest(TakesFiles, OperationEndpoint):
    """Another appraiser's verdict, as JSON or as a form with pictures; the last one of a line decides its dispute."""

    model = FurtherTest
    record: FurtherTest
    permission = "warranty.appraise_failedpart"
    row_class = FurtherTestRow
    body_class = SecondVerdict
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> FurtherTest:
        values["measurements"] = measured(self.record.piece, values["measurements"])
        return chargebacks.judge_again(self.record, actor=self.request.user, **values)
