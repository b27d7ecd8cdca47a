"""The supplier reads a note and accepts or disputes each of its lines, and again where a dispute is denied; silence may accept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import clock, events, jobs, show
from portal.core.money import round_money, total
from portal.core.states import lock, move
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.concluding import conclude, status_of
from warranty.chargebacks.refusals import (
    AlreadyAnswered,
    AmountAboveClaimed,
    AmountBelowAccepted,
    AmountNotInCents,
    AnswerIncomplete,
    ReasonMissing,
)
from warranty.chargebacks.rounds import entry_of
from warranty.four_eyes import words_missing
from warranty.models import Chargeback, ChargebackLine, DisputeAct, DisputeEntry, DraftAnswer
from warranty.settlement_states import ANSWERS, UNANSWERED, ChargebackStatus

CHUNK = 2_000
CONCEDED = "conceded"


@dataclass(frozen=True)
class LineAnswer:
    """A supplier's answer to one line: the amount accepted, CNY, and why the rest is disputed."""

    accepted: Decimal
    reason: str = ""


@transaction.atomic
def acknowledge_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """The supplier has read the note."""
    return move(lock(note), ChargebackStatus.ACKNOWLEDGED, actor=actor, at=at)


def lines_to_answer(note: Chargeback) -> list[ChargebackLine]:
    """What the supplier is asked about: every line of a note that has no answer, afterwards the denied disputes."""
    return list(asked_of(note).order_by("position"))


def asked_of(note: Chargeback) -> Any:
    """The lines that wait for the supplier, in no order."""
    lines = note.lines.filter(is_live=True, outcome="")
    if note.status in UNANSWERED:
        return lines
    return lines.filter(answer_by__isnull=False) if note.status in ANSWERS else lines.none()


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

    Of an answered note the lines whose dispute was denied are answered again, and never less is accepted than before.
    answers: by the line's pk, one for each of lines_to_answer(). Writes an entry for each line that is disputed, or was.
    Raises AlreadyAnswered, AnswerIncomplete, AmountAboveClaimed, AmountBelowAccepted, ReasonMissing.
    """
    at = at or clock.now()
    note = lock(note)
    asked = _locked(asked_of(note))
    if not asked and note.status not in UNANSWERED:
        raise AlreadyAnswered(number=note.number)
    if {line.pk for line in asked} != set(answers):
        raise AnswerIncomplete
    return _take(note, asked, answers, actor=actor, at=at, silently=silently)


@transaction.atomic
def accept_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """Every one of lines_to_answer() is accepted in full. Raises AlreadyAnswered. Writes as answer_chargeback()."""
    note = lock(note)
    asked = _locked(asked_of(note))
    if not asked:
        raise AlreadyAnswered(number=note.number)
    answers = {line.pk: LineAnswer(line.claimed) for line in asked}
    return _take(note, asked, answers, actor=actor, at=at or clock.now(), silently=False)


def _locked(lines: Any) -> list[ChargebackLine]:
    return list(lines.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _take(
    note: Chargeback,
    asked: Sequence[ChargebackLine],
    answers: Mapping[int, LineAnswer],
    *,
    actor: Any | None,
    at: datetime,
    silently: bool,
) -> Chargeback:
    """The answers stand on the lines, the note's sums follow, and it moves on."""
    again, changed = note.status in ANSWERS, ["accepted", "disputed", "answer_reason", "answer_by", "outcome"]
    for line in asked:
        _answer_line(line, answers[line.pk], None if silently else at)
    ChargebackLine.objects.bulk_update(asked, changed if again else changed[:3], batch_size=CHUNK)
    said = [entry_of(line, _act(line, silently), text=line.answer_reason, actor=actor, at=at) for line in asked]
    told = [entry for entry in said if entry.round or entry.disputed]
    DisputeEntry.objects.bulk_create(told, batch_size=CHUNK)
    DraftAnswer.objects.filter(line__chargeback=note).delete()
    _sum_up(note, at, silently=silently, again=again)
    figures = {"accepted": str(note.accepted), "disputed": str(note.disputed)}
    if again:
        data = figures | {"positions": [line.position for line in asked]}
        events.record(note, "chargeback.answered_again", actor=actor, at=at, data=data)
        conclude(note, actor, at)
    else:
        note = move(note, status_of(note), actor=actor, at=at, data=figures)
    record_on_every_chain(note, "recoverycase.answered", actor, at, {"note": note.number, **figures})
    return note


def _act(line: ChargebackLine, silently: bool) -> DisputeAct:
    if line.disputed:
        return DisputeAct.DISPUTED
    return DisputeAct.SILENT if silently else DisputeAct.ACCEPTED


def _sum_up(note: Chargeback, at: datetime, *, silently: bool, again: bool) -> None:
    lines = list(note.lines.filter(is_live=True).values_list("accepted", "disputed"))
    note.accepted = total(accepted or Decimal(0) for accepted, _disputed in lines)
    note.disputed = total(disputed or Decimal(0) for _accepted, disputed in lines)
    changed = ["accepted", "disputed"]
    if not again:
        note.answered_at, note.accepted_silently = at, silently
        changed += ["answered_at", "accepted_silently"]
    note.save(update_fields=changed)


def _answer_line(line: ChargebackLine, answer: LineAnswer, at: datetime | None) -> None:
    """at: when a person says it, whose reason has words enough; None where silence speaks."""
    accepted, before = answer.accepted, line.accepted or Decimal(0)
    if not accepted.is_finite() or not 0 <= accepted <= line.claimed:
        raise AmountAboveClaimed(position=line.position, claimed=line.claimed, field=f"line_{line.pk}")
    if accepted != round_money(accepted):
        raise AmountNotInCents(position=line.position, got=accepted, field=f"line_{line.pk}")
    if accepted < before:
        raise AmountBelowAccepted(position=line.position, accepted=before, got=accepted, field=f"line_{line.pk}")
    line.accepted, line.disputed = accepted, line.claimed - accepted
    line.answer_reason = answer.reason.strip()[:300]
    if line.disputed and at is not None and (least := words_missing(line.answer_reason, at)):
        field = f"reason_{line.pk}"
        raise ReasonMissing(position=line.position, disputed=line.disputed, least=least, field=field)
    if line.rounds:
        line.answer_by = None
        line.outcome = "" if line.disputed else CONCEDED


def accept_silent(*, at: datetime | None = None) -> int:
    """Lines unanswered after their last day are accepted where their agreement says that silence accepts; on how many notes.

    The other lines of such a note count as disputed for want of an answer, so that what is accepted can be paid and the
    rest be decided. A note without any line that silence accepts goes on waiting. So are lines whose denial was not answered
    in time, each by its own agreement. The daily job calls it.
    """
    at = at or clock.now()
    counts: list[int] = []
    jobs.in_turn(lambda: counts.append(_accept_unanswered(at)), lambda: counts.append(_accept_denied(at)))
    return sum(counts)


def _accept_unanswered(at: datetime) -> int:
    late = Chargeback.objects.filter(status__in=UNANSWERED, answer_by__lt=clock.local_date(at)).order_by("pk")
    return len(jobs.each("warranty.accept_silent", lambda: late, lambda note: _accept_note(note, at)))


def _accept_note(note: Chargeback, at: datetime) -> bool:
    """Whether silence accepts the note just now; the supplier may have answered meanwhile."""
    note = lock(note, "supplier")
    lines = list(asked_of(note).select_related("case__agreement"))
    if note.status not in UNANSWERED or not any(_is_deemed(line) for line in lines):
        return False
    with translation.override(note.supplier.language):
        told = _("Not answered by %(day)s; by its agreement silence does not accept.") % {
            "day": show.day(note.answer_by)
        }
    refused = LineAnswer(Decimal(0), told)
    answers = {line.pk: LineAnswer(line.claimed) if _is_deemed(line) else refused for line in lines}
    answer_chargeback(note, answers=answers, actor=None, at=at, silently=True)
    return True


def _is_deemed(line: ChargebackLine) -> bool:
    """Whether the agreement behind the line says that silence accepts."""
    agreement = line.case.agreement
    return agreement is not None and agreement.deemed_accept


def _accept_denied(at: datetime) -> int:
    """Denied disputes whose day passed in silence are accepted where the agreement of the line says so; on how many notes."""
    notes = Chargeback.objects.filter(pk__in=_silent(ChargebackLine.objects.all(), at).values("chargeback"))
    found = notes.order_by("pk")
    return len(jobs.each("warranty.accept_denied", lambda: found, lambda note: _accept_in_silence(note, at)))


def _silent(lines: Any, at: datetime) -> Any:
    late = lines.in_dispute().filter(answer_by__lt=clock.local_date(at), case__agreement__deemed_accept=True)
    return late.filter(chargeback__status__in=ANSWERS)


def _accept_in_silence(note: Chargeback, at: datetime) -> bool:
    note = lock(note)
    asked = _locked(_silent(note.lines.all(), at))
    if not asked:
        return False  # answered or decided meanwhile
    _take(note, asked, {line.pk: LineAnswer(line.claimed) for line in asked}, actor=None, at=at, silently=True)
    return True
