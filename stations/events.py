"""What the network's events are called on a timeline."""

from django.utils.translation import gettext_lazy as _

from portal.core import registries
from portal.core.events import subscribe
from portal.core.registries import Wording
from portal.core.timeline import title

TITLES = {
    "applicationinvitation.made": _("Invitation link made"),
    "applicationinvitation.revoked": _("Invitation link revoked"),
    "stationapplication.filed": _("Application begun"),
    "stationapplication.submitted": _("Application sent"),
    "stationapplication.center_check": _("To the operation center: looks like a duplicate"),
    "stationapplication.center_check_skipped": _("Center pre-check skipped: papers complete, no duplicate"),
    "stationapplication.region_review": _("To the region for review"),
    "stationapplication.inspection": _("Approved for the region"),
    "stationapplication.rectification": _("Rectification ordered"),
    "stationapplication.hq_decision": _("Site inspection passed"),
    "stationapplication.contracting": _("Approved for headquarters"),
    "stationapplication.active": _("Contract signed, station active"),
    "stationapplication.sent_back": _("Sent back to the applicant"),
    "stationapplication.refused": _("Application refused"),
    "stationapplication.withdrawn": _("Application withdrawn"),
    "siteinspection.planned": _("Visit planned"),
    "siteinspection.under_way": _("Visit begun"),
    "siteinspection.recorded": _("Site inspection recorded"),
    "siteinspection.cancelled": _("Visit cancelled"),
    "siteinspection.document_issued": _("Report issued"),
    "inspectiontemplate.versioned": _("New version of the checklist begun"),
    "inspectiontemplate.in_use": _("Checklist put in use"),
    "inspectiontemplate.retired": _("Checklist retired"),
    "rectificationorder.issued": _("Rectification ordered"),
    "rectificationorder.verification_chosen": _("Way of verification chosen"),
    "rectificationfinding.answered": _("Evidence filed"),
    "rectificationfinding.open": _("Evidence returned"),
    "rectificationfinding.verified": _("Finding verified"),
    "rectificationfinding.missed": _("Finding missed"),
    "rectificationfinding.cancelled": _("Finding cancelled"),
    "rectificationorder.verified": _("Rectification verified"),
    "rectificationorder.missed": _("Rectification missed"),
    "rectificationorder.cancelled": _("Rectification cancelled"),
    "station.active": _("Station active"),
    "station.suspended": _("Station suspended"),
    "station.expired": _("Contract expired: no new jobs"),
    "station.terminated": _("Station left the network"),
    "station.log_ins_ended": _("Log-ins switched off"),
    "station.graded": _("Grade set"),
    "station.owner_invited": _("Owner invited"),
    "station.clerk_invited": _("Clerk invited"),
    "station.technician_added": _("Technician added"),
    "station.certified": _("Technician certified"),
    "membership.ended": _("Membership ended"),
    "contract.signed": _("Contract signed"),
    "contract.renewed": _("Following contract signed"),
    "contract.ending_told": _("Told that the contract ends soon"),
    "renewal.prepared": _("Renewal prepared"),
    "renewal.agreed": _("Renewal agreed by the station"),
    "renewal.signed": _("Renewal signed"),
    "renewal.dropped": _("Renewal dropped"),
    "stationexit.opened": _("Exit begun"),
    "stationexit.item_decided": _("Item of the exit decided"),
    "stationexit.completed": _("Exit completed"),
    "stationexit.document_issued": _("Exit record issued"),
    "exititem.done": _("Done"),
    "exititem.waived": _("Waived"),
    "station.document_issued": _("Grade certificate issued"),
    "accountstatement.document_issued": _("Statement of account issued"),
    "dealeraccount.statement_issued": _("Statement of account issued"),
    "contract.document_issued": _("Certificate issued"),
    "candidateoutlet.added": _("Candidate entered"),
    "candidateoutlet.changed": _("Facts changed"),
    "candidateoutlet.contact_added": _("Contact added"),
    "candidateoutlet.assigned": _("Given to a colleague"),
    "candidateoutlet.talked": _("Talk written down"),
    "candidateoutlet.contacted": _("Contacted"),
    "candidateoutlet.negotiating": _("Negotiation begun"),
    "candidateoutlet.invited": _("Invited to apply"),
    "candidateoutlet.applied": _("Application received"),
    "candidateoutlet.lost": _("Candidate lost"),
    "station.area_set": _("Service area set"),
    "station.hours_set": _("Hours set"),
    "station.closed_days_added": _("Closed days entered"),
    "station.closed_days_removed": _("Closed days removed"),
    "dealerduty.set": _("Dealer class set"),
    "dealerduty.alarmed": _("Reminded of the station to build"),
    "dealeraccount.opened": _("Account opened"),
    "dealeraccount.posted": _("Posted to the dealer account"),
    "dealeraccount.limit_set": _("Credit limit set"),
    "dealeraccount.override_set": _("Allowance above the limit set"),
}


NOTICES: dict[str, Wording] = {
    "contract.ending": _("Contract %(number)s of %(station)s ends in %(days)s days, on %(day)s."),
    "renewal.prepared": _("The terms of the following contract of %(station)s wait for your agreement (%(number)s)."),
    "renewal.agreed": _("%(station)s has agreed to the following contract; it can be signed (%(number)s)."),
}


def register() -> None:
    """Called in AppConfig.ready()."""
    registries.notices.update(NOTICES)
    for kind, text in TITLES.items():
        title(kind, text)
    subscribe("stationapplication.submitted", "stations.follow_application")
