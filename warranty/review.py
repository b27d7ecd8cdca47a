"""What people at headquarters do with a claim: decide its lines, ask the station, reverse. Four eyes is in every one.

Not here: what the system decides (adjudication.py), appeals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.jobs import enqueue
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, lock, move
from warranty import adjudication
from warranty.models import ClaimDecision, ClaimLine, ClaimQuestion, LineKind, ReasonCode, Route, WarrantyClaim
from warranty.states import ClaimStatus

ZERO = Decimal("0.00")


class OwnClaim(Refusal):
    """Four eyes: nobody decides what they drafted or submitted."""

    message = _("You drafted or submitted %(claim)s; somebody else has to decide it.")
    code = "own_claim"


class NotYourRoute(Refusal):
    """The amount is above what one's role decides."""

    message = _("%(claim)s claims %(claimed)s: that is decided by %(route)s.")
    code = "not_your_route"


class LinesMissing(Refusal):
    """Each line is decided exactly once."""

    message = _("Every line of %(claim)s has to be decided, once.")
    code = "lines_missing"


class AmountAboveClaimed(Refusal):
    """Nobody gets more than they asked for."""

    message = _("Line %(position)s: approved %(approved)s is not between 0 and the claimed %(claimed)s.")
    code = "amount_above_claimed"


class CutNeedsReason(Refusal):
    """A cut says why, by code and in words."""

    message = _("Line %(position)s: a cut needs a reason code and a text of at least %(least)s characters.")
    code = "cut_needs_reason"


class SecondApproverDiffers(Refusal):
    """Two approvers have to come to the same amounts."""

    message = _("The first approver decided %(first)s, you decided %(second)s. Agree, or ask the station first.")
    code = "second_approver_differs"


class SameApprover(Refusal):
    """The second approver is another person."""

    message = _("You have decided %(claim)s already; a second approver has to agree.")
    code = "same_approver"


class NoMoreQuestions(Refusal):
    """A claim is asked about a limited number of times."""

    message = _("%(claim)s was asked about %(rounds)s times already; decide it.")
    code = "no_more_questions"


class TextTooShort(Refusal):
    """A question or reason has to say something."""

    message = _("Write at least %(least)s characters.")
    code = "text_too_short"


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
    claim: WarrantyClaim, *, decisions: Sequence[LineDecision], actor: Any, reason: str = "", at: datetime | None = None
) -> WarrantyClaim:
    """Every line of a claim in review is decided; the claim is then approved, partially approved or rejected.

    decisions: one a line, 0 <= amount <= claimed amount. Above the approver's limit the first approver's decision is kept
    and the claim stays in review until a second one decides the same. Raises TransitionNotAllowed, OwnClaim,
    NotYourRoute, LinesMissing, AmountAboveClaimed, CutNeedsReason, SameApprover, SecondApproverDiffers.
    Writes a ClaimDecision, and when final one Event and a letter. Source: rules.md 3.1, 3.2, C21.
    """
    moment = at or clock.now()
    claim = lock(claim)
    _allow(claim, actor)
    lines = _lines_of(claim)
    _check(claim, lines, decisions, actor)
    if claim.route == Route.TWO_APPROVERS and not _second(claim, decisions, actor):
        return _keep_first(claim, lines, decisions, actor=actor, reason=reason, at=moment)
    codes = {code.code: code for code in ReasonCode.objects.filter(code__in=[d.reason_code for d in decisions])}
    for decided in decisions:
        _write(lines[decided.line_id], decided, codes)
    claim = adjudication.close(claim, _outcome(lines.values(), decisions), actor=actor, at=moment, reason=reason)
    enqueue("warranty.notify_station", claim=claim.pk)
    return claim


@transaction.atomic
def request_info(claim: WarrantyClaim, *, question: str, actor: Any, at: datetime | None = None) -> ClaimQuestion:
    """The station has to answer by the end of the day 15 days on; the claim waits for it.

    Raises OwnClaim, TextTooShort, NoMoreQuestions, TransitionNotAllowed. Writes a ClaimQuestion and one Event.
    """
    moment = at or clock.now()
    claim = lock(claim)
    _allow(claim, actor, route=False)
    _long_enough(question, "question")
    rounds = claim.questions.count()
    allowed = param("warranty.question_rounds", moment)
    if rounds >= allowed:
        raise NoMoreQuestions(claim=claim.number, rounds=rounds)
    due = clock.end_of(clock.local_date(moment) + timedelta(days=param("warranty.answer_days", moment)))
    asked = ClaimQuestion.objects.create(
        claim=claim, round=rounds + 1, question=question, asked_by=actor, asked_at=moment, due_at=due
    )
    move(claim, ClaimStatus.INFO_REQUESTED, actor=actor, at=moment, note=question, data={"due_at": due.isoformat()})
    enqueue("warranty.notify_station", claim=claim.pk)
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
    _long_enough(answer, "answer")
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
    info = ReasonCode.objects.filter(code="INFO").first()
    claim.lines.update(approved_amount=ZERO, approved_qty=ZERO, approved_hours=ZERO, reason_code=info)
    claim = adjudication.close(claim, ClaimStatus.REJECTED, actor=None, at=moment, reason="INFO")
    enqueue("warranty.notify_station", claim=claim.pk)
    return claim


@transaction.atomic
def reverse_claim(claim: WarrantyClaim, *, reason: str, actor: Any, at: datetime | None = None) -> WarrantyClaim:
    """A granted claim no longer counts; what was paid comes back as a negative line of the next statement.

    Raises OwnClaim, TextTooShort, TransitionNotAllowed. Writes one Event with the amount.
    """
    claim = lock(claim)
    if actor.pk in {claim.created_by_id, claim.submitted_by_id}:
        raise OwnClaim(claim=claim.number)
    _long_enough(reason, "reason")
    data = {"approved": str(claim.approved_total), "from": claim.status}
    claim = move(claim, ClaimStatus.REVERSED, actor=actor, at=at, note=reason, data=data)
    enqueue("warranty.notify_station", claim=claim.pk)
    return claim


def proposals(claim: WarrantyClaim) -> list[LineDecision]:
    """What the rules would give each line, with the reason that cut it: the start of the reviewer's form."""
    from warranty.wording import say_cut

    codes = set(ReasonCode.objects.values_list("code", flat=True))
    said = {line["position"]: say_cut(line) for line in claim.explanation.get("lines", [])}
    return [
        LineDecision(
            line_id=line.pk,
            amount=line.allowed_amount,
            reason_code=next((code for code in line.codes if code in codes), ""),
            note=said.get(line.position, "") if line.allowed_amount < line.claimed_amount else "",
        )
        for line in claim.lines.order_by("position")
    ]


def first_decision(claim: WarrantyClaim) -> ClaimDecision | None:
    """What the first of two approvers decided on the present version."""
    return claim.decisions.filter(version=claim.version, is_final=False).order_by("-pk").first()


def _lines_of(claim: WarrantyClaim) -> dict[int, ClaimLine]:
    """The lines by key, locked in the global order."""
    return {line.pk: line for line in claim.lines.select_for_update(of=("self",), no_key=True).order_by("pk")}


def _allow(claim: WarrantyClaim, actor: Any, *, route: bool = True) -> None:
    if actor.pk in {claim.created_by_id, claim.submitted_by_id}:
        raise OwnClaim(claim=claim.number)
    if claim.status != ClaimStatus.IN_REVIEW:
        raise TransitionNotAllowed(
            record=str(claim), before=claim.get_status_display(), after=str(_("decided")) if route else str(_("asked"))
        )
    roles = roles_of(actor)
    if route and Role.APPROVER not in roles and not (Role.REVIEWER in roles and claim.route == Route.REVIEWER):
        raise NotYourRoute(claim=claim.number, claimed=claim.claimed_total, route=claim.get_route_display())


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
        if line.kind == LineKind.OTHER and decided.amount and Role.APPROVER not in roles_of(actor):
            raise NotYourRoute(claim=claim.number, claimed=line.claimed_amount, route=Route.APPROVER.label)


def _second(claim: WarrantyClaim, decisions: Sequence[LineDecision], actor: Any) -> bool:
    """Whether this is the second approver, who agrees. Raises SameApprover, SecondApproverDiffers."""
    first = first_decision(claim)
    if first is None:
        return False
    if first.decided_by_id == actor.pk:
        raise SameApprover(claim=claim.number)
    mine = {decided.line_id: decided.amount for decided in decisions}
    theirs = {row["line"]: Decimal(row["approved"]) for row in first.lines}
    if mine != theirs:
        raise SecondApproverDiffers(first=sum(theirs.values(), ZERO), second=sum(mine.values(), ZERO))
    return True


def _keep_first(
    claim: WarrantyClaim,
    lines: Mapping[int, ClaimLine],
    decisions: Sequence[LineDecision],
    *,
    actor: Any,
    reason: str,
    at: datetime,
) -> WarrantyClaim:
    approved = sum((decided.amount for decided in decisions), ZERO)
    ClaimDecision.objects.create(
        claim=claim,
        version=claim.version,
        decided_by=actor,
        outcome=_outcome(lines.values(), decisions),
        approved_total=approved,
        lines=[
            {
                "line": decided.line_id,
                "position": lines[decided.line_id].position,
                "approved": str(decided.amount),
                "reason": decided.reason_code,
                "note": decided.note,
            }
            for decided in decisions
        ],
        reason=reason,
        is_final=False,
        decided_at=at,
    )
    events.record(
        claim, "warrantyclaim.first_approval", actor=actor, at=at, note=reason, data={"approved": str(approved)}
    )
    return claim


def _outcome(lines: Any, decisions: Sequence[LineDecision]) -> str:
    claimed = {line.pk: line.claimed_amount for line in lines}
    if not any(decided.amount for decided in decisions):
        return ClaimStatus.REJECTED
    if all(decided.amount == claimed[decided.line_id] for decided in decisions):
        return ClaimStatus.APPROVED
    return ClaimStatus.PARTIALLY_APPROVED


def _write(line: ClaimLine, decided: LineDecision, codes: Mapping[str, ReasonCode]) -> None:
    line.approved_amount = decided.amount
    line.approved_qty = line.qty if decided.qty is None else min(decided.qty, line.qty)
    line.approved_hours = line.hours if decided.hours is None else min(decided.hours, line.hours)
    cut = decided.amount < line.claimed_amount
    line.reason_code = codes.get(decided.reason_code) if cut else None
    line.note = decided.note if cut else ""
    line.save(update_fields=["approved_amount", "approved_qty", "approved_hours", "reason_code", "note"])


def _long_enough(text: str, field: str) -> None:
    least = param("warranty.text_length", clock.now())
    if len(text.strip()) < least:
        raise TextTooShort(least=least, field=field)
