"""The stock ledger: post() is its one door. Here too: the places. Not here: which goods are taken (lots), why orders move."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts.models import Location, LocationKind, Part, Posting, StockBalance, StockEntry
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.money import round_money

ZERO = Decimal(0)
THOUSANDTH = Decimal("0.001")


class NotEnoughStock(Refusal):
    """A place would hold, or have free, less than nothing."""

    message = _("Not enough stock of %(part)s at %(location)s: %(available)s available, %(wanted)s wanted.")
    code = "not_enough_stock"


class QuantityNotWhole(Refusal):
    """Half a piece."""

    message = _("%(part)s is counted in whole %(unit)s: got %(got)s, expected a whole number.")
    code = "quantity_not_whole"


class PlaceFrozen(Refusal):
    """The place is being counted: nothing leaves it and nothing comes."""

    message = _("%(location)s is frozen: count %(count)s is under way. Finish or cancel the count first.")
    code = "place_frozen"


class EntriesDoNotBalance(ValueError):
    """The moves of a posting do not sum to zero per part: a programming error."""


class SourceReused(Refusal):
    """The document has posted before, and something else."""

    message = _("%(source)s has already been posted with other quantities.")
    code = "source_reused"


class QuantityNotPositive(Refusal):
    """A quantity is missing, zero, below zero or finer than three decimals."""

    message = _("The quantity must be above 0, with at most three decimals.")
    code = "quantity_not_positive"


class Move(NamedTuple):
    """So many pieces come to a place (+) or leave it (-), and so many more (+) or fewer (-) are set aside there.

    unit_cost, CNY: what one piece from outside is worth; elsewhere the moving average of the place it leaves is taken.
    """

    location: int
    part: int
    qty: Decimal = ZERO
    reserved: Decimal = ZERO
    batch: str = ""
    unit_cost: Decimal | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        """The balance it changes, in the global lock order."""
        return (self.part, self.location, self.batch)

    def joined(self, other: "Move") -> "Move":
        """Both on one balance; what comes from outside at two costs comes at the cost of both together."""
        qty, cost = self.qty + other.qty, self.unit_cost
        if cost is not None and other.unit_cost is not None and cost != other.unit_cost and qty:
            cost = (self.qty * cost + other.qty * other.unit_cost) / qty
        return self._replace(qty=qty, reserved=self.reserved + other.reserved, unit_cost=cost)


@dataclass
class Held:
    """A balance under its lock."""

    on_hand: Decimal
    reserved: Decimal
    value: Decimal
    is_world: bool


def positive(qty: Decimal) -> Decimal:
    """The quantity itself. Raises QuantityNotPositive for what no shelf can hold."""
    if not qty.is_finite() or qty <= 0 or qty != qty.quantize(THOUSANDTH):
        raise QuantityNotPositive(field="qty")
    return qty


def whole(part: Part, qty: Decimal, *, field: str = "qty") -> Decimal:
    """The quantity itself. Raises QuantityNotWhole for a fraction of what is counted in pieces."""
    if part.is_fraction(qty):
        raise QuantityNotWhole(part=part.number, got=plain(qty), unit=part.local_unit, field=field)
    return qty


def pieces(part: Part, qty: Decimal, *, field: str = "qty") -> Decimal:
    """The quantity itself, as a shelf can hold it of this part. Raises QuantityNotPositive, QuantityNotWhole."""
    return whole(part, positive(qty), field=field)


def post(
    *,
    kind: str,
    source: str,
    moves: Sequence[Move],
    at: datetime | None = None,
    actor: Any | None = None,
    reverses: Posting | None = None,
    count: str = "",
) -> bool:
    """The moves stand in the ledger exactly once for this kind and source; False if they stood there before.

    Needs the caller's transaction. Moves sum to zero per part. Value goes with the goods at the moving average of the
    place they leave. count: the number of the count this posts, which alone may post where it has frozen.
    Raises QuantityNotWhole, NotEnoughStock, PlaceFrozen, SourceReused, EntriesDoNotBalance before anything is written.
    Writes one Posting and its StockEntries; the StockBalances follow by trigger. Source: rules.md 3.9, reliability.md I1–I4.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("post() needs the caller's transaction")
    merged = _merge(moves)
    _require_whole(merged)
    held = lock_balances(move.key for move in merged)
    if Posting.objects.filter(kind=kind, source=source).exists():
        _require_same(kind, source, merged)
        return False
    _require_unfrozen(merged, count)
    _require_stock(merged, held)
    posting = _insert_posting(kind, source, at or clock.now(), actor, reverses)
    if posting is None:  # a twin with other balances committed between the lock and now
        _require_same(kind, source, merged)
        return False
    StockEntry.objects.bulk_create(
        StockEntry(
            posting_id=posting,
            location_id=move.location,
            part_id=move.part,
            batch=move.batch,
            qty=move.qty,
            reserved=move.reserved,
            value=value,
        )
        for move, value in zip(merged, _values(merged, held), strict=True)
    )
    return True


def lock_balances(keys: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], Held]:
    """The balances of these (part, location, batch), locked in the global order; missing rows are made, with nothing on them."""
    wanted = sorted(set(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part_id, location_id, batch, on_hand, reserved, value, is_world"
            " FROM parts_lock_balances(%s::bigint[], %s::bigint[], %s::text[])",
            [[key[1] for key in wanted], [key[0] for key in wanted], [key[2] for key in wanted]],
        )
        return {tuple(row[:3]): Held(*row[3:]) for row in cursor.fetchall()}


def _merge(moves: Sequence[Move]) -> list[Move]:
    """One move per balance, in lock order. Raises EntriesDoNotBalance."""
    per_part: dict[int, Decimal] = defaultdict(Decimal)
    per_key: dict[tuple[int, int, str], Move] = {}
    for move in moves:
        per_part[move.part] += move.qty
        known = per_key.get(move.key)
        if known:
            move = known.joined(move)
        per_key[move.key] = move
    if any(per_part.values()):
        raise EntriesDoNotBalance(sorted(part for part, qty in per_part.items() if qty))
    return [per_key[key] for key in sorted(per_key) if per_key[key].qty or per_key[key].reserved]


def _require_whole(moves: Sequence[Move]) -> None:
    """Raise QuantityNotWhole for the first move that parts a piece; only fractions cost a query."""
    parted = {move.part: move.qty % 1 or move.reserved % 1 for move in moves if move.qty % 1 or move.reserved % 1}
    for part in Part.objects.filter(pk__in=parted) if parted else ():
        whole(part, abs(parted[part.pk]))


def frozen_places(places: Iterable[int]) -> dict[int, Location]:
    """Those of the places that a count has frozen."""
    wanted = set(places)
    return {row.pk: row for row in Location.objects.filter(pk__in=wanted).exclude(frozen_by="")} if wanted else {}


def _require_unfrozen(moves: Sequence[Move], count: str) -> None:
    """Raise PlaceFrozen for the first place where pieces would come or leave while another document counts it."""
    for place in frozen_places(move.location for move in moves if move.qty).values():
        if place.frozen_by != count:
            raise PlaceFrozen(location=place.name, count=place.frozen_by)


def _require_stock(moves: Sequence[Move], held: dict[tuple[int, int, str], Held]) -> None:
    """Raise NotEnoughStock for the first place that would hold less than nothing or less than is set aside."""
    for move in moves:
        now = held[move.key]
        if now.is_world or now.on_hand + move.qty >= now.reserved + move.reserved >= 0:
            continue
        raise NotEnoughStock(
            part=Part.objects.get(pk=move.part).number,
            location=Location.objects.get(pk=move.location).name,
            available=plain(now.on_hand - now.reserved),
            wanted=plain(max(-move.qty, move.reserved)),
        )


def _values(moves: Sequence[Move], held: dict[tuple[int, int, str], Held]) -> list[Decimal]:
    """The signed value of each move: what leaves takes the moving average with it, what comes shares that by pieces."""
    values = [ZERO] * len(moves)
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    for index, move in enumerate(moves):
        if move.qty < 0:
            values[index] = -_worth(move, held[move.key])
            leaving[move.part] -= values[index]
    coming: dict[int, list[int]] = defaultdict(list)
    for index, move in enumerate(moves):
        if move.qty > 0:
            coming[move.part].append(index)
    for part, indexes in coming.items():
        left, pieces = leaving[part], sum((moves[index].qty for index in indexes), ZERO)
        for index in indexes:
            share = left if moves[index].qty == pieces else round_money(left * moves[index].qty / pieces)
            values[index], left, pieces = share, left - share, pieces - moves[index].qty
    return values


def _worth(move: Move, now: Held) -> Decimal:
    """What the leaving pieces are worth; the last ones take all that is left."""
    if now.is_world:
        return round_money(-move.qty * (move.unit_cost or ZERO))
    if now.on_hand + move.qty == 0:
        return now.value
    return round_money(now.value * -move.qty / now.on_hand)


def _insert_posting(kind: str, source: str, at: datetime, actor: Any | None, reverses: Posting | None) -> int | None:
    """The new posting's key, or None when this source has posted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Posting._meta.db_table} (kind, source, at, actor_id, reverses_id)"  # noqa: S608 no input
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (kind, source) DO NOTHING RETURNING id",
            [kind, source, at, actor.pk if actor else None, reverses.pk if reverses else None],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _require_same(kind: str, source: str, moves: Sequence[Move]) -> None:
    """Raise SourceReused unless the ledger holds exactly these moves for the source."""
    stood = StockEntry.objects.filter(posting__kind=kind, posting__source=source).values_list(
        "part_id", "location_id", "batch", "qty", "reserved"
    )
    if sorted(stood) != sorted((*move.key, move.qty, move.reserved) for move in moves):
        raise SourceReused(source=source)


def plain(qty: Decimal) -> str:
    """A quantity without needless zeros: 3, 0.5."""
    return f"{qty.normalize():f}" if qty else "0"


# --- places


def world() -> Location:
    """Where receipts come from and issues go to."""
    place, _made = Location.objects.get_or_create(
        kind=LocationKind.WORLD, defaults={"code": "WORLD", "name": "网络之外"}
    )
    return place


def central_warehouse() -> Location:
    """The warehouse of headquarters that serves orders."""
    place = Location.objects.places().filter(kind=LocationKind.HQ, is_active=True).order_by("pk").first()
    if place is None:
        place, _made = Location.objects.get_or_create(
            code="HQ", defaults={"name": "总部中心仓", "kind": LocationKind.HQ}
        )
    return place


def quarantine() -> Location:
    """Where goods lie that came back and nobody has looked at."""
    place = Location.objects.filter(kind=LocationKind.QUARANTINE, station=None, is_active=True).order_by("pk").first()
    if place is None:
        place, _made = Location.objects.get_or_create(
            code="HQ-Q", defaults={"name": "总部隔离区", "kind": LocationKind.QUARANTINE}
        )
    return place


def refurbished() -> Location:
    """Where old pieces lie that were made ready to be used again, as goods of class B."""
    place = Location.objects.filter(kind=LocationKind.REFURBISHED, station=None, is_active=True).order_by("pk").first()
    if place is None:
        place, _made = Location.objects.get_or_create(
            code="HQ-B", defaults={"name": "总部翻新件库", "kind": LocationKind.REFURBISHED}
        )
    return place


def station_location(station: Any) -> Location:
    """The station's own stock room."""
    place, _made = Location.objects.get_or_create(
        station=station,
        kind=LocationKind.STATION,
        parent=None,
        defaults={"code": f"ST-{station.code}", "name": f"{station.name} 库房"},
    )
    return place


def transit_location(station: Any) -> Location:
    """Goods on their way to the station or back, and what it reported missing or damaged until that is settled."""
    place, _made = Location.objects.get_or_create(
        station=station,
        kind=LocationKind.TRANSIT,
        parent=None,
        defaults={"code": f"TR-{station.code}", "name": f"在途 {station.name}"},
    )
    return place


def on_hand(part: Part, location: Location) -> Decimal:
    """Pieces of the part at the place and in its bins, all batches; 0 without a balance."""
    rows = StockBalance.objects.filter(part=part, location__in=Location.objects.within(location.pk))
    return sum(rows.values_list("on_hand", flat=True), ZERO)


def available(part: Part, location: Location) -> Decimal:
    """Pieces of the part at the place and in its bins that nobody has set aside."""
    rows = StockBalance.objects.filter(part=part, location__in=Location.objects.within(location.pk))
    return sum((row.available for row in rows), ZERO)


def held_by_part(places: Iterable[Location], parts: Iterable[int] | None = None) -> dict[int, Decimal]:
    """Pieces on hand per part at these places and in their bins; one query."""
    rows = StockBalance.objects.filter(location__in=Location.objects.within(*(place.pk for place in places)))
    if parts is not None:
        rows = rows.filter(part__in=parts)
    return dict(rows.order_by().values_list("part").annotate(Sum("on_hand")).filter(on_hand__sum__gt=0))
