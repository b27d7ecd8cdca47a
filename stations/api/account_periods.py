"""What an account looked like over a period, the statements issued of it, limits, and entries reversed."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.api import ScopedField, StrictDay, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay
from portal.core.endpoints import (
    Endpoint,
    ListEndpoint,
    OperationEndpoint,
    RecordEndpoint,
    RowSerializer,
    refuse_parameters,
)
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import PdfRow
from stations import account_statements, dealer_account
from stations.api.accounts import AccountRow, EntryRow
from stations.api.contracts import MONEY
from stations.api.standing import Reason
from stations.documents import statement_document_of
from stations.models import AccountEntry, AccountStatement, DealerAccount, Station


class Days(StrictSerializer):
    """First and last day, both included; station: by code, left out for the whole account."""

    first = StrictDay()
    last = StrictDay()
    station = ScopedField(
        slug_field="code", queryset=Station.objects.all(), required=False, allow_null=True, default=None
    )


class LineRow(serializers.Serializer[Any]):
    """An entry with its balance after it."""

    entry = EntryRow()
    balance = serializers.DecimalField(max_digits=14, decimal_places=2)


class PeriodAnswer(serializers.Serializer[Any]):
    """Balances by leg before and after, and every entry between, CNY."""

    account = serializers.CharField(source="account.number")
    first = serializers.DateField()
    last = serializers.DateField()
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    opening = serializers.DictField(child=serializers.DecimalField(max_digits=14, decimal_places=2))
    closing = serializers.DictField(child=serializers.DecimalField(max_digits=14, decimal_places=2))
    lines = LineRow(many=True)


class AccountPeriod(Endpoint):
    """The account between two days."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    about_record = True
    row_class = PeriodAnswer
    question_class = Days
    filter_backends = ()
    select_related = ("dealer", "principal")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Opening, lines, closing."""
        account = self.get_object()
        refuse_parameters(request, tuple(Days().fields))
        question = Days(data=request.query_params.dict(), context=self.get_serializer_context())
        question.is_valid(raise_exception=True)
        return Response(PeriodAnswer(account_statements.account_period(account, **question.validated_data)).data)


class StatementRow(RowSerializer):
    """An issued statement of account."""

    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = AccountStatement
        fields = [
            "id",
            "number",
            "account",
            "station",
            "first_day",
            "last_day",
            "owed_before",
            "owed_after",
            "issued_at",
        ]


class StatementRecord(StatementRow):
    """A statement with its document."""

    document = serializers.SerializerMethodField()

    class Meta(StatementRow.Meta):
        fields = [*StatementRow.Meta.fields, "document"]

    @extend_schema_field(PdfRow(allow_null=True))
    def get_document(self, row: AccountStatement) -> Any:
        """Number, token and where its PDF is."""
        found = statement_document_of(row)
        return PdfRow(found).data if found else None


class StatementFilter(ScopedFilterSet):
    """By account and day of issue."""

    account = django_filters.ModelChoiceFilter(queryset=DealerAccount.objects.all())
    issued_from = FromDay(field_name="issued_at")
    issued_to = ToDay(field_name="issued_at")


class Statements(ListEndpoint):
    """Statements of the caller's accounts, the latest first."""

    model = AccountStatement
    permission = "stations.view_accountstatement"
    row_class = StatementRow
    filterset_class = StatementFilter
    select_related = ("station",)


class OneStatement(RecordEndpoint):
    """One statement."""

    model = AccountStatement
    permission = "stations.view_accountstatement"
    row_class = StatementRecord
    select_related = ("station",)


class AccountAct(OperationEndpoint):
    """An act on an account."""

    model = DealerAccount
    row_class = AccountRow
    select_related = ("dealer", "principal")


class IssueStatement(AccountAct):
    """The period, which is over, stands numbered and frozen as a PDF; answers the statement."""

    permission = "stations.issue_account_statement"
    body_class = Days
    made_class = StatementRecord

    def operate(self, values: dict[str, Any]) -> AccountStatement:
        return account_statements.issue_account_statement(self.record, actor=self.request.user, **values)


class Amount(StrictSerializer):
    """CNY, with the reason."""

    amount = StrictDecimal(**MONEY)
    reason = StrictText(max_length=200)


class SetLimit(AccountAct):
    """The account has this limit."""

    permission = "stations.set_credit"
    body_class = Amount

    def operate(self, values: dict[str, Any]) -> DealerAccount:
        limit = values.pop("amount")
        return dealer_account.set_credit_limit(self.record, credit_limit=limit, actor=self.request.user, **values)


class AllowAboveLimit(AccountAct):
    """The exposure may pass the limit by this amount; 0 ends it."""

    permission = "stations.set_credit"
    body_class = Amount

    def operate(self, values: dict[str, Any]) -> DealerAccount:
        return dealer_account.allow_above_limit(self.record, actor=self.request.user, **values)


class ReverseEntry(OperationEndpoint):
    """The opposite amount is posted and names this entry; answers it."""

    model = AccountEntry
    permission = "stations.correct_entry"
    row_class = EntryRow
    body_class = Reason
    select_related = ("station", "account__dealer")

    def operate(self, values: dict[str, Any]) -> AccountEntry:
        return dealer_account.correct_entry(self.record, actor=self.request.user, **values)
