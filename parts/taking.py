"""Taking goods out of their bins for one order: all that is set aside or a part of it, and putting them back.

Not here: what comes short (picking), walks over several orders (waves), parcels (packing), shipping (fulfillment).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Allocation, Location, PartsOrder, PartsOrderLine, PickWave, Shipment, ShipmentLine
from parts.picklist import issue_pick_list
from parts.progress import follow_lines
from parts.states import ShipmentStatus
from portal.core import clock, events, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number

ZERO: Final = Decimal(0)


class NothingToPick(Refusal):
    """No stock is set aside for the order."""

    message = _("No stock is set aside for this order.")
    code = "nothing_to_pick"


class OneWarehouseAList(Refusal):
    """Pieces of two warehouses are asked for at once."""

    message = _("A pick list walks one warehouse: got %(first)s and %(second)s.")
    code = "one_warehouse_a_list"


class NotSoManySetAside(Refusal):
    """More is asked for than is set aside there."""

    message = _("%(part)s: got %(got)s to pick, expected at most the %(most)s set aside.")
    code = "not_so_many_set_aside"


def set_aside_for(order: PartsOrder) -> Any:
    """The allocations with pieces to pick, in walking order."""
    rows = Allocation.objects.filter(line__order=order, allocated_qty__gt=0)
    rows = rows.select_related("location__parent", "part", "line")
    return rows.order_by("location__pick_order", "location__code", "line__position", "pk")


def first_warehouse(rows: Sequence[Allocation]) -> int:
    """The warehouse of the first line: that is walked first, what lies in another one goes onto a list of its own."""
    return min(rows, key=lambda row: (row.line.position, row.pk)).location.place_id


def at_positions(order: PartsOrder, wanted: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Pieces by key of the allocation, where people say them by position of the order's line; frozen places are passed over.

    Raises NotSoManySetAside.
    """
    found: dict[int, Decimal] = {}
    rows = list(set_aside_for(order))
    frozen = stock.frozen_places(row.location_id for row in rows)
    rows = [row for row in rows if row.location_id not in frozen and row.line.position in wanted]
    rows = [row for row in rows if row.location.place_id == first_warehouse(rows)] if rows else []
    for position, qty in wanted.items():
        left, most = qty, ZERO
        for row in rows:
            if row.line.position == position:
                taken = min(left, row.allocated_qty)
                most += row.allocated_qty
                left -= taken
                if taken > 0:
                    found[row.pk] = taken
        if not left.is_finite() or left:
            raise NotSoManySetAside(part=position, got=stock.plain(qty), most=stock.plain(most), field="lines")
    return found


@transaction.atomic
def pick_order(
    order: PartsOrder,
    *,
    actor: Any,
    wanted: Mapping[int, Decimal] | None = None,
    wave: PickWave | None = None,
    place: Location | None = None,
    at: datetime | None = None,
) -> Shipment:
    """The goods are taken in one warehouse for a new shipment; they stay reserved until it is shipped, the rest stays set aside.

    wanted: pieces by key of the allocation; by default all in the place (by default the one of the first line) that is not
    being counted. What is left out because of a count is written in the Event. Raises NothingToPick, PlaceFrozen (a named
    place, or nothing else is set aside), NotSoManySetAside, OneWarehouseAList, QuantityNotPositive, QuantityNotWhole.
    Writes a Shipment with its lines, the pick list, Events.
    """
    moment = at or clock.now()
    locked = states.lock(order)
    lines = {line.pk: line for line in locked.lines.order_by("pk").select_for_update(no_key=True, of=("self",))}
    allocations = list(set_aside_for(locked).select_for_update(no_key=True, of=("self",)))
    if place is not None:
        allocations = [row for row in allocations if row.location.place_id == place.pk]
    frozen = stock.frozen_places(row.location_id for row in allocations)
    chosen = _all_free(allocations, frozen) if wanted is None else _chosen(allocations, wanted, frozen)
    if not chosen:
        raise NothingToPick
    shipment = Shipment(
        order=locked,
        station_id=locked.station_id,
        from_location_id=chosen[0][0].location.place_id,
        wave=wave,
        created_at=moment,
        number=take_number("SH", at=moment),
    )
    shipment.save(force_insert=True)
    rows = []
    for allocation, qty in chosen:
        line = lines[allocation.line_id]
        rows.append(
            ShipmentLine(shipment=shipment, order_line=line, allocation=allocation, part_id=allocation.part_id, qty=qty)
        )
        shift(line, allocation, "allocated_qty", "picked_qty", qty)
    ShipmentLine.objects.bulk_create(rows)
    save(lines.values(), allocations)
    issue_pick_list(shipment, actor=actor)
    left_out = left_out_words([row for row in allocations if row.location_id in frozen], frozen)
    events.record(shipment, "shipment.picking", actor=actor, at=moment, to_status=ShipmentStatus.PICKING, note=left_out)
    follow_lines(locked, actor=actor, at=moment, note=left_out)
    return shipment


def _all_free(allocations: Sequence[Allocation], frozen: Mapping[int, Location]) -> list[tuple[Allocation, Decimal]]:
    """All that is set aside and may leave. Raises PlaceFrozen when a count keeps everything."""
    free = [(row, row.allocated_qty) for row in allocations if row.location_id not in frozen]
    if allocations and not free:
        raise _frozen(frozen[allocations[0].location_id])
    here = first_warehouse([row for row, _qty in free]) if free else 0
    return [(row, qty) for row, qty in free if row.location.place_id == here]


def _chosen(
    allocations: Sequence[Allocation], wanted: Mapping[int, Decimal], frozen: Mapping[int, Location]
) -> list[tuple[Allocation, Decimal]]:
    """The pieces named. Raises what pick_order raises."""
    if not wanted.keys() <= {row.pk for row in allocations}:
        raise NothingToPick
    found = []
    for row in allocations:
        qty = wanted.get(row.pk, ZERO)
        if qty == 0:
            continue
        field = f"qty_{row.pk}"
        stock.pieces(row.part, qty, field=field)
        if row.location_id in frozen:
            raise _frozen(frozen[row.location_id], field=field)
        if qty > row.allocated_qty:
            most = stock.plain(row.allocated_qty)
            raise NotSoManySetAside(part=row.part.number, got=stock.plain(qty), most=most, field=field)
        found.append((row, qty))
    other = next((row for row, _qty in found if row.location.place_id != found[0][0].location.place_id), None)
    if other:
        first, second = found[0][0].location, other.location
        raise OneWarehouseAList(first=first.code, second=second.code, field=f"qty_{other.pk}")
    return found


def _frozen(place: Location, *, field: str = "") -> stock.PlaceFrozen:
    return stock.PlaceFrozen(location=place.name, count=place.frozen_by, field=field)


def left_out_words(rows: Sequence[Allocation], frozen: Mapping[int, Location]) -> str:
    """What stays set aside because its place is being counted, in one sentence; empty where nothing does."""
    text = gettext("%(part)s × %(qty)s stays at %(location)s: count %(count)s is under way.")
    said = [
        text
        % {
            "part": row.part.number,
            "qty": stock.plain(row.allocated_qty),
            "location": frozen[row.location_id].code,
            "count": frozen[row.location_id].frozen_by,
        }
        for row in rows
    ]
    return " ".join(said)[:500]


@transaction.atomic
def undo_pick(shipment: Shipment, *, actor: Any, note: str = "", at: datetime | None = None) -> Shipment:
    """The goods lie on the shelf again, still set aside for the order; the shipment is cancelled."""
    moment = at or clock.now()
    order, locked, lines, allocations, rows = lock_shipment(shipment)
    moved = states.move(locked, ShipmentStatus.CANCELLED, actor=actor, at=moment, note=note)
    for row in rows:
        shift(lines[row.order_line_id], allocations[row.allocation_id], "picked_qty", "allocated_qty", row.qty)
    save(lines.values(), list(allocations.values()))
    follow_lines(order, actor=actor, at=moment, note=note)
    return moved


type Locked = tuple[PartsOrder, Shipment, dict[int, PartsOrderLine], dict[int, Allocation], list[ShipmentLine]]


def lock_shipment(shipment: Shipment) -> Locked:
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


def shift(line: PartsOrderLine, allocation: Allocation, source: str, target: str, qty: Decimal) -> None:
    """Pieces stand in another column of the line and, where it has that column, of the allocation."""
    setattr(line, source, getattr(line, source) - qty)
    setattr(line, target, getattr(line, target) + qty)
    setattr(allocation, source, getattr(allocation, source) - qty)
    if target != "shipped_qty":
        setattr(allocation, target, getattr(allocation, target) + qty)


def save(lines: Any, allocations: Sequence[Allocation]) -> None:
    update_rows(lines, ["allocated_qty", "picked_qty", "shipped_qty", "shipped_amount"])
    update_rows(allocations, ["allocated_qty", "picked_qty"])
