"""Parts that go to a customer's unit, and come back unused. Not here: the job itself (service)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts import lots, serials, stock
from parts.models import Location, Part, PartSerial, Posting, StockEntry
from portal.core.errors import Refusal

ISSUE, BACK = "issue_to_job", "return_from_job"


class NothingToReverse(Refusal):
    """No such issue stands in the ledger."""

    message = _("%(source)s has issued no such parts.")
    code = "nothing_to_reverse"


class NotOfTheStation(Refusal):
    """The place is another station's, or closed."""

    message = _("%(location)s is no open place of the station.")
    code = "not_of_the_station"


@transaction.atomic
def issue_to_job(
    station: Any,
    part: Part,
    qty: Decimal,
    *,
    source: str,
    line: str | int = 1,
    named: Iterable[str] = (),
    before: Sequence[Location] = (),
    at: datetime | None = None,
    actor: Any | None = None,
) -> bool:
    """The pieces have left the station's stock for a customer's unit; False if this line of the job stood there before.

    source: the work order's number; named: serial numbers of the pieces. Taken as lots say: oldest batch first.
    before: places of the station to take from before its stock room, a technician's van.
    Raises NotEnoughStock, PlaceFrozen, QuantityNotPositive, QuantityNotWhole, SourceReused, SerialNotThere, SerialsToName.
    Writes one Posting.
    """
    stock.pieces(part, qty)
    document = f"{source}/{line}"
    place, outside = stock.station_location(station), stock.world().pk
    rooms = [*(each.pk for each in before), place.pk]
    found = lots.lock_lots(rooms, [part.pk], also=[(part.pk, outside, "")])
    issued = StockEntry.objects.filter(posting__kind=ISSUE, posting__source=document, location=outside)
    if stood := list(issued.values_list("part").annotate(Sum("qty"))):
        if stood != [(part.pk, qty)]:
            raise stock.SourceReused(source=document)
        return False
    pieces = serials.lying(part, place, named, before=before) if part.is_serialised else []
    taken = lots.require(found, part, qty, place, before=before, first=serials.keys_of(pieces))
    moves = [stock.Move(lot.location, part.pk, -lot.qty, batch=lot.batch) for lot in taken]
    moves.append(stock.Move(outside, part.pk, qty))
    posted = stock.post(kind=ISSUE, source=document, moves=moves, at=at, actor=actor)
    if part.is_serialised:
        serials.move_serials(moves, to={part.pk: None}, named=pieces)
    return posted


@transaction.atomic
def return_from_job(
    station: Any,
    part: Part,
    qty: Decimal,
    *,
    source: str,
    line: str | int = 1,
    named: Iterable[str] = (),
    to: Location | None = None,
    at: datetime | None = None,
    actor: Any | None = None,
) -> bool:
    """Pieces issued to this line of the job, and not used, lie where they lay, at the value they left with.

    to: one place of the station that takes them all instead. named: their serial numbers; as many of them stand at each
    place as came back there, with the batch they came in. The whole issue is reversed. Raises NothingToReverse,
    NotOfTheStation, PlaceFrozen, SourceReused. Writes one Posting that names the one it reverses.
    """
    if to is not None and (to.station_id != station.pk or not to.is_active):
        raise NotOfTheStation(location=to.name, field="to")
    document = f"{source}/{line}"
    issued = Posting.objects.filter(kind=ISSUE, source=document).first()
    entries = list(issued.entries.filter(part=part, qty__lt=0, location__station=station)) if issued else []
    if issued is None or not entries or sum((row.qty for row in entries), stock.ZERO) != -qty:
        raise NothingToReverse(source=document)
    worth = -sum((row.value for row in entries), stock.ZERO)
    moves = [stock.Move(to.pk if to else row.location_id, part.pk, -row.qty, batch=row.batch) for row in entries]
    homes = [(move.location, move.batch, move.qty) for move in moves]
    moves.append(stock.Move(stock.world().pk, part.pk, -qty, unit_cost=worth / qty))
    posted = stock.post(kind=BACK, source=document, moves=moves, at=at, actor=actor, reverses=issued)
    if posted:
        _stand_again(part, named, homes)
    return posted


def _stand_again(part: Part, named: Iterable[str], homes: Sequence[tuple[int, str, Decimal]]) -> None:
    """The named pieces stand at these places (place, batch, pieces), never more at one than came there."""
    wanted = sorted({name.strip() for name in named if name.strip()})
    rows = PartSerial.objects.filter(part=part, serial__in=wanted, location=None).order_by("pk")
    back = list(rows.select_for_update(no_key=True, of=("self",)).select_related("receipt_line")) if wanted else []
    room: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for place, batch, pieces in homes:
        room[place, batch] += pieces
    for piece in back:
        came_in = piece.receipt_line.batch if part.is_batch_tracked else ""
        free = [key for key, pieces in room.items() if pieces >= 1]
        chosen = next((key for key in free if key[1] == came_in), free[0] if free else None)
        if chosen is not None:
            room[chosen] -= 1
            piece.location_id = chosen[0]
    PartSerial.objects.bulk_update(back, ["location"])
