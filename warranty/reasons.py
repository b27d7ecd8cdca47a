"""Which reason of the list may be given where, said where it does not fit. Not here: the list itself (models.reasons)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import context, events
from portal.core.errors import Refusal
from warranty.models import OF_LINES, ReasonCode, ReasonUse


class ReasonDoesNotFit(Refusal):
    """A reason says what it is for."""

    message = _("The reason %(got)s is not one for this; expected one of: %(expected)s.")
    code = "reason_does_not_fit"


NOTED = "reason codes"


def known() -> dict[str, ReasonCode]:
    """The whole list by code; one query a request or job step."""
    noted = context.notebook()
    if noted is not None and NOTED in noted:
        kept: dict[str, ReasonCode] = noted[NOTED]
        return kept
    rows = {row.code: row for row in ReasonCode.objects.order_by("code")}
    context.note(NOTED, rows)
    return rows


def require_fitting(code: str, *uses: ReasonUse, of_rules: Collection[str] = ()) -> None:
    """The code is one of the list for one of these uses, or one that the rules themselves found. Raises ReasonDoesNotFit."""
    if code in of_rules:
        return
    given = known().get(code)
    if given is None or not given.fits(*uses):
        expected = [row.code for row in known().values() if row.fits(*uses)]
        raise ReasonDoesNotFit(got=code, expected=", ".join(expected), field="reason_code")


def uses_of(amount: Decimal) -> tuple[ReasonUse, ...]:
    """What a reason is given for on a line of which this much is paid: a reason for a cut also cuts to nothing."""
    return (ReasonUse.CUT,) if amount else OF_LINES


def note_change(reason: ReasonCode, *, actor: Any, changed: Collection[str], is_new: bool) -> None:
    """The list tells its history. Writes one Event."""
    (context.notebook() or {}).pop(NOTED, None)
    kind = "reasoncode.added" if is_new else "reasoncode.changed"
    data = {name: getattr(reason, name) for name in changed} if not is_new else {}
    events.record(reason, kind, actor=actor, data=data)
