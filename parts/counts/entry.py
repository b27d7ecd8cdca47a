"""The count itself: places frozen with the book as it stands, blind entry, handing in. Not here: approval and posting."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Allocation, Location, Part, PartBatch, StockBalance, StockCount, StockCountLine
from parts.states import CountStatus
from portal.core import clock, events, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.parameters import param

ZERO = Decimal(0)

type Spot = tuple[int, int, str]
"""Bin, part and batch of a line."""


class NotInThisCount(Refusal):
    """A line or a bin that this count does not have."""

    message = _("%(what)s is not part of count %(count)s.")
    code = "not_in_this_count"


class CountedQtyImpossible(Refusal):
    """No shelf holds such a quantity."""

    message = _("Got %(got)s, expected a quantity from 0 with at most three decimals.")
    code = "counted_qty_impossible"


class SecondCounterNeeded(Refusal):
    """Who counted first does not count again."""

    message = _("%(part)s: you counted it first; another person counts it again.")
    code = "second_counter_needed"


class BatchToName(Refusal):
    """Pieces of a part kept by batch, and no batch."""

    message = _("%(part)s is kept by batch: name the batch, and none for other parts.")
    code = "batch_to_name"


class LinesNotCounted(Refusal):
    """A count with gaps."""

    message = _("%(missing)s lines are not counted yet; the first is %(part)s in %(location)s.")
    code = "lines_not_counted"


@transaction.atomic
def start_count(count: StockCount, *, actor: Any, at: datetime | None = None) -> StockCount:
    """The places of the count are frozen, and its lines hold the book of this moment; the counters do not see it.

    A count of some parts does not freeze the floor of a place, where everything else lies as well: goods go on moving there,
    and it is not approved where those very parts have moved (BookMoved).
    Raises TransitionNotAllowed, PlaceFrozen where another count is under way. Writes the lines, Events. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    locked = states.lock(count, "location")
    bins, parts = locked.scope.get("bins", []), locked.scope.get("parts", [])
    held = StockBalance.objects.filter(location__in=Location.objects.within(locked.location_id))
    held = held.filter(location__in=bins) if bins else held
    held = held.filter(part__in=parts) if parts else held
    keys = list(held.values_list("part", "location", "batch"))
    stock.lock_balances(keys)
    places = set(bins) if bins else {key[1] for key in keys} if parts else _all_of(locked.location)
    places = set(places) - {locked.location_id} if parts else set(places)
    rows = Location.objects.filter(pk__in=places).order_by("pk").select_for_update(no_key=True, of=("self",))
    frozen = next((place for place in rows if place.frozen_by), None)
    if frozen:
        raise stock.PlaceFrozen(location=frozen.name, count=frozen.frozen_by)
    Location.objects.filter(pk__in=places).update(frozen_by=locked.number)
    apart = picked_apart({key[1] for key in keys})
    StockCountLine.objects.bulk_create(
        StockCountLine(
            count=locked,
            location_id=row.location_id,
            part_id=row.part_id,
            batch=row.batch,
            book_qty=row.on_hand,
            apart_qty=apart.get((row.part_id, row.location_id, row.batch), ZERO),
            unit_value=money.round_money(row.value / row.on_hand),
        )
        for row in held.filter(on_hand__gt=0).order_by(
            "location__pick_order", "location__code", "part__number", "batch"
        )
    )
    locked.started_at = moment
    locked.save(update_fields=["started_at"])
    return states.move(locked, CountStatus.COUNTING, actor=actor, at=moment)


def picked_apart(places: Iterable[int]) -> dict[tuple[int, int, str], Decimal]:
    """Pieces that are picked and not shipped, by part, place and batch."""
    rows = Allocation.objects.filter(location__in=places, picked_qty__gt=0).order_by()
    return {row[:3]: row[3] for row in rows.values_list("part", "location", "batch").annotate(Sum("picked_qty"))}


def bins_of(count: StockCount) -> "QuerySet[Location]":
    """Where the count looks: the places it has frozen, and those of its lines."""
    lines = StockCountLine.objects.filter(count=count)
    return Location.objects.filter(Q(frozen_by=count.number) | Q(pk__in=lines.values("location")))


def _all_of(place: Location) -> set[int]:
    return set(Location.objects.within(place.pk).values_list("pk", flat=True))


def counted(part: Part, qty: Decimal) -> Decimal:
    """The quantity itself. Raises CountedQtyImpossible, QuantityNotWhole."""
    if not qty.is_finite() or not 0 <= qty <= money.BOUND or qty != qty.quantize(stock.THOUSANDTH):
        raise CountedQtyImpossible(got=qty, field="qty")
    return stock.whole(part, qty)


@transaction.atomic
def enter_counts(
    count: StockCount, *, found: Mapping[int, Decimal], actor: Any, at: datetime | None = None
) -> list[StockCountLine]:
    """What was found stands in the lines: in the first count, or in the second where another person counts again.

    found: pieces by key of the line; a line may be corrected until the count is handed in.
    Raises TransitionNotAllowed, NotInThisCount, CountedQtyImpossible, QuantityNotWhole, SecondCounterNeeded.
    No Event: handing in records one.
    """
    locked = _at_work(count)
    rows = list(locked.lines.filter(pk__in=found).select_related("part").select_for_update(no_key=True, of=("self",)))
    unknown = set(found) - {row.pk for row in rows}
    if unknown:
        raise NotInThisCount(what=min(unknown), count=locked.number)
    for row in rows:
        _enter(locked, row, counted(row.part, found[row.pk]), actor)
    update_rows(rows, ["first_qty", "first_by", "second_qty", "second_by"])
    return rows


def _at_work(count: StockCount) -> StockCount:
    locked: StockCount = states.lock(count, "location")
    if locked.status not in {CountStatus.COUNTING, CountStatus.RECOUNT}:
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=CountStatus.COUNTING.label
        )
    return locked


def _enter(count: StockCount, row: StockCountLine, qty: Decimal, actor: Any) -> None:
    if count.status == CountStatus.COUNTING:
        row.first_qty, row.first_by = qty, actor
        return
    if not row.must_recount:
        raise NotInThisCount(what=row.part.number, count=count.number)
    if row.first_by_id == actor.pk:
        raise SecondCounterNeeded(part=row.part.number)
    row.second_qty, row.second_by = qty, actor


def add_found(
    count: StockCount, location: Location, part: Part, qty: Decimal, *, batch: str = "", actor: Any
) -> StockCountLine:
    """Pieces that the book does not know in this bin stand in a line of their own, or in the line that was there.

    Raises TransitionNotAllowed, NotInThisCount, BatchToName, CountedQtyImpossible, QuantityNotWhole, SecondCounterNeeded.
    """
    return enter_list(count, [(location, part, batch, qty)], actor=actor)[0]


@transaction.atomic
def enter_list(
    count: StockCount, rows: Sequence[tuple[Location, Part, str, Decimal]], *, actor: Any
) -> list[StockCountLine]:
    """A whole list of (bin, part, batch, pieces) stands in the count, as if each row had been typed; again it changes nothing.

    Rows of one bin, part and batch are added up. Raises what add_found raises; then nothing of the list is kept.
    The same number of statements for one row and for thousands.
    """
    locked = _at_work(count)
    sums: dict[Spot, Decimal] = {}
    places, parts = {row[0].pk: row[0] for row in rows}, {row[1].pk: row[1] for row in rows}
    for place, part, batch, qty in rows:
        key = (place.pk, part.pk, batch.strip())
        sums[key] = sums.get(key, ZERO) + counted(part, qty)
    inside = set(bins_of(locked).filter(pk__in=places).values_list("pk", flat=True))
    for place_id, part_id, batch in sums:
        if place_id not in inside:
            raise NotInThisCount(what=places[place_id].code, count=locked.number, field="location")
        if parts[part_id].is_batch_tracked != bool(batch):
            raise BatchToName(part=parts[part_id].number, field="batch")
    lines = _lines_at(locked, sums)
    if missing := [key for key in sums if key not in lines]:
        if locked.status == CountStatus.RECOUNT:
            raise NotInThisCount(what=parts[missing[0][1]].number, count=locked.number, field="part")
        _add_lines(locked, missing)
        lines = _lines_at(locked, sums)
    for key, qty in sums.items():
        _enter(locked, lines[key], qty, actor)
    found = [lines[key] for key in sums]
    update_rows(found, ["first_qty", "first_by", "second_qty", "second_by"])
    return found


def _lines_at(count: StockCount, keys: Iterable[Spot]) -> dict[Spot, StockCountLine]:
    """The lines at these spots that the count has, locked."""
    wanted = set(keys)
    rows = count.lines.filter(location__in={key[0] for key in wanted}, part__in={key[1] for key in wanted})
    locked = rows.select_related("part").order_by("pk").select_for_update(no_key=True, of=("self",))
    found = {(row.location_id, row.part_id, row.batch): row for row in locked}
    return {key: row for key, row in found.items() if key in wanted}


def _add_lines(count: StockCount, keys: Sequence[Spot]) -> None:
    """Lines for what the book does not know there, each worth what a piece is worth elsewhere; new batches are known."""
    held = StockBalance.objects.filter(part__in={key[1] for key in keys}, is_world=False, on_hand__gt=0).order_by()
    worth = {
        part: money.round_money(value / pieces)
        for part, value, pieces in held.values_list("part").annotate(Sum("value"), Sum("on_hand"))
    }
    StockCountLine.objects.bulk_create(
        StockCountLine(count=count, location_id=place, part_id=part, batch=batch, unit_value=worth.get(part, ZERO))
        for place, part, batch in keys
    )
    PartBatch.objects.bulk_create(
        [PartBatch(part_id=part, batch=batch) for part, batch in sorted({key[1:] for key in keys}) if batch],
        ignore_conflicts=True,
    )


@transaction.atomic
def hand_in(count: StockCount, *, actor: Any, at: datetime | None = None) -> StockCount:
    """Everything is counted: lines beyond the tolerance go to a second counter, else the count waits for approval.

    Raises LinesNotCounted, TransitionNotAllowed. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    locked = _at_work(count)
    lines = list(locked.lines.select_related("part", "location"))
    second = locked.status == CountStatus.RECOUNT
    gaps = [row for row in lines if (row.must_recount and row.second_qty is None if second else row.first_qty is None)]
    if gaps:
        raise LinesNotCounted(missing=len(gaps), part=gaps[0].part.number, location=gaps[0].location.name)
    if not second:
        percent, limit = param("parts.count_tolerance_percent", moment), param("parts.count_tolerance_value", moment)
        beyond = [row for row in lines if is_beyond(row, percent, limit)]
        for row in beyond:
            row.must_recount = True
        update_rows(beyond, ["must_recount"])
        second = not beyond
        locked.needs_headquarters = bool(beyond)
        locked.save(update_fields=["needs_headquarters"])
    status = CountStatus.TO_APPROVE if second else CountStatus.RECOUNT
    moved = states.move(locked, status, actor=actor, at=moment)
    if not second:
        data = {"lines": len(beyond)}
        events.record(moved, "stockcount.recount_asked", actor=actor, at=moment, data=data)
    return moved


def is_beyond(row: StockCountLine, percent: Decimal, limit: Decimal) -> bool:
    """Whether the difference is too large to be believed at once."""
    pieces = abs(row.variance_qty)
    return pieces > row.book_qty * percent / 100 or abs(row.variance_value) > limit
