"""When the shelf holds less than the book: a pick comes short, and what was set aside is given back. Not here: counting itself."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.counts.planning import ask_for_count
from parts.models import Allocation, PartsOrder, PartsOrderLine, Shipment
from parts.progress import follow_lines
from parts.states import ShipmentStatus
from parts.taking import lock_shipment
from portal.core import clock, events, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal

ZERO = Decimal(0)

type Key = tuple[int, int, str]
"""Part, location, batch: the balance."""


class NothingMissing(Refusal):
    """Every line was found."""

    message = _("Say how many pieces are missing, in at least one line.")
    code = "nothing_missing"


class ShortReasonMissing(Refusal):
    """Nobody says what was found."""

    message = _("Write in a few words what you found: at least 4 characters.")
    code = "short_reason_missing"


class MissingTooMany(Refusal):
    """More is missing than was to be picked."""

    message = _("%(part)s: got %(got)s missing, expected at most %(most)s.")
    code = "missing_too_many"


@transaction.atomic
def confirm_pick(shipment: Shipment, *, actor: Any, at: datetime | None = None) -> Shipment:
    """All that stands on the list has been found and lies ready; saying it again changes nothing.

    Raises TransitionNotAllowed for a shipment no longer being picked. Writes one Event.
    """
    locked = states.lock(shipment)
    if locked.status != ShipmentStatus.PICKING:
        raise states.TransitionNotAllowed(record=str(locked), before=locked.get_status_display(), after=_("Picked"))
    mark_picked(locked, actor=actor, at=at)
    return locked


def mark_picked(locked: Shipment, *, actor: Any, at: datetime | None) -> None:
    """Who found the goods, and when, stands with the locked shipment, once; packing without a word says it as well."""
    if locked.picked_at is not None:
        return
    locked.picked_at, locked.picked_by = at or clock.now(), actor
    locked.save(update_fields=["picked_at", "picked_by"])
    events.record(locked, "shipment.picked", actor=actor, at=at)


@transaction.atomic
def short_pick(
    shipment: Shipment, *, missing: Mapping[int, Decimal], reason: str, actor: Any, at: datetime | None = None
) -> Shipment:
    """What was not found is on the shipment no more and waits again; a count of its bins is asked for.

    missing: pieces by key of the shipment's line. A shipment of which nothing was found is cancelled. Until its bins are counted
    no run promises these parts from there. Raises NothingMissing, ShortReasonMissing, MissingTooMany, TransitionNotAllowed.
    Writes one Posting (reservation down), StockCounts, Events.
    """
    moment = at or clock.now()
    order, locked, lines, allocations, rows = lock_shipment(shipment)
    gone = {pk: stock.positive(qty) for pk, qty in missing.items() if qty}
    if locked.status != ShipmentStatus.PICKING:
        raise states.TransitionNotAllowed(record=str(locked), before=locked.get_status_display(), after=_("Short pick"))
    if not gone or not gone.keys() <= {row.pk for row in rows}:
        raise NothingMissing(field="missing")
    if len(reason.strip()) < 4:
        raise ShortReasonMissing(field="reason")
    short = [row for row in rows if row.pk in gone]
    moves = []
    for row in short:
        qty, held = gone[row.pk], allocations[row.allocation_id]
        if qty > row.qty:
            raise MissingTooMany(
                part=row.part.number, got=stock.plain(qty), most=stock.plain(row.qty), field=f"missing_{row.pk}"
            )
        stock.whole(row.part, qty, field=f"missing_{row.pk}")
        line = lines[row.order_line_id]
        held.picked_qty -= qty
        line.picked_qty -= qty
        line.backordered_qty += qty
        row.qty -= qty
        moves.append(stock.Move(held.location_id, row.part_id, reserved=-qty, batch=held.batch))
    update_rows(rows, ["qty"])
    update_rows(lines.values(), ["picked_qty", "backordered_qty"])
    update_rows(list(allocations.values()), ["picked_qty"])
    stock.post(kind="release", source=f"{locked.number}/{moment.timestamp()}", moves=moves, at=moment, actor=actor)
    found = {"lines": [{"part": row.part.number, "missing": stock.plain(gone[row.pk])} for row in short]}
    events.record(locked, "shipment.short_picked", actor=actor, at=moment, note=reason.strip(), data=found)
    if not any(row.qty for row in rows):
        locked = states.move(locked, ShipmentStatus.CANCELLED, actor=actor, at=moment, note=reason.strip())
    follow_lines(order, actor=actor, at=moment, note=reason.strip())
    for held, row in ((allocations[row.allocation_id], row) for row in short):
        ask_for_count(held.location, row.part, note=f"{locked.number} {reason.strip()}"[:200], actor=actor, at=moment)
    return locked


@transaction.atomic
def give_back(
    wanted: Mapping[Key, Decimal], *, source: str, actor: Any | None, at: datetime | None = None, note: str = ""
) -> None:
    """So many pieces of each balance are set aside no more; the lines that lose them, the youngest first, wait again.

    Only what nobody has picked is given back. Writes one Posting, Events of the orders whose status changes.
    """
    moment = at or clock.now()
    held = Allocation.objects.filter(allocated_qty__gt=0, location__in={key[1] for key in wanted})
    held = held.filter(part__in={key[0] for key in wanted})
    orders = PartsOrder.objects.filter(pk__in=held.order_by().values("line__order")).order_by("pk")
    locked = {order.pk: order for order in orders.select_for_update(no_key=True, of=("self",))}
    lines = PartsOrderLine.objects.filter(order__in=locked).order_by("pk").select_for_update(no_key=True, of=("self",))
    by_key = {line.pk: line for line in lines}
    left = dict(wanted)
    moves, touched, rows = [], set(), []
    for row in held.filter(line__in=by_key).order_by("-pk").select_for_update(no_key=True, of=("self",)):
        key = (row.part_id, row.location_id, row.batch)
        qty = min(left.get(key, ZERO), row.allocated_qty)
        if qty <= 0:
            continue
        line = by_key[row.line_id]
        left[key] -= qty
        row.allocated_qty -= qty
        line.allocated_qty -= qty
        line.backordered_qty += qty
        moves.append(stock.Move(row.location_id, row.part_id, reserved=-qty, batch=row.batch))
        touched.add(line.pk)
        rows.append(row)
    if not moves:
        return
    update_rows([by_key[pk] for pk in sorted(touched)], ["allocated_qty", "backordered_qty"])
    update_rows(rows, ["allocated_qty"])
    stock.post(kind="release", source=source, moves=moves, at=moment, actor=actor)
    for pk in sorted({by_key[line].order_id for line in touched}):
        follow_lines(locked[pk], actor=actor, at=moment, note=note)
