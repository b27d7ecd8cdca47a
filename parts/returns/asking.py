"""A station asks to send unused parts back, headquarters answers. Not here: the goods' way (moving). Source: rules.md 3.9 Returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import PartsReturn, PartsReturnLine, ReturnCause, Shipment, ShipmentLine
from parts.ordering import ReasonMissing
from parts.returns import letters
from parts.states import ReturnStatus
from portal.core import calendar, clock, events, states
from portal.core.attachments import attach
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param

PHOTO = "closed_pack"
MOST_PHOTOS = 9


@dataclass(frozen=True)
class Unused:
    """Pieces of a shipment line that the station has not used."""

    qty: Decimal
    serials: tuple[str, ...] = ()


class NothingToReturn(Refusal):
    """A return without a line."""

    message = _("Say what goes back: at least one quantity above 0.")
    code = "nothing_to_return"


class ReturnTooLate(Refusal):
    """The days to send back are over, or the goods have not come."""

    message = _("Parts of %(shipment)s could be sent back until %(deadline)s.")
    code = "return_too_late"


class PackOpen(Refusal):
    """Only closed packs go back."""

    message = _("Only closed original packs can be sent back: declare it and add a picture.")
    code = "pack_open"


class NotWholePacks(Refusal):
    """A part of a pack."""

    message = _("%(part)s: got %(got)s, expected whole packs of %(pack)s.")
    code = "not_whole_packs"


class MoreThanReceived(Refusal):
    """More than came and was not sent back."""

    message = _("%(part)s: got %(got)s, expected at most %(most)s, which came and were not sent back.")
    code = "more_than_received"


class SerialsOfReturnMissing(Refusal):
    """A part with serial numbers goes back by number."""

    message = _("%(part)s: got %(got)s serial numbers, expected %(expected)s, each once.")
    code = "serials_missing"


def last_day(shipment: Shipment) -> Any:
    """The last day on which unused parts of the shipment can be sent back; None before it is received."""
    if shipment.received_at is None:
        return None
    days = param("parts.unused_return_days", shipment.received_at)
    return calendar.last_day(clock.local_date(shipment.received_at), days)


def can_return(shipment: Shipment, *, at: datetime | None = None) -> bool:
    """Whether today unused parts can be sent back; for showing buttons."""
    day = last_day(shipment)
    return day is not None and clock.local_date(at or clock.now()) <= day


@transaction.atomic
def request_return(
    shipment: Shipment,
    *,
    unused: Mapping[int, Unused],
    cause: str,
    reason: str,
    closed_pack: bool,
    photos: Sequence[Any],
    actor: Any,
    at: datetime | None = None,
) -> PartsReturn:
    """The station has asked to send closed packs back; their pieces cannot be sent back twice.

    unused: by key of the shipment line. Raises NothingToReturn, ReturnTooLate, PackOpen, NotWholePacks, MoreThanReceived,
    SerialsOfReturnMissing, ReasonMissing, BadFile. Writes a PartsReturn with its lines, Attachments, Events.
    """
    moment = at or clock.now()
    locked = states.lock(shipment, "order")
    day = last_day(locked)
    if day is None or clock.local_date(moment) > day:
        raise ReturnTooLate(
            shipment=locked.number, deadline=(day or clock.local_date(moment) - timedelta(days=1)).isoformat()
        )
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    if not closed_pack or not photos or len(photos) > MOST_PHOTOS:
        raise PackOpen(field="photos" if closed_pack else "closed_pack")
    rows = {row.pk: row for row in locked.lines.select_related("part").order_by("pk")}
    wanted = {pk: each for pk, each in unused.items() if each.qty and pk in rows}
    if not wanted:
        raise NothingToReturn
    lines = []
    for pk, each in wanted.items():
        _require_returnable(rows[pk], each)
        rows[pk].returned_qty += each.qty
        lines.append(
            PartsReturnLine(shipment_line=rows[pk], part=rows[pk].part, qty=each.qty, serials=sorted(set(each.serials)))
        )
    update_rows([rows[pk] for pk in wanted], ["returned_qty"])
    made = PartsReturn.objects.create(
        station_id=locked.station_id,
        shipment=locked,
        requested_by=actor,
        cause=ReturnCause(cause),
        reason=reason.strip()[:300],
        requested_at=moment,
        number=take_number("RT", at=moment),
    )
    for line in lines:
        line.parts_return = made
    PartsReturnLine.objects.bulk_create(lines)
    for upload in photos:
        attach(made, upload, kind=PHOTO, actor=actor, field="photos")
    events.record(made, "partsreturn.requested", actor=actor, at=moment, to_status=made.status, note=made.reason)
    letters.tell_warehouse(made)
    return made


def _require_returnable(row: ShipmentLine, each: Unused) -> None:
    number, qty = row.part.number, stock.pieces(row.part, each.qty, field=f"qty_{row.pk}")
    if qty > row.sound_qty:
        raise MoreThanReceived(
            part=number, got=stock.plain(qty), most=stock.plain(row.sound_qty), field=f"qty_{row.pk}"
        )
    if qty % row.part.pack_qty:
        raise NotWholePacks(
            part=number, got=stock.plain(qty), pack=stock.plain(row.part.pack_qty), field=f"qty_{row.pk}"
        )
    if row.part.is_serialised and len(set(each.serials)) != qty:
        raise SerialsOfReturnMissing(
            part=number, got=len(set(each.serials)), expected=stock.plain(qty), field=f"serials_{row.pk}"
        )


@transaction.atomic
def decide_return(
    back: PartsReturn,
    *,
    approve: bool,
    actor: Any,
    answer: str = "",
    cause: str = "",
    at: datetime | None = None,
) -> PartsReturn:
    """Headquarters lets the parts come back, with the fee of the day unless the error was ours; or refuses with a reason.

    cause: what headquarters found it to be; by default as the station said. Raises ReasonMissing, TransitionNotAllowed.
    """
    moment = at or clock.now()
    locked = _lock(back)
    if not approve and len(answer.strip()) < 4:
        raise ReasonMissing(field="answer")
    locked.cause = ReturnCause(cause or locked.cause)
    ours = locked.cause == ReturnCause.HEADQUARTERS
    locked.fee_percent = Decimal(0) if ours else param("parts.unused_return_fee_percent", moment)
    locked.answer, locked.decided_by, locked.decided_at = answer.strip()[:300], actor, moment
    moved = states.move(
        locked, ReturnStatus.APPROVED if approve else ReturnStatus.REFUSED, actor=actor, at=moment, note=locked.answer
    )
    moved.cause, moved.fee_percent, moved.answer = locked.cause, locked.fee_percent, locked.answer
    moved.decided_by, moved.decided_at = actor, moment
    moved.save(update_fields=["cause", "fee_percent", "answer", "decided_by", "decided_at"])
    if not approve:
        _give_back(moved)
    letters.tell_station(f"partsreturn.{moved.status}", moved)
    return moved


@transaction.atomic
def withdraw_return(back: PartsReturn, *, reason: str, actor: Any, at: datetime | None = None) -> PartsReturn:
    """The station keeps the parts. Raises ReasonMissing, TransitionNotAllowed once they are on their way."""
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    moved = states.move(_lock(back), ReturnStatus.WITHDRAWN, actor=actor, at=at, note=reason.strip())
    _give_back(moved)
    return moved


def _lock(back: PartsReturn) -> PartsReturn:
    """Shipment, then return."""
    states.lock(back.shipment)
    return states.lock(back, "shipment__order", "station")


def _give_back(back: PartsReturn) -> None:
    """The pieces can be sent back by another return."""
    rows = []
    for line in back.lines.select_related("shipment_line").order_by("pk"):
        line.shipment_line.returned_qty -= line.qty
        rows.append(line.shipment_line)
    update_rows(rows, ["returned_qty"])
