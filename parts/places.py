"""Warehouses and bins: added, renamed, closed, opened again; and goods moved between the bins of a place."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import serials, stock
from parts.models import Location, LocationKind, Part, StockBalance
from portal.core import clock, events, states
from portal.core.errors import Refusal
from portal.core.numbering import take_number


class CodeTaken(Refusal):
    """Codes are unique in the network: a scanned one says where one stands."""

    message = _("Code %(taken)s is taken by %(place)s.")
    code = "code_taken"


class NoBinsHere(Refusal):
    """A bin in a bin, or in something that is no room."""

    message = _("%(place)s cannot have bins.")
    code = "no_bins_here"


class PlaceNotEmpty(Refusal):
    """Goods would lie at a place that is not there."""

    message = _("%(place)s still holds %(pieces)s pieces of %(part)s. Move them first.")
    code = "place_not_empty"


class RegionServed(Refusal):
    """A region has one warehouse of its own."""

    message = _("%(region)s is served by %(place)s already; change that place first.")
    code = "region_served"


class NotForARegion(Refusal):
    """The central warehouse serves all."""

    message = _("%(place)s is no regional warehouse and serves no region of its own.")
    code = "not_for_a_region"


class NotOnePlace(Refusal):
    """From one warehouse to another goods are transferred, not put away."""

    message = _("%(source)s and %(target)s must be two open bins of one place.")
    code = "not_one_place"


@transaction.atomic
def add_bin(
    place: Location, *, code: str, name: str = "", pick_order: int = 0, actor: Any, at: datetime | None = None
) -> Location:
    """The place has one bin more. Raises NoBinsHere, CodeTaken. Writes one Event."""
    if place.parent_id or place.kind in {LocationKind.WORLD, LocationKind.TRANSIT, LocationKind.VAN}:
        raise NoBinsHere(place=place.name)
    code = code.strip().upper()
    taken = Location.objects.filter(code__iexact=code).first()
    if taken:
        raise CodeTaken(taken=code, place=taken.name, field="code")
    made = Location.objects.create(
        parent=place,
        station=place.station,
        kind=place.kind,
        code=code,
        name=name.strip() or code,
        pick_order=pick_order,
    )
    events.record(place, "location.created", actor=actor, at=at, data={"code": code}, root="")
    return made


@transaction.atomic
def rename_place(
    location: Location, *, name: str, pick_order: int = 0, actor: Any, at: datetime | None = None
) -> Location:
    """The place has this name and, a bin, this turn on the way. Writes one Event."""
    locked = states.lock(location)
    before = {"name": locked.name, "pick_order": locked.pick_order}
    locked.name, locked.pick_order = name.strip(), pick_order
    locked.save(update_fields=["name", "pick_order"])
    data = {"code": locked.code, "before": before, "name": locked.name, "pick_order": pick_order}
    events.record(locked.parent or locked, "location.changed", actor=actor, at=at, data=data, root="")
    return locked


@transaction.atomic
def serve_region(place: Location, region: Any | None, *, actor: Any, at: datetime | None = None) -> Location:
    """Stations of the region are served from the place first from the next run on; without a region it serves none.

    Raises NotForARegion, RegionServed. Writes one Event where something changed. Source: rules.md 3.9.
    """
    locked = states.lock(place, "region")
    if region is not None and (locked.kind != LocationKind.REGIONAL or locked.parent_id):
        raise NotForARegion(place=locked.name, field="region")
    if locked.region == region:
        return locked
    if other := Location.objects.filter(region=region).exclude(pk=locked.pk).first() if region else None:
        raise RegionServed(region=region, place=other.name, field="region")
    before, locked.region = locked.region, region
    locked.save(update_fields=["region"])
    data = {"code": locked.code, "before": before.code if before else "", "region": region.code if region else ""}
    events.record(locked, "location.serves", actor=actor, at=at, data=data, root="")
    return locked


@transaction.atomic
def close_place(location: Location, *, actor: Any, at: datetime | None = None) -> Location:
    """Nothing is put there any more. Raises PlaceNotEmpty, PlaceFrozen. Writes one Event."""
    locked = states.lock(location)
    if locked.frozen_by:
        raise stock.PlaceFrozen(location=locked.name, count=locked.frozen_by)
    lying = StockBalance.objects.filter(location__in=Location.objects.within(locked.pk), on_hand__gt=0)
    row = lying.select_related("part").first()
    if row:
        raise PlaceNotEmpty(place=locked.name, pieces=stock.plain(row.on_hand), part=row.part.number)
    return _set_open(locked, False, actor, at)


@transaction.atomic
def open_place(location: Location, *, actor: Any, at: datetime | None = None) -> Location:
    """Goods may be put there again. Writes one Event."""
    return _set_open(states.lock(location), True, actor, at)


def _set_open(location: Location, is_open: bool, actor: Any, at: datetime | None) -> Location:
    location.is_active = is_open
    location.save(update_fields=["is_active"])
    kind = "location.opened" if is_open else "location.closed"
    events.record(location.parent or location, kind, actor=actor, at=at, data={"code": location.code}, root="")
    return location


@transaction.atomic
def move_between_bins(
    part: Part,
    qty: Decimal,
    *,
    source: Location,
    target: Location,
    batch: str = "",
    named: tuple[str, ...] = (),
    actor: Any,
    at: datetime | None = None,
) -> str:
    """The pieces lie in the other bin of the same place, at the value they had; the number of the movement.

    named: serial numbers of the pieces. Raises QuantityNotPositive, QuantityNotWhole, NotOnePlace, NotEnoughStock, PlaceFrozen,
    SerialNotThere, SerialsToName. Writes one Posting.
    """
    stock.pieces(part, qty)
    if source.place_id != target.place_id or source.pk == target.pk or not target.is_active:
        raise NotOnePlace(source=source.code, target=target.code, field="target")
    moment = at or clock.now()
    moves = [
        stock.Move(source.pk, part.pk, -qty, batch=batch.strip()),
        stock.Move(target.pk, part.pk, qty, batch=batch.strip()),
    ]
    stock.lock_balances(move.key for move in moves)
    pieces = serials.lying(part, source.parent or source, named) if part.is_serialised else []
    number = take_number("BM", at=moment)
    stock.post(kind="bin_move", source=number, moves=moves, at=moment, actor=actor)
    if part.is_serialised:
        serials.move_serials(moves, to={part.pk: target.pk}, named=pieces)
    return number
