"""Recovery cases: list, record with who comes into question, its supplier named, a lost one opened again; what was lost."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parts.models import Supplier
from portal.core.api import StrictDay, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import Day, by_code
from portal.core.endpoints import (
    Endpoint,
    ListEndpoint,
    OperationEndpoint,
    RecordEndpoint,
    RowSerializer,
    refuse_parameters,
)
from portal.core.listing import ScopedFilterSet
from portal.core.money import total
from warranty import recovery, recovery_in_house, recovery_keeping
from warranty.models import Chargeback, RecoveryCase
from warranty.settlement_states import LostReason, RecoveryStatus


class RecoveryCaseRow(RowSerializer):
    """A right to charge a supplier as lists show it; expected is what it would bring, CNY."""

    claim = serializers.CharField(source="claim.number")
    part = serializers.CharField(source="part.number")
    supplier = serializers.CharField(source="supplier.code", allow_null=True, default=None)
    agreement = serializers.CharField(source="agreement.number", allow_null=True, default=None)

    class Meta:
        model = RecoveryCase
        fields = [
            "id", "number", "status", "claim", "part", "supplier", "agreement", "named_by", "approved_on", "received_on",
            "appraised_on", "last_day", "is_provisional", "kept_until", "defect_qty", "expected", "close_reason", "lost_on",
            "lost_reason",
        ]  # fmt: skip


class CandidateOfCase(serializers.Serializer[Any]):
    """A supplier who may have to answer: until when it must have notice and what it would pay, CNY."""

    supplier = serializers.CharField(source="supplier.code")
    agreement = serializers.CharField(source="agreement.number", allow_null=True, default=None)
    last_day = serializers.DateField()
    expected = serializers.DecimalField(max_digits=14, decimal_places=2)


class RecoveryCaseRecord(RecoveryCaseRow):
    """A case with the suppliers who come into question while none is named, its old parts and its notes."""

    candidates = serializers.SerializerMethodField()
    old_parts = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()

    class Meta(RecoveryCaseRow.Meta):
        fields = [*RecoveryCaseRow.Meta.fields, "candidates", "old_parts", "notes"]

    @extend_schema_field(CandidateOfCase(many=True))
    def get_candidates(self, case: RecoveryCase) -> Any:
        """None of a case that names its supplier."""
        unnamed = case.supplier_id is None and case.status != RecoveryStatus.CLOSED
        return CandidateOfCase(recovery.candidates_of(case) if unnamed else [], many=True).data

    def get_old_parts(self, case: RecoveryCase) -> list[str]:
        """Numbers of their tags."""
        return list(case.line.failed_parts.order_by("piece").values_list("number", flat=True))

    def get_notes(self, case: RecoveryCase) -> list[str]:
        """Numbers of the notes it stands on."""
        notes = Chargeback.objects.filter(lines__case=case, lines__is_live=True)
        return list(notes.order_by("pk").values_list("number", flat=True).distinct())


class RecoveryFilter(ScopedFilterSet):
    """By status, supplier, claim, part, last day for notice, why and when it was lost."""

    status = django_filters.ChoiceFilter(choices=RecoveryStatus.choices)
    supplier = by_code(Supplier.objects.all())
    claim = django_filters.CharFilter(field_name="claim__number", max_length=60)
    part = django_filters.CharFilter(field_name="part__number", max_length=60)
    last_from = Day(field_name="last_day", lookup_expr="gte")
    last_to = Day(field_name="last_day", lookup_expr="lte")
    lost_reason = django_filters.ChoiceFilter(choices=LostReason.choices)
    lost_from = Day(field_name="lost_on", lookup_expr="gte")
    lost_to = Day(field_name="lost_on", lookup_expr="lte")


RELATED = ("claim__unit", "line", "part", "supplier", "agreement__supplier")


class RecoveryCases(ListEndpoint):
    """Rights to charge suppliers, the newest first."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    row_class = RecoveryCaseRow
    filterset_class = RecoveryFilter
    ordering = ("-pk",)
    select_related = ("claim", "part", "supplier", "agreement")


class OneRecoveryCase(RecordEndpoint):
    """One case."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    row_class = RecoveryCaseRecord
    select_related = RELATED


class LostDays(StrictSerializer):
    """First and last day of losing, both included; left out, since ever and until today."""

    lost_from = StrictDay(required=False)
    lost_to = StrictDay(required=False)


class LeakRow(serializers.Serializer[Any]):
    """What was lost for one reason, and what stations got for the lines, CNY."""

    reason = serializers.CharField()
    cases = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    paid = serializers.DecimalField(max_digits=14, decimal_places=2)


class LeakageAnswer(serializers.Serializer[Any]):
    """What was lost by reason, the dearest first, and in all."""

    reasons = LeakRow(many=True)
    cases = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class Leakage(Endpoint):
    """Money lost for suppliers' defects, of cases lost between two days."""

    model = RecoveryCase
    permission = "warranty.view_recovery_figures"
    row_class = LeakageAnswer
    question_class = LostDays
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """By reason."""
        refuse_parameters(request, tuple(LostDays().fields))
        question = LostDays(data=request.query_params.dict(), context=self.get_serializer_context())
        question.is_valid(raise_exception=True)
        rows = self.get_queryset()
        if first := question.validated_data.get("lost_from"):
            rows = rows.filter(lost_on__gte=first)
        if last := question.validated_data.get("lost_to"):
            rows = rows.filter(lost_on__lte=last)
        leaks = recovery_keeping.leakage(rows)
        whole: dict[str, Any] = {
            "cases": sum(leak.cases for leak in leaks),
            "amount": total(leak.amount for leak in leaks),
        }
        return Response(LeakageAnswer({"reasons": leaks, **whole}).data)


class RecoveryAct(OperationEndpoint):
    """An act on one case."""

    model = RecoveryCase
    record: RecoveryCase
    row_class: ClassVar[Any] = RecoveryCaseRecord
    select_related: ClassVar[Sequence[str]] = RELATED


class NamedSupplier(StrictSerializer):
    """One of the candidates, by code."""

    supplier = StrictText(max_length=60)


class AssignSupplier(RecoveryAct):
    """The case names its supplier, whose notice clock runs."""

    permission = "warranty.assign_recoverycase"
    body_class = NamedSupplier

    def operate(self, values: dict[str, Any]) -> RecoveryCase:
        known = {each.supplier.code: each.supplier for each in recovery.candidates_of(self.record)}
        supplier = known.get(values["supplier"])
        if supplier is None:
            told = unexpected(
                values["supplier"], ", ".join(sorted(known)[:20]) or "no supplier comes into question"
            ).detail
            raise serializers.ValidationError({"supplier": told})
        return recovery.assign_supplier(self.record, supplier, actor=self.request.user)


class WhyInHouse(StrictSerializer):
    """Why nobody is charged for the part."""

    reason = StrictText(max_length=300)


class MarkInHouse(RecoveryAct):
    """We make the case's part ourselves: all cases of it that wait for a supplier's name close, and no new one runs."""

    permission = "warranty.mark_part_in_house"
    body_class = WhyInHouse

    def operate(self, values: dict[str, Any]) -> RecoveryCase:
        recovery_in_house.mark_in_house(self.record.part, actor=self.request.user, **values)
        return self.record


class KeptCase(StrictSerializer):
    """Until when the supplier still takes the notice, and what was agreed with it."""

    until = StrictDay()
    reason = StrictText(max_length=300)


class ReopenCase(RecoveryAct):
    """A lost right runs again with a notice day of its own, by decision of an approver."""

    permission = "warranty.reopen_recoverycase"
    body_class = KeptCase

    def operate(self, values: dict[str, Any]) -> RecoveryCase:
        return recovery_keeping.reopen_lost(self.record, actor=self.request.user, **values)
