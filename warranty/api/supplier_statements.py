"""What suppliers owe, period by period: read, taken as a file, issued as a numbered document."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parts.models import Supplier
from portal.core import clock
from portal.core.api import StrictDay, StrictSerializer
from portal.core.documents import documents_of
from portal.core.endpoints import Endpoint, ListEndpoint, OperationEndpoint, RowSerializer, refuse_parameters
from portal.core.models.documents import Document
from portal.core.uploads import PdfRow, RecordFile
from warranty import supplier_statements
from warranty.settlement_files import period_file
from warranty.supplier_statements import KIND, SupplierPeriod

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}
VIEW = "warranty.view_supplier_statement"


class SupplierAccountRow(RowSerializer):
    """A supplier that was sent notes."""

    class Meta:
        model = Supplier
        fields = ["id", "code", "name", "name_en"]


class SupplierAccounts(ListEndpoint):
    """Suppliers whose account the caller may read: its own for a supplier, all for finance; by code."""

    model = Supplier
    permission = VIEW
    row_class = SupplierAccountRow
    ordering = ("code", "pk")

    def get_queryset(self) -> Any:
        return supplier_statements.with_account(super().get_queryset())


class SupplierDays(StrictSerializer):
    """First and last day, both included; left out, this month until today."""

    first = StrictDay(required=False)
    last = StrictDay(required=False)


class MovementRow(serializers.Serializer[Any]):
    """What the supplier owes more (above 0) or less since then, for which note, by which document; the balance after it."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    note = serializers.CharField(source="note.number")
    document = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)
    balance = serializers.DecimalField(**MONEY)


class OpenRow(serializers.Serializer[Any]):
    """What is owed at this moment: not answered, disputed, accepted and not paid, in all."""

    waiting = serializers.DecimalField(**MONEY)
    disputed = serializers.DecimalField(**MONEY)
    due = serializers.DecimalField(**MONEY)
    total = serializers.DecimalField(**MONEY)


class SupplierPeriodAnswer(serializers.Serializer[Any]):
    """The account between two days, CNY, what is open now, and the statements issued."""

    supplier = serializers.CharField(source="supplier.code")
    first = serializers.DateField()
    last = serializers.DateField()
    opening = serializers.DecimalField(**MONEY)
    lines = MovementRow(many=True)
    closing = serializers.DecimalField(**MONEY)
    open_now = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    @extend_schema_field(OpenRow())
    def get_open_now(self, period: SupplierPeriod) -> Any:
        """Where the balance of this moment stands."""
        return OpenRow(supplier_statements.open_now(period.supplier)).data

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, period: SupplierPeriod) -> Any:
        """The latest first."""
        return PdfRow(documents_of(period.supplier, KIND), many=True).data


def period_of(supplier: Supplier, request: Request, context: Mapping[str, Any]) -> SupplierPeriod:
    """The account between the days asked for. Raises ValidationError, PeriodTurned, TooManyEntries."""
    question = SupplierDays(data=request.query_params.dict(), context=context)
    question.is_valid(raise_exception=True)
    today = clock.today()
    days = {"first": today.replace(day=1), "last": today} | question.validated_data
    return supplier_statements.supplier_period(supplier, **days)


class OneSupplierAccount(Endpoint):
    """One supplier's account between two days."""

    model = Supplier
    permission = VIEW
    about_record = True
    row_class = SupplierPeriodAnswer
    question_class = SupplierDays
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Opening, movements, closing."""
        supplier = self.get_object()
        refuse_parameters(request, tuple(SupplierDays().fields))
        return Response(SupplierPeriodAnswer(period_of(supplier, request, self.get_serializer_context())).data)


class SupplierAccountCsv(RecordFile):
    """The same as CSV: the amounts between the balances add up."""

    model = Supplier
    permission = VIEW
    question_class = SupplierDays
    form: ClassVar[str] = "csv"

    def answer(self, record: Supplier) -> Any:
        period = period_of(record, self.request, self.get_serializer_context())
        return period_file(period, self.form, actor=self.request.user)


class SupplierAccountXlsx(SupplierAccountCsv):
    """The same as a workbook."""

    form = "xlsx"


class WholePeriod(StrictSerializer):
    """First and last day, both included, before today."""

    first = StrictDay()
    last = StrictDay()


class IssueSupplierStatement(OperationEndpoint):
    """The period stands numbered and frozen as a PDF in the supplier's language, which is answered."""

    model = Supplier
    permission = "warranty.issue_supplier_statement"
    row_class = PdfRow
    body_class = WholePeriod

    def operate(self, values: dict[str, Any]) -> Document:
        return supplier_statements.issue_supplier_statement(self.record, actor=self.request.user, **values)
