"""Who may decide an appeal, and whose hands were on the claim before."""

from typing import Any

from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.parameters import param
from warranty.models import Appeal, ClaimDecision, WarrantyClaim


def may_decide(user: Any, appeal: Appeal) -> bool:
    """Another person than those who decided, drafted, submitted or appealed; a reviewer up to the reviewer's limit D."""
    roles = roles_of(user)
    if user.pk in hands_of(appeal.claim) | {appeal.filed_by_id}:
        return False
    small = appeal.asked_total <= param("warranty.reviewer_limit", clock.local_date(appeal.filed_at))
    return Role.APPROVER in roles or (Role.REVIEWER in roles and small)


def needs_two(appeal: Appeal) -> bool:
    """Whether two persons have to decide alike: above the approver's limit D on the day of filing, as of a claim."""
    return bool(appeal.asked_total > param("warranty.approver_limit", clock.local_date(appeal.filed_at)))


def hands_of(claim: WarrantyClaim) -> set[int | None]:
    """Everybody who has drafted, submitted or decided the claim."""
    deciders = ClaimDecision.objects.filter(claim=claim).exclude(decided_by=None).values_list("decided_by", flat=True)
    return {claim.created_by_id, claim.submitted_by_id, *deciders}
