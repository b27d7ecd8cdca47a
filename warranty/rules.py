"""Who may do what with claims: names, roles, predicates. Not here: which rows somebody sees (SCOPE on the models)."""

from typing import Any

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import HQ_ROLES, Role, roles_of
from warranty import settlement_permissions  # noqa: F401 the other half of the table

STATION = (Role.STATION_OWNER, Role.STATION_CLERK)
STATION_READERS = (*STATION, Role.TECHNICIAN)
DECIDERS = (Role.REVIEWER, Role.APPROVER)
READERS = (*HQ_ROLES, *STATION_READERS, Role.REGION_MANAGER, Role.CENTER_CLERK)


def not_own_claim(user: Any, claim: Any) -> bool:
    """Four eyes: nobody decides what they drafted or submitted."""
    return user.pk not in {claim.created_by_id, claim.submitted_by_id}


def may_decide_route(user: Any, claim: Any) -> bool:
    """Not one's own, and within what one's role decides: a reviewer up to the reviewer's limit."""
    roles = roles_of(user)
    if not not_own_claim(user, claim):
        return False
    return Role.APPROVER in roles or (Role.REVIEWER in roles and claim.route in {"", "reviewer"})


allow("warranty.view_warrantyclaim", *READERS)
allow("warranty.add_warrantyclaim", *STATION)
allow("warranty.draft_claim", *STATION, Role.TECHNICIAN)
allow("warranty.edit_claim", *STATION, Role.TECHNICIAN)
allow("warranty.submit_claim", *STATION)
allow("warranty.withdraw_claim", *STATION)
allow("warranty.answer_question", *STATION)
allow("warranty.approve_claim", *DECIDERS, when=may_decide_route)
allow("warranty.request_info", *DECIDERS, when=not_own_claim)
allow("warranty.reverse_claim", Role.APPROVER, when=not_own_claim)
allow("warranty.file_registration", *STATION)
allow("warranty.approve_registration", Role.SERVICE_MANAGER, Role.REVIEWER)
allow("warranty.authorize_goodwill", Role.SERVICE_MANAGER, Role.APPROVER)
allow("warranty.export_lists", *STATION, Role.REGION_MANAGER, Role.CENTER_CLERK, Role.SUPPLIER, *HQ_ROLES)

for model in ("claimline", "claimversion", "claimquestion", "claimdecision"):
    allow(f"warranty.view_{model}", *READERS)
for model in ("warrantypolicy", "policymonths", "campaign", "campaignunit", "laborrate", "travelrate", "reasoncode"):
    allow_model(f"warranty.{model}", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
allow_model("warranty.goodwillauthorization", view=tuple(HQ_ROLES), change=())
allow_model("warranty.unitregistration", view=(*HQ_ROLES, *STATION_READERS), change=())
