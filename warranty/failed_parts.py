"""Old parts on their way to the factory: asked for, tagged, packed, shipped, received, and what an overdue one costs.

Not here: the verdict (appraisal), statements (settlement), charging suppliers (recovery).
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, statements
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.models import Station
from warranty import recovery
from warranty import settlement_posting as posting
from warranty.desk.releasing import piece_decided
from warranty.failed_parts_custody import log_custody, named
from warranty.failed_parts_rules import ReturnFacts, piece_amounts, read_tag, return_reasons, return_schedule, tag_text
from warranty.models import PAID, ClaimLine, Condition, FailedPart, PartBox, QualityHold, WarrantyClaim
from warranty.recovery_agreements import contract_wants_return
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus, PartBoxStatus


class UnknownTag(Refusal):
    """A scan that names no piece we asked for."""

    message = _("“%(scanned)s” is not a tag of ours.")
    code = "unknown_tag"


class BadTag(Refusal):
    """The check character of a scanned code is wrong."""

    message = _("The code was not read correctly. Scan it again, or type the number on the tag.")
    code = "bad_tag"


class NothingToPack(Refusal):
    """A box needs pieces."""

    message = _("Choose at least one old part with a printed tag.")
    code = "nothing_to_pack"


class ForeignPiece(Refusal):
    """A box holds pieces of its own station only."""

    message = _("%(number)s belongs to another station.")
    code = "foreign_piece"


class AlreadyExtended(Refusal):
    """There is one extension, of at most 15 days."""

    message = _("The time was extended once already, or by more than %(days)s days.")
    code = "already_extended"


class ReasonMissing(Refusal):
    """Giving up a piece needs words."""

    message = _("Say why, in at least 10 characters.")
    code = "reason_missing"


OF_PIECE = ("claim", "station")  # what every event of a piece names


# Asked for


@transaction.atomic
def request_returns(claim: WarrantyClaim, *, actor: Any | None = None, at: datetime | None = None) -> list[FailedPart]:
    """Every piece of the claim that must come back has a tag number and a last day; pieces that have one are left alone.

    Writes FailedPart rows with their first custody entry and one Event each. Source: rules.md 3.6.
    """
    at = at or clock.now()
    claim = lock(claim, "station")
    made: list[FailedPart] = []
    lines = claim.lines.filter(PAID, kind="part").select_related("part", "appealed").order_by("pk")
    for line in lines:
        reasons = return_reasons(_facts(line, claim, at), from_amount=param("warranty.return_from_amount", at))
        if reasons and not line.failed_parts.exists():
            made += _request_pieces(line, claim, reasons, actor, at)
    return made


def request_for_hold(
    line: ClaimLine, claim: WarrantyClaim, *, actor: Any, at: datetime | None = None
) -> list[FailedPart]:
    """The pieces of a line that is decided after their appraisal are asked for; at stake is what the rules allow of it.

    Pieces that were asked for before are left alone. Writes FailedPart rows with their first custody entry and one Event each.
    """
    if found := list(line.failed_parts.order_by("pk")):
        return found
    return _request_pieces(line, claim, ["held"], actor, at or clock.now(), amount=line.allowed_amount)


def _facts(line: ClaimLine, claim: WarrantyClaim, at: datetime) -> ReturnFacts:
    part: Any = line.part  # a line of kind part names one
    day = clock.local_date(at)
    held = QualityHold.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), part=part, valid_from__lte=day)
    return ReturnFacts(
        line_amount=line.paid_amount,
        is_core=part.part_class == "core",
        part_flag=part.must_return,
        contract=contract_wants_return(part, on=day),
        quality_hold=held.exists(),
        random_hit=_sampled(f"{claim.number}/{line.pk}", param("warranty.return_sample_percent", at)),
    )


def _sampled(key: str, percent: Decimal) -> bool:
    """Chosen by the hash of the claim and line, so that nobody can foresee or repeat the draw."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10_000 < percent * 100


def _request_pieces(
    line: ClaimLine,
    claim: WarrantyClaim,
    reasons: Sequence[str],
    actor: Any | None,
    at: datetime,
    *,
    amount: Decimal | None = None,
) -> list[FailedPart]:
    day = clock.local_date(at)
    schedule = return_schedule(day, return_days=param("warranty.return_days", at))
    pieces = []
    at_stake = piece_amounts(line.paid_amount if amount is None else amount, math.ceil(line.qty))
    for piece, share in enumerate(at_stake, start=1):
        row = statements.insert(
            FailedPart(
                claim=claim,
                line=line,
                station=claim.station,
                part_id=line.part_id or 0,
                number=take_number("FP", at=at),
                piece=piece,
                reasons=list(reasons),
                removed_serial=getattr(line, "removed_serial", "") or "",
                amount=share,
                requested_on=day,
                due_on=schedule.due_on,
            )
        )
        log_custody(row, "requested", taker=str(claim.station.code), at=at)
        events.record(row, "failedpart.requested", actor=actor, at=at, data={"reasons": list(reasons)})
        pieces.append(row)
    return pieces


# Tags


def qr_of(piece: FailedPart) -> str:
    """What the QR code on the piece's tag says."""
    return tag_text(
        number=piece.number,
        claim=piece.claim.number,
        line=piece.line_id,
        piece=piece.piece,
        station=piece.station.code,
    )


@transaction.atomic
def print_tags(pieces: Sequence[FailedPart], *, actor: Any, at: datetime | None = None) -> list[FailedPart]:
    """Each piece's tag counts one printing more; the second and later ones are copies. Writes Events and custody entries."""
    at = at or clock.now()
    printed = []
    for piece in sorted(pieces, key=lambda row: row.pk):
        row = lock(piece, *OF_PIECE)
        row.printed_count += 1
        statements.update(row, ["printed_count"])
        if row.status == FailedPartStatus.REQUESTED:
            row = move(row, FailedPartStatus.TAGGED, actor=actor, at=at)
            log_custody(row, "tagged", giver=named(actor), taker=named(actor), at=at)
        else:
            events.record(row, "failedpart.printed_again", actor=actor, at=at, data={"copy": row.printed_count - 1})
        printed.append(row)
    return printed


# Boxes


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


def find_piece(scanned: str) -> FailedPart:
    """The piece a scan or a typed number names. Raises BadTag, UnknownTag."""
    if len(scanned) > 200:
        raise BadTag(field="scanned")
    number = read_tag(scanned)
    if number is None:
        raise BadTag(field="scanned")
    found = FailedPart.objects.select_related("claim", "box", "station", "part").filter(number=number).first()
    if found is None:
        raise UnknownTag(scanned=scanned.strip()[:60], field="scanned")
    return found


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


# The clock


@transaction.atomic
def extend_return(
    piece: FailedPart, *, days: int, actor: Any, note: str = "", at: datetime | None = None
) -> FailedPart:
    """The last day lies `days` (1–15) later; once a piece. Raises AlreadyExtended."""
    limit = param("warranty.return_extension_days", at)
    piece = lock(piece)
    if piece.extension_days or not 1 <= days <= limit or piece.status not in ON_ITS_WAY:
        raise AlreadyExtended(days=limit, field="days")
    piece.extension_days = days
    piece.due_on = return_schedule(
        piece.requested_on, return_days=param("warranty.return_days", piece.requested_on), extension_days=days
    ).due_on
    statements.update(piece, ["extension_days", "due_on"])
    events.record(piece, "failedpart.extended", actor=actor, at=at, note=note, data={"days": days})
    return piece


@transaction.atomic
def waive_return(piece: FailedPart, *, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The piece need not come back any more. Raises ReasonMissing."""
    if len(reason.strip()) < 10:
        raise ReasonMissing(field="reason")
    piece = move(lock(piece), FailedPartStatus.WAIVED, actor=actor, at=at, note=reason)
    log_custody(piece, "waived", giver=piece.station.code, taker=named(actor), at=at, note=reason[:300])
    recovery.note_decided_piece(piece, actor=actor, at=at)
    piece_decided(piece, actor=actor, at=at or clock.now())
    return piece


@transaction.atomic
def lose_piece(piece: FailedPart, *, reason: str, actor: Any, at: datetime | None = None) -> FailedPart:
    """The piece is given up: it will not come, and no supplier can be charged for it. Raises ReasonMissing."""
    at = at or clock.now()
    if len(reason.strip()) < 10:
        raise ReasonMissing(field="reason")
    piece = move(lock(piece), FailedPartStatus.LOST, actor=actor, at=at, note=reason)
    log_custody(piece, "lost", giver=piece.station.code, taker="", at=at, note=reason[:300])
    recovery.note_decided_piece(piece, actor=actor, at=at)
    piece_decided(piece, actor=actor, at=at or clock.now())
    return piece


def overdue_on(day: date) -> Any:
    """Pieces that had not arrived by the end of their last day, seen from `day`."""
    return FailedPart.objects.filter(status__in=ON_ITS_WAY, due_on__lt=day)


def debit_overdue(*, at: datetime | None = None) -> int:
    """Every piece that is overdue has been debited once, as of the day it became so, however late the job runs; how many now.

    Source: rules.md 3.6; the daily job calls it.
    """
    at = at or clock.now()
    pieces = overdue_on(clock.local_date(at)).exclude(settlement_items__kind="pnr").order_by("pk")
    pieces = pieces.filter(claim__status__in=posting.CREDITED)  # nothing was credited for a held or a reversed one
    count = 0
    for piece in pieces.select_related("station", "claim"):
        with transaction.atomic():
            locked = lock(piece)
            if locked.status in ON_ITS_WAY and posting.debit_not_returned(locked, at=_overdue_since(locked)):
                events.record(locked, "failedpart.overdue", actor=None, at=at, data={"amount": str(-locked.amount)})
                count += 1
    return count


def _overdue_since(piece: FailedPart) -> datetime:
    """The first instant after its last day, or the claim's decision where that came later: a debit never precedes its credit."""
    begun = clock.start_of(piece.due_on + timedelta(days=1))
    return max(begun, piece.claim.decided_at or begun)


def remind_due(*, at: datetime | None = None) -> list[FailedPart]:
    """Pieces due in three days (D) have been reminded of, once each; which."""
    at = at or clock.now()
    day = clock.local_date(at)
    last = day + timedelta(days=param("warranty.return_reminder_days", at))
    pieces = FailedPart.objects.filter(status__in=ON_ITS_WAY[:3], reminded_at=None, due_on__range=(day, last))
    found = list(pieces.select_related(*OF_PIECE, "part"))
    for piece in found:
        FailedPart.objects.filter(pk=piece.pk).update(reminded_at=at)
        events.record(piece, "failedpart.reminded", actor=None, at=at)
    return found
