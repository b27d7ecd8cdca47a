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
MYSTERY = Role.MYSTERY_CUSTOMER
S = ApplicationStatus


def not_own(user: Any, application: Any) -> bool:
    """Nobody approves what they filed, nor whom they invited."""
    return user.pk not in application.own_people


def not_own_nor_reviewed(user: Any, application: Any) -> bool:
    """Nor what they reviewed for the region."""
    return not_own(user, application) and application.region_decider_id != user.pk


def not_own_entry(user: Any, entry: Any) -> bool:
    """What one has posted, another corrects."""
    return bool(entry.actor_id != user.pk)


def theirs_to_confirm(user: Any, item: Any) -> bool:
    """An item of an exit belongs to the roles that its kind names."""
    from portal.accounts.roles import roles_of
    from stations.exits.registry import kind_of

    kind = kind_of(item.key)
    return kind is not None and bool(roles_of(user) & kind.roles)


def not_who_ended_it(user: Any, item: Any) -> bool:
    """Who ended the authorization waives nothing of its exit."""
    return bool(item.exit.terminated_by_id != user.pk)


def filed_it(user: Any, application: Any) -> bool:
    """A draft belongs to who filed it; one filed by an invitation link, to who holds the link."""
    return bool(application.filed_by_id == user.pk)


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


def may_do_visit(user: Any, visit: Any) -> bool:
    """A planned visit is made by whoever of the region goes; a mystery customer makes only their own, others no theirs."""
    from portal.accounts.roles import roles_of

    if visit.application is not None and not not_own(user, visit.application):
        return False
    if visit.is_surprise or not roles_of(user) & {REGION, CENTER}:
        return visit.inspector_id in (None, user.pk)
    return True


def is_inspector(user: Any, visit: Any) -> bool:
    """One person fills in a visit."""
    return bool(visit.inspector_id == user.pk)


allow("stations.invite_applicant", REGION, CENTER, MANAGER)
allow("stations.edit_application", REGION, CENTER, MANAGER, when=filed_it)
allow("stations.check_application", CENTER, REGION, when=not_own)
allow("stations.review_application", REGION, when=not_own)
allow("stations.inspect_application", REGION, CENTER, when=not_own)
allow("stations.withdraw_application", CENTER, REGION, MANAGER)
allow("stations.plan_visit", REGION, MANAGER, MYSTERY)
allow("stations.do_visit", REGION, CENTER, MYSTERY, when=may_do_visit)
allow("stations.fill_visit", REGION, CENTER, MYSTERY, when=is_inspector)
allow("stations.cancel_visit", REGION, MANAGER)
allow("stations.see_mystery", REGION, MANAGER, Role.AUDITOR)
allow("stations.answer_rectification", *OFFICE)
allow("stations.verify_rectification", REGION)
allow("stations.decide_application", MANAGER, when=not_own_nor_reviewed)
allow("stations.return_application", CENTER, REGION, MANAGER, when=at_their_desk)
allow("stations.sign_contract", MANAGER)
allow("stations.renew_contract", MANAGER)
allow("stations.invite_owner", MANAGER, REGION)
allow("stations.manage_staff", Role.STATION_OWNER)
allow("stations.end_membership", MANAGER)
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
allow("stations.return_deposit", Role.FINANCE)
allow("stations.record_payment", Role.FINANCE)
allow("stations.correct_entry", Role.FINANCE, when=not_own_entry)
allow("stations.issue_account_statement", Role.FINANCE, Role.STATION_OWNER)
allow("stations.prepare_renewal", MANAGER)
allow("stations.agree_renewal", Role.STATION_OWNER)
allow("stations.drop_renewal", MANAGER)
allow("stations.certify_grade", MANAGER, REGION, Role.STATION_OWNER)
allow(
    "stations.confirm_exit_item", MANAGER, REGION, Role.FINANCE, Role.WAREHOUSE, Role.APPRAISER, when=theirs_to_confirm
)
allow("stations.waive_exit_item", MANAGER, Role.APPROVER, when=not_who_ended_it)
allow("stations.complete_exit", MANAGER)
allow("stations.export_lists", MANAGER, REGION, CENTER, Role.FINANCE, Role.AUDITOR)
allow("stations.write_bulletin", MANAGER, Role.QUALITY)
allow("stations.publish_bulletin", MANAGER)
allow("stations.read_bulletin", *OFFICE, Role.TECHNICIAN)
allow("stations.view_readers", MANAGER, Role.QUALITY, Role.AUDITOR, REGION, CENTER)
allow("stations.import_stations", MANAGER, REGION)
allow("stations.import_technicians", MANAGER, REGION, Role.STATION_OWNER)
allow("stations.import_equipment", MANAGER, REGION, *OFFICE)
allow("stations.file_idea", *OFFICE, Role.TECHNICIAN)
allow("stations.judge_idea", MANAGER, Role.QUALITY, when=not_author)
allow("stations.reward_idea", MANAGER, when=not_author)
allow("stations.decide_reward", MANAGER, Role.FINANCE, when=not_proposer)
allow("stations.publish_idea", MANAGER, Role.QUALITY)

for public in ("brand", "productfamily", "productmodel", "region", "operationcenter"):
    allow_model(f"stations.{public}", view=tuple(role for role in Role if role != MYSTERY), change=(MANAGER,))
allow_model("stations.dealer", view=(*HQ, REGION, CENTER, Role.STATION_OWNER), change=(MANAGER,))
allow_model("stations.station", view=(*HQ, REGION, CENTER, *OFFICE, Role.TECHNICIAN), change=(MANAGER,))
allow_model("stations.stationgrade", view=(*HQ, REGION, CENTER, *OFFICE))
allow_model("stations.membership", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER), change=(MANAGER,))
allow_model("stations.requireddocument", view=(MANAGER,), change=(MANAGER,))
allow_model("stations.applicationinvitation", view=(MANAGER, REGION, CENTER))
allow_model("stations.stationapplication", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.applicationperson", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.applicationequipment", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.applicationdocument", view=(MANAGER, REGION, CENTER, Role.STATION_OWNER))
allow_model("stations.inspectiontemplate", view=(MANAGER, REGION, CENTER), change=(MANAGER,))
allow_model("stations.inspectionitem", view=(MANAGER, REGION, CENTER), change=(MANAGER,))
allow_model("stations.siteinspection", view=(MANAGER, REGION, CENTER, *OFFICE, MYSTERY))
allow_model("stations.inspectionanswer", view=(MANAGER, REGION, CENTER, *OFFICE, MYSTERY))
allow_model("stations.inspectionphoto", view=(MANAGER, REGION, CENTER, *OFFICE, MYSTERY))
allow_model("stations.rectificationorder", view=(MANAGER, REGION, CENTER, *OFFICE))
allow_model("stations.rectificationfinding", view=(MANAGER, REGION, CENTER, *OFFICE))
allow_model("stations.contract", view=(MANAGER, Role.FINANCE, REGION, CENTER, *OFFICE))
allow_model("stations.renewal", view=(MANAGER, REGION, CENTER, *OFFICE))
allow_model("stations.contractalarm", view=(MANAGER, REGION))
allow_model("stations.stationsuspension", view=(MANAGER, REGION, CENTER))
EXIT_READERS = (MANAGER, Role.FINANCE, Role.WAREHOUSE, Role.APPRAISER, Role.APPROVER, REGION, CENTER)
allow_model("stations.stationexit", view=EXIT_READERS)
allow_model("stations.exititem", view=EXIT_READERS)
allow_model("stations.accountstatement", view=(MANAGER, Role.FINANCE, Role.STATION_OWNER))
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


def not_own_transfer(user: Any, transfer: Any) -> bool:
    """Nobody consents to their own wish."""
    return bool(transfer.asked_by_id != user.pk)


def own_exam(user: Any, attempt: Any) -> bool:
    """A paper is shown to, and taken from, the person who sits it."""
    return bool(attempt.technician.user_id == user.pk)


EVERY_STATION = (*OFFICE, Role.TECHNICIAN)
allow("stations.rate_technician", MANAGER, REGION)
allow("stations.revoke_certificate", MANAGER, REGION)
allow("stations.ask_transfer", Role.STATION_OWNER)
allow("stations.decide_transfer", MANAGER, REGION, when=not_own_transfer)
allow("stations.view_skill_matrix", *HQ, REGION, CENTER, Role.STATION_OWNER)
allow("stations.manage_equipment", *OFFICE)
allow("stations.manage_training", MANAGER)
allow("stations.enroll_technician", *OFFICE)
allow("stations.take_exam", Role.TECHNICIAN)
allow("stations.sit_own_exam", Role.TECHNICIAN, when=own_exam)

for model in ("technician", "skillcertificate"):
    allow_model(f"stations.{model}", view=(*HQ, REGION, CENTER, *EVERY_STATION), change=(MANAGER,))
for model in ("skillrequirement", "equipmentitem", "equipmentrequirement", "course", "question", "choice"):
    shown = (MANAGER,) if model in ("question", "choice") else (*HQ, REGION, CENTER, *EVERY_STATION)
    allow_model(f"stations.{model}", view=shown, change=(MANAGER,))
for model in ("equipment", "calibration", "materialversion", "trainingsession", "enrollment", "examattempt"):
    allow_model(f"stations.{model}", view=(*HQ, REGION, CENTER, *EVERY_STATION))
for model in ("stationgap", "technicianrating", "techniciantransfer", "materialreading"):
    allow_model(f"stations.{model}", view=(*HQ, REGION, CENTER, *OFFICE))
for model in ("certificatealarm", "calibrationalarm", "materialreminder"):
    allow_model(f"stations.{model}", view=(MANAGER,))
