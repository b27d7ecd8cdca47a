"""The supplier reads a note and accepts or disputes each of its lines; silence may accept them too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock
from portal.core.money import round_money, total
from portal.core.states import lock, move
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.refusals import AlreadyAnswered, AmountAboveClaimed, AnswerIncomplete, ReasonMissing
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_states import UNANSWERED, ChargebackStatus


@dataclass(frozen=True)
class LineAnswer:
    """A supplier's answer to one line: the amount accepted, CNY, and why the rest is disputed."""

    accepted: Decimal
    reason: str = ""


@transaction.atomic
def acknowledge_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """The supplier has read the note."""
    return move(lock(note), ChargebackStatus.ACKNOWLEDGED, actor=actor, at=at)


@transaction.atomic
def answer_chargeback(
    note: Chargeback,
    *,
    answers: Mapping[int, LineAnswer],
    actor: Any | None,
    at: datetime | None = None,
    silently: bool = False,
) -> Chargeback:
    """Every line is accepted or disputed, in part or whole; accepted and disputed make the claimed amount, always.

    answers: by the line's pk. Raises AlreadyAnswered, AnswerIncomplete, AmountAboveClaimed, ReasonMissing.
    """
    at = at or clock.now()
    note = lock(note)
    if note.status not in UNANSWERED:
        raise AlreadyAnswered(number=note.number)
    lines = list(note.lines.filter(is_live=True).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    asked = [line for line in lines if not line.outcome]
    if {line.pk for line in asked} != set(answers):
        raise AnswerIncomplete
    for line in asked:
        _answer_line(line, answers[line.pk])
    ChargebackLine.objects.bulk_update(asked, ["accepted", "disputed", "answer_reason"], batch_size=2_000)
    note.accepted, note.disputed = (
        total(line.accepted or Decimal(0) for line in lines),
        total(line.disputed or Decimal(0) for line in lines),
    )
    note.answered_at, note.accepted_silently = at, silently
    note.save(update_fields=["accepted", "disputed", "answered_at", "accepted_silently"])
    figures = {"accepted": str(note.accepted), "disputed": str(note.disputed)}
    note = move(note, status_of(note), actor=actor, at=at, data=figures)
    record_on_every_chain(note, "recoverycase.answered", actor, at, {"note": note.number, **figures})
    return note


def _answer_line(line: ChargebackLine, answer: LineAnswer) -> None:
    accepted = round_money(answer.accepted)
    if not accepted.is_finite() or not 0 <= accepted <= line.claimed:
        raise AmountAboveClaimed(position=line.position, claimed=line.claimed, field=f"line_{line.pk}")
    line.accepted, line.disputed = accepted, line.claimed - accepted
    line.answer_reason = answer.reason.strip()[:300]
    if line.disputed and len(line.answer_reason) < 10:
        raise ReasonMissing(position=line.position, disputed=line.disputed, field=f"reason_{line.pk}")


def status_of(note: Chargeback) -> str:
    if not note.disputed:
        return ChargebackStatus.ACCEPTED
    return ChargebackStatus.PART_ACCEPTED if note.accepted else ChargebackStatus.DISPUTED


def accept_silent(*, at: datetime | None = None) -> int:
    """Notes unanswered after their last day are accepted where every agreement says that silence accepts; how many."""
    at = at or clock.now()
    late = Chargeback.objects.filter(status__in=UNANSWERED, answer_by__lt=clock.local_date(at)).order_by("pk")
    count = 0
    for note in late:
        lines = list(note.lines.filter(is_live=True).select_related("case__agreement"))
        if all(line.case.agreement and line.case.agreement.deemed_accept for line in lines):
            answers = {line.pk: LineAnswer(line.claimed) for line in lines if not line.outcome}
            answer_chargeback(note, answers=answers, actor=None, at=at, silently=True)
            count += 1
    return count
