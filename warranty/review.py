"""What people at headquarters do with a claim: decide its lines, ask the station, reverse. Four eyes is in every one.

Not here: what the system decides (adjudication.py), appeals.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock, events, show
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.jobs import enqueue
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, lock, move, refusal
from warranty import adjudication, reasons, waiting_letters
from warranty.desk import holding, seen
from warranty.desk.first_approval import (
    SameApprover,
    SecondApproverDiffers,
    first_decision,
    first_decisions,
    is_agreed,
    keep,
    withdraw_first,
)
from warranty.four_eyes import (
    HadAHand,
    NotYourRoute,
    OwnClaim,
    TextTooShort,
    require_another,
    require_decider,
    require_words,
)
from warranty.models import (
    ClaimDecision,
    ClaimLine,
    ClaimQuestion,
    LineKind,
    ReasonCode,
    ReasonUse,
    Route,
    WarrantyClaim,
)
from warranty.models.reasons import OTHER
from warranty.states import ClaimStatus
from warranty.wording import ROUTES

ZERO = Decimal("0.00")
OF_DECISION = (  # what deciding and its letter read of a claim
    "station__dealer", "work_order__technician", "goodwill", "product_model", "submitted_by",
)  # fmt: skip
__all__ = [
    "HadAHand", "LineDecision", "NotYourRoute", "OwnClaim", "SameApprover", "SecondApproverDiffers", "TextTooShort",
    "answer_question", "check_decisions", "decide_lines", "first_decision", "first_decisions", "outcome_of", "proposals",
    "reason_codes", "reject_unanswered", "request_info", "reverse_claim", "withdraw_first",
]  # fmt: skip


class LinesMissing(Refusal):
    """Each line is decided exactly once."""

    message = _("Every line of %(claim)s has to be decided, once.")
    code = "lines_missing"


class AmountAboveClaimed(Refusal):
    """Nobody gets more than they asked for."""

    message = _("Line %(position)s: approved %(approved)s is not between 0 and the claimed %(claimed)s.")
    code = "amount_above_claimed"


class MoreThanClaimed(Refusal):
    """Nobody approves more pieces or hours than were claimed."""

    message = _("Line %(position)s: approved %(approved)s is more than the claimed %(claimed)s.")
    code = "more_than_claimed"


class NothingButPaid(Refusal):
    """No piece, no money."""

    message = _("Line %(position)s: nothing is approved, but %(approved)s is paid. Set the amount to 0.")
    code = "nothing_but_paid"


class CutNeedsReason(Refusal):
    """A cut says why, by code and in words."""

    message = _("Line %(position)s: a cut needs a reason code and a text of at least %(least)s characters.")
    code = "cut_needs_reason"


class NoMoreQuestions(Refusal):
    """A claim is asked about a limited number of times."""

    message = _("%(claim)s was asked about %(rounds)s times already; decide it.")
    code = "no_more_questions"


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What one line gets: amount in CNY without tax; a cut names a reason code and says why."""

    line_id: int
    amount: Decimal
    reason_code: str = ""
    note: str = ""
    qty: Decimal | None = None
    hours: Decimal | None = None


@transaction.atomic
def decide_lines(
    claim: WarrantyClaim,
    *,
    decisions: Sequence[LineDecision],
    actor: Any,
    reason: str = "",
    mark: int | None = None,
    at: datetime | None = None,
) -> WarrantyClaim:
    """Every line of a claim in review is decided; the claim is then approved, partially approved or rejected.

    decisions: one a line, 0 <= amount <= claimed amount. Above the approver's limit the first approver's decision is kept
    and the claim stays in review until a second one decides the same. mark: what the actor had seen (desk.seen).
    Raises TransitionNotAllowed, OwnClaim, HadAHand, NotYourRoute, ChangedMeanwhile, LineIsHeld, LinesMissing,
    AmountAboveClaimed, CutNeedsReason, ReasonDoesNotFit, SameApprover, SecondApproverDiffers.
    Writes a ClaimDecision, and when final one Event and a letter. Source: rules.md 3.1, 3.2, C21.
    """
    moment = at or clock.now()
    claim = lock(claim, *OF_DECISION)
    require_decider(claim, actor)
    seen.require_unchanged(claim, mark)
    holding.require_nothing_held(claim)
    lines = _lines_of(claim)
    _check(claim, lines, decisions, actor)
    if claim.route == Route.TWO_APPROVERS and not is_agreed(claim, decisions, actor, first_decision(claim)):
        outcome = _outcome(lines.values(), decisions)
        return keep(claim, lines, decisions, outcome=outcome, actor=actor, reason=reason, at=moment)
    named = reasons.named(clock.local_date(moment))
    for decided in decisions:
        _set(lines[decided.line_id], decided, named)
    update_rows(lines.values(), ["approved_amount", "approved_qty", "approved_hours", "reason_code", "note"])
    claim = adjudication.close(claim, _outcome(lines.values(), decisions), actor=actor, at=moment, reason=reason)
    enqueue("warranty.notify_station", claim=claim.pk, status=str(claim.status))
    return claim


@transaction.atomic
def request_info(
    claim: WarrantyClaim,
    *,
    question: str,
    actor: Any,
    reason_code: str = OTHER,
    mark: int | None = None,
    at: datetime | None = None,
) -> ClaimQuestion:
    """The station has to answer by the end of the day 15 days on; the claim waits for it.

    reason_code: what is missing, by the list. Raises OwnClaim, TextTooShort, ReasonDoesNotFit, NoMoreQuestions,
    TransitionNotAllowed. Writes a ClaimQuestion, one Event and a letter.
    """
    moment = at or clock.now()
    claim = lock(claim, *OF_DECISION)
    require_decider(claim, actor, route=False)
    seen.require_unchanged(claim, mark)
    require_words(question, "question", moment)
    day = clock.local_date(moment)
    missing = reasons.require_fitting(reason_code, ReasonUse.QUESTION, day=day, field="question_code")
    rounds = claim.questions.count()
    allowed = param("warranty.question_rounds", moment)
    if rounds >= allowed:
        raise NoMoreQuestions(claim=claim.number, rounds=rounds)
    due = clock.end_of(day + timedelta(days=param("warranty.answer_days", moment)))
    asked = ClaimQuestion.objects.create(
        claim=claim, round=rounds + 1, reason_code=missing, question=question, asked_by=actor, asked_at=moment, due_at=due
    )  # fmt: skip
    data = {"due_at": due.isoformat(), "reason_code": reason_code}
    move(claim, ClaimStatus.INFO_REQUESTED, actor=actor, at=moment, note=question, data=data)
    waiting_letters.issue_question_letter(claim, asked)
    enqueue("warranty.notify_station", claim=claim.pk, status=ClaimStatus.INFO_REQUESTED.value)
    return asked


@transaction.atomic
def answer_question(claim: WarrantyClaim, *, answer: str, actor: Any, at: datetime | None = None) -> WarrantyClaim:
    """The question is answered and the claim submitted again as its next version. Raises what submit_claim raises."""
    from warranty.claims import submit_claim

    moment = at or clock.now()
    claim = lock(claim)
    if claim.status != ClaimStatus.INFO_REQUESTED:
        raise TransitionNotAllowed(
            record=str(claim), before=claim.get_status_display(), after=ClaimStatus.SUBMITTED.label
        )
    require_words(answer, "answer", moment)
    asked = claim.questions.filter(answered_at=None).order_by("-round").first()
    if asked is not None:
        asked.answer, asked.answered_by, asked.answered_at = answer, actor, moment
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
    events.record(claim, "warrantyclaim.answered", actor=actor, at=moment, note=answer)
    return submit_claim(claim, actor=actor, at=moment)


@transaction.atomic
def reject_unanswered(claim: WarrantyClaim, *, at: datetime | None = None) -> WarrantyClaim:
    """A claim whose question was not answered in time is rejected with reason INFO. Raises TransitionNotAllowed."""
    moment = at or clock.now()
    claim = lock(claim)
    if (
        claim.status != ClaimStatus.INFO_REQUESTED
        or claim.questions.filter(answered_at=None, due_at__gte=moment).exists()
    ):
        return claim
    info = reasons.named(clock.local_date(moment)).get("INFO")
    claim.lines.update(approved_amount=ZERO, approved_qty=ZERO, approved_hours=ZERO, reason_code=info)
    claim = adjudication.close(claim, ClaimStatus.REJECTED, actor=None, at=moment, reason="INFO")
    enqueue("warranty.notify_station", claim=claim.pk, status=str(claim.status))
    return claim


@transaction.atomic
def reverse_claim(
    claim: WarrantyClaim, *, reason: str, actor: Any, reason_code: str = OTHER, at: datetime | None = None
) -> WarrantyClaim:
    """A claim that money stands for, by its decision or its appeal, no longer counts; what that takes back follows its event.

    reason_code: why, by the list; reason: in words. Raises OwnClaim, HadAHand, TextTooShort, ReasonDoesNotFit,
    TransitionNotAllowed. Writes the claim, one Event with the amount.
    """
    moment = at or clock.now()
    claim = lock(claim)
    require_another(claim, actor)
    require_words(reason, "reason", moment)
    if claim.status == ClaimStatus.REJECTED and not claim.pays:
        raise refusal(claim, ClaimStatus.REVERSED.label)
    day = clock.local_date(moment)
    data = {"approved": str(claim.approved_total), "from": claim.status, "reason_code": reason_code}
    claim.reversed_for = reasons.require_fitting(reason_code, ReasonUse.REVERSAL, day=day)
    claim.save(update_fields=["reversed_for"])
    claim = move(claim, ClaimStatus.REVERSED, actor=actor, at=moment, note=reason, data=data)
    enqueue("warranty.notify_station", claim=claim.pk, status=str(claim.status))
    return claim


def reason_codes() -> frozenset[str]:
    """The codes that a cut can name."""
    return frozenset(reasons.named())


def proposals(
    claim: WarrantyClaim, lines: Iterable[ClaimLine] | None = None, codes: Collection[str] | None = None
) -> list[LineDecision]:
    """What the rules would give each line, with the reason that cut it: the start of the reviewer's form."""
    from warranty.wording import say_cut

    codes = reason_codes() if codes is None else codes
    said = {line["position"]: say_cut(line) for line in claim.explanation.get("lines", [])}
    return [
        LineDecision(
            line_id=line.pk,
            amount=line.allowed_amount,
            reason_code=next((code for code in line.codes if code in codes), ""),
            note=said.get(line.position, "") if line.allowed_amount < line.claimed_amount else "",
        )
        for line in (claim.lines.order_by("position") if lines is None else lines)
    ]


def check_decisions(
    claim: WarrantyClaim, decisions: Sequence[LineDecision], actor: Any, *, first: ClaimDecision | None
) -> None:
    """Raises what decide_lines() would raise of these decisions; reads without a lock.

    first: what the first of two approvers decided.
    """
    lines = {line.pk: line for line in claim.lines.all()}
    _check(claim, lines, decisions, actor)
    if claim.route == Route.TWO_APPROVERS:
        is_agreed(claim, decisions, actor, first)


def outcome_of(claim: WarrantyClaim, decisions: Sequence[LineDecision]) -> str:
    """The status that these decisions give the claim."""
    return _outcome(claim.lines.all(), decisions)


def _lines_of(claim: WarrantyClaim) -> dict[int, ClaimLine]:
    """The lines by key, locked in the global order."""
    return {line.pk: line for line in claim.lines.select_for_update(of=("self",), no_key=True).order_by("pk")}


def _check(claim: WarrantyClaim, lines: Mapping[int, ClaimLine], decisions: Sequence[LineDecision], actor: Any) -> None:
    if sorted(decided.line_id for decided in decisions) != sorted(lines):
        raise LinesMissing(claim=claim.number)
    least = param("warranty.text_length", clock.now())
    for decided in decisions:
        line = lines[decided.line_id]
        if not decided.amount.is_finite() or not ZERO <= decided.amount <= line.claimed_amount:
            raise AmountAboveClaimed(position=line.position, approved=decided.amount, claimed=line.claimed_amount)
        cut = decided.amount < line.claimed_amount
        if cut and (not decided.reason_code or len(decided.note.strip()) < least):
            raise CutNeedsReason(position=line.position, least=least)
        if cut:
            reasons.require_fitting(decided.reason_code, *reasons.uses_of(decided.amount), of_rules=line.codes)
        _same_tale(line, decided)
        if line.kind == LineKind.OTHER and decided.amount and Role.APPROVER not in roles_of(actor):
            raise NotYourRoute(
                claim=claim.number, claimed=show.money(line.claimed_amount), route=ROUTES[Route.APPROVER]
            )


def _same_tale(line: ClaimLine, decided: LineDecision) -> None:
    """Quantity and hours say no other than the amount. Raises MoreThanClaimed, NothingButPaid."""
    for name, given, claimed in (("qty", decided.qty, line.qty), ("hours", decided.hours, line.hours)):
        if given is not None and given > claimed:
            raise MoreThanClaimed(position=line.position, approved=given, claimed=claimed, field=name)
    if decided.qty == 0 and decided.amount:
        raise NothingButPaid(position=line.position, approved=decided.amount, field="amount")


def _outcome(lines: Any, decisions: Sequence[LineDecision]) -> str:
    claimed = {line.pk: line.claimed_amount for line in lines}
    if not any(decided.amount for decided in decisions):
        return ClaimStatus.REJECTED
    if all(decided.amount == claimed[decided.line_id] for decided in decisions):
        return ClaimStatus.APPROVED
    return ClaimStatus.PARTIALLY_APPROVED


def _of_paid(amount: Decimal, much: Decimal) -> Decimal:
    """What is not paid was not approved in any quantity."""
    return much if amount else ZERO


def _set(line: ClaimLine, decided: LineDecision, named: Mapping[str, ReasonCode]) -> None:
    line.approved_amount = decided.amount
    line.approved_qty = _of_paid(decided.amount, line.qty if decided.qty is None else decided.qty)
    line.approved_hours = _of_paid(decided.amount, line.hours if decided.hours is None else decided.hours)
    cut = decided.amount < line.claimed_amount
    line.reason_code = named.get(decided.reason_code) if cut else None
    line.note = decided.note if cut else ""
