"""Where a note stands by what its lines say. Not here: what is said about a line (answering, disputes)."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from portal.core.states import move
from warranty.models import CREDITS, Chargeback
from warranty.settlement_states import ANSWERS, UNANSWERED, ChargebackStatus


def status_of(note: Chargeback) -> ChargebackStatus:
    """Accepted, accepted in part or disputed, by the lines that were not credited."""
    if not _refused(note).exists():
        return ChargebackStatus.ACCEPTED
    return ChargebackStatus.PART_ACCEPTED if note.accepted else ChargebackStatus.DISPUTED


def sum_up(note: Chargeback) -> None:
    """What is accepted and disputed of the note are the sums of its lines."""
    sums = note.lines.filter(is_live=True).aggregate(accepted=Sum("accepted"), disputed=Sum("disputed"))
    Chargeback.objects.filter(pk=note.pk).update(accepted=sums["accepted"] or 0, disputed=sums["disputed"] or 0)
    note.refresh_from_db()


def conclude(note: Chargeback, actor: Any | None, at: datetime) -> None:
    """The locked note moves on when nothing of it waits any more; an answer the supplier still owes is waited for."""
    if note.status in UNANSWERED:
        to = ChargebackStatus(note.status) if _asked(note).exists() else ChargebackStatus.SETTLED
    elif note.status not in ANSWERS or note.lines.in_dispute().exists():
        return
    else:
        to = end_of(note, accepted=note.accepted)
    if to != note.status:
        move(note, to, actor=actor, at=at)


def end_of(note: Chargeback, *, accepted: Decimal, conceded: Collection[int] = ()) -> ChargebackStatus:
    """Where an answered note stands with so much accepted and nothing in dispute. Source: rules.md 3.7.

    Settled: all accepted has come, also where all was credited and so nothing was. Written off: nothing was accepted, and
    some of it was given up. conceded: keys of lines that count as accepted already.
    """
    if not accepted and _asked(note).exists():
        return ChargebackStatus.WRITTEN_OFF
    if note.recovered == accepted:
        return ChargebackStatus.SETTLED
    refused = _refused(note).exclude(pk__in=list(conceded)).exists()
    return ChargebackStatus.PART_ACCEPTED if refused else ChargebackStatus.ACCEPTED


def _asked(note: Chargeback) -> Any:
    """The lines that the supplier is asked for: all that count but those on a credit note."""
    return note.lines.filter(is_live=True).exclude(outcome__in=CREDITS)


def _refused(note: Chargeback) -> Any:
    """Of these, what is not accepted in full."""
    return _asked(note).filter(disputed__gt=0)
