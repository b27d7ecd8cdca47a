"""Today's claims: drafts, each route of review with a claim to decide, a question open, one withdrawn, one reversed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from portal.web.demo.story import BUSY, Story
from portal.web.demo.today import desk
from warranty import claims, review
from warranty.models import FailedPart, Route, WarrantyClaim
from warranty.states import ClaimStatus

type Now = Callable[..., Any]
WANTED = ((Route.REVIEWER, 700, 2), (Route.APPROVER, 3_600, 2), (Route.TWO_APPROVERS, 16_000, 2))
OWED = 10
ATTEMPTS = 16  # most shelves are worth less than the highest limit, and some units are out of warranty


def tell(story: Story, now: Now) -> None:
    """Reviewer and approvers have claims to decide, the station a question to answer and drafts to finish."""
    station = story.things["stations"][BUSY]
    clerk = story.clerk_of(station)
    for _number in range(3):
        _draft(story, now)
    waiting: dict[str, list[WarrantyClaim]] = {}
    for route, amount, wanted in WANTED:
        for _attempt in range(ATTEMPTS):
            if len(waiting.get(route, ())) >= wanted:
                break
            claim = _submit(story, now, amount)
            if claim is not None and claim.status == ClaimStatus.IN_REVIEW:
                waiting.setdefault(claim.route, []).append(claim)
    _owe(story, now)
    _first_of_two(story, now, waiting)
    _ask(story, now)
    gone = _draft(story, now)
    now(lambda: claims.withdraw_claim(gone, actor=clerk, note="客户已在别处维修"), clerk)
    _reverse(story, now)


def _draft(story: Story, now: Now, worth: int = 0) -> WarrantyClaim:
    clerk = story.clerk_of(story.things["stations"][BUSY])
    job = desk.finished(story, now, worth=worth)
    made: WarrantyClaim = now(lambda: claims.draft_from_work_order(job, actor=clerk), clerk)
    return made


def _submit(story: Story, now: Now, amount: int) -> WarrantyClaim | None:
    owner = story.owner_of(story.things["stations"][BUSY])
    made = _draft(story, now, amount)
    claim: WarrantyClaim | None = now(lambda: claims.submit_claim(made, actor=owner), owner)
    return claim


def _owe(story: Story, now: Now) -> None:
    """Small claims pay themselves; their old parts are what the station owes, some of them to each supplier shown."""
    owed = FailedPart.objects.filter(station=story.things["stations"][BUSY], status="requested")
    blamed = FailedPart.objects.filter(status="requested", line__recovery_cases__status="waiting")
    for _attempt in range(2 * ATTEMPTS):
        shown = [blamed.filter(line__recovery_cases__supplier=each).exists() for each in story.things["suppliers"][:2]]
        if all(shown) and owed.count() >= OWED:
            break
        _submit(story, now, 0)


def _first_of_two(story: Story, now: Now, waiting: dict[str, list[WarrantyClaim]]) -> None:
    approver = story.people["approver2"]
    for claim in waiting.get(Route.TWO_APPROVERS, ())[:1]:
        now(partial(review.decide_lines, claim, decisions=review.proposals(claim), actor=approver), approver)


def _ask(story: Story, now: Now) -> None:
    reviewer = story.people["reviewer"]
    in_review = WarrantyClaim.objects.filter(status=ClaimStatus.IN_REVIEW, route=Route.REVIEWER).order_by("-pk")
    question = "请补充铭牌照片，并说明更换数量与故障现象的关系。"
    for claim in in_review[:1]:
        now(partial(review.request_info, claim, question=question, actor=reviewer), reviewer)


def _reverse(story: Story, now: Now) -> None:
    approver = story.people["approver"]
    paid = WarrantyClaim.objects.filter(status=ClaimStatus.PAID).order_by("-pk").first()
    if paid is not None:
        now(lambda: review.reverse_claim(paid, reason="抽查发现维修未实际发生，予以冲回", actor=approver), approver)
