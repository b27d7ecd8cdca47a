"""What an appeal adds to a supplier's recovery: an unsent note grows, beyond a sent one a supplement waits for the next.

Not here: cases that are on no note yet (recovery.follow_appeal). Source: rules.md 3.1, 3.7.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.states import lock
from warranty import recovery
from warranty.chargebacks.lines import write_lines
from warranty.models import Appeal, Chargeback, RecoveryCase
from warranty.recovery_charges import OF_CASE, charges_of
from warranty.recovery_reading import read_cases
from warranty.settlement_states import ChargebackStatus, RecoveryStatus


@transaction.atomic
def hold_notes(claim_id: int) -> None:
    """Nobody else changes a note that charges for the claim before the transaction ends; locked in the order of their keys."""
    notes = Chargeback.objects.filter(lines__case__claim=claim_id, lines__is_live=True).order_by("pk")
    for key in dict.fromkeys(notes.values_list("pk", flat=True)):
        lock(Chargeback(pk=key))


@transaction.atomic
def follow_appeal(appeal: Appeal, *, actor: Any | None = None, at: datetime | None = None) -> Decimal:
    """The suppliers charged for the appeal's claim are asked for what it granted; how much more, CNY.

    Done again it changes nothing. Writes lines of notes, RecoveryCases, Events.
    """
    moment, more = at or clock.now(), Decimal(0)
    charged = RecoveryCase.objects.filter(claim=appeal.claim_id, appeal=None, status=RecoveryStatus.CHARGED)
    for key in charged.order_by("pk").values_list("pk", flat=True):
        standing = Chargeback.objects.filter(lines__case=key, lines__is_live=True).distinct().order_by("pk").first()
        if standing is None:
            continue
        note, case = lock(standing), lock(RecoveryCase(pk=key), *OF_CASE)
        if note.status == ChargebackStatus.OPEN:
            more += grow(note, case, actor, moment, data={"appeal": appeal.number})
        elif opened := recovery.open_supplement(case, appeal, actor=actor, at=moment):
            more += opened.expected
    recovery.expect_anew([appeal.claim_id])
    return more


def grow(note: Chargeback, case: RecoveryCase, actor: Any | None, at: datetime, *, data: dict[str, str]) -> Decimal:
    """The locked note that nobody has received yet says what the locked case may charge now; how much more, CNY."""
    lines = {line.claim_line_id: line for line in note.lines.filter(case=case, is_live=True)}
    position, more = note.lines.order_by("-position").values_list("position", flat=True).first() or 0, Decimal(0)
    (told,) = read_cases([case.pk])
    for charge in charges_of(case, at_once=True):
        line = lines.get(charge.claim_line.pk if charge.claim_line else None)
        if line is None:
            position += 1
            write_lines(note, [(told, charge)], first=position)
            more += charge.amount.amount
        elif line.claimed < charge.amount.amount:
            more += charge.amount.amount - line.claimed
            line.claimed, line.base = charge.amount.amount, charge.amount.base
            line.save(update_fields=["claimed", "base"])
    if more:
        note.claimed += more
        note.save(update_fields=["claimed"])
        case.expected += more
        case.save(update_fields=["expected"])
        events.record(note, "chargeback.grown", actor=actor, at=at, data=data | {"amount": str(more)})
    return more
