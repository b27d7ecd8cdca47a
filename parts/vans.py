"""A technician's van: loaded from the station's stock room and unloaded into it. Not here: what goes from it to a job (issuing)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import lots, serials, stock
from parts.models import Location, LocationKind, Part, StockBalance
from parts.ordering import UnknownParts, Wanted
from portal.accounts.roles import Role, roles_of
from portal.core import clock, states
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.scope import scope_of
from stations.models import Station, Technician

MOST_LINES = 50
LOAD, UNLOAD = "van_load", "van_unload"


class VanLinesMissing(Refusal):
    """Nothing to carry, or too much at once."""

    message = _("Name 1 to %(most)s parts that the catalog knows, each with a quantity above 0.")
    code = "van_lines_missing"


class NotYourVan(Refusal):
    """Somebody of another station, or another technician."""

    message = _("The van of %(technician)s is filled by the technician and the office of %(station)s.")
    code = "not_your_van"


class NotAtWork(Refusal):
    """Who has left carries nothing."""

    message = _("%(technician)s is not at work: the van can only be unloaded.")
    code = "technician_not_at_work"


@dataclass(frozen=True)
class Way:
    """From where to where, and how the ledger calls it."""

    source: Location
    target: Location
    kind: str
    series: str


def known_van(technician: Technician) -> Location | None:
    """The van at the technician's station; None before it was first loaded there."""
    return Location.objects.filter(technician=technician, station=technician.station_id).first()


def van_of(technician: Technician) -> Location:
    """The technician's van, made if there is none. A van of an earlier station stays with that station, closed."""
    found = known_van(technician)
    if found and found.is_active:
        return found
    Location.objects.filter(technician=technician).update(technician=None, is_active=False)
    code = f"VAN-{technician.station.code}-{technician.pk}"
    values = {
        "technician": technician,
        "station": technician.station,
        "kind": LocationKind.VAN,
        "is_active": True,
        "name": f"{technician.name} 随车库",
    }
    made, _is_new = Location.objects.update_or_create(code=code, defaults=values)
    return made


def vans_of_job(technician: Technician | None, station: Station) -> list[Location]:
    """Where parts for the technician's job are taken before the station's stock room."""
    van = known_van(technician) if technician else None
    return [van] if van and van.is_active and van.station_id == station.pk else []


def lying_in(technician: Technician) -> list[StockBalance]:
    """What the technician carries, by part and batch."""
    rows = StockBalance.objects.filter(location__technician=technician, on_hand__gt=0)
    return list(rows.select_related("part", "location").order_by("part__number", "batch"))


def carried(technician: Technician) -> list[str]:
    """The numbers of the parts in the van, with their pieces: what binds the technician to the station."""
    return [f"{row.part.number} × {stock.plain(row.on_hand)}" for row in lying_in(technician)]


@transaction.atomic
def load_van(
    technician: Technician,
    lines: Sequence[Wanted],
    *,
    named: Iterable[str] = (),
    actor: Any,
    at: datetime | None = None,
) -> str:
    """The pieces lie in the van, oldest batch first, at the value they had; the number of the loading.

    named: serial numbers of the pieces. Raises NotYourVan, NotAtWork, UnknownParts, VanLinesMissing, QuantityNotPositive,
    NotEnoughStock, PlaceFrozen, SerialNotThere, SerialsToName. Writes one Posting, at first the van.
    """
    locked = _mine(technician, actor)
    if not locked.is_active:
        raise NotAtWork(technician=locked.name)
    shelf, van = stock.station_location(locked.station), van_of(locked)
    return _carry(Way(shelf, van, LOAD, "VL"), lines, named, actor, at)


@transaction.atomic
def unload_van(
    technician: Technician,
    lines: Sequence[Wanted],
    *,
    named: Iterable[str] = (),
    actor: Any,
    at: datetime | None = None,
) -> str:
    """The pieces lie in the station's stock room, each in the bin of its part; the number of the unloading.

    Raises what load_van raises, but for NotAtWork. Writes one Posting.
    """
    locked = _mine(technician, actor)
    shelf, van = stock.station_location(locked.station), van_of(locked)
    return _carry(Way(van, shelf, UNLOAD, "VU"), lines, named, actor, at)


def _mine(technician: Technician, actor: Any) -> Technician:
    """The technician, locked, so that nobody leaves while the van is filled. Raises NotYourVan."""
    locked = states.lock(technician, "station")
    is_office = roles_of(actor) & {Role.STATION_OWNER, Role.STATION_CLERK}
    is_own = locked.user_id == actor.pk
    if not (is_own or (is_office and locked.station_id in scope_of(actor).of("station"))):
        raise NotYourVan(technician=locked.name, station=locked.station)
    return locked


def _carry(way: Way, lines: Sequence[Wanted], named: Iterable[str], actor: Any, at: datetime | None) -> str:
    moment, wanted, numbers = at or clock.now(), _wanted(lines), list(named)
    parts = [part.pk for part, _qty in wanted]
    homes = lots.homes(way.target, parts)
    found = lots.lock_lots([way.source.pk], parts, also=[(part, homes[part].pk, "") for part in parts])
    pieces: list[Any] = []
    moves: list[stock.Move] = []
    for part, qty in wanted:
        mine = serials.lying(part, way.source, numbers) if part.is_serialised else []
        pieces += mine
        for lot in lots.require(found, part, qty, way.source, first=serials.keys_of(mine)):
            moves += [
                stock.Move(lot.location, part.pk, -lot.qty, batch=lot.batch),
                stock.Move(homes[part.pk].pk, part.pk, lot.qty, batch=lot.batch),
            ]
    number = take_number(way.series, at=moment)
    stock.post(kind=way.kind, source=number, moves=moves, at=moment, actor=actor)
    serials.move_serials(moves, to={part: homes[part].pk for part in parts}, named=pieces)
    return number


def _wanted(lines: Sequence[Wanted]) -> list[tuple[Part, Decimal]]:
    """Each part once, in the order of their keys. Raises UnknownParts, VanLinesMissing, QuantityNotPositive, QuantityNotWhole."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        number = line.number.strip()
        wanted[number] = wanted.get(number, stock.ZERO) + stock.positive(line.qty)
    catalog = {part.number: part for part in Part.objects.filter(number__in=wanted)}
    if unknown := sorted(set(wanted) - set(catalog)):
        raise UnknownParts(numbers=", ".join(unknown[:20]), field="rows")
    if not 1 <= len(wanted) <= MOST_LINES:
        raise VanLinesMissing(most=MOST_LINES, field="rows")
    for number, qty in wanted.items():
        stock.whole(catalog[number], qty)
    return sorted(((catalog[number], qty) for number, qty in wanted.items()), key=lambda row: row[0].pk)
