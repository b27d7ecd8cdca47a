"""What a finished job's page says of its warranty claim: made, to be made, too late, or not a case of warranty."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.pieces import NextStep
from service.models import WorkOrder
from warranty.claims import standing_claim
from warranty.deadline import deadline_of


def claim_of(job: WorkOrder, user: Any) -> NextStep | None:
    """The next step towards the claim of a completed job; None for who sees no claims."""
    if not user.has_perm("warranty.view_warrantyclaim"):
        return None
    claim = standing_claim(job)
    if claim is not None:
        text = _("Claimed with %(claim)s: %(status)s.") % {"claim": claim, "status": claim.get_status_display()}
        return NextStep(text, _("Open the claim"), claim.get_absolute_url())
    if job.repaired_on is None:
        return None
    deadline = deadline_of(job.repaired_on)
    if deadline.is_past:
        text = _("The last day to claim this job was %(day)s; nothing was claimed.") % {"day": deadline.last}
        return NextStep(text, tone="wait")
    url = reverse("claim_draft", args=[job.pk]) if user.has_perm("warranty.draft_claim", job) else ""
    if job.request.cover_verdict == "refused":
        text = _(
            "Out of warranty when the request came in: the customer pays, unless a claim shows otherwise by %(day)s."
        )
    else:
        text = _("The job is finished; claim it by %(day)s.")
    return NextStep(text % {"day": deadline.last}, _("Claim this job"), url)
