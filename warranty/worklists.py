"""Claims in people's work: what waits for the station and for headquarters, and what a search finds."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role, roles_of
from portal.core import clock, show
from portal.core.parameters import param
from portal.core.registries import Hit, WorkItem, Worklist
from service.models import WorkOrder
from warranty.deadline import deadline_of, not_past
from warranty.desk import queue
from warranty.models import (
    Appeal,
    AppealStatus,
    ClaimDecision,
    ClaimStatus,
    LineHold,
    RegionAudit,
    RegionAuditStatus,
    WarrantyClaim,
)
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
    if not queue.routes_of(user):
        return
    waiting = queue.decidable(user).select_related("unit", "work_order", "station")
    oldest = waiting.oldest_first()
    yield Worklist("claims_to_decide", _("Claims to decide"), oldest, _to_decide, reverse("claim_queue"), tone="run")
    released = LineHold.objects.filter(line__claim=OuterRef("pk"), released_at__isnull=False)
    mine = waiting.filter(Exists(released), review__taken_by=user.pk).exclude(queue.held()).oldest_first()
    url = f"{reverse('claim_queue')}?whose=mine"
    yield Worklist("claims_appraised", _("Claims whose appraisal is done"), mine, _to_decide, url, tone="run")


def for_region(user: Any) -> Iterable[Worklist]:
    """Claims that the region has to look behind, those due first."""
    if Role.REGION_MANAGER not in roles_of(user):
        return
    rows = RegionAudit.objects.visible_to(user).filter(status=RegionAuditStatus.OPEN).select_related("station", "claim")
    url = f"{reverse('region_audit_list')}?status=open"
    yield Worklist("region_audits", _("Claims to audit"), rows.order_by("due_on", "pk"), _to_audit, url, tone="wait")


def appeals_to_decide(user: Any) -> Iterable[Worklist]:
    """Appeals that this person may decide, the most urgent first."""
    if not roles_of(user) & {Role.REVIEWER, Role.APPROVER}:
        return
    waiting = (
        Appeal.objects.visible_to(user)
        .filter(status=AppealStatus.FILED)
        .exclude(filed_by=user)
        .exclude(first_decided_by=user)
    )
    deciders = ClaimDecision.objects.filter(decided_by=user).values("claim")
    mine = Q(claim__created_by=user) | Q(claim__submitted_by=user) | Q(claim__in=deciders)
    waiting = waiting.exclude(mine).select_related("claim", "station").order_by("due_on", "pk")
    if Role.APPROVER not in roles_of(user):
        waiting = waiting.filter(asked_total__lte=param("warranty.reviewer_limit", clock.today()))
    url = f"{reverse('appeal_list')}?status=filed"
    yield Worklist("appeals_to_decide", _("Appeals to decide"), waiting, _appeal, url, tone="wait")


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


def find_appeals(user: Any, text: str) -> Iterable[Hit]:
    """Appeals by number."""
    if user.has_perm("warranty.view_appeal"):
        for appeal in Appeal.objects.visible_to(user).filter(number__icontains=text)[:5]:
            label = str(appeal.get_status_display())
            yield Hit(_("Appeal"), appeal.number, label, appeal.get_absolute_url())


def _appeal(appeal: Appeal) -> WorkItem:
    return WorkItem(
        appeal.number,
        f"{appeal.claim.number} · {appeal.station}",
        appeal.get_absolute_url(),
        detail=show.money(appeal.asked_total),
        status=str(appeal.get_status_display()),
        tone="bad" if appeal.due_on < clock.today() else "wait",
        due_at=clock.end_of(appeal.due_on),
        due_label=str(pgettext_lazy("appeal", "decision")),
        action=str(pgettext_lazy("appeal", "Decide")),
    )


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


def _to_audit(audit: RegionAudit) -> WorkItem:
    return WorkItem(
        audit.number,
        str(audit.station),
        audit.get_absolute_url(),
        detail=str(audit.claim),
        status=_("risk %(score)s") % {"score": audit.risk_score},
        tone="bad" if audit.due_on < clock.today() else "wait",
        due_at=clock.end_of(audit.due_on),
        due_label=str(_("audit")),
        action=str(_("Open")),
    )


def _to_decide(claim: WarrantyClaim) -> WorkItem:
    return replace(_item(claim, action=_("Decide")), url=claim.desk_url)


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
