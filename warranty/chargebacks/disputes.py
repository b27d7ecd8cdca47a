"""A disputed amount finds who bears it; with its last dispute the note moves on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.states import lock, move
from warranty import settlement_posting as posting
from warranty.chargebacks.answering import status_of
from warranty.chargebacks.refusals import NotDisputed, OwnNote
from warranty.models import Chargeback, ChargebackLine, ItemKind
from warranty.settlement_states import ANSWERS, ChargebackStatus

OUTCOMES = {
    "conceded": _("The supplier accepts after all"),
    "written_off": _("We give the disputed amount up"),
    "station": _("The station bears it"),
}
OUTCOME_WORDS = {**OUTCOMES, "credited": _("Credited, the claim was reversed")}


@transaction.atomic
def resolve_dispute(
    line: ChargebackLine, *, outcome: str, actor: Any, note: str = "", at: datetime | None = None
) -> ChargebackLine:
    """A disputed amount has found who bears it: the supplier after all, we, or the station (a debit on its statement).

    With its last dispute the note is accepted, settled or written off, as its amounts say. Raises OwnNote, NotDisputed.
    """
    at = at or clock.now()
    header = lock(line.chargeback)
    line = lock(line)
    if actor is not None and actor.pk == header.batched_by_id:
        raise OwnNote(number=header.number)
    if not line.disputed or line.outcome or outcome not in OUTCOMES or header.status not in ANSWERS:
        raise NotDisputed
    amount = line.disputed
    line.outcome = outcome
    if outcome == "conceded":
        line.accepted, line.disputed = line.claimed, Decimal(0)
    line.save(update_fields=["outcome", "accepted", "disputed"])
    if outcome == "station":
        _charge_station(line, amount, at)
    _sum_up(header)
    data = {"position": line.position, "outcome": outcome, "amount": str(amount)}
    events.record(header, "chargeback.dispute_resolved", actor=actor, at=at, note=note, data=data)
    events.record(line.case, "recoverycase.dispute_resolved", actor=actor, at=at, note=note, data=data)
    conclude(header, actor, at)
    return line


def conclude(note: Chargeback, actor: Any | None, at: datetime) -> None:
    """The note moves on when nothing of it is disputed any more."""
    if note.lines.filter(is_live=True, disputed__gt=0, outcome="").exists():
        return
    if not note.accepted:
        to = ChargebackStatus.WRITTEN_OFF
    elif note.recovered == note.accepted:
        to = ChargebackStatus.SETTLED
    else:
        to = status_of(note)  # type: ignore[assignment]
    if to != note.status:
        move(note, to, actor=actor, at=at)


def _charge_station(line: ChargebackLine, amount: Decimal, at: datetime) -> None:
    column = {"part": "parts", "labor": "labor", "travel": "travel"}.get(line.kind, "other")
    claim = line.case.claim
    posting.post_item(
        claim.station,
        kind=ItemKind.REROUTE,
        source=f"{line.case.number}/{line.kind}/{line.pk}",
        at=at,
        amounts={column: -amount},
        claim=claim,
        text=line.text,
    )


def _sum_up(note: Chargeback) -> None:
    sums = note.lines.filter(is_live=True).aggregate(accepted=Sum("accepted"), disputed=Sum("disputed"))
    Chargeback.objects.filter(pk=note.pk).update(accepted=sums["accepted"] or 0, disputed=sums["disputed"] or 0)
    note.refresh_from_db()
