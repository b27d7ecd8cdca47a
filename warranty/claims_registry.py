"""What claims tell the rest of the product: titles of events, documents, worklists, search, checks, entitlement."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import registries, timeline
from portal.core.documents import document_kind, money_said
from service import doors, entitlement, life
from warranty import (
    after_job,
    books,
    claim_reports,
    entitled,
    imports,
    parameters,
    pictures,
    registration_work,
    telling,
    unit_cover,
    unit_history,
    worklists,
)
from warranty.appeals.letters import KIND as APPEAL_LETTER
from warranty.appeals.telling import NOTICES as APPEAL_NOTICES
from warranty.claim_report_lines import PAPER_COLUMNS
from warranty.paper_standings import decision_today, outcome_said, ruling_said
from warranty.waiting_letters import KIND as WAITING_LETTER
from warranty.waiting_letters import subject_said
from warranty.wording import say

assert parameters  # noqa: S101 imported for its declarations

DATED = ("laborrate", "travelrate", "exclusioncause", "guaranteeterms", "reasoncode", "supplieragreement")
TERM_TITLES = {
    "proposed": pgettext_lazy("term", "Proposed"),
    "released": pgettext_lazy("term", "Released"),
    "withdrawn": pgettext_lazy("term", "Withdrawn"),
    "ended": pgettext_lazy("term", "End set"),
}
TITLES = {
    "warrantyclaim.drafted": _("Claim drafted"),
    "warrantyclaim.submitted": _("Claim submitted"),
    "warrantyclaim.auto_checked": _("Checked by the system"),
    "warrantyclaim.in_review": _("Sent to review"),
    "warrantyclaim.info_requested": _("Information requested"),
    "warrantyclaim.answered": _("Question answered"),
    "warrantyclaim.taken": _("Taken for review"),
    "warrantyclaim.put_back": _("Put back into the queue"),
    "warrantyclaim.handed_over": _("Handed over for review"),
    "warrantyclaim.line_held": _("Lines held until the appraisal"),
    "warrantyclaim.hold_released": _("Line released to be decided"),
    "warrantyclaim.first_approval": _("First of two approvers decided"),
    "warrantyclaim.first_approval_withdrawn": _("First of two approvals withdrawn"),
    "warrantyclaim.approved": _("Claim approved"),
    "warrantyclaim.partially_approved": _("Claim partially approved"),
    "warrantyclaim.rejected": _("Claim rejected"),
    "warrantyclaim.settled": _("Claim placed on a statement"),
    "warrantyclaim.paid": _("Claim paid"),
    "warrantyclaim.withdrawn": _("Claim withdrawn"),
    "warrantyclaim.photo_removed": _("Photo taken out of the draft"),
    "warrantyclaim.reversed": _("Claim reversed"),
    "warrantyclaim.document_issued": _("Letter issued"),
    "sharedpicture.marked": _("Marked as a shared picture"),
    "sharedpicture.lifted": _("No shared picture any more"),
    "appeal.filed": _("Appeal filed"),
    "appeal.first_decision": _("First of two decided the appeal"),
    "appeal.upheld": _("Appeal upheld"),
    "appeal.partly_upheld": _("Appeal partly upheld"),
    "appeal.dismissed": _("Appeal dismissed"),
    "appeal.document_issued": pgettext_lazy("appeal", "Decision issued"),
    "unitregistration.filed": _("Registration filed"),
    "unitregistration.approved": _("Registration approved"),
    "unitregistration.refused": _("Registration refused"),
    "unitregistration.correction_filed": _("Correction filed"),
    "unitregistration.corrected": _("Registration corrected"),
    "registrationcorrection.filed": _("Correction filed"),
    "registrationcorrection.applied": _("Correction applied"),
    "registrationcorrection.refused": _("Correction refused"),
    "warrantyclaim.start_corrected": _("The registration of the unit was corrected"),
    "warrantyclaim.judged_again": _("Judged again on corrected facts"),
    "warrantyclaim.effect_seen": _("The auditor looked at the correction"),
    "installedunit.sale_recorded": _("Sale on file"),
    "extendedcontract.recorded": _("Extended warranty recorded"),
    "extendedcontract.cancelled": _("Extended warranty cancelled"),
    "warrantypolicy.drawn_up": _("Policy drawn up"),
    "warrantypolicy.released": _("Policy released"),
    "warrantypolicy.ended": _("Policy ended"),
    "warrantypolicy.dropped": _("Policy dropped"),
    "replayrun.started": _("Replay started"),
    "regionaudit.opened": _("Region asked to audit"),
    "regionaudit.sound": _("Audited: nothing wrong"),
    "regionaudit.wrong": _("Audited: something wrong"),
    "station.limit_lowered": _("Limit without a person lowered"),
    "station.limit_lifted": _("Lowered limit lifted"),
    "laborrate.set": _("Labor rate set"),
    **{f"{model}.{to}": title for model in DATED for to, title in TERM_TITLES.items()},
    "reasoncode.added": _("Reason code added"),
    "reasoncode.changed": _("Reason code changed"),
    "travelrate.set": _("Travel rate set"),
    "claimreport.asked": _("Report asked for"),
    "claimreport.document_issued": _("Report read and issued"),
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    timeline.notes_of_the_system("warranty.warrantyclaim", say)
    registries.notices.update(telling.NOTICES)
    registries.notices.update(APPEAL_NOTICES)
    document_kind(
        claim_reports.KIND,
        template="pdf/claim_report.html",
        title=_("Claim report"),
        permission="warranty.report_claims",
        public=[
            ("number", _("Number")),
            ("read_at", pgettext_lazy("report", "As of")),
            ("totals__claimed", _("Claimed"), money_said),
            ("totals__approved", pgettext_lazy("letter", "Approved"), money_said),
            ("totals__appealed", pgettext_lazy("report", "Granted on appeal"), money_said),
        ],
        line_columns=PAPER_COLUMNS,
    )
    document_kind(
        APPEAL_LETTER,
        template="pdf/appeal_decision.html",
        title=_("Decision on an appeal"),
        permission="warranty.view_appeal",
        public=[
            ("claim", _("Claim")),
            ("outcome_code", _("Outcome"), ruling_said),
            ("granted", pgettext_lazy("appeal", "Granted"), money_said),
            ("decided_on", _("Decided on")),
        ],
    )
    document_kind(
        WAITING_LETTER,
        template="pdf/claim_request.html",
        title=_("What a claim waits for"),
        permission="warranty.view_warrantyclaim",
        public=[
            ("claim", _("Claim")),
            ("what", _("Subject"), subject_said),
            ("until", pgettext_lazy("letter", "Until")),
        ],
    )
    document_kind(
        "claim_decision",
        template="pdf/claim_decision.html",
        title=_("Decision on a warranty claim"),
        permission="warranty.view_warrantyclaim",
        public=[
            ("claim", _("Claim")),
            ("outcome_code", _("Outcome"), outcome_said),
            ("approved", pgettext_lazy("letter", "Approved"), money_said),
            ("decided_on", _("Decided on")),
        ],
        standing=decision_today,
    )
    registries.worklist(worklists.for_station)
    registries.worklist(worklists.for_headquarters)
    registries.worklist(worklists.for_region)
    registries.worklist(worklists.appeals_to_decide)
    registries.search(worklists.find_claims)
    registries.search(worklists.find_appeals)
    registries.worklist(registration_work.for_headquarters)
    registries.search(registration_work.find_registrations)
    for drawing in pictures.PICTURES:
        registries.picture(drawing)
    registries.check_books("claim amounts", books.claim_amounts)
    registries.check_books("claim lines", books.claim_lines)
    registries.check_books("claim decisions", books.claim_decisions)
    registries.check_books("claim duplicates", books.claim_duplicates)
    registries.check_books("claim tenants", books.claim_tenants)
    doors.after_job(after_job.claim_of)
    life.source(unit_history.KINDS, unit_history.happenings)
    life.acts(unit_history.acts)
    life.seen_also(unit_history.registered_by)
    life.cover(unit_cover.cover_of)
    imports.register()
    entitlement.provide(entitled.answer, entitled.in_words)
