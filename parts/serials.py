"""Where the pieces with known serial numbers lie: moved in the transaction that moves the goods. Not here: the ledger.

A piece stands at one place or outside; a place never holds more known numbers than pieces (check_books proves it). So numbers must
be named when goods leave, unless enough pieces without a known number stay, or nothing does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Location, Part, PartSerial, ShipmentLine, StockBalance
from portal.core.errors import Refusal

type Key = tuple[int, int]
"""Part and location."""


class SerialsToName(Refusal):
    """Pieces leave, and nobody says which."""

    message = _(
        "%(part)s at %(location)s: name the serial numbers of the pieces that leave; got %(got)s, expected %(expected)s."
    )
    code = "serials_to_name"


class SerialNotThere(Refusal):
    """The piece with this number lies somewhere else."""

    message = _("%(part)s: serial number %(serial)s does not lie at %(location)s.")
    code = "serial_not_there"


def lying(part: Part, place: Location, named: Iterable[str], *, before: Sequence[Location] = ()) -> list[PartSerial]:
    """The named pieces, locked, that lie at the place, in its bins or at one `before` it.

    Raises SerialNotThere for one known to lie elsewhere. A number nobody has recorded is no refusal: old stock came without numbers.
    """
    wanted = sorted({name.strip() for name in named if name.strip()})
    if not wanted:
        return []
    rows = PartSerial.objects.filter(part=part, serial__in=wanted).order_by("pk")
    found = list(rows.select_for_update(no_key=True, of=("self",)).select_related("location", "receipt_line"))
    rooms = {place.pk, *(each.pk for each in before)}
    for row in found:
        if row.location is None or row.location.place_id not in rooms:
            raise SerialNotThere(part=part.number, serial=row.serial, location=place.name, field="serials")
    return found


def keys_of(rows: Iterable[PartSerial]) -> list[tuple[int, str]]:
    """Place and batch of each piece, to take it from there."""
    return [
        (row.location_id, row.receipt_line.batch if row.part.is_batch_tracked else "")
        for row in rows
        if row.location_id is not None
    ]


def move_serials(
    moves: Sequence[stock.Move],
    *,
    to: Mapping[int, int | None],
    named: Iterable[PartSerial] = (),
    shipment_lines: Mapping[int, ShipmentLine] | None = None,
) -> None:
    """After these moves were posted, the pieces with known numbers stand where the goods went.

    to: key of the place per part (None: outside). named: pieces known to have left. Raises SerialsToName.
    """
    left: dict[Key, Decimal] = defaultdict(Decimal)
    for move in moves:
        if move.qty < 0:
            left[(move.part, move.location)] -= move.qty
    tracked = set(
        Part.objects.filter(pk__in={part for part, _place in left}, is_serialised=True).values_list("pk", flat=True)
    )
    if not tracked:
        return
    going = {row.pk for row in named}
    rows = PartSerial.objects.filter(part__in=tracked, location__in={place for _part, place in left}).order_by("pk")
    standing: dict[Key, list[PartSerial]] = defaultdict(list)
    for row in rows.select_for_update(no_key=True, of=("self",)).select_related("part", "location"):
        standing[(row.part_id, row.location_id or 0)].append(row)
    moved: list[PartSerial] = []
    for key, pieces in standing.items():
        if key in left:
            moved += _leaving(key, pieces, going, left[key])
    for row in moved:
        row.location_id = to.get(row.part_id)
        row.shipment_line = (shipment_lines or {}).get(row.part_id, row.shipment_line)
    PartSerial.objects.bulk_update(moved, ["location", "shipment_line"])


def _leaving(key: Key, pieces: list[PartSerial], going: set[int], qty: Decimal) -> list[PartSerial]:
    """The pieces that left a place: the named ones; all when nothing is left there. Raises SerialsToName."""
    stays = StockBalance.objects.filter(part=key[0], location=key[1]).aggregate(sum=Sum("on_hand"))["sum"] or Decimal(0)
    if stays == 0:
        return pieces
    found = [row for row in pieces if row.pk in going]
    if len(pieces) - len(found) > stays:
        raise SerialsToName(
            part=pieces[0].part.number,
            location=pieces[0].location.name if pieces[0].location else "",
            got=len(found),
            expected=stock.plain(qty),
            field="serials",
        )
    return found
