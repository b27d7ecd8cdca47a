"""From the warehouse to the station's counter: ship with a delivery note, receive. Not here: taking from bins (taking), parcels."""

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
from parts.models import Difference, Parcel, PartSerial, PartsOrder, PartsOrderLine, Shipment, ShipmentLine
from parts.packing import require_own_numbers, require_packed
from parts.progress import follow_lines
from parts.states import ShipmentStatus
from parts.taking import lock_shipment, save, shift
from portal.core import clock, money, states
from portal.core.bulk import update_rows
from portal.core.documents import issue_document
from portal.core.errors import Refusal
from stations import dealer_account

ZERO = Decimal(0)
DELIVERY_NOTE = "parts.delivery_note"


class CountImpossible(Refusal):
    """Less than nothing received, or more damaged than received."""

    message = _(
        "%(part)s: received must be 0 or more, and damaged not above received nor above the %(shipped)s shipped."
    )
    code = "count_impossible"


@dataclass(frozen=True)
class Count:
    """What the station found of one line."""

    received: Decimal
    damaged: Decimal = ZERO
    note: str = ""
    serials: tuple[str, ...] = ()
    photos: Sequence[Any] = ()


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
    SerialsToName, TrackingTwice, TransitionNotAllowed and what require_packed raises.
    Writes one Posting (shelf and reservation down, in transit up), two account
    entries (committed down, used up), the delivery note, Events. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    order, locked, lines, allocations, rows = lock_shipment(shipment)
    moved = states.move(locked, ShipmentStatus.SHIPPED, actor=actor, at=moment)
    parcels = require_packed(moved, rows)
    numbers = {row.position: (tracking or {}).get(row.position, row.tracking_number) for row in parcels}
    require_own_numbers(numbers)
    transit = stock.transit_location(order.station).pk
    moves = []
    for row in rows:
        line, held = lines[row.order_line_id], allocations[row.allocation_id]
        shift(line, held, "picked_qty", "shipped_qty", row.qty)
        row.amount = _invoiced_now(line)
        line.shipped_amount += row.amount
        moves += [
            stock.Move(held.location_id, row.part_id, -row.qty, reserved=-row.qty, batch=held.batch),
            stock.Move(transit, row.part_id, row.qty, batch=held.batch),
        ]
    update_rows(rows, ["amount"])
    save(lines.values(), list(allocations.values()))
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
    for parcel in parcels:
        parcel.tracking_number = numbers[parcel.position]
    update_rows(parcels, ["tracking_number"])
    if moved.amount:
        _invoice(moved, order, actor=actor, at=moment)
    follow_lines(order, actor=actor, at=moment)
    issue_document(
        DELIVERY_NOTE,
        subject=moved,
        number=moved.number,
        facts=delivery_facts(moved, order, rows, parcels),
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


def delivery_facts(
    shipment: Shipment, order: PartsOrder, rows: Sequence[ShipmentLine], parcels: Sequence[Parcel]
) -> dict[str, Any]:
    """What the delivery note says, frozen as it was when the goods left."""
    station = order.station
    by_key = {row.pk: row for row in rows}
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
                "carton": parcel.carton,
                "lines": [
                    {
                        "part": by_key[line.shipment_line_id].part.number,
                        "name": by_key[line.shipment_line_id].part.name,
                        "unit": by_key[line.shipment_line_id].part.unit,
                        "qty": stock.plain(line.qty),
                    }
                    for line in parcel.lines.all()
                ],
            }
            for parcel in parcels
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
    order, locked, lines, allocations, rows = lock_shipment(shipment)
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
    stock.whole(row.part, count.received, field=f"received_{row.pk}")
    stock.whole(row.part, count.damaged, field=f"damaged_{row.pk}")
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
