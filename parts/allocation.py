"""Sharing out the central stock among waiting order lines. The ranking itself is pure (sharing.py)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum

from parts import sharing, stock, superseding
from parts.lots import Lot, Lots, lock_lots
from parts.models import Allocation, AllocationRun, Location, PartsOrder, PartsOrderLine, StockBalance
from parts.progress import follow_all
from parts.states import OrderStatus
from portal.core import clock, events
from portal.core.bulk import update_rows
from stations.grading import grades_on

SERVED = (
    OrderStatus.CONFIRMED,
    OrderStatus.BACKORDERED,
    OrderStatus.PARTIALLY_ALLOCATED,
    OrderStatus.ALLOCATED,
    OrderStatus.PICKED,
    OrderStatus.PARTIALLY_SHIPPED,
)
WAITING = Q(open_qty__gt=0) | Q(backordered_qty__gt=0)


@dataclass
class Waiting:
    """What a run decides about, all of it locked: orders, their lines with waiting pieces, the stock that may fill them."""

    location: Location
    lines: list[PartsOrderLine] = field(default_factory=list)
    links: list[sharing.Link] = field(default_factory=list)
    parts: set[int] = field(default_factory=set)

    def lock_lots(self, also: Iterable[tuple[int, int, str]] = ()) -> Lots:
        """What the place has free for the lines, locked."""
        return lock_lots([self.location.pk], self.parts, also=also)


@transaction.atomic
def allocate(
    *,
    parts: Iterable[int] | None = None,
    cause: str = "manual",
    actor: Any | None = None,
    at: datetime | None = None,
) -> AllocationRun | None:
    """Waiting lines have got their share of what the central warehouse has free; the rest of each is backordered.

    Stopped machines first, then the better grade, then who submitted first; a no-partial line whole or not at all.
    parts: keys of the parts whose lines are considered, by default all. None when no line waits.
    Writes one AllocationRun with its ranking, Allocations, one reserving Posting, Events. Source: rules.md 3.9, C31.
    """
    return share_out(lock_waiting(parts), cause=cause, actor=actor, at=at)


def lock_waiting(parts: Iterable[int] | None = None, *, also: Iterable[tuple[int, int, str]] = ()) -> Waiting:
    """Orders, lines and balances of a run are locked, in the global order. Needs the caller's transaction.

    also: balances the caller will post on, locked with the others.
    """
    waiting = Waiting(stock.central_warehouse(), links=superseding.links())
    considered = None if parts is None else _fillable_from(set(parts), waiting.links)
    queue = PartsOrderLine.objects.filter(WAITING, order__status__in=SERVED)
    if considered is not None:
        queue = queue.filter(part__in=considered)
    orders = PartsOrder.objects.filter(pk__in=queue.values("order")).order_by("pk")
    held = orders.select_for_update(no_key=True, of=("self",))
    locked = {order.pk: order for order in held}
    lines = queue.filter(order__in=locked).order_by("pk").select_for_update(no_key=True, of=("self",))
    waiting.lines = list(lines.select_related("part"))
    for line in waiting.lines:
        line.order = locked[line.order_id]
    successors = sharing.by_old(waiting.links)
    for part in {line.part_id for line in waiting.lines} | set(parts or ()):
        waiting.parts.update(int(usable) for usable in sharing.chain(successors, part))
    waiting.lock_lots(also)
    return waiting


def share_out(
    waiting: Waiting, *, cause: str, actor: Any | None = None, at: datetime | None = None
) -> AllocationRun | None:
    """The locked lines have got their share (see allocate)."""
    if not waiting.lines:
        return None
    moment = at or clock.now()
    lots = waiting.lock_lots()
    free: dict[str | int, Decimal] = {part: lots.total(part) for part in waiting.parts}
    shares, _left = sharing.share(free, waiting.links, _demands(waiting.lines, moment))
    run = AllocationRun.objects.create(
        actor=actor,
        at=moment,
        cause=cause,
        line_count=len(shares),
        filled_count=sum(not share.backorder for share in shares),
        ranking=_ranking(shares, waiting),
    )
    taken = [
        (int(share.demand.key), lot)
        for share in shares
        for part, qty in share.picks.items()
        for lot in lots.take(int(part), qty)
    ]
    _keep(shares, taken, waiting, moment)
    if taken:
        moves = [stock.Move(lot.location, lot.part, reserved=lot.qty, batch=lot.batch) for _line, lot in taken]
        stock.post(kind="reserve", source=f"run-{run.pk}", moves=moves, at=moment, actor=actor)
    events.record(run, "allocationrun.done", actor=actor, at=moment, data={"cause": cause}, root="")
    orders = {line.order_id: line.order for line in waiting.lines}
    follow_all(list(orders.values()), actor=actor, at=moment)
    return run


def _fillable_from(parts: set[int], links: Sequence[sharing.Link]) -> set[int]:
    """Parts whose demand these parts may fill: themselves and all that they supersede."""
    by_new: dict[int, list[int]] = defaultdict(list)
    for link in links:
        by_new[int(link.new)].append(int(link.old))
    found, stack = set(parts), list(parts)
    while stack:
        for old in by_new[stack.pop()]:
            if old not in found:
                found.add(old)
                stack.append(old)
    return found


def _demands(lines: Sequence[PartsOrderLine], at: datetime) -> list[sharing.Demand]:
    day = clock.local_date(at)
    grades = grades_on(day, {line.order.station_id for line in lines})
    return [
        sharing.Demand(
            key=line.pk,
            part=line.part_id,
            qty=line.waiting_qty,
            kind=line.order.kind,
            grade=str(grades[line.order.station_id]),
            submitted_at=line.order.submitted_at or at,
            no_partial=line.no_partial,
        )
        for line in lines
    ]


def _keep(shares: Sequence[sharing.Share], taken: Sequence[tuple[int, Lot]], waiting: Waiting, at: datetime) -> None:
    """Lines and their allocations say what each got, bin by bin and batch by batch."""
    lines = {line.pk: line for line in waiting.lines}
    known = {
        (row.line_id, row.part_id, row.location_id, row.batch): row
        for row in Allocation.objects.filter(line__in=lines).order_by("pk")
    }
    fresh = []
    for share in shares:
        line = lines[int(share.demand.key)]
        line.allocated_qty += sum(share.picks.values(), sharing.ZERO)
        line.open_qty, line.backordered_qty = sharing.ZERO, share.backorder
    for line_pk, lot in taken:
        row = known.get((line_pk, *lot.key))
        if row is None:
            fresh.append(
                Allocation(
                    line_id=line_pk,
                    location_id=lot.location,
                    part_id=lot.part,
                    batch=lot.batch,
                    allocated_qty=lot.qty,
                    allocated_at=at,
                )
            )
        else:
            row.allocated_qty += lot.qty
            row.allocated_at = at
    update_rows(known.values(), ["allocated_qty", "allocated_at"])
    Allocation.objects.bulk_create(fresh)
    update_rows(lines.values(), ["allocated_qty", "open_qty", "backordered_qty"])


def _ranking(shares: Sequence[sharing.Share], waiting: Waiting) -> list[dict[str, Any]]:
    """Why who got what, kept with the run."""
    lines = {line.pk: line for line in waiting.lines}
    frozen = _frozen({int(share.demand.part) for share in shares if share.backorder}, waiting.location)
    return [
        {
            "order": lines[int(share.demand.key)].order.number,
            "position": lines[int(share.demand.key)].position,
            "part": lines[int(share.demand.key)].part.number,
            "kind": share.demand.kind,
            "grade": share.demand.grade,
            "submitted_at": share.demand.submitted_at.isoformat(),
            "wanted": stock.plain(share.demand.qty),
            "got": stock.plain(sum(share.picks.values(), sharing.ZERO)),
            "backorder": stock.plain(share.backorder),
            "no_partial": share.demand.no_partial,
            "frozen": stock.plain(frozen.get(int(share.demand.part), sharing.ZERO)),
        }
        for share in shares
    ]


def _frozen(parts: set[int], place: Location) -> dict[int, Decimal]:
    """Free pieces that a run may not take because their bin is being counted, by part."""
    if not parts:
        return {}
    counted = Location.objects.within(place.pk).exclude(frozen_by="")
    rows = StockBalance.objects.filter(part__in=parts, location__in=counted, on_hand__gt=F("reserved"))
    return {row["part"]: row["free"] for row in rows.values("part").annotate(free=Sum(F("on_hand") - F("reserved")))}
