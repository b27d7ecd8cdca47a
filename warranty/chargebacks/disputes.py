"""A disputed amount finds who bears it, or the supplier is told why it is his; with its last dispute the note moves on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, show
from portal.core.calendar import add_working_days
from portal.core.parameters import param
from portal.core.states import lock
from warranty import settlement_posting as posting
from warranty.chargebacks.concluding import conclude, sum_up
from warranty.chargebacks.refusals import NotDisputed, OwnNote, RoundsUsedUp, UnderTest, WithSupplier
from warranty.chargebacks.rounds import entry_of
from warranty.four_eyes import require_words
from warranty.models import Chargeback, ChargebackLine, DisputeAct, ItemKind
from warranty.settlement_states import ANSWERS

OUTCOMES = {
    "conceded": _("The supplier accepts after all"),
    "written_off": _("We give the disputed amount up"),
    "station": _("The station bears it"),
}
DENIED = "denied"
DECISIONS = {DENIED: _("We deny the dispute: the supplier answers again"), **OUTCOMES}
OUTCOME_WORDS = {
    **OUTCOMES,
    "credited": _("Credited, the claim was reversed"),
    "rerouted": _("Credited, another supplier answers for the part"),
}
GIVEN_UP = ("written_off", "station")  # needs nothing of the supplier, so it may be said while he thinks


def decide_dispute(
    line: ChargebackLine, *, outcome: str, actor: Any, note: str = "", at: datetime | None = None
) -> ChargebackLine:
    """One of DECISIONS is taken about a disputed line: it is denied, or somebody bears it. note: the reason or answer."""
    if outcome == DENIED:
        return deny_dispute(line, answer=note, actor=actor, at=at)
    return resolve_dispute(line, outcome=outcome, actor=actor, note=note, at=at)


@transaction.atomic
def resolve_dispute(
    line: ChargebackLine, *, outcome: str, actor: Any, note: str = "", at: datetime | None = None
) -> ChargebackLine:
    """A disputed amount has found who bears it: the supplier after all, we, or the station (a debit on its statement).

    With its last dispute the note is accepted, settled or written off, as its amounts say. While a denial waits for the
    supplier's answer only what he need not agree to is decided. Raises OwnNote, NotDisputed, WithSupplier.
    """
    at = at or clock.now()
    if outcome not in OUTCOMES:
        raise NotDisputed
    day = None if outcome in GIVEN_UP else clock.local_date(at)
    header, line = open_dispute(line, actor, day, ends=True)
    amount = line.disputed or Decimal(0)
    line.outcome, line.answer_by, line.tested_since = outcome, None, None
    if outcome == "conceded":
        line.accepted, line.disputed = line.claimed, Decimal(0)
    line.save(update_fields=["outcome", "answer_by", "tested_since", "accepted", "disputed"])
    entry_of(line, DisputeAct(outcome), text=note, actor=actor, at=at).save()
    if outcome == "station":
        _charge_station(line, amount, at)
    sum_up(header)
    data = {"position": line.position, "outcome": outcome, "amount": str(amount)}
    events.record(header, "chargeback.dispute_resolved", actor=actor, at=at, note=note, data=data)
    events.record(line.case, "recoverycase.dispute_resolved", actor=actor, at=at, note=note, data=data)
    conclude(header, actor, at)
    return line


def open_dispute(
    line: ChargebackLine, actor: Any, day: date | None, *, ends: bool = False
) -> tuple[Chargeback, ChargebackLine]:
    """Note and line, locked, with a dispute that this person may decide; on `day` it lies with us, if that is asked.

    ends: the decision ends the dispute, so that it need not wait for a further test. Raises OwnNote, NotDisputed,
    WithSupplier, UnderTest.
    """
    header = lock(line.chargeback)
    line = lock(line, "case__claim__station__dealer")
    if actor is not None and actor.pk == header.batched_by_id:
        raise OwnNote(number=header.number)
    if not line.disputed or line.outcome or not line.is_live or header.status not in ANSWERS:
        raise NotDisputed
    if day is not None and line.is_with_supplier(day):
        raise WithSupplier(position=line.position, day=show.day(line.answer_by), field="outcome")
    if line.tested_since is not None and not ends:
        raise UnderTest(position=line.position, day=show.day(line.tested_since), field="outcome")
    return header, line


@transaction.atomic
def deny_dispute(line: ChargebackLine, *, answer: str, actor: Any, at: datetime | None = None) -> ChargebackLine:
    """The supplier reads why the amount is his, and accepts it or disputes it again by a new last day.

    As often as the limit of rounds says; his days are working days (C42). Raises OwnNote, NotDisputed, WithSupplier,
    TextTooShort, RoundsUsedUp. Writes one DisputeEntry and Events; the amounts stay as he answered them.
    """
    at = at or clock.now()
    header, line = open_dispute(line, actor, clock.local_date(at))
    require_words(answer, "note", at)
    most = param("warranty.dispute_rounds", at)
    if line.rounds >= most:
        raise RoundsUsedUp(position=line.position, most=most, field="outcome")
    return send_back(header, line, answer=answer, actor=actor, at=at)


def send_back(header: Chargeback, line: ChargebackLine, *, answer: str, actor: Any, at: datetime) -> ChargebackLine:
    """The locked line is the supplier's to answer again."""
    line.rounds += 1
    line.answer_by = add_working_days(clock.local_date(at), param("warranty.dispute_answer_days", at))
    line.save(update_fields=["rounds", "answer_by"])
    entry_of(line, DisputeAct.DENIED, text=answer, actor=actor, at=at).save()
    data = {"position": line.position, "amount": str(line.disputed), "answer_by": line.answer_by.isoformat()}
    events.record(header, "chargeback.dispute_denied", actor=actor, at=at, note=answer.strip(), data=data)
    events.record(line.case, "recoverycase.dispute_denied", actor=actor, at=at, note=answer.strip(), data=data)
    return line


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
