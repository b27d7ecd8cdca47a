"""Where a note stands by what its lines say. Not here: what is said about a line (answering, disputes)."""

from datetime import datetime
from typing import Any

from django.db.models import Sum

from portal.core.states import move
from warranty.models import CREDITS, Chargeback
from warranty.settlement_states import ChargebackStatus


def status_of(note: Chargeback) -> str:
    """Accepted, accepted in part or disputed, by its sums."""
    if not note.disputed:
        return ChargebackStatus.ACCEPTED
    return ChargebackStatus.PART_ACCEPTED if note.accepted else ChargebackStatus.DISPUTED


def sum_up(note: Chargeback) -> None:
    """What is accepted and disputed of the note are the sums of its lines."""
    sums = note.lines.filter(is_live=True).aggregate(accepted=Sum("accepted"), disputed=Sum("disputed"))
    Chargeback.objects.filter(pk=note.pk).update(accepted=sums["accepted"] or 0, disputed=sums["disputed"] or 0)
    note.refresh_from_db()


def conclude(note: Chargeback, actor: Any | None, at: datetime) -> None:
    """The note moves on when nothing of it is disputed any more."""
    if note.lines.in_dispute().exists():
        return
    credited = not note.lines.filter(is_live=True).exclude(outcome__in=CREDITS).exists()
    if not note.accepted and not credited:
        to = ChargebackStatus.WRITTEN_OFF
    elif note.recovered == note.accepted:
        to = ChargebackStatus.SETTLED
    else:
        to = status_of(note)  # type: ignore[assignment]
    if to != note.status:
        move(note, to, actor=actor, at=at)
