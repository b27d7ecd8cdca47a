"""Who may do what in the network. Not here: which rows (scope)."""

from typing import Any

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import HQ_ROLES, Role
from stations.states import ApplicationStatus

HQ = tuple(HQ_ROLES)
MANAGER = Role.SERVICE_MANAGER
REGION = Role.REGION_MANAGER
CENTER = Role.CENTER_CLERK
OFFICE = (Role.STATION_OWNER, Role.STATION_CLERK)
S = ApplicationStatus


def not_own(user: Any, application: Any) -> bool:
    """Nobody approves what they filed, nor whom they invited."""
    return user.pk not in application.own_people


def not_own_nor_reviewed(user: Any, application: Any) -> bool:
    """Nor what they reviewed for the region."""
    return not_own(user, application) and application.region_decider_id != user.pk


def at_their_desk(user: Any, application: Any) -> bool:
    """Sending back and refusing belong to whoever decides the present step."""
    from portal.accounts.roles import roles_of

    held = roles_of(user)
    if application.status == S.CENTER_CHECK:
        fits = held & {CENTER, REGION}
    elif application.status in (S.REGION_REVIEW, S.INSPECTION, S.RECTIFICATION):
        fits = held & {REGION}
    else:
        fits = held & {MANAGER}
    return bool(fits) and not_own(user, application)


def not_author(user: Any, idea: Any) -> bool:
    """Nobody judges or rewards their own idea."""
    return bool(idea.author_id != user.pk)


def not_proposer(user: Any, reward: Any) -> bool:
    """A large reward is granted by another than who proposed it, and not by who gets it."""
    return user.pk not in (reward.proposed_by_id, reward.idea.author_id)


allow("stations.invite_applicant", REGION, CENTER, MANAGER)
allow("stations.check_application", CENTER, REGION, when=not_own)
allow("stations.review_application", REGION, when=not_own)
allow("stations.inspect_application", REGION, CENTER, when=not_own)
allow("stations.decide_application", MANAGER, when=not_own_nor_reviewed)
allow("stations.return_application", CENTER, REGION, MANAGER, when=at_their_desk)
allow("stations.sign_contract", MANAGER)
allow("stations.renew_contract", MANAGER)
allow("stations.invite_owner", MANAGER, REGION)
allow("stations.manage_staff", Role.STATION_OWNER)
allow("stations.certify_technician", MANAGER, REGION)
allow("stations.grade_station", MANAGER)
allow("stations.suspend_station", MANAGER)
allow("stations.resume_station", MANAGER)
allow("stations.terminate_station", MANAGER)
allow("stations.recruit_candidate", REGION, CENTER, MANAGER)
allow("stations.assign_candidate", REGION, MANAGER)
allow("stations.set_area", MANAGER, REGION)
allow("stations.set_hours", Role.STATION_OWNER)
allow("stations.set_duty", MANAGER)
allow("stations.set_credit", Role.FINANCE)
allow("stations.receive_deposit", Role.FINANCE)
allow("stations.export_lists", MANAGER, REGION, CENTER, Role.FINANCE, Role.AUDITOR)
allow("stations.write_bulletin", MANAGER, Role.QUALITY)
allow("stations.publish_bulletin", MANAGER)
allow("stations.read_bulletin", *OFFICE, Role.TECHNICIAN)
allow("stations.view_readers", MANAGER, Role.QUALITY, Role.AUDITOR, REGION, CENTER)
allow("stations.file_idea", *OFFICE, Role.TECHNICIAN)
allow("stations.judge_idea", MANAGER, Role.QUALITY, when=not_author)
allow("stations.reward_idea", MANAGER, when=not_author)
allow("stations.decide_reward", MANAGER, Role.FINANCE, when=not_proposer)
allow("stations.publish_idea", MANAGER, Role.QUALITY)

for public in ("brand", "productfamily", "productmodel", "region", "operationcenter"):
    allow_model(f"stations.{public}", view=tuple(Role), change=(MANAGER,))
allow_model("stations.dealer", view=(*HQ, REGION, CENTER, Role.STATION_OWNER), change=(MANAGER,))
allow_model("stations.station", view=(*HQ, REGION, CENTER, *OFFICE, Role.TECHNICIAN), change=(MANAGER,))
allow_model("stations.stationgrade", view=(*HQ, REGION, CENTER, *OFFICE))
allow_model("stations.membership", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER), change=(MANAGER,))
allow_model("stations.technician", view=(*HQ, REGION, CENTER, *OFFICE), change=(MANAGER,))
allow_model("stations.skillcertificate", view=(*HQ, REGION, CENTER, *OFFICE), change=(MANAGER,))
allow_model("stations.requireddocument", view=(MANAGER,), change=(MANAGER,))
allow_model("stations.applicationinvitation", view=(MANAGER, REGION, CENTER))
allow_model("stations.stationapplication", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.applicationdocument", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.inspectiontemplate", view=(MANAGER, REGION, CENTER), change=(MANAGER,))
allow_model("stations.inspectionitem", view=(MANAGER, REGION, CENTER), change=(MANAGER,))
allow_model("stations.siteinspection", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.inspectionanswer", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.rectificationorder", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.contract", view=(MANAGER, Role.FINANCE, REGION, CENTER, *OFFICE))
allow_model("stations.dealeraccount", view=(MANAGER, Role.FINANCE, Role.STATION_OWNER))
allow_model("stations.accountentry", view=(MANAGER, Role.FINANCE, Role.STATION_OWNER))
allow_model("stations.candidateoutlet", view=(MANAGER, REGION, CENTER))
allow_model("stations.candidatecontact", view=(MANAGER, REGION, CENTER))
allow_model("stations.negotiationentry", view=(MANAGER, REGION, CENTER))
for timetable in ("servicearea", "stationhours", "closeddays"):
    allow_model(f"stations.{timetable}", view=(*HQ, REGION, CENTER, *OFFICE, Role.TECHNICIAN))
allow_model("stations.dealerclass", view=(*HQ, REGION, CENTER, Role.STATION_OWNER), change=(MANAGER,))
allow_model("stations.dealerduty", view=(*HQ, REGION, CENTER, Role.STATION_OWNER))
NETWORK = (*HQ, REGION, CENTER, *OFFICE, Role.TECHNICIAN)
allow_model("stations.bulletin", view=NETWORK)
for seen_by_readers in ("bulletinrecipient", "bulletinreading", "bulletinreminder"):
    allow_model(f"stations.{seen_by_readers}", view=(MANAGER, Role.QUALITY))
allow_model("stations.idea", view=NETWORK)
allow_model("stations.ideareward", view=(*HQ, REGION, CENTER, *OFFICE))
allow_model("stations.pointentry", view=NETWORK)
allow_model("stations.publishedidea", view=NETWORK)
allow_model("stations.incentive", view=(MANAGER, Role.FINANCE, REGION, CENTER, Role.STATION_OWNER))
