"""The station claims what a job cost; the system decides, or people at headquarters do."""

from decimal import Decimal
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from service.models import WorkOrder
from warranty import claims, review
from warranty.models import WarrantyClaim
from warranty.states import ClaimStatus


def draft(story: Story, job: int, clerk: Any) -> None:
    """The clerk drafts; the owner submits, a few of them never."""
    made = claims.draft_from_work_order(WorkOrder.objects.get(pk=job), actor=clerk)
    owner = story.owner_of(made.station)
    if story.chance(0.99):
        story.plan(story.later(clock.now(), 0.5, 30), lambda: _submit(story, made.pk, owner), by=owner)


def _submit(story: Story, key: int, owner: Any) -> None:
    _follow(story, claims.submit_claim(WarrantyClaim.objects.get(pk=key), actor=owner))


def _follow(story: Story, claim: WarrantyClaim) -> None:
    if claim.status == ClaimStatus.IN_REVIEW:
        at = story.office(story.later(clock.now(), 10, 120))
        story.plan(at, lambda: _review(story, claim.pk), by=story.people["reviewer"])


def _review(story: Story, key: int) -> None:
    claim = WarrantyClaim.objects.get(pk=key)
    if claim.status != ClaimStatus.IN_REVIEW:
        return
    reviewer = story.people["reviewer" if claim.claimed_total <= 2000 else "approver"]
    owner = claim.submitted_by
    if story.chance(0.08) and not claim.questions.exists():
        review.request_info(
            claim, reason_code="PHOTO_UNCLEAR", actor=reviewer,
            question="请补充旧件标签与铭牌的清晰照片，并说明故障发生时的使用情况。",
        )  # fmt: skip
        if story.chance(0.8):
            story.plan(story.later(clock.now(), 10, 200), lambda: _answer(story, key, owner), by=owner)
        return
    decisions = review.proposals(claim)
    if story.chance(0.05) or (_is_drawn(story, claim) and story.chance(0.4)):
        decisions = [refused(row) for row in decisions]
    _follow(story, review.decide_lines(claim, decisions=decisions, actor=reviewer))


def _is_drawn(story: Story, claim: WarrantyClaim) -> bool:
    """Drawn for a check, and not of the station whose today is told, which keeps its limit."""
    drawn = "audit_sample" in claim.explanation.get("decision", {}).get("reasons", ())
    return drawn and claim.station not in story.things["stations"][BUSY : BUSY + 1]


def refused(row: review.LineDecision) -> review.LineDecision:
    """The line gets nothing."""
    note = "旧件与申报的故障现象不符，不予支付"
    return review.LineDecision(line_id=row.line_id, amount=Decimal(0), reason_code="URF", note=note)


def _answer(story: Story, key: int, owner: Any) -> None:
    claim = WarrantyClaim.objects.get(pk=key)
    _follow(story, review.answer_question(claim, answer="已补拍照片，设备在正常使用中突然失效。", actor=owner))
