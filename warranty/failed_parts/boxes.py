"""Boxes of old parts at the station: opened, filled by scanning, sealed, handed to a carrier."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events, statements
from portal.core.numbering import take_number
from portal.core.states import lock, move
from stations.models import Station
from warranty.failed_parts.refusals import ForeignPiece, NothingToPack
from warranty.failed_parts.tags import OF_PIECE
from warranty.failed_parts_custody import log_custody, named
from warranty.models import FailedPart, PartBox
from warranty.settlement_states import FailedPartStatus, PartBoxStatus


@transaction.atomic
def pack_box(station: Station, *, pieces: Sequence[FailedPart], actor: Any, at: datetime | None = None) -> PartBox:
    """The tagged pieces lie in one new box. Raises NothingToPack, ForeignPiece, TransitionNotAllowed."""
    at = at or clock.now()
    if not pieces:
        raise NothingToPack
    locked = [lock(piece, *OF_PIECE) for piece in sorted(pieces, key=lambda row: row.pk)]
    for piece in locked:
        if piece.station_id != station.pk:
            raise ForeignPiece(number=piece.number)
    box = PartBox.objects.create(station=station, number=take_number("BX", at=at))
    for piece in locked:
        piece.box = box
        statements.update(piece, ["box"])
        move(piece, FailedPartStatus.PACKED, actor=actor, at=at, data={"box": box.number})
        log_custody(piece, "packed", giver=named(actor), taker=named(actor), at=at, note=box.number)
    events.record(box, "partbox.packed", actor=actor, at=at, data={"pieces": [row.number for row in locked]})
    return box


@transaction.atomic
def ship_box(
    box: PartBox,
    *,
    carrier: str,
    waybill: str,
    weight_kg: Decimal,
    actor: Any,
    freight: Decimal = Decimal(0),
    at: datetime | None = None,
) -> PartBox:
    """The box and its pieces are on their way; freight is what the station paid the carrier, CNY, tax excluded."""
    at = at or clock.now()
    box = lock(box)
    box.carrier, box.waybill, box.weight_kg, box.freight, box.shipped_at = carrier, waybill, weight_kg, freight, at
    statements.update(box, ["carrier", "waybill", "weight_kg", "freight", "shipped_at"])
    box = move(box, PartBoxStatus.SHIPPED, actor=actor, at=at, data={"carrier": carrier, "waybill": waybill})
    for piece in box.pieces.filter(status=FailedPartStatus.PACKED).order_by("pk"):
        piece = move(lock(piece, *OF_PIECE), FailedPartStatus.SHIPPED, actor=actor, at=at, data={"box": box.number})
        log_custody(piece, "shipped", giver=named(actor), taker=carrier, at=at, note=waybill)
    return box
