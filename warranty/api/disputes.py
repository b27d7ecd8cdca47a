"""Disputed lines of a note by program: decided, many alike with the effect before, charged to another supplier, tested again."""

from typing import Any

from rest_framework import serializers

from portal.core.api import StrictDay, StrictInteger, StrictSerializer, StrictText, unexpected
from warranty import chargebacks
from warranty.api.chargebacks import UnknownLine
from warranty.api.note_acts import NoteAct
from warranty.api.reasons import Words
from warranty.models import Chargeback, ChargebackLine

PERMISSION = "warranty.resolve_chargeback"


class DisputeAct(NoteAct):
    """What the acts on disputed lines share: who made the note does none of them."""

    permission = PERMISSION

    def lines_at(self, positions: list[int]) -> list[ChargebackLine]:
        """The lines at these positions, each once. Raises UnknownLine."""
        found = {line.position: line for line in self.record.lines.all() if line.is_live}
        lines = []
        for position in positions:
            line = found.pop(position, None)
            if line is None:
                raise UnknownLine(position=position, field="lines")
            lines.append(line)
        return lines


class DisputeOutcome(StrictSerializer):
    """The disputed lines by position, at most 1,000, what is decided about all of them, and why: denied (the supplier reads it
    and answers again), conceded (the supplier accepts after all), written_off (we bear it) or station (the station bears it)."""

    lines = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=2_147_483_647), min_length=1, max_length=chargebacks.MOST_LINES
    )
    outcome = serializers.ChoiceField(choices=list(chargebacks.DECISIONS))
    note = Words(max_length=300)


class DecideLines(DisputeAct):
    """All of the lines are decided alike, or none of them: a refusal names the line. Answers the note."""

    body_class = DisputeOutcome

    def operate(self, values: dict[str, Any]) -> Chargeback:
        keys = [line.pk for line in self.lines_at(values["lines"])]
        chargebacks.decide_disputes(
            self.record, lines=keys, outcome=values["outcome"], reason=values["note"], actor=self.request.user
        )
        return self.record


class ForeseenLine(serializers.Serializer[Any]):
    """One line: how much of it is decided about, CNY, the month of the statement that would carry a station's debit, and why
    it cannot be decided so; empty where it can."""

    position = serializers.IntegerField(source="line.position")
    disputed = serializers.DecimalField(source="line.disputed", max_digits=14, decimal_places=2)
    month = serializers.DateField(allow_null=True)
    refusal = serializers.CharField()


class ForesightAnswer(serializers.Serializer[Any]):
    """What the decision would do: the sum, CNY, the status of the note afterwards, how many other lines stay in dispute, and
    until when the supplier would have to answer again."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    status = serializers.CharField()
    left = serializers.IntegerField()
    answer_by = serializers.DateField(allow_null=True)
    lines = ForeseenLine(many=True)


class ForeseeLines(DisputeAct):
    """The effect of deciding the lines alike, as it would be now. Writes nothing."""

    row_class = ForesightAnswer
    body_class = DisputeOutcome

    def operate(self, values: dict[str, Any]) -> chargebacks.Foresight:
        keys = [line.pk for line in self.lines_at(values["lines"])]
        return chargebacks.foresee_decision(self.record, lines=keys, outcome=values["outcome"], actor=self.request.user)


class OtherSupplier(StrictSerializer):
    """The disputed line by position, the supplier who answers for the part instead, by code, why, and a new last day for the
    notice where its own has passed, which only an approver gives."""

    line = StrictInteger(min_value=1, max_value=2_147_483_647)
    supplier = StrictText(max_length=60)
    reason = StrictText(max_length=300)
    until = StrictDay(required=False, allow_null=True, default=None)


class RerouteLine(DisputeAct):
    """Everything the supplier was charged for the old part is credited, and the other one has a case. Answers the note."""

    body_class = OtherSupplier

    def operate(self, values: dict[str, Any]) -> Chargeback:
        (line,) = self.lines_at([values["line"]])
        candidates = chargebacks.look_at_rerouting(line).candidates
        known = {each.supplier.code: each.supplier for each in candidates}
        supplier = known.get(values["supplier"])
        if supplier is None:
            expected = ", ".join(sorted(known)[:20]) or "no other supplier delivers the part"
            raise serializers.ValidationError({"supplier": unexpected(values["supplier"], expected).detail})
        said = {"reason": values["reason"], "until": values["until"]}
        chargebacks.reroute_dispute(line, supplier=supplier, actor=self.request.user, **said)
        return self.record


class Doubt(StrictSerializer):
    """A line by position that the supplier accepted before a further test cleared it: credited or kept (credit, keep), and why;
    the other lines for the same old part go with it."""

    line = StrictInteger(min_value=1, max_value=2_147_483_647)
    outcome = serializers.ChoiceField(choices=list(chargebacks.EXITS))
    reason = StrictText(max_length=300)


class DecideDoubt(DisputeAct):
    """What was accepted is credited with a credit note, or stays charged. Answers the note."""

    body_class = Doubt

    def operate(self, values: dict[str, Any]) -> Chargeback:
        (line,) = self.lines_at([values["line"]])
        said = {"outcome": values["outcome"], "reason": values["reason"]}
        chargebacks.decide_doubt(line, actor=self.request.user, **said)
        self.record.refresh_from_db()
        return self.record


class LineToTest(StrictSerializer):
    """The disputed line by position, and what is to be tested; appraiser and supplier read it."""

    line = StrictInteger(min_value=1, max_value=2_147_483_647)
    reason = StrictText(max_length=300)


class TestLine(DisputeAct):
    """The old parts of the line are on the bench again, once; the new verdicts decide it. Answers the note."""

    body_class = LineToTest

    def operate(self, values: dict[str, Any]) -> Chargeback:
        (line,) = self.lines_at([values["line"]])
        chargebacks.ask_further_test(line, reason=values["reason"], actor=self.request.user)
        return self.record
