"""Unused parts travel back and are inspected: onto the shelf with a credit, into quarantine, or to the station again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import lots, serials, stock
from parts.accounts import lock_account_of
from parts.crediting import credit_for, take_credit
from parts.models import Location, PartSerial, PartsReturn, PartsReturnLine
from parts.ordering import ReasonMissing
from parts.returns import letters
from parts.states import ReturnStatus
from portal.core import clock, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from stations import dealer_account

ZERO = Decimal(0)


@dataclass(frozen=True)
class Verdict:
    """What the inspection found of a line: so many accepted; the rest is kept in quarantine or goes back to the station."""

    accepted: Decimal
    back_to_station: bool = False
    note: str = ""


class VerdictImpossible(Refusal):
    """More accepted than came."""

    message = _("%(part)s: accepted must be between 0 and %(most)s, got %(got)s.")
    code = "verdict_impossible"


@transaction.atomic
def ship_return(
    back: PartsReturn, *, carrier: str, actor: Any, tracking_number: str = "", at: datetime | None = None
) -> PartsReturn:
    """The parts have left the station's stock and are on their way to headquarters.

    Raises NotEnoughStock, SerialNotThere, SerialsToName, TransitionNotAllowed. Writes one Posting, one Event.
    """
    moment = at or clock.now()
    locked = states.lock(back, "station")
    moved = states.move(locked, ReturnStatus.SHIPPED, actor=actor, at=moment)
    lines = list(moved.lines.select_related("part", "shipment_line__allocation").order_by("pk"))
    shelf, transit = stock.station_location(locked.station), stock.transit_location(locked.station)
    found = lots.lock_lots(
        [shelf.pk], [line.part_id for line in lines], also=[(line.part_id, transit.pk, "") for line in lines]
    )
    moves, pieces = [], []
    for line in lines:
        named = serials.lying(line.part, shelf, line.serials) if line.part.is_serialised else []
        batch = line.shipment_line.allocation.batch
        first = [(lot.location, lot.batch) for lot in found.free[line.part_id] if lot.batch == batch]
        taken = lots.require(found, line.part, line.qty, shelf, first=serials.keys_of(named) or first)
        line.lots = [[lot.batch, str(lot.qty)] for lot in taken]
        pieces += named
        for lot in taken:
            moves += [
                stock.Move(lot.location, line.part_id, -lot.qty, batch=lot.batch),
                stock.Move(transit.pk, line.part_id, lot.qty, batch=lot.batch),
            ]
    PartsReturnLine.objects.bulk_update(lines, ["lots"])
    stock.post(kind="return_sent", source=moved.number, moves=moves, at=moment, actor=actor)
    serials.move_serials(moves, to={line.part_id: transit.pk for line in lines}, named=pieces)
    moved.carrier, moved.tracking_number, moved.shipped_at = carrier, tracking_number, moment
    moved.save(update_fields=["carrier", "tracking_number", "shipped_at"])
    return moved


@transaction.atomic
def inspect_return(
    back: PartsReturn, *, verdicts: Mapping[int, Verdict], actor: Any, at: datetime | None = None
) -> PartsReturn:
    """Accepted parts lie on the shelf again and are credited at the price paid less the fee; the rest is not credited.

    verdicts: by key of the line, every line. Raises VerdictImpossible, ReasonMissing, TransitionNotAllowed.
    Writes up to two Postings, one account entry, the credit note, Events. Source: rules.md 3.9 Returns.
    """
    moment = at or clock.now()
    states.lock(back.shipment)
    locked = states.lock(back, "shipment__order", "station")
    moved = states.move(locked, ReturnStatus.INSPECTED, actor=actor, at=moment)
    lines = list(moved.lines.select_related("part", "shipment_line__part").order_by("pk"))
    accepted: list[stock.Move] = []
    rejected: list[stock.Move] = []
    transit, warehouse = stock.transit_location(moved.station), stock.central_warehouse()
    targets = {True: stock.station_location(moved.station), False: stock.quarantine()}
    for line in lines:
        verdict = verdicts.get(line.pk, Verdict(ZERO))
        _judge(line, verdict, moved.fee_percent)
        taken = _split(line, transit, warehouse, targets[verdict.back_to_station])
        accepted += taken[0]
        rejected += taken[1]
    rows = [line.shipment_line for line in lines]
    update_rows(rows, ["returned_qty", "credited_qty", "credited_amount"])
    update_rows(lines, ["accepted_qty", "kept_qty", "note", "price", "fee"])
    stock.lock_balances(move.key for move in (*accepted, *rejected))
    for kind, moves in (("return_accepted", accepted), ("return_rejected", rejected)):
        if moves:
            stock.post(kind=kind, source=moved.number, moves=moves, at=moment, actor=actor)
            to = {move.part: move.location for move in moves if move.qty > 0}
            named = PartSerial.objects.filter(location=transit, part__in=to, serial__in=_named(lines))
            serials.move_serials(moves, to=to, named=named)
    moved.inspected_at, moved.credit = moment, money.total(line.credit for line in lines)
    moved.save(update_fields=["inspected_at", "credit"])
    if moved.credit:
        dealer_account.post_entry(
            lock_account_of(moved.station),
            kind="return_credit",
            source=moved.number,
            amount=-moved.credit,
            station=moved.station,
            at=moment,
            actor=actor,
        )
    letters.issue_credit_note(moved, lines, actor=actor)
    letters.tell_station("partsreturn.inspected", moved)
    return moved


def _named(lines: list[PartsReturnLine]) -> list[str]:
    return [serial for line in lines for serial in line.serials]


def _judge(line: PartsReturnLine, verdict: Verdict, fee_percent: Decimal) -> None:
    """The line says what was accepted and what it is worth."""
    good = verdict.accepted
    if not (good.is_finite() and 0 <= good <= line.qty and good == good.quantize(stock.THOUSANDTH)):
        raise VerdictImpossible(
            part=line.part.number, most=stock.plain(line.qty), got=good, field=f"accepted_{line.pk}"
        )
    stock.whole(line.part, good, field=f"accepted_{line.pk}")
    if good < line.qty and len(verdict.note.strip()) < 4:
        raise ReasonMissing(field=f"note_{line.pk}")
    line.accepted_qty, line.note = good, verdict.note.strip()[:200]
    line.kept_qty = line.qty - good if verdict.back_to_station else ZERO
    row = line.shipment_line
    row.returned_qty -= line.kept_qty
    if good:
        line.price = credit_for(row, good)
        line.fee = money.round_money(line.price * fee_percent / 100)
        take_credit(row, good, line.price)


def _split(
    line: PartsReturnLine, transit: Location, shelf: Location, other: Location
) -> tuple[list[stock.Move], list[stock.Move]]:
    """The moves of the accepted and of the rejected pieces, each in the batch it left in."""
    accepted: list[stock.Move] = []
    rejected: list[stock.Move] = []
    good = line.accepted_qty
    for batch, text in line.lots:
        qty = Decimal(text)
        first = min(qty, good)
        good -= first
        for moves, target, pieces in ((accepted, shelf, first), (rejected, other, qty - first)):
            if pieces:
                moves += [
                    stock.Move(transit.pk, line.part_id, -pieces, batch=batch),
                    stock.Move(target.pk, line.part_id, pieces, batch=batch),
                ]
    return accepted, rejected
