"""Today's claims: drafts, each route of review with a claim to decide, a question open, one withdrawn, one reversed."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import F

from portal.core.money import round_money
from portal.core.saved_views import save_view
from portal.web.demo.pictures import photo
from portal.web.demo.story import BUSY, Story
from portal.web.demo.today import desk
from warranty import claims, review
from warranty.appeals import AppealedLine, Ruling, appealable_lines, decide_appeal, file_appeal, may_appeal, may_decide
from warranty.desk import holding, taking
from warranty.models import FailedPart, Route, WarrantyClaim
from warranty.states import APPEALABLE, ClaimStatus

type Now = Callable[..., Any]
WANTED = ((Route.REVIEWER, 700, 2), (Route.APPROVER, 3_600, 2), (Route.TWO_APPROVERS, 16_000, 2))
OWED = 10
GROUNDS = "现场为狭小机柜，拆装用时多于标准工时；补充现场照片与签字工时单，请复核。"
RULED = "已核对补充照片与工时记录，按复核结果裁定。"
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
    _on_the_desk(story, now, waiting)
    gone = _draft(story, now)
    now(lambda: claims.withdraw_claim(gone, actor=clerk, note="客户已在别处维修"), clerk)
    _reverse(story, now)
    _appeal(story, now)


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


def _on_the_desk(story: Story, now: Now, waiting: dict[str, list[WarrantyClaim]]) -> None:
    """One claim is taken and its part line waits for the appraisal; another is taken by the second approver."""
    approver, second = story.people["approver"], story.people["approver2"]
    for claim in waiting.get(Route.APPROVER, ())[:1]:
        lines = list(claim.lines.filter(kind="part").values_list("pk", flat=True)[:1])
        now(partial(taking.take, claim, actor=approver), approver)
        why = "故障现象与更换数量不符，待旧件鉴定后再核定。"
        now(partial(holding.hold_lines, claim, lines=lines, reason=why, actor=approver), approver)
    for claim in waiting.get(Route.APPROVER, ())[1:2]:
        now(partial(taking.take, claim, actor=second), second)
    name, shared = "超过一周未领取", {"page": "claim_queue", "query": "whose=free&age=8-15"}
    now(partial(save_view, approver, name=name, is_shared=True, **shared), approver)


def _reverse(story: Story, now: Now) -> None:
    approver = story.people["approver"]
    paid = WarrantyClaim.objects.filter(status=ClaimStatus.PAID).order_by("-pk").first()
    if paid is not None:
        why, code = "抽查发现维修未实际发生，予以冲回", "REPAIR_NOT_DONE"
        now(lambda: review.reverse_claim(paid, reason_code=code, reason=why, actor=approver), approver)


def _appeal(story: Story, now: Now) -> None:
    """Of the decisions that cut something lately, one appeal waits, one was granted in part, one dismissed."""
    cut = WarrantyClaim.objects.filter(status__in=APPEALABLE, approved_total__lt=F("claimed_total"), appeal=None)
    found = [claim for claim in cut.select_related("station").order_by("-decided_at")[:40] if may_appeal(claim)]
    for claim, share in zip(found, (None, Decimal("0.5"), Decimal(0)), strict=False):
        owner = story.owner_of(claim.station)
        lines = [AppealedLine(line.pk, line.cut) for line in appealable_lines(claim)]
        proof = ContentFile(photo(story.dice, f"AP {claim.number}"), name="evidence.jpg")
        filed = now(partial(file_appeal, claim, lines=lines, grounds=GROUNDS, files=[proof], actor=owner), owner)
        if filed is not None and share is not None:
            code = "EVIDENCE_PARTLY" if share else "EVIDENCE_WEAK"
            rulings = {row.pk: Ruling(round_money(row.asked_amount * share), RULED, code) for row in filed.lines.all()}
            now(partial(_rule, filed, rulings, (story.people["approver2"], story.people["approver"])))


def _rule(filed: Any, rulings: Any, people: tuple[Any, ...]) -> None:
    """Whoever of them had no hand in the claim decides its appeal."""
    for person in people:
        if may_decide(person, filed):
            decide_appeal(filed, rulings=rulings, actor=person)
            return
