"""Which goods are taken: the (bin, batch) keys of a part in the order in which a storekeeper takes them. Not here: postings.

The batch that expires first, then the one that came first; of one batch the bins in walking order. Only what nobody has set
aside, and nothing from a bin that is being counted or where a pick came short and a count is asked for. Source: rules.md 3.9.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import F, Q

from parts import stock
from parts.models import Location, Part, StockBalance

ZERO: Final = Decimal(0)

# Places are ranked as the caller names them; a place's floor comes after its bins, so that what has no bin yet is taken last.
IN_ORDER: Final = """
SELECT balance.part_id, balance.location_id, balance.batch, wanted.place_id
FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (place_id, rank)
JOIN parts_location place ON wanted.place_id IN (place.id, place.parent_id) AND place.is_active
JOIN parts_stockbalance balance ON balance.location_id = place.id
    AND balance.part_id = ANY(%s) AND balance.on_hand > balance.reserved
    AND NOT EXISTS (
        SELECT FROM parts_stockcount asked
        WHERE asked.location_id = wanted.place_id AND asked.status = 'planned' AND asked.reason = 'short_pick'
            AND asked.scope->'bins' @> to_jsonb(place.id) AND asked.scope->'parts' @> to_jsonb(balance.part_id)
    )
LEFT JOIN parts_partbatch born ON born.part_id = balance.part_id AND born.batch = balance.batch
ORDER BY balance.part_id, wanted.rank, born.expires_on, born.id, place.parent_id IS NULL, place.pick_order, place.code,
    balance.batch
"""


class Lot(NamedTuple):
    """Free pieces of a part in one batch at one place or bin."""

    part: int
    location: int
    batch: str
    qty: Decimal

    @property
    def key(self) -> tuple[int, int, str]:
        """The balance it lies on."""
        return (self.part, self.location, self.batch)


@dataclass
class Lots:
    """The locked free goods of some parts, in the order of taking; what is taken from them is gone for the next taker."""

    free: dict[int, list[Lot]] = field(default_factory=lambda: defaultdict(list))
    place_of: dict[int, int] = field(default_factory=dict)

    def total(self, part: int) -> Decimal:
        """Free pieces of the part."""
        return sum((lot.qty for lot in self.free.get(part, ())), ZERO)

    def at(self, place: int) -> "Lots":
        """Only those of one place and its bins; what is taken from them is not taken from these."""
        here = {part: [lot for lot in rows if self.place_of[lot.location] == place] for part, rows in self.free.items()}
        return Lots(defaultdict(list, {part: rows for part, rows in here.items() if rows}), self.place_of)

    def take(self, part: int, qty: Decimal, *, first: Iterable[tuple[int, str]] = ()) -> list[Lot]:
        """Lots that make up so many pieces, or fewer if there are not enough.

        first: places and batches to begin with, one piece each time they are named (pieces with known serial numbers).
        """
        taken: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        rows = {(lot.location, lot.batch): lot.qty for lot in self.free.get(part, ())}
        asked = [(key, Decimal(1)) for key in first if key in rows] + [(key, free) for key, free in rows.items()]
        wanted = qty
        for key, most in asked:
            pieces = min(most, rows[key], wanted)
            if pieces > 0:
                taken[key] += pieces
                rows[key] -= pieces
                wanted -= pieces
        self.free[part] = [Lot(part, *key, left) for key, left in rows.items() if left > 0]
        return [Lot(part, *key, pieces) for key, pieces in taken.items()]


def lock_lots(
    places: Sequence[int],
    parts: Iterable[int],
    *,
    also: Iterable[tuple[int, int, str]] = (),
    floors: Sequence[int] | None = None,
) -> Lots:
    """What is free of the parts at these places and their bins, locked in the global order.

    places: keys in the order of preference. also: further balances the caller will post on. The balance of each part on each
    place's floor is always among those locked, so that whoever brings goods into any bin and locks it too comes before or after;
    floors: of these places only, where another lock keeps that order.
    """
    wanted = sorted(set(parts))
    found, place_of = _in_order(places, wanted)
    floored = places if floors is None else floors
    held = stock.lock_balances({*found, *also, *((part, place, "") for part in wanted for place in floored)})
    frozen = stock.frozen_places({key[1] for key in found})
    lots = Lots(place_of=place_of)
    for key in found:
        free = held[key].on_hand - held[key].reserved
        if free > 0 and key[1] not in frozen:
            lots.free[key[0]].append(Lot(*key, free))
    return lots


def _in_order(places: Sequence[int], parts: Sequence[int]) -> tuple[list[tuple[int, int, str]], dict[int, int]]:
    """The keys, and the place of each location among them."""
    with connection.cursor() as cursor:
        cursor.execute(IN_ORDER, [list(places), list(parts)])
        rows = cursor.fetchall()
    return [(row[0], row[1], row[2]) for row in rows], {row[1]: row[3] for row in rows}


def require(
    lots: Lots,
    part: Part,
    qty: Decimal,
    place: Location,
    *,
    before: Sequence[Location] = (),
    first: Iterable[tuple[int, str]] = (),
) -> list[Lot]:
    """Lots of exactly so many pieces, of the place and of those `before` it.

    Raises NotEnoughStock, or PlaceFrozen where a count keeps back what is missing.
    """
    there = lots.total(part.pk)
    if there >= qty:
        return lots.take(part.pk, qty, first=first)
    rooms = Location.objects.within(place.pk, *(each.pk for each in before)).exclude(frozen_by="")
    counted = StockBalance.objects.filter(part=part, location__in=rooms, on_hand__gt=F("reserved"))
    held_back = counted.select_related("location").first()
    if held_back:
        raise stock.PlaceFrozen(location=held_back.location.name, count=held_back.location.frozen_by)
    raise stock.NotEnoughStock(
        part=part.number, location=place.name, available=stock.plain(there), wanted=stock.plain(qty)
    )


def homes(place: Location, parts: Iterable[int]) -> dict[int, Location]:
    """The bin of the place where each part lies, else the one it came to last, else the floor. Two queries."""
    wanted = sorted(set(parts))
    bins = {row.pk: row for row in Location.objects.filter(parent=place, is_active=True, frozen_by="")}
    found = dict.fromkeys(wanted, place)
    if not bins:
        return found
    rows = StockBalance.objects.filter(part__in=wanted, location__in=bins)
    last_used = rows.annotate(lies=Q(on_hand__gt=0)).order_by("lies", "-location__pick_order", "-pk")
    for part, location in last_used.values_list("part", "location"):
        found[part] = bins[location]
    return found
