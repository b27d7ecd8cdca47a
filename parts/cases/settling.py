"""A decided case takes effect: nothing of it stays in transit, the account is exact, replacements are ordered.

Not here: who decides what (deciding).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts import lots, pricing, serials, stock
from parts.accounts import lock_account_of
from parts.cases import letters
from parts.crediting import credit_for, take_credit
from parts.models import (
    CaseLine,
    Decision,
    Difference,
    Location,
    LocationKind,
    Part,
    PartSerial,
    PartsOrderLine,
    ReceivingCase,
    ShipmentLine,
)
from parts.progress import follow_lines
from parts.replacing import order_replacement
from parts.states import CaseStatus, ShipmentStatus
from portal.core import calendar, clock, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.parameters import param
from stations import dealer_account

INTO_STOCK = {Decision.KEEP, Decision.REFUSE}


@dataclass(frozen=True)
class Trip:
    """Goods of one line on their way to where the decision puts them; row: the shipment's line they belong to."""

    kind: str
    target: Location
    part: Part
    moves: tuple[stock.Move, ...]
    row: ShipmentLine | None = None


class GoodsNotInBooks(Refusal):
    """The books of the place they came from have no such piece."""

    message = _("%(part)s: %(location)s has only %(available)s in its books; count the place, then decide again.")
    code = "goods_not_in_books"


def settle(
    case: ReceivingCase, *, actor: Any, at: datetime, to: str = CaseStatus.CLOSED, note: str = ""
) -> ReceivingCase:
    """Goods and money stand in the ledger and on the dealer's account; what comes back travels first, and then settles.

    case: under its lock, with its order and shipment; every line decided. Raises GoodsNotInBooks, CreditExceeded.
    Writes Postings by kind of movement, account entries, a replacement order, the case's document, Events.
    """
    lines = list(case.lines.select_related("part").order_by("position"))
    rows, ordered = lock_lines(case, lines)
    away = [line for line in lines if line.comes_back]
    now = [line for line in lines if not line.comes_back]
    trips = [
        _settle_difference(line, rows[line.shipment_line_id or 0], ordered, case, mistaken=to == CaseStatus.WITHDRAWN)
        for line in now
        if not _is_surplus(line)
    ]
    update_rows(rows.values(), ["received_qty", "damaged_qty", "settled_qty", "credited_qty", "credited_amount"])
    update_rows(ordered.values(), ["received_qty", "settled_qty"])
    trips += _surplus_trips(case, lines, trips)
    update_rows(lines, ["amount", "lots"])
    post_trips(case, trips, actor=actor, at=at)
    case.credit, case.charge = post_money(case, now, actor=actor, at=at)
    again = [(rows[line.shipment_line_id or 0], line.qty) for line in lines if line.decision == Decision.RESHIP]
    if again:
        case.replacement = order_replacement(case.shipment.order, again, cause=case.number, actor=actor, at=at)
    case.save(update_fields=["credit", "charge", "replacement"])
    if not away:
        return close(case, lines, to=to, note=note, actor=actor, at=at)
    case.return_due_on = calendar.add_working_days(clock.local_date(at), param("parts.case_return_days", at))
    case.save(update_fields=["return_due_on"])
    case = states.move(case, CaseStatus.TO_RETURN, actor=actor, at=at, note=note)
    follow_lines(states.lock(case.shipment.order), actor=actor, at=at)
    letters.issue_decision(case, lines, actor=actor)
    letters.tell_station("receivingcase.return_asked", case)
    return case


def close(
    case: ReceivingCase,
    lines: Sequence[CaseLine],
    *,
    actor: Any,
    at: datetime,
    to: str = CaseStatus.CLOSED,
    note: str = "",
) -> ReceivingCase:
    """Nothing of the case stands in transit any more: the shipment is settled with it, the station knows."""
    case.closed_at = at
    case.save(update_fields=["closed_at"])
    case = states.move(case, to, actor=actor, at=at, note=note)
    shipment = states.lock(case.shipment)
    others = shipment.cases.exclude(status__in=[CaseStatus.CLOSED, CaseStatus.WITHDRAWN])
    if shipment.status == ShipmentStatus.RECEIVED_WITH_DIFFERENCES and not others.exists():
        states.move(shipment, ShipmentStatus.SETTLED, actor=actor, at=at, note=case.number)
    follow_lines(states.lock(case.shipment.order), actor=actor, at=at)
    if to == CaseStatus.CLOSED:
        letters.issue_decision(case, lines, actor=actor)
        letters.tell_station("receivingcase.decided", case)
    return case


def lock_lines(
    case: ReceivingCase, lines: Sequence[CaseLine]
) -> tuple[dict[int, ShipmentLine], dict[int, PartsOrderLine]]:
    found = ShipmentLine.objects.filter(pk__in=[line.shipment_line_id for line in lines if line.shipment_line_id])
    rows = {row.pk: row for row in found.select_related("part", "order_line", "allocation").order_by("pk")}
    wanted = PartsOrderLine.objects.filter(pk__in=[row.order_line_id for row in rows.values()]).order_by("pk")
    return rows, {line.pk: line for line in wanted.select_for_update(no_key=True, of=("self",))}


def _settle_difference(
    line: CaseLine, row: ShipmentLine, orders: Mapping[int, PartsOrderLine], case: ReceivingCase, *, mistaken: bool
) -> Trip:
    """Missing and damaged pieces leave transit: into the station's stock or out of the books.

    mistaken: the station withdrew its report, so the pieces came sound and can go back unused like any other.
    """
    missing, ordered = line.kind == Difference.SHORT, orders[row.order_line_id]
    if line.decision in INTO_STOCK:
        kind, target = "case_kept", stock.station_location(case.station)
        ordered.received_qty += line.qty
    else:
        kind, target = ("transit_loss" if missing else "case_scrap"), stock.world()
        ordered.settled_qty += line.qty
    if missing and line.decision in INTO_STOCK:
        row.received_qty += line.qty
    elif mistaken:
        row.damaged_qty -= line.qty
    else:
        row.settled_qty += line.qty
    if line.decision == Decision.CREDIT:
        line.amount = -credit_for(row, line.qty)
        take_credit(row, line.qty, -line.amount)
    elif line.amount < 0:
        take_credit(row, stock.ZERO, -line.amount)
    transit, batch = stock.transit_location(case.station).pk, row.allocation.batch
    leaves = stock.Move(transit, line.part_id, -line.qty, batch=batch)
    comes = stock.Move(target.pk, line.part_id, line.qty, batch="" if target.kind == LocationKind.WORLD else batch)
    return Trip(kind, target, line.part, (leaves, comes), row)


def _surplus_trips(case: ReceivingCase, lines: Sequence[CaseLine], others: Sequence[Trip]) -> list[Trip]:
    """Goods that left the shelf unbooked are booked out of it: to the station that keeps them, or onto the way back.

    All balances of the case are locked here, in one go. Raises GoodsNotInBooks.
    """
    surplus = [line for line in lines if _is_surplus(line) and line.decision != Decision.REFUSE]
    keys = [move.key for trip in others for move in trip.moves]
    place: Location = case.shipment.from_location
    targets = {
        Decision.KEEP: stock.station_location(case.station),
        Decision.SEND_BACK: stock.transit_location(case.station),
    }
    found = lots.lock_lots([place.pk] if surplus else [], [line.part_id for line in surplus], also=keys)
    trips = []
    for line in surplus:
        try:
            taken = lots.require(found, line.part, line.qty, place)
        except stock.NotEnoughStock as refusal:
            facts = {name: refusal.values[name] for name in ("part", "location", "available")}
            raise GoodsNotInBooks(**facts) from refusal
        target = targets[Decision(line.decision)]
        line.lots = [[lot.batch, str(lot.qty)] for lot in taken] if line.comes_back else []
        moves = [
            move
            for lot in taken
            for move in (
                stock.Move(lot.location, line.part_id, -lot.qty, batch=lot.batch),
                stock.Move(target.pk, line.part_id, lot.qty, batch=lot.batch),
            )
        ]
        kind = "case_surplus" if line.decision == Decision.KEEP else "case_surplus_sent"
        trips.append(Trip(kind, target, line.part, tuple(moves)))
    return trips


def _is_surplus(line: CaseLine) -> bool:
    return line.kind in {Difference.OVER, Difference.WRONG}


def post_trips(case: ReceivingCase, trips: Sequence[Trip], *, actor: Any, at: datetime) -> None:
    """One posting per kind of movement; pieces with serial numbers stand where their goods went."""
    stock.lock_balances(move.key for trip in trips for move in trip.moves)
    for kind in sorted({trip.kind for trip in trips}):
        group = [trip for trip in trips if trip.kind == kind]
        moves = [move for trip in group for move in trip.moves]
        stock.post(kind=kind, source=case.number, moves=moves, at=at, actor=actor)
        to = {
            trip.part.pk: None if trip.target.kind == LocationKind.WORLD else trip.target.pk
            for trip in group
            if trip.part.is_serialised
        }
        if to:
            serials.move_serials(moves, to=to, named=[piece for trip in group for piece in _pieces_of(trip)])


def _pieces_of(trip: Trip) -> Sequence[PartSerial]:
    """As many pieces of the shipment's line as the trip takes, of those that did not arrive."""
    if trip.row is None:
        return ()
    held = PartSerial.objects.filter(shipment_line=trip.row, location=trip.moves[0].location).order_by("pk")
    return list(held[: int(-trip.moves[0].qty)])


def post_money(
    case: ReceivingCase, lines: Sequence[CaseLine], *, actor: Any, at: datetime, entry: str = ""
) -> tuple[Decimal, Decimal]:
    """One credit and one charge at most, each the sum of its lines; both. entry: sets what is posted later apart."""
    credit = money.total(-line.amount for line in lines if line.amount < 0)
    charge = money.total(line.amount for line in lines if line.amount > 0)
    if credit or charge:
        account = lock_account_of(case.station)
        for kind, amount in (("case_credit", -credit), ("case_charge", charge)):
            if amount:
                dealer_account.post_entry(
                    account, kind=kind, source=case.number, amount=amount, station=case.station, line=entry, at=at,
                    actor=actor,
                )  # fmt: skip
    return credit, charge


def charge_for(line: CaseLine, qty: Decimal, case: ReceivingCase, at: datetime) -> Decimal:
    """What a station pays for pieces sent unasked that it keeps: the price of its order, else its price of the day.

    Raises NoPrice.
    """
    if line.shipment_line is not None:
        return money.round_money(qty * line.shipment_line.order_line.net_price)
    on, order = clock.local_date(at), case.shipment.order
    price = pricing.quote([line.part_id], case.station, kind=order.kind, on=on).get(line.part_id)
    if price is None:
        raise pricing.NoPrice(part=line.part.number, on=on, field=f"decision_{line.pk}")
    return money.round_money(qty * price.amount)
