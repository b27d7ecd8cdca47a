"""Parts that we make ourselves: nobody is charged for them, and cases that wait for the name of their supplier end.

A part that somebody delivers is charged to him whatever is said here. Not here: all other ends of cases (recovery).
Source: rules.md 3.7 (never a blank payee).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from parts.models import Part, SupplierPart
from portal.core import clock, events, jobs, statements
from portal.core.errors import Refusal
from portal.core.states import lock, move_alike
from warranty.four_eyes import require_words
from warranty.models import RecoveryCase
from warranty.recovery import IN_HOUSE, hold_cases
from warranty.recovery_agreements import suppliers_of
from warranty.settlement_states import RecoveryStatus

MARKED: Final = "part.made_in_house"


class StillDelivered(Refusal):
    """Whoever delivers a part answers for it."""

    message = _("%(part)s is delivered by %(suppliers)s: end that supply before the part counts as made in-house.")
    code = "still_delivered"


def nameless() -> "QuerySet[RecoveryCase]":
    """Cases that wait for the name of a supplier whom nobody knows: no piece, batch or supply on the repair day names one."""
    on = OuterRef("claim__repaired_on")
    supply = SupplierPart.objects.filter(part=OuterRef("part"), valid_from__lte=on)
    delivered = supply.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    return RecoveryCase.objects.filter(~Exists(delivered), status=RecoveryStatus.UNASSIGNED, received_on=None)


def require_undelivered(part: Part, *, at: datetime | None = None) -> None:
    """Raises StillDelivered."""
    found = suppliers_of(part, on=clock.local_date(at or clock.now()))
    if found:
        raise StillDelivered(part=part.number, suppliers=", ".join(each.code for each in found[:5]), field="reason")


@transaction.atomic
def mark_in_house(part: Part, *, reason: str, actor: Any, at: datetime | None = None) -> int:
    """We make the part ourselves: no recovery runs for it from now on, those that wait for a name are closed; how many.

    Raises TextTooShort, StillDelivered. Writes the part, an Event of it and one of each case.
    """
    at = at or clock.now()
    require_words(reason, "reason", at)
    part = lock(part)
    require_undelivered(part, at=at)
    if not part.is_made_in_house:
        part.is_made_in_house = True
        statements.update(part, ["is_made_in_house"])
    closed = close_cases(part, actor=actor, at=at, reason=reason)
    events.record(part, MARKED, actor=actor, at=at, note=reason.strip(), data={"cases": closed})
    return closed


@transaction.atomic
def close_cases(part: Part, *, actor: Any | None = None, at: datetime | None = None, reason: str = "") -> int:
    """The part's cases that wait for a name nobody knows are closed; how many. The statements do not grow with them."""
    waiting = nameless().filter(part=part)
    hold_cases(sorted(set(waiting.order_by().values_list("claim", flat=True))))
    rows = [
        (key, number, root or number) for key, number, root in waiting.values_list("pk", "number", "claim__root_number")
    ]
    if not rows:
        return 0
    RecoveryCase.objects.filter(pk__among=[key for key, _number, _root in rows]).update(
        close_reason=str(IN_HOUSE)[:200], expected=Decimal(0)
    )
    ends = RecoveryStatus.UNASSIGNED, RecoveryStatus.CLOSED
    move_alike(RecoveryCase, rows, *ends, actor=actor, at=at, note=reason.strip())
    return len(rows)


def close_all(*, at: datetime | None = None) -> int:
    """No case waits for the supplier of a part that is marked as made in-house, however it was marked; of how many parts."""
    parts = Part.objects.filter(is_made_in_house=True, pk__in=nameless().values("part")).order_by("pk")
    return len(jobs.each("warranty.close_in_house", lambda: parts, lambda part: close_cases(part, at=at)))
