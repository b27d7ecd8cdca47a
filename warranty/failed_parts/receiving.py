"""The factory's door: pieces received by scan, boxes unpacked and closed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events, statements
from portal.core.states import lock, move
from warranty import settlement_posting as posting
from warranty.failed_parts.tags import OF_PIECE, find_piece
from warranty.failed_parts_custody import log_custody, named
from warranty.models import Condition, FailedPart, PartBox
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus, PartBoxStatus


@transaction.atomic
def receive_piece(
    scanned: str, *, actor: Any, condition: str = Condition.OK, note: str = "", at: datetime | None = None
) -> FailedPart:
    """The scanned piece lies on the bench; the box is received with its last piece, and its freight is then credited.

    A piece that was never packed or not in a shipped box is received as extra. Raises UnknownTag, BadTag,
    TransitionNotAllowed (scanned twice). Source: rules.md 3.6, C24.
    """
    at = at or clock.now()
    piece = find_piece(scanned)
    before = piece.status
    if before != FailedPartStatus.SHIPPED and condition == Condition.OK:
        condition = Condition.EXTRA
    piece = lock(piece, *OF_PIECE, "box")
    piece.received_at, piece.condition = at, condition
    statements.update(piece, ["received_at", "condition"])
    piece = move(piece, FailedPartStatus.RECEIVED, actor=actor, at=at, note=note, data={"condition": condition})
    giver = piece.box.carrier if piece.box and before == FailedPartStatus.SHIPPED else piece.station.code
    log_custody(piece, "received", giver=giver, taker=named(actor), at=at, note=note)
    if piece.box and not piece.box.pieces.filter(status__in=ON_ITS_WAY).exists():
        close_box(piece.box, actor=actor, at=at)
    return piece


@transaction.atomic
def close_box(
    box: PartBox, *, actor: Any, freight_allowed: Decimal | None = None, at: datetime | None = None
) -> PartBox:
    """The box is unpacked: pieces not found in it are noted as missing, and its freight is credited to the station.

    A missing piece stays on its way and becomes overdue like any other. Writes a settlement item for the freight.
    """
    at = at or clock.now()
    box = lock(box)
    missing = list(box.pieces.filter(status=FailedPartStatus.SHIPPED).order_by("pk"))
    for piece in missing:
        FailedPart.objects.filter(pk=piece.pk).update(condition=Condition.MISSING)
        events.record(piece, "failedpart.missing", actor=actor, at=at, data={"box": box.number})
    allowed = box.freight if freight_allowed is None else min(freight_allowed, box.freight)
    box.received_at, box.freight_allowed = at, allowed
    statements.update(box, ["received_at", "freight_allowed"])
    box = move(box, PartBoxStatus.RECEIVED, actor=actor, at=at, data={"missing": [p.number for p in missing]})
    if allowed:
        posting.credit_freight(box, at=at)
    return box
