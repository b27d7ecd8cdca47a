"""The factory's door: pieces received by scan, what lay in a box beyond its list, boxes unpacked and closed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events, show, statements
from portal.core.money import round_money
from portal.core.parameters import param
from portal.core.states import lock, move, require_move
from warranty import settlement_posting as posting
from warranty.failed_parts.deadlines import debit_if_overdue
from warranty.failed_parts.discrepancies import issue_discrepancy_note
from warranty.failed_parts.refusals import ExtraNeedsWords, FreightAbovePaid, FreightToAllow, NotBeingUnpacked
from warranty.failed_parts.tags import OF_PIECE, find_piece
from warranty.failed_parts_custody import FACTORY, by_login, log_custody, named
from warranty.four_eyes import require_words
from warranty.models import Condition, ExtraPiece, FailedPart, PartBox
from warranty.settlement_states import AT_THE_STATION, ON_ITS_WAY, FailedPartStatus, PartBoxStatus
from warranty.signatures import RECEIPT, Kept, Signature, keep_signature


@transaction.atomic
def receive_piece(
    scanned: str,
    *,
    actor: Any,
    condition: str = Condition.OK,
    note: str = "",
    place: str = "",
    box: PartBox | None = None,
    at: datetime | None = None,
) -> FailedPart:
    """The scanned piece lies at the factory, in the place given, and its taker is the one who scans.

    box: the box being unpacked, which then stays open until it is closed by hand; a piece that is not on its list is
    extra. Without one the piece's own box is received with its last piece, and its freight is then credited.
    A piece that was never shipped is received as extra; one that comes late has been debited, though the night of its
    debit was missed. Raises UnknownTag, BadTag, NotBeingUnpacked,
    TransitionNotAllowed (scanned twice). Source: rules.md 3.6, C24.
    """
    at = at or clock.now()
    found = find_piece(scanned)
    posting.hold_station(found.station_id)
    if box is not None:
        box = _unpacking(box, at)
    piece = lock(found, *OF_PIECE, "box", "part")
    before = piece.status
    debit_if_overdue(piece, at=at)
    foreign = box is not None and piece.box_id != box.pk
    if (before != FailedPartStatus.SHIPPED or foreign) and condition == Condition.OK:
        condition = Condition.EXTRA
    piece.received_at, piece.condition = at, condition
    statements.update(piece, ["received_at", "condition"])
    piece = move(piece, FailedPartStatus.RECEIVED, actor=actor, at=at, note=note, data={"condition": condition})
    giver = piece.box.carrier if piece.box and before == FailedPartStatus.SHIPPED else piece.station.code
    log_custody(
        piece, "received", giver=giver, taker=named(actor), at=at, note=note,
        place=place.strip() or FACTORY, signed=by_login(actor),
    )  # fmt: skip
    if box is not None and foreign:
        statements.insert(
            ExtraPiece(
                box=box,
                failed_part=piece,
                found=piece.number,
                note=note[:200],
                found_by=actor,
                found_at=at,
            )
        )
    own = piece.box
    if own is not None and (box is None or foreign) and own.status != PartBoxStatus.RECEIVED:
        _mind_own_box(own, at=at, actor=actor)
    return piece


def _mind_own_box(box: PartBox, *, at: datetime, actor: Any) -> None:
    """The box that nobody unpacks by its list is closed with its last piece, unless somebody has to sign for it or to say how
    much freight is allowed; else its unpacking has begun."""
    by_hand = param("warranty.signature_required", at) or box.freight > param("warranty.freight_unasked", at)
    if by_hand or box.pieces.filter(status__in=ON_ITS_WAY).exists():
        PartBox.objects.filter(pk=box.pk, unpacking_at=None).update(unpacking_at=at)
    else:
        close_box(box, actor=actor, at=at)


def _unpacking(box: PartBox, at: datetime) -> PartBox:
    """The box under its lock, its unpacking begun. Raises NotBeingUnpacked for one that is closed."""
    box = lock(box, "station")
    if box.status == PartBoxStatus.RECEIVED:
        raise NotBeingUnpacked(number=box.number, status=box.get_status_display(), field="scanned")
    if box.unpacking_at is None:
        box.unpacking_at = at
        statements.update(box, ["unpacking_at"])
    return box


@transaction.atomic
def note_extra(box: PartBox, *, found: str, actor: Any, note: str = "", at: datetime | None = None) -> ExtraPiece:
    """A piece without a tag of ours lay in the box: it stands on the box's note. Raises ExtraNeedsWords, NotBeingUnpacked.

    found: what it is, as one would call it: a part number, what is printed on it, what it looks like.
    """
    at = at or clock.now()
    if len(found.strip()) < 2:
        raise ExtraNeedsWords(field="found")
    box = _unpacking(box, at)
    row = ExtraPiece(box=box, found=found.strip()[:120], note=note.strip()[:200], found_by=actor, found_at=at)
    statements.insert(row)
    events.record(box, "partbox.extra_found", actor=actor, at=at, note=note, data={"found": row.found})
    return row


@transaction.atomic
def close_box(
    box: PartBox,
    *,
    actor: Any,
    freight_allowed: Decimal | None = None,
    freight_reason: str = "",
    signature: Signature | None = None,
    at: datetime | None = None,
) -> PartBox:
    """The box is unpacked: pieces not found in it are noted as missing, and its freight is credited to the station.

    freight_allowed: how much of what the station paid, CNY, tax excluded; all of it where nobody says, which above a limit D
    somebody has to. freight_reason: why it is less, for the station to read.
    signature: of who takes the pieces in for the factory; it enters the log of every piece of the list that is here, and
    the discrepancy note, which tells the station what differs. A missing piece stays on its way and becomes overdue like
    any other. Raises SignatureMissing, BadFile, FreightToAllow, FreightAbovePaid, TextTooShort, TransitionNotAllowed. Writes a
    settlement item for the freight.
    """
    at = at or clock.now()
    posting.hold_station(box.station_id)
    box = lock(box)
    require_move(box, PartBoxStatus.RECEIVED)
    allowed = _freight_of(box, freight_allowed, freight_reason, at)
    kept = keep_signature(box, signature, kind=RECEIPT, actor=actor, at=at, field="signed_as")
    missing = list(box.pieces.filter(status=FailedPartStatus.SHIPPED).order_by("pk"))
    for piece in missing:
        FailedPart.objects.filter(pk=piece.pk).update(condition=Condition.MISSING)
        events.record(piece, "failedpart.missing", actor=actor, at=at, data={"box": box.number})
    box.received_at, box.freight_allowed = at, allowed
    box.freight_reason = freight_reason.strip()[:300] if allowed < box.freight else ""
    statements.update(box, ["received_at", "freight_allowed", "freight_reason"])
    box = move(box, PartBoxStatus.RECEIVED, actor=actor, at=at, data={"missing": [p.number for p in missing]})
    if allowed:
        posting.credit_freight(box, at=at)
    if kept is not None:
        _sign_for_the_pieces(box, kept, actor=actor, at=at)
    issue_discrepancy_note(box, actor=actor, at=at, signed=kept)
    return box


def _freight_of(box: PartBox, allowed: Decimal | None, reason: str, at: datetime) -> Decimal:
    """What the station is credited of its freight. Raises FreightToAllow, FreightAbovePaid, TextTooShort."""
    if allowed is None:
        limit = param("warranty.freight_unasked", at)
        if box.freight > limit:
            raise FreightToAllow(freight=show.money(box.freight), limit=show.money(limit), field="freight_allowed")
        return box.freight
    if not (allowed.is_finite() and 0 <= allowed <= box.freight and allowed == round_money(allowed)):
        raise FreightAbovePaid(freight=show.money(box.freight), got=allowed, field="freight_allowed")
    if allowed < box.freight:
        require_words(reason, "freight_reason", at)
    return allowed


def _sign_for_the_pieces(box: PartBox, kept: Kept, *, actor: Any, at: datetime) -> None:
    """Every piece of the list that lies at the factory has its receipt signed for."""
    for each in box.pieces.filter(status=FailedPartStatus.RECEIVED).order_by("pk"):
        piece = lock(each, *OF_PIECE)
        log_custody(
            piece, "receipt_signed", giver=box.carrier or box.station.code, taker=named(actor), at=at, note=box.number,
            place=FACTORY, signed=kept.name, signature=kept.seal,
        )  # fmt: skip


def find_box(scanned: str, user: Any) -> PartBox | None:
    """The box that a scan of its list or its waybill names, if the reader sees it and it is not closed."""
    text = scanned.strip().upper()
    rows = PartBox.objects.visible_to(user).exclude(status=PartBoxStatus.RECEIVED)
    by_number: PartBox | None = rows.filter(number=text).first()
    if by_number is not None or not text:
        return by_number
    sent: PartBox | None = rows.exclude(status__in=AT_THE_STATION).filter(waybill__iexact=text).order_by("-pk").first()
    return sent
