"""The appraisal bench by program: verdicts with what was measured, and what becomes of a piece."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from portal.core.api import PLAIN_NUMBER, StrictBoolean, StrictDay, StrictSerializer, StrictText, unexpected
from portal.core.uploads import Files, TakesFiles
from stations.api.visits import Drawing
from warranty import appraisal, ruling
from warranty.api.old_parts import OldPartAct
from warranty.api.reasons import Words
from warranty.appraisal_tests import steps_for
from warranty.models import FailedPart, Verdict
from warranty.settlement_people import possible_witnesses
from warranty.settlement_words import DISPOSITIONS
from warranty.signatures import SIGNED, Signature

MOST_PHOTOS = 10


class AppraisalBody(StrictSerializer):
    """A verdict; findings where it is against the station, as long as is asked for; measurements: a step's position and its
    value, such as "1 12.5"; photos in a form."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    findings = StrictText(max_length=500, allow_blank=True, default="")
    measurements = serializers.ListField(child=StrictText(max_length=40), max_length=100, required=False, default=list)
    photos = Files(most=MOST_PHOTOS)


class AppraisePiece(TakesFiles, OldPartAct):
    """An appraiser's verdict, as JSON or as a form with pictures; a dear refusal is final when a second one agrees."""

    permission = "warranty.appraise_failedpart"
    body_class = AppraisalBody

    def operate(self, values: dict[str, Any]) -> FailedPart:
        values["measurements"] = measured(self.record, values["measurements"])
        appraisal.appraise(self.record, actor=self.request.user, **values)
        return self.record


class RulingBody(StrictSerializer):
    """One of the verdicts that the appraisers gave, or undetermined, and why it holds."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = Words(max_length=500)


class RulePiece(OldPartAct):
    """An approver decides between appraisers who differ, where no third is free or none decided in time; it is final."""

    permission = "warranty.rule_appraisal"
    body_class = RulingBody

    def operate(self, values: dict[str, Any]) -> FailedPart:
        ruling.rule(self.record, actor=self.request.user, **values)
        return self.record


def measured(piece: FailedPart, texts: list[str]) -> dict[int, Decimal]:
    """The values by key of the step. Raises ValidationError at the text that names no step of the part, or no number."""
    steps = {str(step.position): step.pk for step in steps_for(piece.part)}
    found: dict[int, Decimal] = {}
    for number, text in enumerate(texts):
        position, _blank, value = text.partition(" ")
        key = steps.get(position)
        sound = key is not None and key not in found and PLAIN_NUMBER.fullmatch(value)
        if key is None or not sound or not fits(Decimal(value)):
            expected = (
                ", ".join(f"{each} 12.5" for each in list(steps)[:20]) or "no measurement: this part has no tests"
            )
            raise serializers.ValidationError({f"measurements.{number}": unexpected(text, expected).detail})
        found[key] = Decimal(value)
    return found


def fits(value: Decimal) -> bool:
    """At most 9 digits before the point and 3 behind it, as the page takes them."""
    return abs(value) < 10**9 and value == round(value, 3)


class DispositionBody(StrictSerializer):
    """What the verdict allows; scrap: two witnesses by user name, who sign by the names they are
    written with, and a picture; hold: until which day."""

    disposition = serializers.ChoiceField(choices=list(DISPOSITIONS.items()))
    witnesses = serializers.ListField(child=StrictText(max_length=150), max_length=10, required=False, default=list)
    until = StrictDay(required=False, allow_null=True, default=None)
    note = StrictText(max_length=200, allow_blank=True, default="")
    photos = Files(most=MOST_PHOTOS)
    first_signed_as = StrictText(max_length=120, allow_blank=True, default="")
    first_drawing = Drawing()
    first_confirmed = StrictBoolean(default=False)
    second_signed_as = StrictText(max_length=120, allow_blank=True, default="")
    second_drawing = Drawing()
    second_confirmed = StrictBoolean(default=False)


class DisposePiece(TakesFiles, OldPartAct):
    """The piece's way ends as its verdict allows, or it is kept until a day; as JSON or as a form with pictures."""

    permission = "warranty.dispose_failedpart"
    body_class = DispositionBody

    def operate(self, values: dict[str, Any]) -> FailedPart:
        values["witnesses"] = self._witnesses(values["witnesses"])
        said = [[values.pop(f"{which}_{name}") for name in SIGNED] for which in ("first", "second")]
        values["signatures"] = [Signature(*each) for each in said]
        return appraisal.dispose(self.record, actor=self.request.user, **values)

    def _witnesses(self, names: list[str]) -> QuerySet[Any]:
        found = possible_witnesses(self.request.user).filter(username__in=names)
        known = set(found.values_list("username", flat=True))
        if wrong := next((name for name in names if name not in known), None):
            raise serializers.ValidationError({"witnesses": unexpected(wrong, "user names of colleagues").detail})
        return found
