"""Claims in people's work: what waits for the station and for headquarters, and what a search finds."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import show
from portal.core.registries import Hit, WorkItem, Worklist
from service.models import WorkOrder
from warranty.deadline import deadline_of, not_past
from warranty.models import ClaimStatus, Route, WarrantyClaim
from warranty.rules import STATION


def for_station(user: Any) -> Iterable[Worklist]:
    """Finished jobs without a claim, drafts, and questions to answer."""
    if not roles_of(user) & set(STATION):
        return
    claims = WarrantyClaim.objects.visible_to(user).select_related("work_order", "unit")
    asked = claims.filter(status=ClaimStatus.INFO_REQUESTED).order_by("pk")
    questions = asked.prefetch_related("questions")
    yield Worklist(
        "claim_questions", _("Questions about claims"), questions, _question, _list("info_requested"), tone="wait"
    )
    drafts = claims.filter(status=ClaimStatus.DRAFT).order_by("drafted_at")
    yield Worklist("claim_drafts", _("Claim drafts"), drafts, _to_continue, _list("draft"))
    jobs = unclaimed_jobs(user).filter(not_past()).select_related("request__unit")
    yield Worklist("unclaimed_jobs", _("Finished jobs without a claim"), jobs, _to_claim, reverse("claimable_jobs"))


def for_headquarters(user: Any) -> Iterable[Worklist]:
    """Claims that wait for this person's decision, oldest first."""
    roles = roles_of(user)
    routes = set(Route) if Role.APPROVER in roles else {Route.REVIEWER} if Role.REVIEWER in roles else set()
    if not routes:
        return
    waiting = WarrantyClaim.objects.visible_to(user).awaiting_decision().filter(route__in=routes)
    waiting = (
        waiting.exclude(created_by=user).exclude(submitted_by=user).select_related("unit", "work_order", "station")
    )
    oldest = waiting.oldest_first()
    yield Worklist("claims_to_decide", _("Claims to decide"), oldest, _to_decide, reverse("claim_queue"), tone="run")


def unclaimed_jobs(user: Any) -> Any:
    """Completed warranty jobs of the user's stations that no standing claim covers, latest first, expired ones as well."""
    claimed = WarrantyClaim.objects.exclude(status=ClaimStatus.WITHDRAWN).values("work_order")
    jobs = WorkOrder.objects.visible_to(user).filter(status="completed", repaired_on__isnull=False)
    return jobs.exclude(pk__in=claimed).order_by("-repaired_on", "-pk")


def find_claims(user: Any, text: str) -> Iterable[Hit]:
    """Claims by number or serial number."""
    rows = WarrantyClaim.objects.visible_to(user)
    found = rows.filter(number__holds=text) | rows.filter(serial_number__holds=text)
    for claim in found.order_by("-pk")[:10]:
        label = str(claim.get_status_display())
        yield Hit(_("Warranty claim"), str(claim), claim.serial_number, claim.get_absolute_url(), detail=label)


def _to_claim(job: WorkOrder) -> WorkItem:
    last = deadline_of(job.repaired_on).last if job.repaired_on else None
    return WorkItem(
        job.number,
        str(job.request.unit or ""),
        reverse("claim_draft", args=[job.pk]),
        detail=_("submit by %(day)s") % {"day": show.day(last)},
        action=_("Claim"),
    )


def _to_continue(claim: WarrantyClaim) -> WorkItem:
    if deadline_of(claim.repaired_on).is_past:
        return replace(_item(claim, action=_("Open")), status=str(_("Expired")), tone="bad")
    return _item(claim, action=_("Continue"))


def _to_decide(claim: WarrantyClaim) -> WorkItem:
    return _item(claim, action=_("Decide"))


def _item(claim: WarrantyClaim, *, action: Any) -> WorkItem:
    return WorkItem(
        str(claim),
        claim.serial_number,
        claim.get_absolute_url(),
        detail=show.money(claim.claimed_total),
        status=str(claim.get_status_display()),
        tone=claim.tone,
        action=str(action),
    )


def _question(claim: WarrantyClaim) -> WorkItem:
    open_questions = [row for row in claim.questions.all() if row.answered_at is None]
    asked = open_questions[-1] if open_questions else None
    return WorkItem(
        str(claim),
        asked.question if asked else "",
        claim.get_absolute_url(),
        status=str(claim.get_status_display()),
        tone="wait",
        due_at=asked.due_at if asked else None,
        due_label=str(_("answer")),
        action=str(_("Answer")),
    )


def _list(status: str) -> str:
    return f"{reverse('claim_list')}?status={status}"
