"""Values of parameters that move money: proposed by one person, released by another, withdrawn before they begin.

Not here: what a parameter is and which value holds (parameters).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, parameters, states
from portal.core.errors import Refusal
from portal.core.models.parameters import ParameterProposal, ParameterValue, ProposalStatus


class OwnValue(Refusal):
    """Four eyes."""

    message = _("You proposed this value: another person releases it.")
    code = "own_value"


class ValueInThePast(Refusal):
    """What was decided under a value keeps it."""

    message = _("Valid from: got %(got)s, expected a moment from now on, or nothing for at once.")
    code = "value_in_the_past"


class ValueHolds(Refusal):
    """What has begun has been used."""

    message = _("This value holds since %(day)s and cannot be withdrawn: enter the next one.")
    code = "value_holds"


class ValueWithdrawn(Refusal):
    """Once."""

    message = _("This value was withdrawn already.")
    code = "value_withdrawn"


@transaction.atomic
def propose_value(
    key: str, value: Any, *, actor: Any, note: str = "", valid_from: datetime | None = None, at: datetime | None = None
) -> ParameterProposal:
    """The value waits for another person. valid_from: None for from the release on.

    Raises BadParameterValue, ValueInThePast, ValueTaken. Writes one proposal and one Event.
    """
    parameter = parameters.definition(key)
    parsed = parameter.parse(value)
    moment = at or clock.now()
    if valid_from is not None:
        if valid_from < clock.start_of(clock.local_date(moment)):
            raise ValueInThePast(got=clock.local_date(valid_from).isoformat(), field="valid_from")
        _refuse_taken(parameter, valid_from)
    made = ParameterProposal.objects.create(
        key=key, value=parsed if parameter.kind in {"boolean", "text", "json", "integer"} else str(parsed),
        valid_from=valid_from, note=note, created_by=actor, created_at=moment,
    )  # fmt: skip
    data = {"key": key, "value": made.value}
    events.record(made, "parameterproposal.proposed", actor=actor, at=moment, note=note, data=data)
    return made


@transaction.atomic
def release_value(proposal: ParameterProposal, *, actor: Any, at: datetime | None = None) -> ParameterValue:
    """The value is entered: from its day on, or from now on where that day has passed or none was named.

    Raises OwnValue, ValueTaken, TransitionNotAllowed. Writes the value and two Events.
    """
    moment = at or clock.now()
    row = states.lock(proposal)
    if row.created_by_id == actor.pk:
        raise OwnValue
    states.move(row, ProposalStatus.RELEASED, actor=actor, at=moment)
    since = None if row.valid_from is None or row.valid_from <= moment else row.valid_from
    return parameters.enter(
        row.key, row.value, valid_from=since, actor=row.created_by, note=row.note, released_by=actor
    )


@transaction.atomic
def withdraw_proposal(
    proposal: ParameterProposal, *, reason: str, actor: Any, at: datetime | None = None
) -> ParameterProposal:
    """The value will not be entered. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(proposal), ProposalStatus.WITHDRAWN, actor=actor, at=at, note=reason)


@transaction.atomic
def withdraw_value(value: ParameterValue, *, reason: str, actor: Any, at: datetime | None = None) -> ParameterValue:
    """An entered value that has not begun never will; what held before goes on. Raises ValueHolds, ValueWithdrawn.

    Writes the row that withdraws it and one Event.
    """
    moment = at or clock.now()
    if value.valid_from <= moment:
        raise ValueHolds(day=clock.local_date(value.valid_from).isoformat())
    if not ParameterValue.objects.holding().filter(pk=value.pk).exists():
        raise ValueWithdrawn
    return parameters.enter(value.key, value.value, valid_from=moment, actor=actor, note=reason, withdraws=value)


def _refuse_taken(parameter: parameters.Parameter, since: datetime) -> None:
    if ParameterValue.objects.holding().filter(key=parameter.key, valid_from=since).exists():
        day = clock.local_date(since).isoformat()
        raise parameters.ValueTaken(label=parameter.label, day=day, field="valid_from")
