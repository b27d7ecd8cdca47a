"""A month by program: drafts of statements built, what issuing them would do, issued; what a supplier's note would charge."""

import re
from datetime import date
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parts.models import Supplier
from portal.core import clock
from portal.core.api import ScopedField, StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.endpoints import Endpoint, refuse_parameters
from portal.core.models.jobs import JobRun
from stations.models import Station
from warranty import chargebacks, settlement
from warranty.models import Chargeback, RecoveryCase, Statement

MONTH: Final = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)


@extend_schema_field(str)
class StrictMonth(serializers.Field[Any, Any, Any, Any]):
    """A month written 2026-10; its value is its first day."""

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not MONTH.fullmatch(data):
            raise unexpected(data, "2026-10")
        return date.fromisoformat(f"{data}-01")

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class MonthText(serializers.CharField):
    """The same in an answer."""

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class OfMonths(Endpoint):
    """An act on a month."""

    filter_backends = ()

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Does it and answers what came of it."""
        return self.run_once(self.parsed(), 200)


class Asking(Endpoint):
    """A question about a month, asked by parameters."""

    filter_backends = ()
    question_class: Any = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The answer."""
        refuse_parameters(request, tuple(self.question_class().fields))
        question = self.question_class(data=request.query_params.dict(), context=self.get_serializer_context())
        question.is_valid(raise_exception=True)
        return Response(self.row_class(self.answer(dict(question.validated_data))).data)

    def answer(self, values: dict[str, Any]) -> Any:
        """What the row class shows."""
        raise NotImplementedError


class Started(serializers.Serializer[Any]):
    """The key of the job that does it; how far it is stands at jobs/<key>/."""

    job = serializers.IntegerField(source="pk")


class StartedOrMade(serializers.Serializer[Any]):
    """The key of the statement that was built at once, or of the job that builds all; read it at jobs/<key>/."""

    statement = serializers.IntegerField(allow_null=True)
    job = serializers.IntegerField(allow_null=True)


class MonthToBuild(StrictSerializer):
    """The month, and one station by code; without it all stations, in a job."""

    period = StrictMonth()
    station = ScopedField(
        slug_field="code", queryset=Station.objects.all(), required=False, allow_null=True, default=None
    )


class BuildMonth(OfMonths):
    """Drafts of the month are built with everything that waits; a draft built before is replaced."""

    model = Statement
    permission = "warranty.build_statement"
    row_class = StartedOrMade
    body_class = MonthToBuild

    def operate(self, values: dict[str, Any]) -> dict[str, Any]:
        period, station = values["period"], values["station"]
        if station is not None:
            made = settlement.build_statement(station, period, actor=self.request.user)
            return {"statement": made.pk, "job": None}
        return {"statement": None, "job": settlement.build_month(period, actor=self.request.user).pk}


class OneMonth(StrictSerializer):
    """The month, written 2026-10."""

    period = StrictMonth()


class PlannedStatement(serializers.Serializer[Any]):
    """A draft, CNY, and why it is left out; empty of one that would be issued."""

    id = serializers.IntegerField(source="statement.pk")
    station = serializers.CharField(source="statement.station.code")
    net = serializers.DecimalField(source="statement.net", max_digits=14, decimal_places=2)
    tax = serializers.DecimalField(source="statement.tax", max_digits=14, decimal_places=2)
    gross = serializers.DecimalField(source="statement.gross", max_digits=14, decimal_places=2)
    payable = serializers.DecimalField(source="statement.payable", max_digits=14, decimal_places=2)
    without_bank = serializers.BooleanField()
    refusal = serializers.CharField()


class MonthAnswer(serializers.Serializer[Any]):
    """What issuing the month would do now: sums of the drafts that would be issued, CNY, which are left out, and which stations
    have something to settle but no draft."""

    period = MonthText()
    net = serializers.DecimalField(max_digits=16, decimal_places=2)
    tax = serializers.DecimalField(max_digits=16, decimal_places=2)
    gross = serializers.DecimalField(max_digits=16, decimal_places=2)
    payable = serializers.DecimalField(max_digits=16, decimal_places=2)
    doing = PlannedStatement(many=True)
    refused = PlannedStatement(many=True)
    unbuilt = serializers.SerializerMethodField()

    def get_unbuilt(self, plan: settlement.MonthPlan) -> list[str]:
        """Codes of the stations."""
        return [station.code for station in plan.unbuilt]


class PlanMonth(Asking):
    """The effect of issuing all drafts of a month. Writes nothing."""

    model = Statement
    permission = "warranty.issue_statement"
    row_class = MonthAnswer
    question_class = OneMonth

    def answer(self, values: dict[str, Any]) -> settlement.MonthPlan:
        return settlement.plan_month(values["period"], actor=self.request.user)


class MonthToIssue(StrictSerializer):
    """The month, and the keys of the drafts as the plan showed them."""

    period = StrictMonth()
    statements = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=2**62), min_length=1, max_length=10_000
    )


class IssueMonth(OfMonths):
    """A job issues the drafts, each with its number; nothing is done if one is not as the plan showed it."""

    model = Statement
    permission = "warranty.issue_statement"
    row_class = Started
    body_class = MonthToIssue

    def operate(self, values: dict[str, Any]) -> JobRun:
        return settlement.issue_month(values["period"], chosen=values["statements"], actor=self.request.user)


class NoteToMake(StrictSerializer):
    """The supplier by code, the month up to whose end cases could be charged (this one, if it is not said), and cases that are
    left out, by number."""

    supplier = ScopedField(slug_field="code", queryset=Supplier.objects.all())
    period = StrictMonth(required=False)
    without = serializers.ListField(child=StrictText(max_length=60), max_length=5_000, required=False, default=list)


class NoteToPropose(StrictSerializer):
    """The same by parameters, without leaving cases out."""

    supplier = ScopedField(slug_field="code", queryset=Supplier.objects.all())
    period = StrictMonth(required=False)


class ProposedCase(serializers.Serializer[Any]):
    """A case as it would stand on the note: its last day for notice and what it charges, CNY."""

    number = serializers.CharField(source="case.number")
    part = serializers.CharField(source="case.part.number")
    last_day = serializers.DateField(source="case.last_day")
    lines = serializers.SerializerMethodField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)

    def get_lines(self, proposed: Any) -> int:
        """How many lines."""
        return len(proposed.charges)


class ProposalAnswer(serializers.Serializer[Any]):
    """How many cases and lines the note would have and what it would charge, CNY; the cases nearest to their last day, at most
    200."""

    cases = serializers.IntegerField()
    lines = serializers.IntegerField()
    claimed = serializers.DecimalField(max_digits=14, decimal_places=2)
    shown = ProposedCase(many=True)


class ProposeNote(Asking):
    """What a note to the supplier would charge now. Writes nothing."""

    model = Chargeback
    permission = "warranty.batch_chargeback"
    row_class = ProposalAnswer
    question_class = NoteToPropose

    def answer(self, values: dict[str, Any]) -> chargebacks.Proposal:
        today = clock.today()
        period = values.get("period") or today.replace(day=1)
        return chargebacks.propose(values["supplier"], period=period, on=today)


def make_note(values: dict[str, Any], actor: Any) -> Chargeback:
    """The supplier's open cases stand on a note. Raises ValidationError for a case that is none of the supplier's open ones."""
    supplier, left_out = values["supplier"], values["without"]
    cases = RecoveryCase.objects.visible_to(actor).filter(supplier=supplier, number__in=left_out)
    keys = dict(cases.values_list("number", "pk"))
    if wrong := next((number for number in left_out if number not in keys), None):
        told = unexpected(wrong, "numbers of the supplier's cases").detail
        raise serializers.ValidationError({"without": told})
    period = values.get("period") or clock.today().replace(day=1)
    return chargebacks.batch_chargebacks(supplier, period=period, without=list(keys.values()), actor=actor)
