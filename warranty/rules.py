"""Who may do what with claims: names, roles, predicates. Not here: which rows somebody sees (SCOPE on the models)."""

from typing import Any

from django.db.models import Q

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import HQ_ROLES, Role, roles_of
from portal.core import clock
from portal.core.parameters import param
from stations.models import Membership
from warranty import settlement_permissions  # noqa: F401 the other half of the table

STATION = (Role.STATION_OWNER, Role.STATION_CLERK)
STATION_READERS = (*STATION, Role.TECHNICIAN)
GIVERS = (Role.SERVICE_MANAGER, Role.APPROVER)
DECIDERS = (Role.REVIEWER, Role.APPROVER)
READERS = (*HQ_ROLES, *STATION_READERS, Role.REGION_MANAGER, Role.CENTER_CLERK)


type Belongs = tuple[frozenset[int], frozenset[int]]


def hand_in(user: Any, claim: Any, belongs: Belongs | None = None) -> str:
    """What the user had to do with the claim: claimed, repaired, goodwill (authorized it), station (belongs to it); or nothing.

    belongs: what belongs_to(user) answers, where it was asked for many claims at once.
    """
    if user.pk in {claim.created_by_id, claim.submitted_by_id}:
        return "claimed"
    technician = claim.work_order.technician
    if technician is not None and technician.user_id == user.pk:
        return "repaired"
    if claim.goodwill is not None and claim.goodwill.authorized_by_id == user.pk:
        return "goodwill"
    stations, dealers = belongs_to(user) if belongs is None else belongs
    return "station" if claim.station_id in stations or claim.station.dealer_id in dealers else ""


def belongs_to(user: Any) -> Belongs:
    """The keys of the stations and of the dealers that the user is a member of today."""
    day = clock.today()
    in_force = Q(valid_to=None) | Q(valid_to__gt=day)
    own = list(Membership.objects.filter(in_force, user=user.pk, valid_from__lte=day).values_list("station", "dealer"))
    return frozenset(key for key, _none in own if key), frozenset(key for _none, key in own if key)


def not_own_claim(user: Any, claim: Any) -> bool:
    """Four eyes: nobody decides what they claimed, repaired, authorized goodwill for, or what their own station claims."""
    return not hand_in(user, claim)


def not_own_policy(user: Any, policy: Any) -> bool:
    """Four eyes: nobody releases what they drew up."""
    return bool(user.pk != policy.created_by_id)


def may_decide_request(user: Any, asked: Any) -> bool:
    """Not one's own, and within what one's role decides by the estimate."""
    if user.pk == asked.requested_by_id:
        return False
    return Role.APPROVER in roles_of(user) or bool(asked.estimated <= param("warranty.reviewer_limit"))


def not_own_filing(user: Any, filed: Any) -> bool:
    """Four eyes: nobody decides a registration, or its correction, that they filed."""
    return bool(user.pk != filed.filed_by_id)


def not_signed_by(user: Any, asked: Any) -> bool:
    """Four eyes: not one's own request, and not one's own first signature."""
    return user.pk not in {asked.requested_by_id, asked.authorized_by_id}


def not_proposed_by(user: Any, budget: Any) -> bool:
    """Four eyes: nobody releases what they proposed."""
    return bool(user.pk != budget.proposed_by_id)


def may_decide_route(user: Any, claim: Any) -> bool:
    """Not one's own, and within what one's role decides: a reviewer up to the reviewer's limit."""
    roles = roles_of(user)
    if not not_own_claim(user, claim):
        return False
    return Role.APPROVER in roles or (Role.REVIEWER in roles and claim.route in {"", "reviewer"})


def may_decide_appeal(user: Any, appeal: Any) -> bool:
    """Another person than those who had a hand in the claim, within what one's role decides."""
    from warranty.appeals.people import may_decide

    return may_decide(user, appeal)


allow("warranty.view_warrantyclaim", *READERS)
allow("warranty.add_warrantyclaim", *STATION)
allow("warranty.draft_claim", *STATION, Role.TECHNICIAN)
allow("warranty.edit_claim", *STATION, Role.TECHNICIAN)
allow("warranty.submit_claim", *STATION)
allow("warranty.withdraw_claim", *STATION)
allow("warranty.answer_question", *STATION)
allow("warranty.approve_claim", *DECIDERS, when=may_decide_route)
allow("warranty.request_info", *DECIDERS, when=not_own_claim)
allow("warranty.view_evidence", *DECIDERS, Role.AUDITOR)
allow("warranty.share_picture", *DECIDERS)
allow("warranty.view_sharedpicture", *HQ_ROLES)
allow("warranty.file_appeal", *STATION)
allow("warranty.decide_appeal", *DECIDERS, when=may_decide_appeal)
allow("warranty.open_desk", *DECIDERS, Role.SERVICE_MANAGER, Role.AUDITOR)
allow("warranty.take_claim", *DECIDERS, when=may_decide_route)
allow("warranty.decide_many", *DECIDERS)
allow("warranty.withdraw_first_approval", Role.APPROVER, when=not_own_claim)
allow("warranty.hold_line", *DECIDERS, when=may_decide_route)
allow("warranty.hand_over_claim", *DECIDERS, Role.SERVICE_MANAGER)
allow("warranty.reverse_claim", Role.APPROVER, when=not_own_claim)
allow("warranty.request_authorization", *STATION_READERS)
allow("warranty.withdraw_authorization", *STATION)
allow("warranty.decide_authorization", *DECIDERS, when=may_decide_request)
allow("warranty.ask_coverage", *READERS)
allow("warranty.file_registration", *STATION)
allow("warranty.approve_registration", Role.SERVICE_MANAGER, Role.REVIEWER, when=not_own_filing)
allow("warranty.file_correction", *STATION, Role.SERVICE_MANAGER, Role.REVIEWER)
allow("warranty.decide_correction", Role.SERVICE_MANAGER, Role.REVIEWER, when=not_own_filing)
allow("warranty.look_at_effect", Role.AUDITOR)
allow("warranty.authorize_goodwill", *GIVERS, when=not_signed_by)
allow("warranty.request_goodwill", *STATION)
allow("warranty.withdraw_goodwill", *STATION)
allow("warranty.propose_goodwill_budget", Role.SERVICE_MANAGER, Role.FINANCE)
allow("warranty.release_goodwill_authority", Role.SERVICE_MANAGER, Role.FINANCE, when=not_own_policy)
allow("warranty.release_goodwill_budget", Role.SERVICE_MANAGER, Role.FINANCE, when=not_proposed_by)
allow("warranty.judge_again", *DECIDERS, Role.SERVICE_MANAGER, Role.AUDITOR)
allow("warranty.view_risk", *HQ_ROLES, Role.REGION_MANAGER)
allow("warranty.view_regionaudit", *HQ_ROLES, Role.REGION_MANAGER)
allow("warranty.close_region_audit", Role.REGION_MANAGER)
allow("warranty.view_sampleaudit", *HQ_ROLES, *STATION, Role.REGION_MANAGER)
allow("warranty.view_limitfallback", *HQ_ROLES, *STATION, Role.REGION_MANAGER)
allow("warranty.lift_fallback", Role.APPROVER, Role.SERVICE_MANAGER)
allow_model("warranty.stationmodelcost", view=tuple(HQ_ROLES), change=())
allow_model("warranty.stationclaimrate", view=tuple(HQ_ROLES), change=())
allow("warranty.replay_claims", Role.SERVICE_MANAGER, Role.APPROVER, Role.FINANCE)
allow("warranty.release_policy", Role.SERVICE_MANAGER, Role.APPROVER, when=not_own_policy)
allow("warranty.record_extension", Role.SERVICE_MANAGER, Role.REVIEWER)
allow("warranty.report_claims", *STATION, Role.REGION_MANAGER, Role.CENTER_CLERK, *HQ_ROLES)
allow_model("warranty.claimreport", view=tuple(HQ_ROLES), change=())
allow("warranty.export_lists", *STATION, Role.REGION_MANAGER, Role.CENTER_CLERK, Role.SUPPLIER, *HQ_ROLES)

for model in ("replayrun", "replaydifference"):
    allow(f"warranty.view_{model}", *HQ_ROLES)
for model in ("claimreview", "deskpresence"):
    allow(f"warranty.view_{model}", *HQ_ROLES)
for model in (
    "claimline", "claimversion", "claimquestion", "claimdecision", "linehold", "appeal", "appealline",
    "priorauthorization", "authorizedline",
):  # fmt: skip
    allow(f"warranty.view_{model}", *READERS)
for model in ("laborrate", "travelrate", "supplieragreement"):
    allow(f"warranty.release_{model}", Role.SERVICE_MANAGER, Role.FINANCE, when=not_own_policy)
for model in ("exclusioncause", "guaranteeterms", "reasoncode"):
    allow(f"warranty.release_{model}", Role.SERVICE_MANAGER, Role.APPROVER, when=not_own_policy)
for model in (
    "warrantypolicy", "policymonths", "laborrate", "travelrate", "reasoncode", "exclusioncause", "guaranteeterms",
):  # fmt: skip
    allow_model(f"warranty.{model}", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
for model in ("campaign", "campaignunit"):
    allow_model(f"warranty.{model}", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
allow("warranty.release_campaign", Role.SERVICE_MANAGER, Role.APPROVER, when=not_own_policy)
allow("warranty.view_goodwillauthorization", *READERS)
allow_model("warranty.goodwillbudget", view=tuple(HQ_ROLES), change=())
allow_model("warranty.goodwillauthority", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER, Role.FINANCE))
allow_model("warranty.extendedcontract", view=tuple(HQ_ROLES), change=())
for model in ("registrationcorrection", "correctioneffect"):
    allow_model(f"warranty.{model}", view=(*HQ_ROLES, *STATION), change=())
allow_model("warranty.unitregistration", view=(*HQ_ROLES, *STATION_READERS), change=())
