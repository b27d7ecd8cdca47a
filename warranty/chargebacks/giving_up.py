"""What a supplier accepted and never pays is given up, by somebody else than who made the note. Not here: disputes.

Source: rules.md 3.7 (accepted … → settled / written off).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.bulk import update_rows
from portal.core.money import total
from portal.core.states import lock
from warranty.chargebacks.concluding import conclude, sum_up
from warranty.chargebacks.refusals import NothingUnpaid, OwnNote, StillDisputed
from warranty.chargebacks.rounds import entry_of
from warranty.four_eyes import require_words
from warranty.models import CREDITS, Chargeback, ChargebackLine, DisputeAct, DisputeEntry
from warranty.settlement_states import ANSWERS

UNPAID = "unpaid"


def unpaid_of(note: Chargeback) -> Decimal:
    """What the supplier accepted and has not paid, CNY."""
    return note.accepted - note.recovered if note.status in ANSWERS else Decimal(0)


@transaction.atomic
def give_up_unpaid(note: Chargeback, *, reason: str, actor: Any, at: datetime | None = None) -> Chargeback:
    """Nothing more is asked of the supplier for the note: what it accepted and has not paid is given up, and the note ends.

    What it paid counts for its first lines; of the others the rest is no longer accepted, since nobody pays it, and stays on
    the line as given up: the supplier had accepted it, as its acceptance ratio says. The note is written off, or settled
    where a part was paid. Raises OwnNote, NothingUnpaid, StillDisputed, TextTooShort. Writes an entry and an Event for each
    line that loses something.
    """
    at = at or clock.now()
    require_words(reason, "reason", at)
    note = lock(note)
    if actor is not None and actor.pk == note.batched_by_id:
        raise OwnNote(number=note.number)
    if not unpaid_of(note):
        raise NothingUnpaid(number=note.number)
    if note.lines.in_dispute().exists():
        raise StillDisputed(number=note.number)
    lines = note.lines.filter(is_live=True, accepted__gt=0).exclude(outcome__in=CREDITS)
    left, given_up = note.recovered, list[tuple[ChargebackLine, Decimal]]()
    for line in lines.select_related("case__claim").select_for_update(no_key=True, of=("self",)).order_by("position"):
        accepted = line.accepted or Decimal(0)
        paid = min(left, accepted)
        left -= paid
        if paid < accepted:
            given_up.append((line, accepted - paid))
    _take_off(note, given_up, reason=reason, actor=actor, at=at)
    sum_up(note)
    conclude(note, actor, at)
    return note


def _take_off(
    note: Chargeback, given_up: list[tuple[ChargebackLine, Decimal]], *, reason: str, actor: Any, at: datetime
) -> None:
    for line, amount in given_up:
        line.accepted, line.disputed = (line.accepted or Decimal(0)) - amount, (line.disputed or Decimal(0)) + amount
        line.outcome, line.given_up = UNPAID, line.given_up + amount
    lines = [line for line, _amount in given_up]
    update_rows(lines, ["accepted", "disputed", "outcome", "given_up"])
    act = DisputeAct.WRITTEN_OFF
    DisputeEntry.objects.bulk_create(entry_of(line, act, text=reason, actor=actor, at=at) for line in lines)
    said = [{"position": line.position, "amount": str(amount)} for line, amount in given_up]
    data = {"amount": str(total(amount for _line, amount in given_up)), "lines": said}
    events.record(note, "chargeback.unpaid_given_up", actor=actor, at=at, note=reason.strip(), data=data)
    kind = "recoverycase.unpaid_given_up"
    events.record_all(
        events.drafted(line.case, kind, actor=actor, at=at, data=each) for line, each in zip(lines, said, strict=True)
    )
