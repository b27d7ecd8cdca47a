"""What was noted wrongly at the factory's door, mended while the box is open: a scan taken back, an extra piece struck out.

Not here: receiving itself (receiving).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.core import clock, events, statements
from portal.core.states import lock, move, refusal
from warranty.failed_parts.refusals import NotBeingUnpacked, NotNotedHere, ReasonMissing
from warranty.failed_parts.tags import OF_PIECE
from warranty.failed_parts_custody import FACTORY, by_login, log_custody, named
from warranty.four_eyes import words_missing
from warranty.models import ExtraPiece, FailedPart, PartBox
from warranty.settlement_states import FailedPartStatus, PartBoxStatus


def in_box(rows: Any, box: PartBox) -> Any:
    """Of these pieces the received ones of the box: those on its list, and those found in it beyond the list."""
    found = ExtraPiece.objects.in_force().filter(box=box, failed_part__isnull=False).values("failed_part")
    return rows.filter(Q(box=box) | Q(pk__in=found), status=FailedPartStatus.RECEIVED)


@transaction.atomic
def take_back_scan(piece: FailedPart, *, actor: Any, note: str = "", at: datetime | None = None) -> FailedPart:
    """The piece is where it was before it was scanned at the factory, and can be scanned again, as it really arrived.

    A box in which it was noted as extra no longer holds it. What it was debited for coming late stays debited.
    Raises NotBeingUnpacked where its own box, or the one it was found in, is closed; TransitionNotAllowed where it was not
    received, or is appraised already. Writes one custody entry; the entry of the scan stays.
    """
    at = at or clock.now()
    found_in = list(ExtraPiece.objects.in_force().filter(failed_part=piece))
    own = FailedPart.objects.values_list("box_id", flat=True).get(pk=piece.pk)
    for key in sorted({row.box_id for row in found_in} | ({own} if own else set())):
        _open(lock(PartBox(pk=key)))
    piece = lock(piece, *OF_PIECE, "box", "part")
    received = events.of_subject(piece).filter(to_status=FailedPartStatus.RECEIVED).first()
    if piece.status != FailedPartStatus.RECEIVED or received is None:
        raise refusal(piece, FailedPartStatus.SHIPPED.label)
    entry = piece.custody.filter(act="received").order_by("-sequence")[0]
    data = {"condition": piece.condition}
    piece = move(piece, received.from_status, actor=actor, at=at, note=note, data=data)
    piece.received_at, piece.condition = None, ""
    statements.update(piece, ["received_at", "condition"])
    log_custody(
        piece, "scan_taken_back", giver=named(actor), taker=entry.giver, at=at, note=note[:300],
        place=FACTORY, signed=by_login(actor),
    )  # fmt: skip
    for row in found_in:
        _strike(row, reason=note, actor=actor, at=at)
    return piece


@transaction.atomic
def strike_extra(extra: ExtraPiece, *, reason: str, actor: Any, at: datetime | None = None) -> ExtraPiece:
    """The piece noted beside the list was none: it stands on no note, and who struck it out and why is kept.

    One that has a tag of ours is taken back like any scan. Raises ReasonMissing, NotBeingUnpacked, NotNotedHere.
    """
    at = at or clock.now()
    if least := words_missing(reason, at):
        raise ReasonMissing(least=least, field="reason")
    if extra.failed_part is not None:
        take_back_scan(extra.failed_part, actor=actor, note=reason.strip(), at=at)
        return ExtraPiece.objects.get(pk=extra.pk)
    box = _open(lock(extra.box))
    row = lock(extra)
    if row.struck_at is not None:
        raise NotNotedHere(found=row.found, box=box.number)
    return _strike(row, reason=reason.strip(), actor=actor, at=at)


def _strike(row: ExtraPiece, *, reason: str, actor: Any, at: datetime) -> ExtraPiece:
    row.struck_by, row.struck_at, row.struck_reason = actor, at, reason[:200]
    statements.update(row, ["struck_by", "struck_at", "struck_reason"])
    events.record(row.box, "partbox.extra_struck", actor=actor, at=at, note=reason, data={"found": row.found})
    return row


def _open(box: PartBox) -> PartBox:
    if box.status == PartBoxStatus.RECEIVED:
        raise NotBeingUnpacked(number=box.number, status=box.get_status_display())
    return box
