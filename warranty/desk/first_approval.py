"""The first of two approvals above the approver's limit: kept, agreed with by another person, withdrawn by its author.

Not here: the checks of a decision and what follows when it is final (review). Source: rules.md 3.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.money import total
from portal.core.states import TransitionNotAllowed, lock
from warranty.desk import taking
from warranty.models import ClaimDecision, ClaimLine, ClaimStatus, WarrantyClaim


class SecondApproverDiffers(Refusal):
    """Two approvers have to come to the same amounts."""

    message = _("The first approver decided %(first)s, you decided %(second)s. Agree, or ask the station first.")
    code = "second_approver_differs"


class SameApprover(Refusal):
    """The second approver is another person."""

    message = _("You have decided %(claim)s already; a second approver has to agree.")
    code = "same_approver"


class NoFirstApproval(Refusal):
    """Only what was given can be withdrawn."""

    message = _("Nobody has given a first approval of %(claim)s.")
    code = "no_first_approval"


class NotYourApproval(Refusal):
    """An approval is its author's to withdraw."""

    message = _("%(who)s gave the first approval of %(claim)s; nobody else can withdraw it.")
    code = "not_your_approval"


def first_decision(claim: WarrantyClaim) -> ClaimDecision | None:
    """What the first of two approvers decided on the present version."""
    return first_decisions([claim]).get(claim.pk)


def first_decisions(claims: Iterable[WarrantyClaim]) -> dict[int, ClaimDecision]:
    """What the first of two approvers decided on the present version of each claim, by its key; one query for all."""
    keys = [claim.pk for claim in claims]
    found = ClaimDecision.objects.filter(claim__in=keys, version=F("claim__version"), is_final=False, withdrawn_at=None)
    return {row.claim_id: row for row in found.select_related("decided_by").order_by("pk")}


def is_agreed(claim: WarrantyClaim, decisions: Sequence[Any], actor: Any, first: ClaimDecision | None) -> bool:
    """Whether this is the second approver, who agrees. Raises SameApprover, SecondApproverDiffers."""
    if first is None:
        return False
    if first.decided_by_id == actor.pk:
        raise SameApprover(claim=claim.number)
    mine = {decided.line_id: decided.amount for decided in decisions}
    theirs = {row["line"]: Decimal(row["approved"]) for row in first.lines}
    if mine != theirs:
        raise SecondApproverDiffers(first=total(theirs.values()), second=total(mine.values()))
    return True


def keep(
    claim: WarrantyClaim,
    lines: Mapping[int, ClaimLine],
    decisions: Sequence[Any],
    *,
    outcome: str,
    actor: Any,
    reason: str,
    at: datetime,
) -> WarrantyClaim:
    """The locked claim waits for somebody else, who has to decide the same. Writes a ClaimDecision and one Event."""
    approved = total(decided.amount for decided in decisions)
    ClaimDecision.objects.create(
        claim=claim,
        version=claim.version,
        decided_by=actor,
        outcome=outcome,
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
    taking.released(claim)
    events.record(
        claim, "warrantyclaim.first_approval", actor=actor, at=at, note=reason, data={"approved": str(approved)}
    )
    return claim


@transaction.atomic
def withdraw_first(claim: WarrantyClaim, *, actor: Any, reason: str = "", at: datetime | None = None) -> ClaimDecision:
    """The author's first approval no longer counts, and the claim is theirs to decide anew unless somebody has taken it.

    Raises TransitionNotAllowed once the second person has signed, NoFirstApproval, NotYourApproval. Writes one Event.
    """
    moment = at or clock.now()
    claim = lock(claim)
    if claim.status != ClaimStatus.IN_REVIEW:
        raise TransitionNotAllowed(record=str(claim), before=claim.get_status_display(), after=str(_("decided anew")))
    first = first_decision(claim)
    if first is None:
        raise NoFirstApproval(claim=claim.number)
    if first.decided_by_id != actor.pk:
        raise NotYourApproval(who=first.decided_by, claim=claim.number)
    first.withdrawn_at = moment
    first.save(update_fields=["withdrawn_at"])
    data = {"approved": str(first.approved_total)}
    events.record(claim, "warrantyclaim.first_approval_withdrawn", actor=actor, at=moment, note=reason, data=data)
    taking.given_back(claim, actor, moment)
    return first
