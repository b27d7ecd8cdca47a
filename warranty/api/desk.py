"""The reviewers' desk by program: take, put back, hand over, hold, release, decide many alike, reverse with its effect before."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.api import StrictInteger, StrictSerializer, StrictText, unexpected
from portal.core.endpoints import Endpoint, OperationEndpoint, RecordEndpoint
from portal.core.models.jobs import JobRun
from warranty import reversal, review
from warranty.api.claims import LINES, RELATED, ClaimRecord
from warranty.api.reasons import ReasonField
from warranty.desk import bulk, holding, taking
from warranty.desk.first_approval import withdraw_first
from warranty.desk.people import who_may_decide
from warranty.models import ReasonUse, WarrantyClaim

OF_DESK = (*RELATED, "station__dealer", "work_order__technician", "goodwill")


class DeskAct(OperationEndpoint):
    """What the acts on one claim share."""

    model = WarrantyClaim
    row_class = ClaimRecord
    select_related = OF_DESK
    prefetch_related = LINES

    def lines_at(self, positions: Sequence[int], field: str) -> list[int]:
        """The keys of the lines at these positions. Raises ValidationError for one that the claim does not have."""
        keys = {line.position: line.pk for line in self.record.lines.all()}
        if wrong := [position for position in positions if position not in keys]:
            raise serializers.ValidationError({field: unexpected(str(wrong[0]), sorted(keys)).detail})
        return [keys[position] for position in positions]


class TakeClaim(DeskAct):
    """The claim in review is the caller's to decide."""

    permission = "warranty.take_claim"

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        taking.take(self.record, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class PutBackClaim(DeskAct):
    """The claim is nobody's again."""

    permission = "warranty.take_claim"

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        taking.put_back(self.record, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class Receiver(StrictSerializer):
    """The user name of who decides the claim instead, and a word to them."""

    to = StrictText(max_length=150)
    note = StrictText(max_length=300, allow_blank=True, default="")


class HandOverClaim(DeskAct):
    """The claim is somebody else's to decide; they are told."""

    permission = "warranty.hand_over_claim"
    body_class = Receiver

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        to = who_may_decide(self.record).filter(username=values["to"]).first()
        if to is None:
            text = _("Nobody of this name may decide %(claim)s.") % {"claim": self.record}
            raise serializers.ValidationError({"to": [text]})
        taking.hand_over(self.record, to=to, note=values["note"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class Held(StrictSerializer):
    """The part lines that wait for the appraisal of their old parts, by position, and why."""

    lines = serializers.ListField(child=StrictInteger(min_value=1, max_value=1_000), min_length=1, max_length=200)
    reason = StrictText(max_length=1000)


class HoldLines(DeskAct):
    """The lines are decided after the appraisal; the station is asked to send their old parts now."""

    permission = "warranty.hold_line"
    body_class = Held

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        lines = self.lines_at(values["lines"], "lines")
        holding.hold_lines(self.record, lines=lines, reason=values["reason"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class Released(StrictSerializer):
    """The held line by position, and why it need not wait."""

    line = StrictInteger(min_value=1, max_value=1_000)
    reason = StrictText(max_length=1000)


class ReleaseHold(DeskAct):
    """A held line may be decided without the verdict."""

    permission = "warranty.hold_line"
    body_class = Released

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        (line,) = self.lines_at([values["line"]], "line")
        holding.release_hold(self.record, line=line, reason=values["reason"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class Noted(StrictSerializer):
    """A word to go with it."""

    note = StrictText(max_length=1000, allow_blank=True, default="")


class WithdrawFirst(DeskAct):
    """The caller's first of two approvals no longer counts; they decide anew."""

    permission = "warranty.withdraw_first_approval"
    body_class = Noted

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        withdraw_first(self.record, reason=values["note"], actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class WhyReversed(StrictSerializer):
    """A reason of the list, and why in words."""

    reason_code = ReasonField(ReasonUse.REVERSAL)
    reason = StrictText(max_length=1000)


class ReverseClaim(DeskAct):
    """The granted claim no longer counts; what it brought is taken back by new lines and notes."""

    permission = "warranty.reverse_claim"
    body_class = WhyReversed

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        return review.reverse_claim(
            self.record, reason_code=values["reason_code"].code, reason=values["reason"], actor=self.request.user
        )


class TakenBack(serializers.Serializer[Any]):
    """One posted amount, the statement it stays on, and what takes it back."""

    kind = serializers.CharField(source="item.kind")
    reference = serializers.CharField(source="item.source")
    statement = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class NoteLoses(serializers.Serializer[Any]):
    """A supplier's note and what it loses."""

    number = serializers.CharField(source="note.number")
    is_sent = serializers.BooleanField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class ReversalEffect(serializers.Serializer[Any]):
    """Everything that reversing the claim does, before it is done; amounts are CNY without tax, signed."""

    period = serializers.DateField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    items = TakenBack(many=True)
    notes = NoteLoses(many=True)
    recovery_cases = serializers.ListField(child=serializers.CharField(), source="cases")
    orders = serializers.ListField(child=serializers.CharField())
    old_parts = serializers.ListField(child=serializers.CharField(), source="pieces")


class EffectOfReversal(RecordEndpoint):
    """What reversing the claim now would take back."""

    model = WarrantyClaim
    permission = "warranty.reverse_claim"
    row_class = ReversalEffect
    select_related = OF_DESK

    def prepared(self, rows: list[Any]) -> list[Any]:
        return [reversal.effect_of(row) for row in rows]


class Alike(StrictSerializer):
    """What is done to each claim: allow (what the rules allow) or refuse, which names its reason and says why."""

    act = serializers.ChoiceField(choices=list(bulk.ACTS))
    reason_code = ReasonField(ReasonUse.REJECTION, required=False, allow_null=True)
    note = StrictText(max_length=1000, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A rejection has a reason."""
        if attrs["act"] == "refuse" and not attrs.get("reason_code"):
            raise serializers.ValidationError({"reason_code": [_("This field is required.")]})
        return attrs


class ChosenClaims(Alike):
    """The claims by key, at most 1,000."""

    claims = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=2**62), min_length=1, max_length=bulk.MOST
    )


class ShownClaims(Alike):
    """The claims with what was shown of each, as the preview answered them."""

    chosen = StrictText(max_length=40_000)


class PlannedRow(serializers.Serializer[Any]):
    """One claim: what it gets and becomes, on the statement of which month; or why it is left out."""

    id = serializers.IntegerField(source="claim.pk")
    number = serializers.CharField(source="claim.number")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    outcome = serializers.CharField()
    is_first = serializers.BooleanField()
    month = serializers.DateField(allow_null=True)
    refusal = serializers.CharField()


class PlanAnswer(serializers.Serializer[Any]):
    """The exact effect, and the claims with what was seen of each, to be sent back with the act."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    chosen = serializers.CharField()
    doing = PlannedRow(many=True)
    refused = PlannedRow(many=True)


class ManyAnswer(serializers.Serializer[Any]):
    """What came of it in a sentence, or the key of the job that decides more than a hundred."""

    message = serializers.CharField()
    job = serializers.IntegerField(allow_null=True)


def wish_of(values: dict[str, Any]) -> bulk.Wish:
    """What is done to each."""
    code = values.get("reason_code")
    return bulk.Wish(values["act"], code.code if code else "", values["note"])


class OnMany(Endpoint):
    """An act on several claims of the caller's scope."""

    model = WarrantyClaim
    permission = "warranty.decide_many"
    filter_backends = ()

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Does it and answers what came of it."""
        return self.run_once(self.parsed(), 200)


class PreviewMany(OnMany):
    """What deciding the claims alike would do now. Writes nothing."""

    row_class = PlanAnswer
    body_class = ChosenClaims

    def operate(self, values: dict[str, Any]) -> bulk.Plan:
        rows = WarrantyClaim.objects.visible_to(self.request.user).filter(pk__in=values["claims"])
        waiting = bulk.matching(rows, self.request.user).order_by("submitted_at", "pk")
        return bulk.plan(waiting, wish_of(values), actor=self.request.user)


class DecideMany(OnMany):
    """The claims are decided if all are as the preview showed them; otherwise nothing is."""

    row_class = ManyAnswer
    body_class = ShownClaims

    def operate(self, values: dict[str, Any]) -> dict[str, Any]:
        done = bulk.decide_many(bulk.read_chosen(values["chosen"]), wish_of(values), actor=self.request.user)
        if isinstance(done, JobRun):
            return {"message": done.title, "job": done.pk}
        return {"message": done, "job": None}
