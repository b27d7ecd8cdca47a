"""Which reason of the list may be given where on which day, and how the list grows. Not here: the list itself (models.reasons)."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import clock, context, show
from portal.core.errors import Refusal
from portal.core.written import Written
from warranty import masters
from warranty.models import OF_LINES, ReasonCode, ReasonUse


class ReasonDoesNotFit(Refusal):
    """A reason says what it is for."""

    message = _("The reason %(got)s is not one for this; expected one of: %(expected)s.")
    code = "reason_does_not_fit"


class ReasonForNothing(Refusal):
    """What may be given nowhere need not be proposed; a reason that is no longer wanted is ended."""

    message = _("Tick where the reason may be given. One that is no longer wanted is ended instead.")
    code = "reason_for_nothing"


NOTED = "reason codes"
_released = Written(lambda: ReasonCode.objects.released().order_by("code", "valid_from"))


def versions() -> list[ReasonCode]:
    """Every released version of every reason, the earliest first; one query a request or job step."""
    noted = context.notebook()
    if noted is not None and NOTED in noted:
        kept: list[ReasonCode] = noted[NOTED]
        return kept
    rows = _released()
    context.note(NOTED, rows)
    return rows


def known(day: date | None = None) -> dict[str, ReasonCode]:
    """What may be chosen on that day (today), by code."""
    on = day or clock.today()
    return {row.code: row for row in versions() if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)}


def named(day: date | None = None) -> dict[str, ReasonCode]:
    """What the rules call their findings on that day: the version in force; of a reason that has ended, the last one."""
    on = day or clock.today()
    return {row.code: row for row in versions() if row.valid_from <= on}


def require_fitting(
    code: str,
    *uses: ReasonUse,
    of_rules: Collection[str] = (),
    day: date | None = None,
    field: str = "reason_code",
) -> ReasonCode | None:
    """The version in force of one of the list for one of these uses, or what the rules themselves found, if it has a name.

    Raises ReasonDoesNotFit.
    """
    if code in of_rules:
        return named(day).get(code)
    given = known(day).get(code)
    if given is None or not given.fits(*uses):
        expected = [row.code for row in known(day).values() if row.fits(*uses)]
        raise ReasonDoesNotFit(got=code, expected=show.listed(expected), field=field)
    return given


def uses_of(amount: Decimal) -> tuple[ReasonUse, ...]:
    """What a reason is given for on a line of which this much is paid: a reason for a cut also cuts to nothing."""
    return (ReasonUse.CUT,) if amount else OF_LINES


def propose_reason(
    *,
    code: str,
    name: str,
    uses: Collection[str],
    valid_from: date,
    actor: Any,
    name_en: str = "",
    x12_code: str = "",
    valid_to: date | None = None,
    at: datetime | None = None,
) -> ReasonCode:
    """A version of a reason stands as a proposal; it may be given from its day on once another person has released it.

    Raises ReasonForNothing, TermTooFarOff, TermInThePast, TermTaken. Writes the proposal, one Event.
    """
    says = {
        "code": code,
        "name": name,
        "name_en": name_en,
        "x12_code": x12_code,
        "uses": sorted(uses),
        "valid_to": valid_to,
    }
    refuse_nothing(ReasonCode(**says))
    return masters.propose(ReasonCode, valid_from=valid_from, actor=actor, at=at, **says)


def refuse_nothing(reason: ReasonCode) -> None:
    """Raises ReasonForNothing."""
    if not reason.uses:
        raise ReasonForNothing(field="uses")
