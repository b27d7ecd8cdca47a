"""A part line waits until its old part was appraised: the claim stays in review, the old part is asked back at once.

Source: rules.md 3.1 (hold until appraisal). Not here: how a hold ends by a verdict (releasing.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, show
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.states import lock
from warranty import failed_parts, waiting_letters
from warranty.desk import releasing, seen
from warranty.four_eyes import require_decider, require_words
from warranty.models import ClaimLine, FailedPart, LineHold, LineKind, WarrantyClaim
from warranty.settlement_people import station_users
from warranty.settlement_states import FailedPartStatus


class NothingToHold(Refusal):
    """Only lines with a part that was taken out can wait for its appraisal."""

    message = _("Choose at least one line of a part that is not held yet.")
    code = "nothing_to_hold"


class LineIsHeld(Refusal):
    """A held line is decided after the appraisal."""

    message = _("Held until the appraisal: %(lines)s. Wait for the verdict, or release the hold with a reason.")
    code = "line_is_held"


class NotHeld(Refusal):
    """What is not held cannot be released."""

    message = _("Line %(position)s is not held.")
    code = "not_held"


@transaction.atomic
def hold_lines(
    claim: WarrantyClaim,
    *,
    lines: Sequence[int],
    reason: str,
    actor: Any,
    mark: int | None = None,
    at: datetime | None = None,
) -> list[FailedPart]:
    """The lines (by key) are decided after their old parts were appraised; the station is asked to send those now.

    Raises what deciding raises of the actor and the state, ChangedMeanwhile, NothingToHold, TextTooShort.
    Writes LineHold and FailedPart rows, one Event and a letter.
    """
    moment = at or clock.now()
    claim = lock(claim, "station", "work_order__technician", "goodwill", "product_model", "submitted_by")
    require_decider(claim, actor)
    seen.require_unchanged(claim, mark)
    require_words(reason, "reason", moment)
    chosen = list(claim.lines.filter(pk__in=lines).select_related("part").order_by("pk"))
    if not chosen or any(line.kind != LineKind.PART or open_hold(line) for line in chosen):
        raise NothingToHold(field="lines")
    pieces: list[FailedPart] = []
    for line in chosen:
        LineHold.objects.create(line=line, held_by=actor, held_at=moment, reason=reason)
        pieces += failed_parts.request_for_hold(line, claim, actor=actor, at=moment)
    positions = [line.position for line in chosen]
    data = {"positions": positions, "pieces": [piece.number for piece in pieces]}
    events.record(claim, "warrantyclaim.line_held", actor=actor, at=moment, note=reason, data=data)
    waiting_letters.issue_hold_letter(claim, pieces, lines=positions, reason=reason, actor=actor, at=moment)
    facts = {"claim": claim.number, "count": len(pieces), "day": waiting_letters.last_day(pieces).isoformat()}
    notify(station_users(claim.station), "warrantyclaim.line_held", facts, url=claim.get_absolute_url(), subject=claim)
    return pieces


@transaction.atomic
def release_hold(claim: WarrantyClaim, *, line: int, reason: str, actor: Any, at: datetime | None = None) -> LineHold:
    """The line may be decided without its verdict; old parts that were not sent need not come for it.

    Raises what deciding raises of the actor and the state, NotHeld, TextTooShort. Writes one Event.
    """
    moment = at or clock.now()
    claim = lock(claim)
    require_decider(claim, actor)
    require_words(reason, "reason", moment)
    held = claim.lines.filter(pk=line).first()
    hold = open_hold(held) if held else None
    if held is None or hold is None:
        raise NotHeld(position=held.position if held else line)
    released = releasing.end_hold(hold, actor=actor, at=moment, reason=reason)
    _send_no_more(held, reason, actor, moment)
    return released


@transaction.atomic
def end_of_review(claim: WarrantyClaim, *, actor: Any | None, at: datetime) -> int:
    """The claim was withdrawn or rejected: its holds end, and what was not sent need not come; how many holds."""
    ended = 0
    reason = str(claim.get_status_display())
    for hold in LineHold.objects.filter(line__claim=claim, released_at=None).select_related("line").order_by("pk"):
        releasing.end_hold(hold, actor=actor, at=at, reason=reason)
        _send_no_more(hold.line, str(_("Not needed: the claim is no longer in review.")), actor, at)
        ended += 1
    return ended


def require_nothing_held(claim: WarrantyClaim, holds: Sequence[LineHold] | None = None) -> None:
    """Raises LineIsHeld, which names the lines and the tags of their old parts. holds: those that stand, where known."""
    said = []
    for hold in holds_of([claim.pk]).get(claim.pk, []) if holds is None else holds:
        tags = show.listed(piece.number for piece in hold.line.failed_parts.all())
        said.append(f"{hold.line.position} ({tags or '–'})")
    if said:
        raise LineIsHeld(lines=show.sentences(said))


def holds_of(claims: Iterable[int]) -> dict[int, list[LineHold]]:
    """The holds that stand on the claims, by the claim's key, lines in order; two queries however many claims."""
    standing = LineHold.objects.filter(line__claim__in=list(claims), released_at=None).select_related("line")
    found: dict[int, list[LineHold]] = {}
    for hold in standing.prefetch_related("line__failed_parts").order_by("line__position", "pk"):
        found.setdefault(hold.line.claim_id, []).append(hold)
    return found


def open_hold(line: ClaimLine) -> LineHold | None:
    """The hold that stands on the line."""
    return line.holds.filter(released_at=None).first()


def _send_no_more(line: ClaimLine, reason: str, actor: Any | None, at: datetime) -> None:
    waiting = line.failed_parts.filter(
        status__in=[FailedPartStatus.REQUESTED, FailedPartStatus.TAGGED, FailedPartStatus.PACKED], reasons=["held"]
    )
    for piece in waiting.order_by("pk"):
        failed_parts.let_go(piece, reason=reason, actor=actor, at=at)
