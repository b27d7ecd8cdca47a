"""Monthly statements of stations: list, record, the station's answer, its invoice, payment, and the files."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import StrictDay, StrictDecimal, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.documents import documents_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import PdfRow, RecordFile
from stations.models import Station
from warranty import settlement
from warranty.api.reasons import Words
from warranty.forms.settlement import OfMonth
from warranty.models import Statement, StatementLine, StatementTaxGroup
from warranty.settlement_files import statement_file
from warranty.settlement_lines import words_of
from warranty.settlement_states import StatementStatus


class StationStatementRow(RowSerializer):
    """A statement as lists show it; period is the first day of its month, amounts are CNY."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = Statement
        fields = [
            "id", "number", "status", "station", "period", "revision", "net", "tax", "gross", "payable", "answer_by",
            "issued_at", "confirmed_at", "invoice_number", "paid_on",
        ]  # fmt: skip


class StationStatementLineRow(serializers.ModelSerializer[Any]):
    """A line: for what document and why, how much, tax excluded, at which rate (a fraction), why it is disputed. source is
    its key, unlike any other of its kind; document is the number that the document's own page bears."""

    document = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = StatementLine
        fields = [
            "position", "kind", "source", "document", "why", "text", "reason", "parts_amount", "labor_amount",
            "travel_amount", "other_amount", "amount", "tax_rate", "dispute_reason",
        ]  # fmt: skip

    def get_document(self, line: StatementLine) -> str:
        """By which number the document is found."""
        return words_of(line).document

    def get_why(self, line: StatementLine) -> str:
        """Why the amount stands there, in the caller's language."""
        return words_of(line).why


class StatementTaxGroupRow(serializers.ModelSerializer[Any]):
    """All lines of one rate; carried is what a statement below 0 hands on to the next."""

    class Meta:
        model = StatementTaxGroup
        fields = ["tax_rate", "brought_forward", "net", "tax", "carried"]


class StationStatementRecord(StationStatementRow):
    """A statement with its lines, its tax by rate, what it revises and what revised it, and its paper."""

    lines = serializers.SerializerMethodField()
    tax_groups = serializers.SerializerMethodField()
    supersedes = serializers.CharField(source="supersedes.number", allow_null=True, default=None)
    superseded_by = serializers.CharField(source="superseded_by.number", allow_null=True, default=None)
    document = serializers.SerializerMethodField()

    class Meta(StationStatementRow.Meta):
        fields = [
            *StationStatementRow.Meta.fields, "confirmed_silently", "invoice_amount", "bank_reference", "fingerprint",
            "supersedes", "superseded_by", "lines", "tax_groups", "document",
        ]  # fmt: skip

    @extend_schema_field(StationStatementLineRow(many=True))
    def get_lines(self, row: Statement) -> Any:
        """By position."""
        return StationStatementLineRow(row.lines.order_by("position"), many=True).data

    @extend_schema_field(StatementTaxGroupRow(many=True))
    def get_tax_groups(self, row: Statement) -> Any:
        """By rate."""
        return StatementTaxGroupRow(row.tax_groups.order_by("tax_rate"), many=True).data

    @extend_schema_field(PdfRow(allow_null=True))
    def get_document(self, row: Statement) -> Any:
        """The paper as issued; none of a draft."""
        found = documents_of(row, "statement").first()
        return PdfRow(found).data if found else None


class StationStatementFilter(ScopedFilterSet):
    """By status, station, number and month, written 2026-10."""

    status = django_filters.ChoiceFilter(choices=StatementStatus.choices)
    station = by_code(Station.objects.all())
    number = django_filters.CharFilter(max_length=60)
    period = OfMonth()


RELATED = ("station", "supersedes", "superseded_by")


class StationStatements(ListEndpoint):
    """Statements of the caller's stations, the latest month first."""

    model = Statement
    permission = "warranty.view_statement"
    row_class = StationStatementRow
    filterset_class = StationStatementFilter
    ordering = ("-period", "-pk")
    select_related = ("station",)


class OneStationStatement(RecordEndpoint):
    """One statement."""

    model = Statement
    permission = "warranty.view_statement"
    row_class = StationStatementRecord
    select_related = RELATED


class StatementCsv(RecordFile):
    """The same lines and totals as on paper, as CSV."""

    model = Statement
    permission = "warranty.view_statement"
    select_related = ("station",)
    form = "csv"

    def answer(self, record: Statement) -> Any:
        return statement_file(record, self.form, actor=self.request.user)


class StatementXlsx(StatementCsv):
    """The same as a workbook: amounts are numbers."""

    form = "xlsx"


class StationStatementAct(OperationEndpoint):
    """An act on one statement."""

    model = Statement
    record: Statement
    row_class: ClassVar[Any] = StationStatementRecord
    select_related: ClassVar[Sequence[str]] = RELATED


class IssueStationStatement(StationStatementAct):
    """The draft takes its number and goes to the station; its month is closed for good."""

    permission = "warranty.issue_statement"

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.issue_statement(self.record, actor=self.request.user)


class VoidStationStatement(StationStatementAct):
    """A draft is taken back: its lines wait again."""

    permission = "warranty.void_statement"

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.void_draft(self.record, actor=self.request.user)


class ConfirmStationStatement(StationStatementAct):
    """The station agrees with every line."""

    permission = "warranty.confirm_statement"

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.confirm_statement(self.record, actor=self.request.user)


class DisputedStatementLine(StrictSerializer):
    """The line at this position, and why it is disputed."""

    position = StrictInteger(min_value=1, max_value=2_147_483_647)
    reason = Words(max_length=300)


class StatementDispute(StrictSerializer):
    """The lines that are disputed, each once; the others stand."""

    lines = DisputedStatementLine(many=True, allow_empty=False, max_length=5_000)  # type: ignore[call-arg]


class DisputeStationStatement(StationStatementAct):
    """A revision without these lines is issued at once, which is answered; they wait for the next month."""

    permission = "warranty.dispute_statement"
    body_class = StatementDispute

    def operate(self, values: dict[str, Any]) -> Statement:
        keys = dict(self.record.lines.values_list("position", "pk"))
        reasons: dict[int, str] = {}
        for number, line in enumerate(values["lines"]):
            key = keys.pop(line["position"], None)
            if key is None:
                told = unexpected(line["position"], "the position of a line, once").detail
                raise serializers.ValidationError({f"lines.{number}.position": told})
            reasons[key] = line["reason"]
        return settlement.dispute_lines(self.record, reasons=reasons, actor=self.request.user)


class StationInvoice(StrictSerializer):
    """The station's invoice of the gross amount, CNY."""

    invoice_number = StrictText(max_length=40)
    amount = StrictDecimal(max_digits=12, decimal_places=2, min_value=0)


class InvoiceStationStatement(StationStatementAct):
    """The invoice is here and fits to ±0.01."""

    permission = "warranty.invoice_statement"
    body_class = StationInvoice

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.record_invoice(self.record, actor=self.request.user, **values)


class StationTransfer(StrictSerializer):
    """The bank's reference, and the day; today if it is not said."""

    bank_reference = StrictText(max_length=60)
    paid_on = StrictDay(required=False, allow_null=True, default=None)


class PayStationStatement(StationStatementAct):
    """The dealer has its money; the statement's claims are paid."""

    permission = "warranty.pay_statement"
    body_class = StationTransfer

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.pay_statement(self.record, actor=self.request.user, **values)


class CarryStationStatement(StationStatementAct):
    """What was confirmed below 0 goes to the next statement; no money moves."""

    permission = "warranty.carry_statement"

    def operate(self, values: dict[str, Any]) -> Statement:
        return settlement.carry_confirmed(self.record, actor=self.request.user)
