"""From the shelf to the station's counter: pick, pack, ship with a delivery note, receive. Not here: who gets what (allocation)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import serials, stock
from parts.accounts import lock_account_of
from parts.cases.opening import MOST_PIECES, Found, open_case
from parts.models import Allocation, Difference, Parcel, PartSerial, PartsOrder, PartsOrderLine, Shipment, ShipmentLine
from parts.picklist import issue_pick_list
from parts.progress import follow_lines
from parts.states import ShipmentStatus
from portal.core import clock, events, money, states
from portal.core.bulk import update_rows
from portal.core.documents import issue_document
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from stations import dealer_account

ZERO = Decimal(0)
DELIVERY_NOTE = "parts.delivery_note"


class NothingToPick(Refusal):
    """No stock is set aside for the order."""

    message = _("No stock is set aside for this order.")
    code = "nothing_to_pick"


class ParcelsMissing(Refusal):
    """A shipment without a parcel."""

    message = _("Say how many parcels the shipment has: at least one, at most 99.")
    code = "parcels_missing"


class CountImpossible(Refusal):
    """Less than nothing received, or more damaged than received."""

    message = _(
        "%(part)s: received must be 0 or more, and damaged not above received nor above the %(shipped)s shipped."
    )
    code = "count_impossible"


@dataclass(frozen=True)
class Box:
    """A parcel: its tracking number and weight in kg, either may be unknown."""

    tracking_number: str = ""
    weight_kg: Decimal = ZERO


@dataclass(frozen=True)
class Count:
    """What the station found of one line."""

    received: Decimal
    damaged: Decimal = ZERO
    note: str = ""
    serials: tuple[str, ...] = ()
    photos: Sequence[Any] = ()


@transaction.atomic
def pick_order(order: PartsOrder, *, actor: Any, at: datetime | None = None) -> Shipment:
    """All stock set aside for the order is picked and stands on one new shipment; it stays reserved until it is shipped.

    Raises NothingToPick. Writes a Shipment with its lines, the pick list, Events.
    """
    moment = at or clock.now()
    locked = states.lock(order)
    lines = {line.pk: line for line in locked.lines.order_by("pk").select_for_update(no_key=True, of=("self",))}
    found = Allocation.objects.filter(line__in=lines, allocated_qty__gt=0).select_related("location")
    found = found.order_by("location__pick_order", "location__code", "line__position", "pk")
    allocations = list(found.select_for_update(no_key=True, of=("self",)))
    if not allocations:
        raise NothingToPick
    shipment = Shipment(
        order=locked,
        station_id=locked.station_id,
        from_location_id=allocations[0].location.place_id,
        created_at=moment,
        number=take_number("SH", at=moment),
    )
    shipment.save(force_insert=True)
    rows = []
    for allocation in allocations:
        qty, line = allocation.allocated_qty, lines[allocation.line_id]
        rows.append(
            ShipmentLine(shipment=shipment, order_line=line, allocation=allocation, part_id=allocation.part_id, qty=qty)
        )
        _shift(line, allocation, "allocated_qty", "picked_qty", qty)
    ShipmentLine.objects.bulk_create(rows)
    _save(lines.values(), allocations)
    issue_pick_list(shipment, actor=actor)
    events.record(shipment, "shipment.picking", actor=actor, at=moment, to_status=ShipmentStatus.PICKING)
    follow_lines(locked, actor=actor, at=moment)
    return shipment


@transaction.atomic
def undo_pick(shipment: Shipment, *, actor: Any, note: str = "", at: datetime | None = None) -> Shipment:
    """The goods lie on the shelf again, still set aside for the order; the shipment is cancelled."""
    moment = at or clock.now()
    order, locked, lines, allocations, rows = _lock(shipment)
    moved = states.move(locked, ShipmentStatus.CANCELLED, actor=actor, at=moment, note=note)
    for row in rows:
        _shift(lines[row.order_line_id], allocations[row.allocation_id], "picked_qty", "allocated_qty", row.qty)
    _save(lines.values(), list(allocations.values()))
    follow_lines(order, actor=actor, at=moment, note=note)
    return moved


@transaction.atomic
def pack_shipment(shipment: Shipment, *, boxes: Sequence[Box], actor: Any, at: datetime | None = None) -> Shipment:
    """The shipment stands packed in these parcels. Raises ParcelsMissing, TransitionNotAllowed."""
    if not 1 <= len(boxes) <= 99:
        raise ParcelsMissing(field="parcels")
    moved = states.move(shipment, ShipmentStatus.PACKED, actor=actor, at=at)
    Parcel.objects.bulk_create(
        Parcel(shipment=moved, position=position, tracking_number=box.tracking_number, weight_kg=box.weight_kg)
        for position, box in enumerate(boxes, start=1)
    )
    return moved


@transaction.atomic
def ship_shipment(
    shipment: Shipment,
    *,
    carrier: str,
    actor: Any,
    tracking: Mapping[int, str] | None = None,
    named: Sequence[str] = (),
    at: datetime | None = None,
) -> Shipment:
    """The goods are in transit, invoiced to the dealer's account, with a delivery note.

    tracking: number per parcel position; named: serial numbers of the pieces. Raises PlaceFrozen, SerialNotThere,
    SerialsToName, TransitionNotAllowed. Writes one Posting (shelf and reservation down, in transit up), two account
    entries (committed down, used up), the delivery note, Events. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    order, locked, lines, allocations, rows = _lock(shipment)
    moved = states.move(locked, ShipmentStatus.SHIPPED, actor=actor, at=moment)
    transit = stock.transit_location(order.station).pk
    moves = []
    for row in rows:
        line, held = lines[row.order_line_id], allocations[row.allocation_id]
        _shift(line, held, "picked_qty", "shipped_qty", row.qty)
        row.amount = _invoiced_now(line)
        line.shipped_amount += row.amount
        moves += [
            stock.Move(held.location_id, row.part_id, -row.qty, reserved=-row.qty, batch=held.batch),
            stock.Move(transit, row.part_id, row.qty, batch=held.batch),
        ]
    update_rows(rows, ["amount"])
    _save(lines.values(), list(allocations.values()))
    stock.post(kind="ship", source=moved.number, moves=moves, at=moment, actor=actor)
    by_part = {row.part_id: row for row in rows}
    pieces = [
        piece
        for row in by_part.values()
        if row.part.is_serialised
        for piece in serials.lying(row.part, locked.from_location, named)
    ]
    serials.move_serials(moves, to=dict.fromkeys(by_part, transit), named=pieces, shipment_lines=by_part)
    moved.carrier, moved.shipped_at, moved.amount = carrier, moment, money.total(row.amount for row in rows)
    moved.save(update_fields=["carrier", "shipped_at", "amount"])
    for parcel in moved.parcels.all():
        parcel.tracking_number = (tracking or {}).get(parcel.position, parcel.tracking_number)
        parcel.save(update_fields=["tracking_number"])
    if moved.amount:
        _invoice(moved, order, actor=actor, at=moment)
    follow_lines(order, actor=actor, at=moment)
    issue_document(
        DELIVERY_NOTE,
        subject=moved,
        number=moved.number,
        facts=delivery_facts(moved, order, rows),
        actor=actor,
    )
    return moved


def _invoiced_now(line: PartsOrderLine) -> Decimal:
    """The rounded amount of all that was shipped of the line, less what earlier shipments invoiced: no cent is lost."""
    return money.round_money(line.shipped_qty * line.net_price) - line.shipped_amount


def _invoice(shipment: Shipment, order: PartsOrder, *, actor: Any | None, at: datetime) -> None:
    """What was committed by the order is now owed: the shipment is its own invoice."""
    dealer_account.post(
        lock_account_of(order.station),
        kind="parts_invoice",
        source=shipment.number,
        legs=[
            dealer_account.LegAmount("committed", -shipment.amount),
            dealer_account.LegAmount("used", shipment.amount),
        ],
        station=order.station,
        at=at,
        actor=actor,
    )


def delivery_facts(shipment: Shipment, order: PartsOrder, rows: Sequence[ShipmentLine]) -> dict[str, Any]:
    """What the delivery note says, frozen as it was when the goods left."""
    station = order.station
    return {
        "number": shipment.number,
        "order": order.number,
        "reference": order.reference,
        "shipped_on": clock.local_date(shipment.shipped_at or clock.now()).isoformat(),
        "carrier": shipment.carrier,
        "from": shipment.from_location.name,
        "station": {
            "code": station.code,
            "name": station.name,
            "address": station.address,
            "phone": station.phone,
        },
        "parcels": [
            {
                "position": parcel.position,
                "tracking_number": parcel.tracking_number,
                "weight_kg": stock.plain(parcel.weight_kg),
            }
            for parcel in shipment.parcels.all()
        ],
        "lines": [
            {
                "part": row.part.number,
                "name": row.part.name,
                "unit": row.part.unit,
                "qty": stock.plain(row.qty),
                "net_price": str(row.order_line.net_price),
                "amount": str(row.amount),
            }
            for row in rows
            if row.qty
        ],
        "amount": str(shipment.amount),
        "amount_capitals": money.capitals(shipment.amount),
    }


@transaction.atomic
def receive_shipment(
    shipment: Shipment,
    *,
    counts: Mapping[int, Count],
    actor: Any,
    extras: Sequence[Found] = (),
    at: datetime | None = None,
) -> Shipment:
    """What the station counted sound stands in its own stock; what is missing or damaged stays in transit, in its name.

    counts: by key of the shipment line, every line; more than shipped is a surplus. extras: parts that the shipment does
    not have. What differs is a receiving case at once. Raises CountImpossible, TransitionNotAllowed and what open_case
    raises. Writes one Posting (in transit down, station up), perhaps a ReceivingCase, Events. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    order, locked, lines, allocations, rows = _lock(shipment)
    states.require_move(locked, ShipmentStatus.RECEIVED)
    moves, found = [], []
    transit, shelf = stock.transit_location(order.station).pk, stock.station_location(order.station).pk
    for row in rows:
        count = counts.get(row.pk, Count(ZERO))
        found += _counted(row, count)
        good = row.received_qty - row.damaged_qty
        lines[row.order_line_id].received_qty += good
        if good:
            batch = allocations[row.allocation_id].batch
            moves += [
                stock.Move(transit, row.part_id, -good, batch=batch),
                stock.Move(shelf, row.part_id, good, batch=batch),
            ]
    found += extras
    update_rows(rows, ["received_qty", "damaged_qty", "note"])
    update_rows(lines.values(), ["received_qty"])
    if moves:
        stock.post(kind="receive", source=locked.number, moves=moves, at=moment, actor=actor)
        to = dict.fromkeys((row.part_id for row in rows), shelf)
        serials.move_serials(moves, to=to, named=_sound_pieces(rows, counts))
    locked.received_at = moment
    locked.save(update_fields=["received_at"])
    status = ShipmentStatus.RECEIVED_WITH_DIFFERENCES if found else ShipmentStatus.RECEIVED
    moved = states.move(locked, status, actor=actor, at=moment)
    if found:
        open_case(moved, found, actor=actor, at=moment)
    follow_lines(order, actor=actor, at=moment)
    return moved


def _counted(row: ShipmentLine, count: Count) -> list[Found]:
    """The row says what was counted; what differs. Raises CountImpossible."""
    sane = count.received.is_finite() and count.damaged.is_finite() and 0 <= count.received <= MOST_PIECES
    if not sane or not 0 <= count.damaged <= min(count.received, row.qty):
        raise CountImpossible(part=row.part.number, shipped=stock.plain(row.qty), field=f"received_{row.pk}")
    row.received_qty, row.damaged_qty, row.note = min(count.received, row.qty), count.damaged, count.note
    differing = (
        (Difference.SHORT, row.qty - row.received_qty, ()),
        (Difference.DAMAGED, row.damaged_qty, count.photos),
        (Difference.OVER, count.received - row.received_qty, ()),
    )
    return [Found(kind, qty, row, note=count.note, photos=photos) for kind, qty, photos in differing if qty]


def _sound_pieces(rows: Sequence[ShipmentLine], counts: Mapping[int, Count]) -> list[PartSerial]:
    """Pieces with serial numbers that came sound: all of a line that came whole, else those the station names."""
    tracked = [row for row in rows if row.part.is_serialised]
    found: list[PartSerial] = []
    for row in tracked:
        count = counts.get(row.pk, Count(ZERO))
        sent = PartSerial.objects.filter(shipment_line__shipment=row.shipment_id, part=row.part_id)
        whole = row.sound_qty == row.qty
        found += sent if whole else sent.filter(serial__in=count.serials)
    return found


type Locked = tuple[PartsOrder, Shipment, dict[int, PartsOrderLine], dict[int, Allocation], list[ShipmentLine]]


def _lock(shipment: Shipment) -> Locked:
    """Order, shipment, order lines and allocations, locked in the global order."""
    order = states.lock(shipment.order)
    locked = states.lock(shipment)
    rows = list(locked.lines.select_related("part", "order_line").order_by("pk"))
    lines = PartsOrderLine.objects.filter(pk__in=[row.order_line_id for row in rows]).order_by("pk")
    allocations = Allocation.objects.filter(pk__in=[row.allocation_id for row in rows]).order_by("pk")
    return (
        order,
        locked,
        {line.pk: line for line in lines.select_for_update(no_key=True, of=("self",))},
        {row.pk: row for row in allocations.select_for_update(no_key=True, of=("self",))},
        rows,
    )


def _shift(line: PartsOrderLine, allocation: Allocation, source: str, target: str, qty: Decimal) -> None:
    """Pieces stand in another column of the line and, where it has that column, of the allocation."""
    setattr(line, source, getattr(line, source) - qty)
    setattr(line, target, getattr(line, target) + qty)
    setattr(allocation, source, getattr(allocation, source) - qty)
    if target != "shipped_qty":
        setattr(allocation, target, getattr(allocation, target) + qty)


def _save(lines: Any, allocations: Sequence[Allocation]) -> None:
    update_rows(lines, ["allocated_qty", "picked_qty", "shipped_qty", "shipped_amount"])
    update_rows(allocations, ["allocated_qty", "picked_qty"])
