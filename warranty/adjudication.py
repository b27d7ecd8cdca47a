"""What the system does with a submitted claim: stores what the checks found, decides, or routes it to a person.

Not here: the checks (assessment), the station's submit (claims.py), people's decisions (review.py).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, statements
from portal.core.jobs import enqueue
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, move
from portal.core.written import Written
from warranty import audits, letters, reasons
from warranty.assessment import Assessment
from warranty.desk.taking import came_to_review
from warranty.models import CampaignUnit, ClaimDecision, ClaimLine, Payer, ReasonCode, WarrantyClaim
from warranty.states import EDITABLE, ClaimStatus

ZERO = Decimal("0.00")
PAYER_BY = {"campaign": Payer.CAMPAIGN, "goodwill": Payer.GOODWILL, "extension": Payer.EXTENDED}


def allow_submit(claim: WarrantyClaim) -> None:
    """Only a draft or an answered question may be submitted. Raises TransitionNotAllowed."""
    if claim.status not in EDITABLE:
        labels = dict(ClaimStatus.choices)
        raise TransitionNotAllowed(
            record=str(claim), before=labels[ClaimStatus(claim.status)], after=ClaimStatus.SUBMITTED.label
        )


def in_audit_sample(number: str, on: date) -> bool:
    """Whether this claim number falls into the sample that a person looks at though nothing is wrong; same every time."""
    share: Decimal = param("warranty.audit_sample_percent", on)
    drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], "big") % 10_000
    return Decimal(drawn) < share * 100


@transaction.atomic
def adjudicate(claim: WarrantyClaim, lines: Sequence[ClaimLine], found: Assessment, *, at: datetime) -> WarrantyClaim:
    """The claim, locked and submitted, is checked and then decided by the system, or waits for a person by its route."""
    store(claim, lines, found)
    summary = {
        "claimed": str(found.price.claimed),
        "allowed": str(found.price.allowed),
        "risk": found.risk.score,
        "grade": found.rates.grade,
        "limit": found.explanation["decision"]["auto_limit"],
    }
    claim = move(claim, ClaimStatus.AUTO_CHECKED, actor=None, at=at, data=summary)
    if found.decision.state == ClaimStatus.IN_REVIEW:
        data = {"route": found.decision.route, "reasons": list(found.decision.reasons)}
        claim = move(claim, ClaimStatus.IN_REVIEW, actor=None, at=at, data=data)
        came_to_review(claim, list(found.decision.reasons))
    else:
        claim = _decide(claim, lines, found, at=at, summary=summary)
    audits.open_region_audit(claim, at=at)
    enqueue("warranty.notify_station", claim=claim.pk, status=str(claim.status))
    return claim


def store(claim: WarrantyClaim, lines: Sequence[ClaimLine], found: Assessment) -> None:
    """The locked claim and its lines carry the answer: payer, return, route, risk, explanation."""
    by_line = {line.position: line for line in lines}
    for position, verdict in found.verdicts.items():
        line = by_line.get(position)
        if line is not None:
            line.payer = PAYER_BY.get(verdict.by or "", Payer.MANUFACTURER)
            line.return_required = verdict.return_required
            statements.update(line, ["payer", "return_required"])
    claim.route = found.decision.route or ""
    claim.risk_score = found.risk.score
    claim.explanation = found.explanation
    statements.update(claim, ["route", "risk_score", "explanation"])


def _decide(
    claim: WarrantyClaim, lines: Sequence[ClaimLine], found: Assessment, *, at: datetime, summary: dict[str, Any]
) -> WarrantyClaim:
    rejected = found.decision.state == ClaimStatus.REJECTED
    named = reasons.named(clock.local_date(at))
    for line in lines:
        _approve(line, ZERO if rejected else line.allowed_amount, named, found)
    return close(claim, found.decision.state, actor=None, at=at, reason=", ".join(found.decision.reasons), data=summary)


def _approve(line: ClaimLine, amount: Decimal, named: dict[str, ReasonCode], found: Assessment) -> None:
    line.approved_amount = amount
    line.approved_qty = line.qty if amount else ZERO
    line.approved_hours = min(line.hours, line.flat_hours * line.qty) if line.kind == "labor" else line.hours
    if amount < line.claimed_amount:
        codes = [*(line.codes if amount else found.decision.reasons), *line.codes]
        line.reason_code = next((named[code] for code in codes if code in named), None)
    statements.update(line, ["approved_amount", "approved_qty", "approved_hours", "reason_code"])


_decided = Written(
    lambda claim: (
        ClaimLine.objects.filter(claim=claim).select_related("part", "operation", "reason_code").order_by("position")
    )
)


def close(
    claim: WarrantyClaim,
    outcome: str,
    *,
    actor: Any | None,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> WarrantyClaim:
    """The locked claim, its lines already approved, moves to its outcome, with a decision record and a letter."""
    claim.refresh_from_db(fields=["approved_total", "claimed_total", "allowed_total"])
    lines = _decided(claim.pk)
    for line in lines:
        line.claim = claim
    claim.decided_by, claim.decided_at = actor, at
    claim.decision_version += 1
    statements.update(claim, ["decided_by", "decided_at", "decision_version"])
    claim = move(
        claim, outcome, actor=actor, at=at, note=reason, data={**(data or {}), "approved": str(claim.approved_total)}
    )
    decided = statements.insert(
        ClaimDecision(
            claim=claim,
            version=claim.version,
            decided_by=actor,
            outcome=outcome,
            approved_total=claim.approved_total or ZERO,
            lines=decision_lines(lines),
            reason=reason,
            letter_number=take_number("DL", at=at),
            decided_at=at,
        )
    )
    if actor is not None:
        audits.record_sample_audit(claim, lines, actor=actor, at=at)
    if outcome != ClaimStatus.REJECTED:
        _use_campaigns(claim)
    letters.issue_letter(decided, lines)
    return claim


def decision_lines(lines: Iterable[ClaimLine]) -> list[dict[str, Any]]:
    """Each line as decided, in plain values."""
    return [
        {
            "position": line.position,
            "kind": line.kind,
            "claimed": str(line.claimed_amount),
            "approved": str(line.approved_amount),
            "reason": line.reason_code.code if line.reason_code else "",
            "note": line.note,
        }
        for line in lines
    ]


def _use_campaigns(claim: WarrantyClaim) -> None:
    """A campaign that covered this claim is used up for its serial number."""
    used = [
        test["value"]
        for verdict in claim.explanation.get("parts", {}).values()
        if verdict.get("by") == "campaign"
        for test in verdict["tests"]
        if test["test"] == "campaign"
    ]
    if used:
        rows = CampaignUnit.objects.filter(campaign__code__in=used, serial_number=claim.serial_number, used_by="")
        rows.update(used_by=claim.number)
