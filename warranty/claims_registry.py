"""What claims tell the rest of the product: titles of events, documents, worklists, search, checks, entitlement."""

from django.utils.translation import gettext_lazy as _

from portal.core import registries, timeline
from portal.core.documents import document_kind
from service import doors, entitlement
from warranty import after_job, books, entitled, parameters, pictures, telling, worklists

assert parameters  # noqa: S101 imported for its declarations

TITLES = {
    "warrantyclaim.drafted": _("Claim drafted"),
    "warrantyclaim.submitted": _("Claim submitted"),
    "warrantyclaim.auto_checked": _("Checked by the system"),
    "warrantyclaim.in_review": _("Sent to review"),
    "warrantyclaim.info_requested": _("Information requested"),
    "warrantyclaim.answered": _("Question answered"),
    "warrantyclaim.first_approval": _("First of two approvers decided"),
    "warrantyclaim.approved": _("Claim approved"),
    "warrantyclaim.partially_approved": _("Claim partially approved"),
    "warrantyclaim.rejected": _("Claim rejected"),
    "warrantyclaim.settled": _("Claim placed on a statement"),
    "warrantyclaim.paid": _("Claim paid"),
    "warrantyclaim.withdrawn": _("Claim withdrawn"),
    "warrantyclaim.reversed": _("Claim reversed"),
    "warrantyclaim.document_issued": _("Decision letter issued"),
    "unitregistration.filed": _("Registration filed"),
    "unitregistration.approved": _("Registration approved"),
    "unitregistration.refused": _("Registration refused"),
    "goodwillauthorization.authorized": _("Goodwill authorized"),
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.notices.update(telling.NOTICES)
    document_kind(
        "claim_decision",
        template="pdf/claim_decision.html",
        title=_("Decision on a warranty claim"),
        public=[
            ("claim", _("Claim")),
            ("outcome", _("Outcome")),
            ("approved", _("Approved")),
            ("decided_on", _("Decided on")),
        ],
    )
    registries.worklist(worklists.for_station)
    registries.worklist(worklists.for_headquarters)
    registries.search(worklists.find_claims)
    for drawing in pictures.PICTURES:
        registries.picture(drawing)
    registries.check_books("claim amounts", books.claim_amounts)
    registries.check_books("claim lines", books.claim_lines)
    registries.check_books("claim decisions", books.claim_decisions)
    registries.check_books("claim duplicates", books.claim_duplicates)
    registries.check_books("claim tenants", books.claim_tenants)
    doors.after_job(after_job.claim_of)
    entitlement.provide(entitled.answer, entitled.in_words)
