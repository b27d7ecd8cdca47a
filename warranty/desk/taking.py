"""Whose a claim in review is: taken, put back, handed over, the next one. It keeps two people from doing the same work.

It is no lock: whoever may decide a claim may decide it whoever has taken it (the second approver has to).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.states import TransitionNotAllowed, lock
from warranty.desk import queue
from warranty.models import ClaimDecision, ClaimReview, ClaimStatus, WarrantyClaim


class TakenByAnother(Refusal):
    """One claim, one reviewer at a time."""

    message = _("%(who)s has taken %(claim)s. It can be handed over on the page of the claim.")
    code = "taken_by_another"


class NotTaken(Refusal):
    """Only what one has can be put back."""

    message = _("%(claim)s is not yours to put back.")
    code = "not_taken"


class CannotDecide(Refusal):
    """A claim is handed to somebody who may decide it."""

    message = _(
        "%(who)s may not decide %(claim)s: choose somebody whose role decides this amount and who had no hand in it."
    )
    code = "cannot_decide"


class NothingWaits(Refusal):
    """The queue is empty."""

    message = _("Nothing waits for your decision.")
    code = "nothing_waits"


@transaction.atomic
def take(claim: WarrantyClaim, *, actor: Any, at: datetime | None = None) -> ClaimReview:
    """The claim is the actor's to decide; done again it changes nothing.

    Raises TakenByAnother, CannotDecide for the first of two approvers, TransitionNotAllowed.

    Writes one Event.
    """
    claim, review = _waiting(claim)
    if review.taken_by_id == actor.pk:
        return review
    if _gave_first(claim, actor):
        raise CannotDecide(who=actor, claim=claim.number)
    if review.taken_by is not None:
        raise TakenByAnother(who=review.taken_by, claim=claim.number)
    return _give(claim, review, actor, "taken", actor=actor, at=at or clock.now())


@transaction.atomic
def put_back(claim: WarrantyClaim, *, actor: Any, at: datetime | None = None) -> ClaimReview:
    """The claim is nobody's again. Raises NotTaken unless the actor has it. Writes one Event."""
    claim, review = _waiting(claim)
    if review.taken_by_id != actor.pk:
        raise NotTaken(claim=claim.number)
    return _give(claim, review, None, "put_back", actor=actor, at=at or clock.now())


@transaction.atomic
def hand_over(claim: WarrantyClaim, *, to: Any, actor: Any, note: str = "", at: datetime | None = None) -> ClaimReview:
    """The claim is that person's to decide, whoever had it; they are told.

    Raises CannotDecide, TransitionNotAllowed. Writes one Event.
    """
    moment = at or clock.now()
    claim, review = _waiting(claim)
    if not to.has_perm("warranty.approve_claim", claim) or _gave_first(claim, to):
        raise CannotDecide(who=to, claim=claim.number, field="to")
    review = _give(claim, review, to, "handed_over", actor=actor, at=moment, note=note)
    if to.pk != actor.pk:
        facts = {"claim": claim.number, "by": str(actor)}
        notify([to], "warrantyclaim.handed_over", facts, url=claim.desk_url, subject=claim)
    return review


@transaction.atomic
def take_next(actor: Any, *, skipping: int | None = None, at: datetime | None = None) -> WarrantyClaim:
    """The claim that has waited longest and that the actor may decide is the actor's; two who ask at once get two claims.

    One that is the actor's already comes first. skipping: the claim just seen. Raises NothingWaits. Writes one Event.
    """
    moment = at or clock.now()
    waiting = queue.decidable(actor).exclude(queue.held()).exclude(pk=skipping or 0).oldest_first()
    mine = waiting.filter(review__taken_by=actor.pk).first()
    if mine is not None:
        return mine  # type: ignore[no-any-return]
    free = waiting.filter(review__taken_by=None)
    found = free.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if found is None:
        raise NothingWaits
    take(found, actor=actor, at=moment)
    return found  # type: ignore[no-any-return]


def released(claim: WarrantyClaim) -> None:
    """The first of two approvers has decided: the claim waits for somebody else."""
    ClaimReview.objects.filter(claim=claim).update(taken_by=None, taken_at=None)


def given_back(claim: WarrantyClaim, actor: Any, at: datetime) -> None:
    """The first of two approvers decides anew: the claim is theirs again, unless somebody else has taken it."""
    ClaimReview.objects.filter(claim=claim, taken_by=None).update(taken_by=actor, taken_at=at)


def _gave_first(claim: WarrantyClaim, user: Any) -> bool:
    """Whether the user's is the first of two approvals, which another person has to join."""
    mine = ClaimDecision.objects.filter(claim=claim, version=claim.version, decided_by=user.pk, withdrawn_at=None)
    return mine.exists()


def came_to_review(claim: WarrantyClaim, reasons: list[str]) -> None:
    """The claim stands in the queue and says why; who had taken an earlier version still has it."""
    ClaimReview.objects.bulk_create(
        [ClaimReview(claim=claim, reasons=reasons)],
        update_conflicts=True,
        unique_fields=["claim"],
        update_fields=["reasons"],
    )


def _waiting(claim: WarrantyClaim) -> tuple[WarrantyClaim, ClaimReview]:
    """The claim under its lock, and its place in the queue. Raises TransitionNotAllowed unless it is in review."""
    claim = lock(claim)
    if claim.status != ClaimStatus.IN_REVIEW:
        raise TransitionNotAllowed(record=str(claim), before=claim.get_status_display(), after=str(_("taken")))
    review, _made = ClaimReview.objects.select_related("taken_by").get_or_create(claim=claim)
    return claim, review


def _give(
    claim: WarrantyClaim, review: ClaimReview, to: Any | None, act: str, *, actor: Any, at: datetime, note: str = ""
) -> ClaimReview:
    review.taken_by, review.taken_at = to, at if to else None
    review.save(update_fields=["taken_by", "taken_at"])
    data = {"user": str(to)} if to is not None and to.pk != actor.pk else {}
    events.record(claim, f"warrantyclaim.{act}", actor=actor, at=at, note=note, data=data)
    return review
