"""Reasons: one of the list, named by its code, as it stands today; and one in words, as long (D) as is asked for today."""

from typing import Any

from rest_framework import serializers

from portal.core import clock
from portal.core.api import ScopedField, StrictText
from warranty.four_eyes import TextTooShort, words_missing
from warranty.models import ReasonCode, ReasonUse


class ReasonField(ScopedField):
    """One that may be given today for one of these uses."""

    def __init__(self, *uses: ReasonUse, **kwargs: Any) -> None:
        self.uses = uses
        super().__init__(slug_field="code", queryset=ReasonCode.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().on(clock.today()).fitting(*self.uses)


class Words(StrictText):
    """A reason in words."""

    def to_internal_value(self, data: Any) -> str:
        said = super().to_internal_value(data)
        if least := words_missing(said):
            raise serializers.ValidationError(str(TextTooShort(least=least)), code="min_length")
        return said
