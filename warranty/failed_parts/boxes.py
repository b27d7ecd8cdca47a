"""Boxes of old parts at the station: opened, filled by scanning, sealed, handed to a carrier."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events, statements
from portal.core.numbering import take_number
from portal.core.states import lock, move, refusal
from stations.models import Station
from warranty.failed_parts.refusals import (
    BoxIsShut,
    ForeignPiece,
    InTheBoxAlready,
    NothingToPack,
    NotInTheBox,
    TagFirst,
)
from warranty.failed_parts.tags import OF_PIECE, find_piece
from warranty.failed_parts_custody import by_login, log_custody, named
from warranty.models import FailedPart, PartBox
from warranty.settlement_states import AT_THE_STATION, FailedPartStatus, PartBoxStatus
from warranty.signatures import SHIPPING, Signature, keep_signature


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
        _put(piece, box, actor=actor, at=at)
    events.record(box, "partbox.packed", actor=actor, at=at, data={"pieces": [row.number for row in locked]})
    return box


def _put(piece: FailedPart, box: PartBox, *, actor: Any, at: datetime) -> FailedPart:
    if piece.status != FailedPartStatus.TAGGED:
        raise refusal(piece, FailedPartStatus.PACKED.label)
    piece.box = box
    statements.update(piece, ["box"])
    piece = move(piece, FailedPartStatus.PACKED, actor=actor, at=at, data={"box": box.number})
    _log(piece, "packed", giver=named(actor), taker=named(actor), actor=actor, at=at, note=box.number)
    return piece


def _log(piece: FailedPart, act: str, *, giver: str, taker: str, actor: Any, at: datetime, note: str) -> None:
    """An entry of what happens at the station, confirmed by the login of the one who did it."""
    place, signed = piece.station.code, by_login(actor)
    log_custody(piece, act, giver=giver, taker=taker, at=at, note=note, place=place, signed=signed)


@transaction.atomic
def scan_into_box(box: PartBox | None, *, scanned: str, actor: Any, at: datetime | None = None) -> PartBox:
    """The scanned piece lies in the open box; without a box in a new one of the piece's station. The box, grown by it.

    A tag that the actor's scope does not hold is unknown. Raises UnknownTag, BadTag, BoxIsShut, ForeignPiece, TagFirst,
    InTheBoxAlready, TransitionNotAllowed. Writes one custody entry and one Event a piece. Source: rules.md 3.6.
    """
    at = at or clock.now()
    found = find_piece(scanned, among=FailedPart.objects.visible_to(actor))
    box = None if box is None else _open(box)
    piece = lock(found, *OF_PIECE, "box")
    if box is not None and piece.station_id != box.station_id:
        raise ForeignPiece(number=piece.number, field="scanned")
    if piece.status == FailedPartStatus.REQUESTED:
        raise TagFirst(number=piece.number, field="scanned")
    if piece.status == FailedPartStatus.PACKED and piece.box is not None:
        raise InTheBoxAlready(number=piece.number, box=piece.box.number, field="scanned")
    if box is None:
        box = PartBox.objects.create(station=piece.station, number=take_number("BX", at=at))
        events.record(box, "partbox.opened", actor=actor, at=at)
    _put(piece, box, actor=actor, at=at)
    return box


def _open(box: PartBox) -> PartBox:
    box = lock(box, "station")
    if box.status != PartBoxStatus.OPEN:
        raise BoxIsShut(number=box.number, status=box.get_status_display(), field="scanned")
    return box


@transaction.atomic
def take_out(box: PartBox, *, piece: FailedPart, actor: Any, at: datetime | None = None) -> FailedPart:
    """The piece lies outside the open box again, with its tag. Raises BoxIsShut, NotInTheBox."""
    at = at or clock.now()
    box = _open(box)
    piece = lock(piece, *OF_PIECE)
    if piece.box_id != box.pk or piece.status != FailedPartStatus.PACKED:
        raise NotInTheBox(number=piece.number, box=box.number)
    piece.box = None
    statements.update(piece, ["box"])
    piece = move(piece, FailedPartStatus.TAGGED, actor=actor, at=at, data={"box": box.number})
    _log(piece, "taken_out", giver=named(actor), taker=named(actor), actor=actor, at=at, note=box.number)
    return piece


@transaction.atomic
def seal_box(box: PartBox, *, weight_kg: Decimal, actor: Any, seal: str = "", at: datetime | None = None) -> PartBox:
    """The box is shut and weighed: nothing goes in or out until it is opened again. Raises NothingToPack, BoxIsShut."""
    at = at or clock.now()
    box = _open(box)
    pieces = list(box.pieces.filter(status=FailedPartStatus.PACKED).values_list("number", flat=True))
    if not pieces:
        raise NothingToPack
    box.weight_kg, box.seal, box.sealed_at = weight_kg, seal.strip(), at
    statements.update(box, ["weight_kg", "seal", "sealed_at"])
    return move(box, PartBoxStatus.SEALED, actor=actor, at=at, data={"pieces": pieces, "seal": box.seal})


@transaction.atomic
def reopen_box(box: PartBox, *, actor: Any, at: datetime | None = None) -> PartBox:
    """A sealed box that is still here can be packed again; its seal is void. Raises TransitionNotAllowed."""
    box = move(lock(box), PartBoxStatus.OPEN, actor=actor, at=at or clock.now())
    box.seal, box.sealed_at = "", None
    statements.update(box, ["seal", "sealed_at"])
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
    driver: str = "",
    signature: Signature | None = None,
    at: datetime | None = None,
) -> PartBox:
    """The box and its pieces are on their way; freight is what the station paid the carrier, CNY, tax excluded.

    driver: who took the box for the carrier; the name, and the signature if there is one, stand as the taker's
    confirmation in every piece's log. Raises NothingToPack, SignatureMissing, BadFile, TransitionNotAllowed.
    """
    at = at or clock.now()
    box = lock(box)
    pieces = list(box.pieces.filter(status=FailedPartStatus.PACKED).order_by("pk"))
    if not pieces and box.status in AT_THE_STATION:
        raise NothingToPack
    box.carrier, box.waybill, box.weight_kg, box.freight, box.shipped_at = carrier, waybill, weight_kg, freight, at
    kept = keep_signature(box, signature, kind=SHIPPING, actor=actor, at=at, field="driver")
    box.driver = kept.name[:60] if kept else driver.strip()
    statements.update(box, ["carrier", "waybill", "weight_kg", "freight", "shipped_at", "driver"])
    box = move(box, PartBoxStatus.SHIPPED, actor=actor, at=at, data={"carrier": carrier, "waybill": waybill})
    for each in pieces:
        piece = move(lock(each, *OF_PIECE), FailedPartStatus.SHIPPED, actor=actor, at=at, data={"box": box.number})
        log_custody(
            piece, "shipped", giver=named(actor), taker=carrier, at=at, note=waybill,
            place=piece.station.code, signed=box.driver, signature=kept.seal if kept else "",
        )  # fmt: skip
    return box
