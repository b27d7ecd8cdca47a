"""The reviewer's desk: claims by age and amount, lines beside photos and reasons, decided line by line."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from warranty import photos, review
from warranty.forms.claims import DecisionForm, LineDecisions, QuestionForm, ReasonForm, plain
from warranty.models import ClaimDecision, ClaimQuestion, ClaimStatus, WarrantyClaim
from warranty.states import GRANTED
from warranty.views.explained import Explained


def decide(claim: WarrantyClaim, values: dict[str, Any], actor: Any) -> None:
    """Every line gets what the form says."""
    decisions = [
        review.LineDecision(
            line_id=row["line_id"],
            amount=row["amount"],
            reason_code=row["reason_code"].code if row["reason_code"] else "",
            note=row["note"],
            qty=row.get("qty"),
            hours=row.get("hours"),
        )
        for row in values["lines"]
    ]
    review.decide_lines(claim, decisions=decisions, actor=actor, reason=values["reason"])


def ask(claim: WarrantyClaim, values: dict[str, Any], actor: Any) -> None:
    """The station has to answer."""
    review.request_info(claim, question=values["question"], actor=actor)


def reverse(claim: WarrantyClaim, values: dict[str, Any], actor: Any) -> None:
    """The claim no longer counts."""
    review.reverse_claim(claim, reason=values["reason"], actor=actor)


def lines_of(claim: WarrantyClaim) -> tuple[Any, list[dict[str, Any]]]:
    """One row a line, filled with what the rules allow and why, or with what the first approver decided."""
    proposed = {row.line_id: row for row in review.proposals(claim)}
    first = review.first_decision(claim)
    given = {row["line"]: row for row in first.lines} if first else {}
    rows = []
    for line in claim.lines.order_by("position"):
        row, before = proposed[line.pk], given.get(line.pk)
        rows.append(
            {
                "line_id": line.pk,
                "qty": plain(line.qty) if line.kind == "part" else None,
                "hours": plain(min(line.hours, line.flat_hours * line.qty)) if line.kind == "labor" else None,
                "amount": before["approved"] if before else row.amount,
                "reason_code": before["reason"] if before else row.reason_code,
                "note": before["note"] if before else row.note,
            }
        )
    return LineDecisions, rows


def _in_review(claim: WarrantyClaim) -> bool:
    return claim.status == ClaimStatus.IN_REVIEW


def _granted(claim: WarrantyClaim) -> bool:
    return claim.status in GRANTED


class DecisionInline(ScopedTabularInline):
    """Who decided what."""

    model = ClaimDecision
    fields = ("decided_at", "decided_by", "outcome", "approved_total", "is_final", "letter_number")
    readonly_fields = fields


class QuestionInline(ScopedTabularInline):
    """What was asked and answered."""

    model = ClaimQuestion
    fields = ("round", "question", "asked_by", "asked_at", "answer", "answered_at")
    readonly_fields = fields


@admin.register(WarrantyClaim)
class ClaimAdmin(Explained, ReadOnlyAdmin):
    """The queue: oldest first, by amount and route; a click shows lines, photos, proofs and the buttons."""

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
    operations = (
        OperationButton(
            "decide", _("Decide"), decide, permission="warranty.approve_claim", form=DecisionForm, formset=lines_of,
            shown=_in_review, style="primary", success=_("The decision stands; the station is told."),
            template="admin/warranty/decide.html",
        ),
        OperationButton(
            "ask", _("Ask the station"), ask, permission="warranty.request_info", form=QuestionForm, shown=_in_review,
            intro=_("The station has 15 days to answer; then the claim is rejected."), success=_("The station was asked."),
        ),
        OperationButton(
            "reverse", _("Reverse"), reverse, permission="warranty.reverse_claim", form=ReasonForm, shown=_granted,
            style="danger", intro=_("What was paid comes back with the next statement."), success=_("The claim was reversed."),
        ),
    )  # fmt: skip

    @admin.display(description=_("Claim"), ordering="number")
    def claim(self, row: WarrantyClaim) -> str:
        """Its number, or the job of a draft."""
        return str(row)

    def extra_detail(self, request: HttpRequest, row: WarrantyClaim) -> dict[str, Any]:
        """Lines, proofs and photos for the page and for the form that decides."""
        return {**self.explained(row), "photos": photos.photos_of(row)}
