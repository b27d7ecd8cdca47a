"""Ends holds: the last old part of a held line was appraised, given up or waived. Not here: holding (holding.py)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.core import events
from portal.core.notifications import notify
from warranty.models import ClaimReview, LineHold, Verdict, WarrantyClaim
from warranty.recovery import STILL_COMING


def piece_decided(piece: Any, *, actor: Any | None, at: datetime) -> LineHold | None:
    """With the last piece of a held line its hold ends, and whoever has the claim is told. Writes one Event."""
    hold = (
        LineHold.objects.select_for_update(no_key=True, of=("self",))
        .filter(line=piece.line_id, released_at=None)
        .first()
    )
    if hold is None:
        return None
    pieces = list(piece.line.failed_parts.prefetch_related("appraisals"))
    if any(each.status in STILL_COMING for each in pieces):
        return None
    verdicts = [found.verdict for each in pieces for found in each.appraisals.all() if found.is_final]
    return end_hold(hold, actor=actor, at=at, verdicts=verdicts)


def end_hold(
    hold: LineHold, *, actor: Any | None, at: datetime, verdicts: list[str] | None = None, reason: str = ""
) -> LineHold:
    """The line may be decided. Writes one Event and tells the reviewer who has the claim."""
    hold.released_by, hold.released_at, hold.verdicts, hold.release_reason = actor, at, verdicts or [], reason
    hold.save(update_fields=["released_by", "released_at", "verdicts", "release_reason"])
    claim: WarrantyClaim = hold.line.claim
    data = {"position": hold.line.position, "verdicts": hold.verdicts}
    events.record(claim, "warrantyclaim.hold_released", actor=actor, at=at, note=reason, data=data)
    review = ClaimReview.objects.filter(claim=claim).select_related("taken_by").first()
    told = [user for user in {review.taken_by if review else None, hold.held_by} if user is not None and user != actor]
    if told:
        facts = {"claim": claim.number, "position": hold.line.position}
        notify(told, "warrantyclaim.hold_released", facts, url=claim.desk_url, subject=claim)
    return hold


def in_words(hold: LineHold) -> str:
    """How the hold ended, by the verdicts or the reason given."""
    labels = dict(Verdict.choices)
    said = [str(labels.get(Verdict(verdict), verdict)) for verdict in hold.verdicts]
    return _("; ").join(said) or hold.release_reason or _("no old part came")
