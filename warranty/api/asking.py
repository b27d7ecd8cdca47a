"""Is it covered? The same answer as the page's, for programs; a token for reading suffices, nothing is written."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parts.models import Part
from portal.core import clock
from portal.core.api import ScopedField, StrictDay, StrictDecimal, StrictSerializer, StrictText
from portal.core.api_filters import ISO
from portal.core.endpoints import Endpoint, refuse_parameters
from service.models import InstalledUnit
from warranty import causes, turning, wording
from warranty.asking import Answer, Question, ask
from warranty.models import Remedy


class FullCoverQuestion(StrictSerializer):
    """Only the serial number is compulsory; no part: the unit as a whole; no failure day: today."""

    serial_number = StrictText(max_length=60)
    part = ScopedField(slug_field="number", queryset=Part.objects.all(), required=False)
    failed_on = StrictDay(input_formats=ISO, required=False)
    repaired_on = StrictDay(input_formats=ISO, required=False)
    usage_reading = StrictDecimal(max_digits=11, decimal_places=3, min_value=Decimal(0), required=False)
    cause_class = StrictText(max_length=30, required=False)
    remedy = serializers.ChoiceField(choices=Remedy.choices, required=False)
    operation = StrictText(max_length=30, required=False)
    removed_serial = StrictText(max_length=60, required=False)

    def validate_cause_class(self, code: str) -> str:
        """One that headquarters' list offers today."""
        offered = [each for each, _name in causes.choices(clock.today())]
        if code not in offered:
            told = {"got": code, "expected": ", ".join(offered)}
            raise serializers.ValidationError(_("Got %(got)s, expected one of %(expected)s.") % told)
        return code


class CoverTest(serializers.Serializer[Any]):
    """One test of the rules: its number, its name, whether it speaks for the claim, the value it found."""

    n = serializers.IntegerField()
    test = serializers.CharField()
    ok = serializers.BooleanField()
    value = serializers.CharField(allow_null=True)


class CoverTurn(serializers.Serializer[Any]):
    """A fact that would turn the answer, and the answer it would give."""

    n = serializers.IntegerField()
    change = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField())
    to = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    text = serializers.CharField()


class GuaranteeAdvice(serializers.Serializer[Any]):
    """What the three guarantees offer the customer today, best first: refund, exchange, repair."""

    options = serializers.ListField(child=serializers.CharField())
    sale_day = serializers.CharField()
    request_day = serializers.CharField()
    failed_repairs = serializers.IntegerField()
    fault = serializers.CharField()
    basis = serializers.CharField()
    terms = serializers.CharField()


class FullCoverAnswer(serializers.Serializer[Any]):
    """The verdict with its dates, every test with its value, and what would change it; texts in the caller's language."""

    serial_number = serializers.CharField()
    is_on_file = serializers.BooleanField()
    on = serializers.DateField()
    part_class = serializers.CharField()
    verdict = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    start = serializers.CharField(allow_null=True)
    start_source = serializers.CharField(allow_null=True)
    policy = serializers.CharField(allow_null=True)
    repair_days = serializers.IntegerField()
    first_uncovered = serializers.CharField(allow_null=True)
    piece_first_uncovered = serializers.CharField(allow_null=True)
    pays = serializers.DictField(child=serializers.BooleanField())
    flags = serializers.ListField(child=serializers.CharField())
    tests = CoverTest(many=True)
    changes = CoverTurn(many=True)
    three_guarantees = GuaranteeAdvice(allow_null=True)


class AskCoverage(Endpoint):
    """What a claim on this unit would be told today, whether it is of the caller's scope or not; no customer, no claim."""

    model = InstalledUnit
    permission = "warranty.ask_coverage"
    row_class = FullCoverAnswer
    question_class = FullCoverQuestion
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The answer."""
        refuse_parameters(request, tuple(FullCoverQuestion().fields))
        asked = FullCoverQuestion(
            data={name: value for name, value in request.query_params.items() if name != "format"},
            context=self.get_serializer_context(),
        )
        asked.is_valid(raise_exception=True)
        question = Question(**asked.validated_data)
        return Response(FullCoverAnswer(_shown(question, ask(question))).data)


def _shown(question: Question, answer: Answer) -> dict[str, Any]:
    cover = answer.as_json()
    changes = [{**turn, "text": turning.tell(turn).sentence} for turn in cover["changes"]]
    return cover | {
        "serial_number": answer.unit.serial_number if answer.unit else question.serial_number,
        "is_on_file": answer.unit is not None,
        "on": answer.on,
        "part_class": answer.part_class,
        "text": wording.say_verdict(cover),
        "changes": changes,
        "three_guarantees": answer.guarantees.as_json() if answer.guarantees else None,
    }
