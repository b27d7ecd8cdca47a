"""What comes next for a claim, and by when, for the person who reads it."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import clock, show
from portal.core.pages import NextStep
from portal.core.parameters import param
from warranty.deadline import Deadline, deadline_of
from warranty.disputed_lines import month_of_claim
from warranty.models import ClaimStatus, WarrantyClaim
from warranty.settlement_states import FailedPartStatus
from warranty.wording import ROUTES, say_finding

AT_STATION = (FailedPartStatus.REQUESTED, FailedPartStatus.TAGGED)


def next_step_of(claim: WarrantyClaim, user: Any) -> NextStep | None:
    """A sentence with the day it is due, and a button if this reader is the one to act."""
    maker = _STEPS.get(ClaimStatus(claim.status))
    return maker(claim, user) if maker else None


def _draft(claim: WarrantyClaim, user: Any) -> NextStep:
    limit = deadline_of(claim.repaired_on)
    if limit.is_past:
        return _expired(claim, user, limit)
    missing = claim.explanation.get("refusals", [])
    text = _("Submit by %(day)s.") % {"day": show.day(limit.last)}
    if missing:
        text = f"{text} {' '.join(say_finding(finding) for finding in missing)}"
    if not user.has_perm("warranty.edit_claim", claim):
        return NextStep(text)
    return NextStep(text, _("Continue"), reverse("claim_edit", args=[claim.pk]), "wait" if missing else "")


def _expired(claim: WarrantyClaim, user: Any, limit: Deadline) -> NextStep:
    text = _("The last day to submit was %(day)s; this draft has expired.") % {"day": show.day(limit.last)}
    if not user.has_perm("warranty.withdraw_claim", claim):
        return NextStep(text, tone="bad")
    return NextStep(text, _("Withdraw"), reverse("claim_withdraw", args=[claim.pk]), "bad")


def _in_review(claim: WarrantyClaim, user: Any) -> NextStep:
    route = str(ROUTES.get(claim.route, ""))
    if user.has_perm("warranty.approve_claim", claim):
        text = _("This claim waits for your decision.")
        return NextStep(text, _("Decide"), claim.desk_url)
    return NextStep(_("Headquarters decides: %(route)s.") % {"route": route})


def _asked(claim: WarrantyClaim, user: Any) -> NextStep:
    asked = claim.questions.filter(answered_at=None).order_by("-round").first()
    due = show.moment(asked.due_at) if asked else ""
    text = _("Answer by %(due)s: %(question)s") % {"due": due, "question": asked.question if asked else ""}
    if not user.has_perm("warranty.answer_question", claim):
        return NextStep(text)
    return NextStep(text, _("Answer"), reverse("claim_answer", args=[claim.pk]), "wait")


def _granted(claim: WarrantyClaim, user: Any) -> NextStep:
    decided = clock.local_date(claim.decided_at) if claim.decided_at else clock.today()
    month = month_of_claim(claim) or decided
    text = _("It stands on the statement of %(month)s.") % {"month": f"{month:%Y-%m}"}
    return _return_first(claim, user, text) or NextStep(text)


def _return_first(claim: WarrantyClaim, user: Any, text: str) -> NextStep | None:
    """The old parts still with the station, if any: they must arrive, or their amount is taken back."""
    due = [piece.due_on for piece in claim.failed_parts.filter(status__in=AT_STATION)]
    if not due:
        return None
    first = ngettext(
        "Send back %(count)s old part by %(day)s.", "Send back %(count)s old parts by %(day)s.", len(due)
    ) % {"count": len(due), "day": show.day(min(due))}
    if not user.has_perm("warranty.print_failed_part_tags"):
        return NextStep(f"{first} {text}")
    return NextStep(f"{first} {text}", _("Return old parts"), reverse("failed_parts_to_return"), "wait")


def _rejected(claim: WarrantyClaim, user: Any) -> NextStep:
    decided = clock.local_date(claim.decided_at) if claim.decided_at else clock.today()
    last = decided + timedelta(days=param("warranty.appeal_days", decided))
    return NextStep(_("The decision can be appealed until %(day)s.") % {"day": show.day(last)}, tone="bad")


def _settled(claim: WarrantyClaim, user: Any) -> NextStep:
    return NextStep(_("It stands on a statement; the payment follows its confirmation."))


_STEPS = {
    ClaimStatus.DRAFT: _draft,
    ClaimStatus.IN_REVIEW: _in_review,
    ClaimStatus.INFO_REQUESTED: _asked,
    ClaimStatus.APPROVED: _granted,
    ClaimStatus.PARTIALLY_APPROVED: _granted,
    ClaimStatus.REJECTED: _rejected,
    ClaimStatus.SETTLED: _settled,
}
