"""Claims in the administration: found, read and judged again; they are decided at the desk of the portal."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from warranty import photos
from warranty.admin.claim_reports import ReportForm, ReportsChosen, report_one
from warranty.models import ClaimDecision, ClaimQuestion, WarrantyClaim
from warranty.replays.again import replay
from warranty.views.explained import Explained

TOPICS = {
    "coverage": _("Coverage"),
    "parts": _("Coverage"),
    "lines": _("Lines"),
    "price": _("Amounts"),
    "risk": _("Risk"),
    "decision": _("Decision"),
    "refusals": _("Refusals at submission"),
}


def judge_again(claim: WarrantyClaim, values: dict[str, Any], actor: Any) -> str:
    """Says whether today's rules answer as they did when the claim was submitted."""
    found = replay(claim)
    if found is None:
        return gettext("What the rules were told was not kept for this claim.")
    if found.is_same:
        return gettext("Judged again on what the rules were told then: the same answer, byte for byte.")
    topics = _("; ").join(str(TOPICS[name]) for name in found.differing)
    return gettext("Judged again on what the rules were told then, the answer differs in: %(topics)s.") % {
        "topics": topics
    }


def _submitted(claim: WarrantyClaim) -> bool:
    return claim.version > 0 and bool(claim.number)


class DecisionInline(ScopedTabularInline):
    """Who decided what."""

    model = ClaimDecision
    fields = ("decided_at", "decided_by", "outcome", "approved_total", "is_final", "withdrawn_at", "letter_number")
    readonly_fields = fields


class QuestionInline(ScopedTabularInline):
    """What was asked and answered."""

    model = ClaimQuestion
    fields = ("round", "question", "asked_by", "asked_at", "answer", "answered_at")
    readonly_fields = fields


@admin.register(WarrantyClaim)
class ClaimAdmin(ReportsChosen, Explained, ReadOnlyAdmin):
    """Every claim; a click shows lines, photos and proofs, and leads to the desk."""

    list_display = (
        "claim", "station", "status", "route", "claimed_total", "allowed_total", "approved_total", "risk_score", "submitted_at",
    )  # fmt: skip
    list_filter = ("status", "route", "station__center__region", "product_model__family")
    list_select_related = ("station", "work_order")
    search_fields = ("number", "serial_number", "work_order__number")
    ordering = ("-pk",)
    fields: ClassVar[Any] = (
        "station",
        "work_order",
        "serial_number",
        "fault_code",
        "failed_on",
        "repaired_on",
        "usage_reading",
    )
    inlines = (DecisionInline, QuestionInline)
    detail_template = "warranty/admin_claim.html"
    actions = ("report_chosen",)
    operations = (
        OperationButton(
            "judge_again", _("Judge again"), judge_again, permission="warranty.judge_again", shown=_submitted,
            intro=_("Every rule is asked again on what it was told at submission. Nothing changes."),
        ),
        OperationButton(
            "report", _("Claim report"), report_one, permission="warranty.report_claims", form=ReportForm,
            intro=_("The claim with its lines, decision and story, as paper and as a table with the same totals."),
        ),
    )  # fmt: skip

    @admin.display(description=_("Claim"), ordering="number")
    def claim(self, row: WarrantyClaim) -> str:
        """Its number, or the job of a draft."""
        return str(row)

    def extra_detail(self, request: HttpRequest, row: WarrantyClaim) -> dict[str, Any]:
        """Lines, proofs and photos for the page and for the form that decides."""
        return {**self.explained(row, request.user), "photos": photos.photos_of(row)}
