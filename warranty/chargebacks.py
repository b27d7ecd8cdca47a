"""Chargeback notes: batched, sent, answered line by line, disputed, paid. Not here: who may be charged (recovery)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts.models import Supplier
from portal.core import clock, events
from portal.core.calendar import add_working_days
from portal.core.errors import Refusal
from portal.core.money import round_money, total
from portal.core.numbering import take_number
from portal.core.states import lock, move
from warranty import settlement_posting as posting
from warranty.chargebacks_documents import issue_note
from warranty.models import Chargeback, ChargebackLine, ItemKind, RecoveryCase, RecoveryEntry
from warranty.recovery import Charge, charges_of
from warranty.settlement_rules import month_of
from warranty.settlement_states import ANSWERS, UNANSWERED, ChargebackStatus, RecoveryStatus


class NothingToCharge(Refusal):
    """No open case of the supplier."""

    message = _("There is nothing to charge to %(supplier)s.")
    code = "nothing_to_charge"


class AnswerIncomplete(Refusal):
    """Every line is accepted or disputed."""

    message = _("Answer every line: what you accept, and why you dispute the rest.")
    code = "answer_incomplete"


class AmountAboveClaimed(Refusal):
    """Accepted lies between 0 and the claimed amount."""

    message = _("Line %(position)s: accept between ¥0.00 and ¥%(claimed)s.")
    code = "amount_above_claimed"


class ReasonMissing(Refusal):
    """A dispute needs words."""

    message = _("Line %(position)s: say in at least 10 characters why you dispute ¥%(disputed)s.")
    code = "reason_missing"


class AlreadyAnswered(Refusal):
    """A note is answered once."""

    message = _("%(number)s has been answered already.")
    code = "already_answered"


class PaymentOutOfBounds(Refusal):
    """Received money stays between nothing and what was accepted."""

    message = _("With ¥%(amount)s, ¥%(sum)s of %(number)s would be received; at most ¥%(limit)s is owed.")
    code = "payment_out_of_bounds"


class OwnNote(Refusal):
    """Who made a note does not decide what becomes of its disputes."""

    message = _("You made %(number)s, so somebody else decides its disputes.")
    code = "own_note"


class NotDisputed(Refusal):
    """Only a disputed line is resolved, once."""

    message = _("This line has no open dispute.")
    code = "not_disputed"


@dataclass(frozen=True)
class LineAnswer:
    """A supplier's answer to one line: the amount accepted, CNY, and why the rest is disputed."""

    accepted: Decimal
    reason: str = ""


def open_cases_of(supplier: Supplier, *, on: date) -> Any:
    """Cases whose notice day has not passed and that are not on a note."""
    return (
        RecoveryCase.objects.filter(supplier=supplier, status=RecoveryStatus.OPEN, last_day__gte=on)
        .select_related("claim__station", "line", "part", "agreement__supplier")
        .order_by("last_day", "pk")
    )


@transaction.atomic
def batch_chargebacks(
    supplier: Supplier, *, actor: Any | None, at: datetime | None = None, cases: Sequence[RecoveryCase] | None = None
) -> Chargeback:
    """All open cases of a supplier (or the chosen ones) stand on one new note, not sent yet.

    Raises NothingToCharge. Writes the note, its lines, and one Event for each case on the claim's chain.
    """
    at = at or clock.now()
    chosen = {case.pk for case in cases} if cases is not None else None
    found = open_cases_of(supplier, on=clock.local_date(at))
    locked = [
        RecoveryCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        for case in sorted(found, key=lambda row: row.pk)
        if chosen is None or case.pk in chosen
    ]
    charges = [(case, charge) for case in locked if case.status == RecoveryStatus.OPEN for charge in charges_of(case)]
    if not charges:
        raise NothingToCharge(supplier=supplier.name)
    note = Chargeback.objects.create(
        supplier=supplier,
        period=month_of(clock.local_date(at)),
        number=take_number("CB", at=at),
        batched_by=actor,
        batched_at=at,
        claimed=total(charge.amount.amount for _case, charge in charges),
    )
    ChargebackLine.objects.bulk_create(
        _line(note, position, case, charge) for position, (case, charge) in enumerate(charges, start=1)
    )
    events.record(note, "chargeback.batched", actor=actor, at=at, data={"claimed": str(note.claimed)})
    for case in {case.pk: case for case, _charge in charges}.values():
        move(case, RecoveryStatus.CHARGED, actor=actor, at=at, data={"note": note.number})
    return note


def _line(note: Chargeback, position: int, case: RecoveryCase, charge: Charge) -> ChargebackLine:
    claim, line = case.claim, charge.claim_line
    facts = {
        "claim": claim.number,
        "station": claim.station.code,
        "model": str(getattr(claim.product_model, "code", "") or ""),
        "serial": claim.serial_number,
        "part": case.part.number,
        "part_name": case.part.name,
        "part_name_en": case.part.name_en,
        "failed_on": claim.failed_on.isoformat(),
        "repaired_on": claim.repaired_on.isoformat(),
        "fault": claim.fault_code.code if claim.fault_code else "",
        "complaint": claim.complaint,
        "cause": claim.cause,
        "correction": claim.correction,
        "qty": str(charge.qty),
        "tags": _tags(case),
        "notice_by": case.last_day.isoformat() if case.last_day else "",
    }
    return ChargebackLine(
        chargeback=note,
        case=case,
        claim_line=line,
        position=position,
        kind=charge.amount.kind,
        text=(line.description if line and line.description else case.part.name)[:200],
        facts=facts,
        base=charge.amount.base,
        share=charge.share * 100,
        claimed=charge.amount.amount,
    )


def _tags(case: RecoveryCase) -> list[dict[str, str]]:
    found = []
    for piece in case.line.failed_parts.prefetch_related("appraisals").order_by("piece"):
        final = next((each for each in piece.appraisals.all() if each.is_final), None)
        found.append(
            {
                "number": piece.number,
                "serial": piece.removed_serial,
                "verdict": final.verdict if final else "",
                "findings": final.findings if final else "",
                "on": clock.local_date(final.at).isoformat() if final else "",
            }
        )
    return found


@transaction.atomic
def send_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """The supplier sees the note, its PDF exists, and its time to answer runs (working days, C42)."""
    at = at or clock.now()
    note = lock(note)
    agreements = [line.case.agreement for line in note.lines.select_related("case__agreement")]
    days = max((agreement.deemed_accept_days for agreement in agreements if agreement), default=15)
    note.sent_at, note.answer_by = at, add_working_days(clock.local_date(at), days)
    note.save(update_fields=["sent_at", "answer_by"])
    note = move(note, ChargebackStatus.SENT, actor=actor, at=at, data={"claimed": str(note.claimed)})
    issue_note(note, actor=actor)
    _on_every_chain(note, "recoverycase.notified", actor, at, {"note": note.number})
    return note


def _on_every_chain(note: Chargeback, kind: str, actor: Any | None, at: datetime, data: dict[str, Any]) -> None:
    """One event for each case of the note, so that each claim's chain shows what became of its money."""
    seen = set()
    for line in note.lines.filter(is_live=True).select_related("case__claim"):
        if line.case_id not in seen:
            seen.add(line.case_id)
            events.record(line.case, kind, actor=actor, at=at, data=data)


@transaction.atomic
def withdraw_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """A note that was not sent is taken back; its cases are open again."""
    at = at or clock.now()
    note = move(lock(note), ChargebackStatus.WITHDRAWN, actor=actor, at=at)
    cases = {line.case_id: line.case for line in note.lines.filter(is_live=True).select_related("case")}
    note.lines.update(is_live=False)
    Chargeback.objects.filter(pk=note.pk).update(claimed=0)
    for _pk, case in sorted(cases.items()):
        move(case, RecoveryStatus.OPEN, actor=actor, at=at)
    return note


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
    note.accepted, note.disputed = (
        total(line.accepted or Decimal(0) for line in lines),
        total(line.disputed or Decimal(0) for line in lines),
    )
    note.answered_at, note.accepted_silently = at, silently
    note.save(update_fields=["accepted", "disputed", "answered_at", "accepted_silently"])
    figures = {"accepted": str(note.accepted), "disputed": str(note.disputed)}
    note = move(note, _status_of(note), actor=actor, at=at, data=figures)
    _on_every_chain(note, "recoverycase.answered", actor, at, {"note": note.number, **figures})
    return note


def _answer_line(line: ChargebackLine, answer: LineAnswer) -> None:
    accepted = round_money(answer.accepted)
    if not accepted.is_finite() or not 0 <= accepted <= line.claimed:
        raise AmountAboveClaimed(position=line.position, claimed=line.claimed, field=f"line_{line.pk}")
    line.accepted, line.disputed = accepted, line.claimed - accepted
    line.answer_reason = answer.reason.strip()[:300]
    if line.disputed and len(line.answer_reason) < 10:
        raise ReasonMissing(position=line.position, disputed=line.disputed, field=f"reason_{line.pk}")
    line.save(update_fields=["accepted", "disputed", "answer_reason"])


def _status_of(note: Chargeback) -> str:
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
    _conclude(header, actor, at)
    return line


def _conclude(note: Chargeback, actor: Any | None, at: datetime) -> None:
    """The note moves on when nothing of it is disputed any more."""
    if note.lines.filter(is_live=True, disputed__gt=0, outcome="").exists():
        return
    if not note.accepted:
        to = ChargebackStatus.WRITTEN_OFF
    elif note.recovered == note.accepted:
        to = ChargebackStatus.SETTLED
    else:
        to = _status_of(note)  # type: ignore[assignment]
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


@transaction.atomic
def record_supplier_payment(
    note: Chargeback,
    *,
    amount: Decimal,
    bank_reference: str,
    actor: Any,
    received_on: date | None = None,
    at: datetime | None = None,
) -> RecoveryEntry:
    """Money of the supplier stands on the note; with the last cent of what it accepted the note is settled.

    A negative amount takes a mistake back. A reference is posted once. Raises PaymentOutOfBounds.
    """
    at = at or clock.now()
    note = lock(note)
    amount = round_money(amount)
    known = note.receipts.filter(source=bank_reference).first()
    if known:
        return known
    after = note.recovered + amount
    if not amount or not 0 <= after <= note.accepted or note.status not in ANSWERS:
        raise PaymentOutOfBounds(amount=amount, sum=after, number=note.number, limit=note.accepted, field="amount")
    entry = RecoveryEntry.objects.create(
        chargeback=note,
        actor=actor,
        source=bank_reference,
        amount=amount,
        received_on=received_on or clock.local_date(at),
        at=at,
    )
    data = {"note": note.number, "amount": str(amount), "bank_reference": bank_reference}
    events.record(note, "chargeback.payment", actor=actor, at=at, data=data)
    _on_every_chain(note, "recoverycase.paid", actor, at, data)
    note.refresh_from_db()
    if after == note.accepted:
        _conclude(note, actor, at)
    return entry
