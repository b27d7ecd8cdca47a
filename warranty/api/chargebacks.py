"""Chargeback notes: list, record, the supplier's answer."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from parts.models import Supplier
from portal.accounts.roles import at_headquarters
from portal.core import clock
from portal.core.api import StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.documents import documents_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, PdfRow
from warranty import chargebacks
from warranty.api.months import NoteToMake, make_note
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_states import ChargebackStatus


class ChargebackRow(RowSerializer):
    """A note as lists show it; amounts are CNY."""

    supplier = serializers.CharField(source="supplier.code")

    class Meta:
        model = Chargeback
        fields = [
            "id", "number", "status", "supplier", "period", "claimed", "accepted", "disputed", "recovered", "sent_at",
            "answer_by", "answered_at", "accepted_silently",
        ]  # fmt: skip


class ChargebackLineRow(serializers.ModelSerializer[ChargebackLine]):
    """A charged line with the evidence as it was sent: stations by code, customers never."""

    evidence = serializers.JSONField(source="facts")

    class Meta:
        model = ChargebackLine
        fields = [
            "position", "kind", "text", "evidence", "base", "share", "claimed", "accepted", "disputed", "answer_reason",
            "outcome", "answer_by", "rounds",
        ]  # fmt: skip


class ChargebackRecord(ChargebackRow):
    """A note with the lines that count, the supplier's 8D replies, its answers on paper that we entered for it, and its papers:
    the note, credit notes."""

    lines = serializers.SerializerMethodField()
    replies = serializers.SerializerMethodField()
    paper_answers = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    class Meta(ChargebackRow.Meta):
        fields = [*ChargebackRow.Meta.fields, "lines", "replies", "paper_answers", "documents"]

    @extend_schema_field(FileRow(many=True))
    def get_replies(self, note: Chargeback) -> Any:
        """In the order they came."""
        return FileRow(chargebacks.replies_of(note), many=True).data

    @extend_schema_field(FileRow(many=True))
    def get_paper_answers(self, note: Chargeback) -> Any:
        """In the order they came."""
        return FileRow(chargebacks.papers_of(note), many=True).data

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, note: Chargeback) -> Any:
        """The latest first."""
        return PdfRow(documents_of(note, "chargeback", "credit_note"), many=True).data

    def get_lines(self, note: Chargeback) -> list[dict[str, Any]]:
        """By position."""
        live = sorted((line for line in note.lines.all() if line.is_live), key=lambda line: line.position)
        return list(ChargebackLineRow(live, many=True).data)


class ChargebackFilter(ScopedFilterSet):
    """By status and supplier; waits: by what headquarters wait for or owe, of which a supplier reads nothing."""

    status = django_filters.ChoiceFilter(choices=ChargebackStatus.choices)
    supplier = by_code(Supplier.objects.all())
    waits = django_filters.ChoiceFilter(choices=chargebacks.WAITS, method="waiting")

    def waiting(self, rows: QuerySet[Any], _name: str, key: str) -> QuerySet[Any]:
        """Notes that wait for this."""
        if not at_headquarters(self.request.user):
            return rows.none()
        return chargebacks.waiting_for(key, rows, at=clock.now()).order_by()


class Chargebacks(ListEndpoint):
    """Notes of the caller: a supplier's own that were sent, all for finance; the newest first. POST makes one of the supplier's
    open cases, which is not sent with this."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    create_permission = "warranty.batch_chargeback"
    row_class = ChargebackRow
    body_class = NoteToMake
    made_class = ChargebackRecord
    made_prefetch = ("lines",)
    filterset_class = ChargebackFilter
    ordering = ("-pk",)
    select_related = ("supplier",)

    def operate(self, values: dict[str, Any]) -> Chargeback:
        return make_note(values, self.request.user)


class OneChargeback(RecordEndpoint):
    """One note."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    row_class = ChargebackRecord
    select_related = ("supplier",)
    prefetch_related = ("lines",)


class AnsweredLine(StrictSerializer):
    """What is accepted of the line at this position, CNY, and why the rest is disputed."""

    position = StrictInteger(min_value=1, max_value=2_147_483_647)
    accepted = StrictDecimal(max_digits=14, decimal_places=2, min_value=Decimal(0))
    reason = StrictText(max_length=300, allow_blank=True, default="")


class Answer(StrictSerializer):
    """Every line once."""

    lines = AnsweredLine(many=True, allow_empty=False, max_length=50_000)  # type: ignore[call-arg]


class UnknownLine(Refusal):
    """The note has no such line, or it was answered twice."""

    message = _("Line %(position)s is not on the note, or is answered twice.")
    code = "unknown_line"


class AnswerChargeback(OperationEndpoint):
    """The supplier's answer, line by line; of an answered note to each line whose dispute was denied."""

    model = Chargeback
    permission = "warranty.answer_chargeback"
    row_class = ChargebackRecord
    body_class = Answer
    select_related = ("supplier",)
    prefetch_related = ("lines",)

    def operate(self, values: dict[str, Any]) -> Chargeback:
        keys = {line.position: line.pk for line in self.record.lines.all() if line.is_live}
        answers: dict[int, chargebacks.LineAnswer] = {}
        for line in values["lines"]:
            key = keys.pop(line["position"], None)
            if key is None:
                raise UnknownLine(position=line["position"], field="lines")
            answers[key] = chargebacks.LineAnswer(line["accepted"], line["reason"])
        return chargebacks.answer_chargeback(self.record, answers=answers, actor=self.request.user)
