"""Which pieces of a shipment lie in which parcel, with its weight. Not here: picking and shipping (fulfillment)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Parcel, ParcelLine, Shipment, ShipmentLine
from parts.picking import mark_picked
from parts.states import ShipmentStatus
from portal.core import events, states
from portal.core.errors import Refusal

ZERO: Final = Decimal(0)
MOST_PARCELS: Final = 99
MOST_KG: Final = Decimal(9_999)


class ParcelsMissing(Refusal):
    """A shipment without a parcel."""

    message = _("Say how many parcels the shipment has: at least one, at most 99.")
    code = "parcels_missing"


class WeightMissing(Refusal):
    """A parcel that weighs nothing."""

    message = _("Parcel %(position)s: got %(got)s kg, expected more than 0 and at most 9999.")
    code = "weight_missing"


class PiecesNotPacked(Refusal):
    """Some pieces lie in no parcel, or in two."""

    message = _("%(part)s: %(got)s pieces lie in the parcels, expected %(expected)s.")
    code = "pieces_not_packed"


class ParcelEmpty(Refusal):
    """A parcel without contents."""

    message = _("Parcel %(position)s is empty: put something into it or leave it out.")
    code = "parcel_empty"


class TrackingTwice(Refusal):
    """Two parcels of a shipment under one number."""

    message = _("Parcels %(first)s and %(second)s: got the same tracking number “%(got)s”; each parcel has its own.")
    code = "tracking_twice"


class NotInShipment(Refusal):
    """A part that was not picked for this shipment."""

    message = _("%(part)s is not on this pick list.")
    code = "not_in_shipment"


@dataclass(frozen=True)
class Box:
    """A parcel. contents: pieces by key of the shipment's line; a single box without contents holds everything."""

    tracking_number: str = ""
    weight_kg: Decimal = ZERO
    carton: str = ""
    contents: Mapping[int, Decimal] = field(default_factory=dict)


@transaction.atomic
def pack_shipment(shipment: Shipment, *, boxes: Sequence[Box], actor: Any, at: datetime | None = None) -> Shipment:
    """The shipment stands packed in these parcels, every piece in exactly one; a packed one is packed anew.

    Whoever packs a list whose picking nobody confirmed says with it that all was found.

    Raises ParcelsMissing, WeightMissing, TrackingTwice, ParcelEmpty, PiecesNotPacked, TransitionNotAllowed.
    Writes Parcels with their ParcelLines, one Event. Source: rules.md 3.9.
    """
    locked = states.lock(shipment)
    if locked.status == ShipmentStatus.PACKED:
        locked.parcels.all().delete()
        events.record(locked, "shipment.repacked", actor=actor, at=at)
    else:
        mark_picked(locked, actor=actor, at=at)
        locked = states.move(locked, ShipmentStatus.PACKED, actor=actor, at=at)
    rows = picked_lines(locked)
    filled = _checked(rows, boxes)
    parcels = Parcel.objects.bulk_create(
        Parcel(
            shipment=locked,
            position=position,
            tracking_number=box.tracking_number,
            weight_kg=box.weight_kg,
            carton=box.carton,
        )
        for position, box in enumerate(filled, start=1)
    )
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, shipment_line_id=line, qty=qty)
        for parcel, box in zip(parcels, filled, strict=True)
        for line, qty in box.contents.items()
        if qty
    )
    return locked


def picked_lines(shipment: Shipment) -> list[ShipmentLine]:
    """The lines with pieces to pack."""
    return list(shipment.lines.filter(qty__gt=0).select_related("part", "allocation__location").order_by("pk"))


def _checked(rows: Sequence[ShipmentLine], boxes: Sequence[Box]) -> list[Box]:
    """The boxes with what lies in them. Raises what pack_shipment raises."""
    if not 1 <= len(boxes) <= MOST_PARCELS:
        raise ParcelsMissing(field="parcels")
    for position, box in enumerate(boxes, start=1):
        if not (box.weight_kg.is_finite() and stock.THOUSANDTH <= box.weight_kg <= MOST_KG):
            raise WeightMissing(position=position, got=box.weight_kg, field=f"weight_{position}")
    filled = list(boxes)
    if len(boxes) == 1 and not boxes[0].contents:
        whole = {row.pk: row.qty for row in rows}
        filled = [Box(boxes[0].tracking_number, boxes[0].weight_kg, boxes[0].carton, whole)]
    for position, box in enumerate(filled, start=1):
        if not any(box.contents.values()):
            raise ParcelEmpty(position=position, field=f"weight_{position}")
    _require_whole(rows, filled)
    require_own_numbers({position: box.tracking_number for position, box in enumerate(boxes, start=1)})
    return filled


def require_own_numbers(tracking: Mapping[int, str]) -> None:
    """Raises TrackingTwice where two parcels, by position, have one number; none is no number."""
    seen: dict[str, int] = {}
    for position, typed in sorted(tracking.items()):
        number = typed.strip().casefold()
        if number and number in seen:
            raise TrackingTwice(first=seen[number], second=position, got=typed.strip(), field=f"tracking_{position}")
        seen.setdefault(number, position)


def _require_whole(rows: Sequence[ShipmentLine], boxes: Sequence[Box]) -> None:
    """Every line is of this shipment, in whole pieces, and lies once in the parcels."""
    known = {row.pk for row in rows}
    if any(not box.contents.keys() <= known for box in boxes):
        raise NotInShipment(part="?", field="parcels")
    for row in rows:
        for position, box in enumerate(boxes, start=1):
            stock.whole(row.part, box.contents.get(row.pk, ZERO), field=f"in_{row.pk}_{position}")
    for row, got in misplaced(rows, [box.contents for box in boxes]):
        raise PiecesNotPacked(
            part=row.part.number, got=stock.plain(got), expected=stock.plain(row.qty), field=f"in_{row.pk}_1"
        )


def misplaced(
    rows: Sequence[ShipmentLine], contents: Iterable[Mapping[int, Decimal]]
) -> list[tuple[ShipmentLine, Decimal]]:
    """Lines of which not exactly the picked pieces lie in the parcels, each with how many do."""
    packed: dict[int, Decimal] = defaultdict(Decimal)
    sane: dict[int, bool] = defaultdict(lambda: True)
    for box in contents:
        for line, qty in box.items():
            sane[line] = sane[line] and qty.is_finite() and qty >= 0
            packed[line] += qty
    return [(row, packed[row.pk]) for row in rows if not sane[row.pk] or packed[row.pk] != row.qty]


def contents_by_part(rows: Sequence[ShipmentLine], wanted: Sequence[Mapping[str, Decimal]]) -> list[dict[int, Decimal]]:
    """What lies in each parcel by line, where people say it by part number: the lines of a part are used up in turn.

    Raises NotInShipment, PiecesNotPacked (more than was picked).
    """
    left = {row.pk: row.qty for row in rows}
    found: list[dict[int, Decimal]] = []
    for box in wanted:
        contents: dict[int, Decimal] = defaultdict(Decimal)
        for number, qty in box.items():
            lines = [row for row in rows if row.part.number.casefold() == number.casefold()]
            if not lines:
                raise NotInShipment(part=number[:60], field="parcels")
            asked = stock.positive(qty)
            for row in lines:
                taken = min(asked, left[row.pk])
                left[row.pk] -= taken
                asked -= taken
                if taken:
                    contents[row.pk] += taken
            if asked:
                picked = sum((row.qty for row in lines), ZERO)
                raise PiecesNotPacked(
                    part=number, got=stock.plain(picked + asked), expected=stock.plain(picked), field="parcels"
                )
        found.append(dict(contents))
    return found


def require_packed(shipment: Shipment, rows: Sequence[ShipmentLine]) -> list[Parcel]:
    """The parcels with their lines. Raises WeightMissing and PiecesNotPacked for what was packed before these were asked.

    One parcel of which nobody wrote down the contents holds everything.
    """
    parcels = list(shipment.parcels.order_by("position").prefetch_related("lines"))
    rows = [row for row in rows if row.qty]
    if len(parcels) == 1 and not parcels[0].lines.all():
        ParcelLine.objects.bulk_create(ParcelLine(parcel=parcels[0], shipment_line=row, qty=row.qty) for row in rows)
        parcels = list(shipment.parcels.order_by("position").prefetch_related("lines"))
    for parcel in parcels:
        if not parcel.weight_kg:
            raise WeightMissing(position=parcel.position, got=0)
    for row, got in misplaced(
        rows, [{line.shipment_line_id: line.qty for line in parcel.lines.all()} for parcel in parcels]
    ):
        raise PiecesNotPacked(part=row.part.number, got=stock.plain(got), expected=stock.plain(row.qty))
    return parcels


def known_weight(rows: Sequence[ShipmentLine]) -> Decimal | None:
    """What the pieces weigh together, where the catalog knows it of every part."""
    weights = [row.part.gross_weight_kg * row.qty if row.part.gross_weight_kg else None for row in rows]
    return sum((weight for weight in weights if weight), ZERO) if weights and all(weights) else None
