"""Building kits from their components and breaking them up: pieces change, value does not, to the cent. Not here: recipes' pages."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts import lots, stock
from parts.models import KitDirection, KitRecipe, KitWork, Location, Part, StockBalance, StockEntry
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.numbering import take_number

ZERO = Decimal(0)
OUT = {KitDirection.BUILD: "kit_build", KitDirection.BREAK: "kit_break"}
IN = {KitDirection.BUILD: "kit_built", KitDirection.BREAK: "kit_broken"}


class NoRecipe(Refusal):
    """Nobody said what the kit is made of."""

    message = _("%(part)s has no recipe: name its components first.")
    code = "no_recipe"


class PieceByPiece(Refusal):
    """Pieces with numbers or batches of their own do not vanish in a kit and come out as any other."""

    message = _(
        "%(part)s is kept by serial number or batch and cannot go this way; use a transfer with its number instead."
    )
    code = "piece_by_piece"


class AlreadyUndone(Refusal):
    """The work was undone, or undoes another itself."""

    message = _("%(number)s is undone already, or undoes another work.")
    code = "already_undone"


class Share(NamedTuple):
    """Pieces that come in, and the weight of their value."""

    location: int
    part: int
    batch: str
    qty: Decimal
    weight: Decimal


@transaction.atomic
def build_kits(
    kit: Part, qty: Decimal, *, place: Location, actor: Any | None, note: str = "", at: datetime | None = None
) -> KitWork:
    """So many kits lie at the place; their components have left it, and the kits are worth exactly what those were.

    Raises QuantityNotPositive, QuantityNotWhole, NoRecipe, PieceByPiece, NotEnoughStock, PlaceFrozen.
    Writes a KitWork, two Postings, one Event.
    """
    recipe = _recipe(kit, is_break=False)
    stock.pieces(kit, qty)
    needed = {row.component: stock.pieces(row.component, row.qty * qty) for row in recipe}
    outside = stock.world().pk
    also = [(part.pk, outside, "") for part in (kit, *needed)]
    free = lots.lock_lots([place.pk], [kit.pk, *(part.pk for part in needed)], also=also)
    taken = [lot for part, pieces in needed.items() for lot in lots.require(free, part, pieces, place)]
    home = lots.homes(place, [kit.pk])[kit.pk]
    coming = [Share(home.pk, kit.pk, "", qty, Decimal(1))]
    return _swap(KitDirection.BUILD, kit, qty, place, taken, coming, actor=actor, note=note, at=at)


@transaction.atomic
def break_kits(
    kit: Part, qty: Decimal, *, place: Location, actor: Any | None, note: str = "", at: datetime | None = None
) -> KitWork:
    """So many kits are broken up; their value is shared out to the components by what a piece of each is worth.

    Raises QuantityNotPositive, QuantityNotWhole, NoRecipe, PieceByPiece, NotEnoughStock, PlaceFrozen.
    Writes a KitWork, two Postings, one Event.
    """
    recipe = _recipe(kit, is_break=True)
    stock.pieces(kit, qty)
    parts = [row.component_id for row in recipe]
    outside = stock.world().pk
    free = lots.lock_lots([place.pk], [kit.pk, *parts], also=[(part, outside, "") for part in (kit.pk, *parts)])
    taken = lots.require(free, kit, qty, place)
    homes, worth = lots.homes(place, parts), _worth(parts)
    known = any(worth.values())
    coming = [
        Share(
            homes[row.component_id].pk,
            row.component_id,
            "",
            stock.pieces(row.component, row.qty * qty),
            row.qty * (worth.get(row.component_id, ZERO) if known else 1),
        )
        for row in recipe
    ]
    return _swap(KitDirection.BREAK, kit, qty, place, taken, coming, actor=actor, note=note, at=at)


@transaction.atomic
def undo_kit_work(work: KitWork, *, actor: Any | None, note: str = "", at: datetime | None = None) -> KitWork:
    """What the work brought has left again, and what it took lies where it lay. Raises AlreadyUndone, NotEnoughStock.

    Untouched since, every part has the value it had. Writes a KitWork that names the one it undoes, two Postings, one Event.
    """
    locked = (
        KitWork.objects.select_for_update(no_key=True, of=("self",)).select_related("kit", "location").get(pk=work.pk)
    )
    if locked.reverses_id or KitWork.objects.filter(reverses=locked).exists():
        raise AlreadyUndone(number=locked.number)
    went, came = (_entries(kinds[KitDirection(locked.direction)], locked) for kinds in (OUT, IN))
    taken = [lots.Lot(row.part_id, row.location_id, row.batch, row.qty) for row in came]
    coming = [Share(row.location_id, row.part_id, row.batch, -row.qty, -row.value) for row in went]
    back = KitDirection.BREAK if locked.direction == KitDirection.BUILD else KitDirection.BUILD
    return _swap(
        back, locked.kit, locked.qty, locked.location, taken, coming, actor=actor, note=note, at=at, reverses=locked
    )


def _recipe(kit: Part, *, is_break: bool) -> list[KitRecipe]:
    """The components. Raises NoRecipe, PieceByPiece."""
    recipe = list(KitRecipe.objects.filter(kit=kit).select_related("component").order_by("component"))
    if not recipe:
        raise NoRecipe(part=kit.number, field="kit")
    for part in (kit, *(row.component for row in recipe)):
        comes_in = part == kit if not is_break else part != kit
        if part.is_serialised or (part.is_batch_tracked and comes_in):
            raise PieceByPiece(part=part.number, field="kit")
    return recipe


def _worth(parts: Sequence[int]) -> dict[int, Decimal]:
    """The moving average of a piece over the network."""
    rows = StockBalance.objects.filter(part__in=parts, is_world=False, on_hand__gt=0).order_by().values_list("part")
    sums = rows.annotate(Sum("value"), Sum("on_hand"))
    return {part: value / pieces for part, value, pieces in sums}


def _entries(kind: str, work: KitWork) -> list[StockEntry]:
    rows = StockEntry.objects.filter(posting__kind=kind, posting__source=work.number)
    return list(rows.exclude(location__kind="world").order_by("pk"))


def _swap(
    direction: KitDirection,
    kit: Part,
    qty: Decimal,
    place: Location,
    taken: Sequence[lots.Lot],
    coming: Sequence[Share],
    *,
    actor: Any | None,
    note: str,
    at: datetime | None,
    reverses: KitWork | None = None,
) -> KitWork:
    """The taken pieces are outside, the coming ones lie at their places at exactly the value that left."""
    moment = at or clock.now()
    outside = stock.world().pk
    work = KitWork(
        kit=kit, location=place, done_by=actor, reverses=reverses, direction=direction, qty=qty, note=note.strip(),
        done_at=moment, number=take_number("KB", at=moment),
    )  # fmt: skip
    moves = [stock.Move(lot.location, lot.part, -lot.qty, batch=lot.batch) for lot in taken]
    moves += [stock.Move(outside, lot.part, lot.qty) for lot in taken]
    stock.post(kind=OUT[direction], source=work.number, moves=moves, at=moment, actor=actor)
    work.value = -sum((row.value for row in _entries(OUT[direction], work)), ZERO)
    work.save(force_insert=True)
    moves = []
    for share, value in zip(coming, _shares(work.value, coming), strict=True):
        moves.append(stock.Move(outside, share.part, -share.qty, unit_cost=value / share.qty))
        moves.append(stock.Move(share.location, share.part, share.qty, batch=share.batch))
    stock.post(kind=IN[direction], source=work.number, moves=moves, at=moment, actor=actor)
    what = "undone" if reverses else "built" if direction == KitDirection.BUILD else "broken_up"
    data = {"kit": kit.number, "qty": stock.plain(qty), "value": str(work.value)}
    events.record(work, f"kitwork.{what}", actor=actor, at=moment, note=work.note, data=data)
    return work


def _shares(value: Decimal, coming: Sequence[Share]) -> list[Decimal]:
    """The value by weight, each to the cent; the last takes what is left."""
    left, weight, found = value, sum((share.weight for share in coming), ZERO), []
    for share in coming:
        part = left if share.weight == weight or not weight else round_money(left * share.weight / weight)
        found.append(part)
        left, weight = left - part, weight - share.weight
    return found
