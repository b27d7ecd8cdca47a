"""Sharing out central and regional stock among waiting order lines. The ranking itself is pure (sharing.py)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from parts import sharing, stock, superseding, tiers
from parts.freezing import Frozen, frozen_stock
from parts.lots import Lot, Lots, lock_lots
from parts.models import Allocation, AllocationRun, Location, PartsOrder, PartsOrderLine
from parts.progress import follow_all
from parts.states import OrderStatus
from portal.core import clock, events
from portal.core.bulk import update_rows
from stations.grading import grades_on
from stations.models import Station

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
class Outcome:
    """What each line gets, the lots to take it from, by place, and what is left for stopped machines, by (place, part)."""

    shares: list[sharing.Share]
    lots: dict[int, Lots]
    kept: dict[sharing.Source, Decimal]


@dataclass
class Waiting:
    """What a run decides about, all of it locked: orders, their lines with waiting pieces, the stock that may fill them."""

    central: Location
    regional: dict[int, Location] = field(default_factory=dict)  # by key of the region
    region_of: dict[int, int] = field(default_factory=dict)  # by key of the station
    lines: list[PartsOrderLine] = field(default_factory=list)
    links: list[sharing.Link] = field(default_factory=list)
    parts: set[int] = field(default_factory=set)

    @property
    def places(self) -> dict[int, Location]:
        """All warehouses that serve a line, the central one last."""
        return {place.pk: place for place in (*self.regional.values(), self.central)}

    def places_for(self, line: PartsOrderLine) -> tuple[int, ...]:
        """The warehouse of the station's region, if it has one, then the central one."""
        near = self.regional.get(self.region_of.get(line.order.station_id, 0))
        return (near.pk, self.central.pk) if near else (self.central.pk,)

    def lock_lots(self, also: Iterable[tuple[int, int, str]] = ()) -> Lots:
        """What the warehouses have free for the lines, locked. Goods that come to a region are shared out under the locks of the
        waiting lines, so that only the central floors need be locked where nothing lies."""
        return lock_lots([*self.places], self.parts, also=also, floors=[self.central.pk])


@transaction.atomic
def allocate(
    *,
    parts: Iterable[int] | None = None,
    cause: str = "manual",
    actor: Any | None = None,
    at: datetime | None = None,
) -> AllocationRun | None:
    """Waiting lines have got their share of what is free in the warehouse of their region, then in the central one; the rest of
    each is backordered.

    Stopped machines first, then the better grade, then who submitted first; a no-partial line whole or not at all. What the
    service tier of a part keeps for stopped machines, other lines leave.
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
    _name_warehouses(waiting)
    successors = sharing.by_old(waiting.links)
    for part in {line.part_id for line in waiting.lines} | set(parts or ()):
        waiting.parts.update(int(usable) for usable in sharing.chain(successors, part))
    waiting.lock_lots(also)
    return waiting


def _name_warehouses(waiting: Waiting) -> None:
    """Which warehouse serves which station's region; two queries."""
    stations = Station.objects.filter(pk__in={line.order.station_id for line in waiting.lines})
    waiting.region_of = dict(stations.order_by().values_list("pk", "center__region"))
    serving = Location.objects.serving(waiting.region_of.values())
    waiting.regional = {place.region_id: place for place in serving if place.region_id}


def share_out(
    waiting: Waiting, *, cause: str, actor: Any | None = None, at: datetime | None = None
) -> AllocationRun | None:
    """The locked lines have got their share (see allocate)."""
    if not waiting.lines:
        return None
    moment = at or clock.now()
    outcome = _outcome(waiting, moment)
    shares, lots = outcome.shares, outcome.lots
    run = AllocationRun.objects.create(
        actor=actor,
        at=moment,
        cause=cause,
        line_count=len(shares),
        filled_count=sum(not share.backorder for share in shares),
        ranking=_ranking(outcome, waiting),
    )
    taken = [
        (int(share.demand.key), lot)
        for share in shares
        for (place, part), qty in share.picks.items()
        for lot in lots[place].take(part, qty)
    ]
    _keep(shares, taken, waiting, moment)
    if taken:
        moves = [stock.Move(lot.location, lot.part, reserved=lot.qty, batch=lot.batch) for _line, lot in taken]
        stock.post(kind="reserve", source=f"run-{run.pk}", moves=moves, at=moment, actor=actor)
    events.record(run, "allocationrun.done", actor=actor, at=moment, data={"cause": cause}, root="")
    orders = {line.order_id: line.order for line in waiting.lines}
    _follow(list(orders.values()), shares, waiting, moment, actor)
    return run


def foresee(parts: Iterable[int] | None = None, *, at: datetime | None = None) -> list[dict[str, Any]]:
    """The ranking of the run that allocate() would make now, line by line; nothing of it is kept."""
    with transaction.atomic():
        waiting = lock_waiting(parts)
        rows = _ranking(_outcome(waiting, at or clock.now()), waiting)
        transaction.set_rollback(True)
    return rows


def _outcome(waiting: Waiting, at: datetime) -> Outcome:
    held = waiting.lock_lots()
    lots = {place: held.at(place) for place in waiting.places}
    free = {(place, part): here.total(part) for place, here in lots.items() for part in here.free}
    kept = tiers.kept_for_stopped_machines(waiting.places, {part for _place, part in free}, at)
    shares, left = sharing.share(free, waiting.links, _demands(waiting, at), kept=kept)
    return Outcome(shares, lots, {source: min(qty, left.get(source, sharing.ZERO)) for source, qty in kept.items()})


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


def _demands(waiting: Waiting, at: datetime) -> list[sharing.Demand]:
    grades = grades_on(clock.local_date(at), set(waiting.region_of))
    return [
        sharing.Demand(
            key=line.pk,
            part=line.part_id,
            qty=line.waiting_qty,
            kind=line.order.kind,
            grade=str(grades[line.order.station_id]),
            submitted_at=line.order.submitted_at or at,
            no_partial=line.no_partial,
            places=waiting.places_for(line),
        )
        for line in waiting.lines
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


def _ranking(outcome: Outcome, waiting: Waiting) -> list[dict[str, Any]]:
    """Why who got what, kept with the run."""
    shares, successors = outcome.shares, sharing.by_old(waiting.links)
    lines = {line.pk: line for line in waiting.lines}
    frozen = frozen_stock({int(share.demand.part) for share in shares if share.backorder}, waiting.places)
    none = Frozen(sharing.ZERO, ())
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
            "frozen": stock.plain(
                sum(
                    (frozen.get((int(key), int(share.demand.part)), none).qty for key in share.demand.places),
                    sharing.ZERO,
                )
            ),
            "kept": stock.plain(_kept_from(share, outcome.kept, successors)),
            "from": _warehouses(share, waiting),
        }
        for share in shares
    ]


def _kept_from(
    share: sharing.Share,
    kept: Mapping[sharing.Source, Decimal],
    successors: Mapping[sharing.Key, Sequence[sharing.Link]],
) -> Decimal:
    """Pieces the line was not given because they are kept for stopped machines."""
    if not share.backorder or share.demand.kind == sharing.MACHINE_DOWN:
        return sharing.ZERO
    sources = share.demand.sources(sharing.chain(successors, share.demand.part))
    return sum((kept.get(source, sharing.ZERO) for source in sources), sharing.ZERO)


def _warehouses(share: sharing.Share, waiting: Waiting) -> list[list[str]]:
    """Code of each warehouse that gave, and how many pieces; nothing where only the central one was asked."""
    if len(share.demand.places) < 2:
        return []
    given: dict[int, Decimal] = defaultdict(Decimal)
    for source, qty in share.picks.items():
        given[source[0]] += qty
    return [[waiting.places[place].code, stock.plain(qty)] for place, qty in given.items()]


def _follow(
    orders: Sequence[PartsOrder], shares: Sequence[sharing.Share], waiting: Waiting, at: datetime, actor: Any
) -> None:
    """The orders stand where their lines say; the event of one that waits names the counts that keep what it waits for."""
    lines = {line.pk: line for line in waiting.lines}
    short = [share for share in shares if share.backorder]
    frozen = frozen_stock({int(share.demand.part) for share in short}, waiting.places)
    counts: dict[int, set[str]] = defaultdict(set)
    for share in short:
        for place in share.demand.places:
            if found := frozen.get((int(place), int(share.demand.part))):
                counts[lines[int(share.demand.key)].order_id].update(found.counts)
    groups: dict[str, list[PartsOrder]] = defaultdict(list)
    for order in orders:
        names = ", ".join(sorted(counts[order.pk]))
        text = gettext("What would fill it is being counted: %(counts)s.") % {"counts": names} if names else ""
        groups[text].append(order)
    for text, group in groups.items():
        follow_all(group, actor=actor, at=at, note=text)
