"""Parts go from one station to another: who has them, asking, agreeing, approving, sending, receiving.

Headquarters credits the giver the net price it would pay on the day of receipt and charges the taker its own, so both accounts are
exact whatever either paid long ago (ADR 22). Pieces that do not arrive lie in the giver's books again: until receipt the risk is its.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from parts import lots, pricing, stock
from parts.accounts import lock_account_of
from parts.models import LocationKind, Part, StockBalance, StockTransfer, StockTransferLine
from parts.ordering import ReasonMissing, Wanted
from parts.states import TransferStatus
from parts.telling import holders_of
from portal.accounts.roles import Role
from portal.core import clock, events, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.numbering import take_number
from portal.core.registries import Wording
from portal.core.scope import scope_of
from stations import dealer_account
from stations.contracts import distance_km
from stations.inspections.people import office_of
from stations.models import Station, StationStatus

MOST_LINES = 50
MOST_OFFERS = 20
BANDS = ((5, "1–5"), (20, "6–20"))
ABOVE = "20+"
NOTICES: dict[str, Wording] = {
    "stocktransfer.requested": _("%(taker)s asks you for parts: transfer %(number)s."),
    "stocktransfer.agreed": _("Transfer %(number)s from %(giver)s to %(taker)s: please approve."),
    "stocktransfer.approved": _("Transfer %(number)s is approved: please send the parts to %(taker)s."),
    "stocktransfer.refused": _("Transfer %(number)s is refused."),
    "stocktransfer.shipped": _("Transfer %(number)s: %(giver)s has sent the parts."),
}


@dataclass(frozen=True)
class Offer:
    """A station that has free pieces: no more of it than a band of quantity and the distance in km (None: unknown)."""

    station: Station
    band: str
    km: Decimal | None


class TransferLinesMissing(Refusal):
    """Nothing asked for, or too much at once."""

    message = _("Name 1 to %(most)s parts that the catalog knows, each with a quantity above 0.")
    code = "transfer_lines_missing"


class SameStation(Refusal):
    """A station does not give to itself."""

    message = _("Choose another station as the giver.")
    code = "same_station"


class StationUnknown(Refusal):
    """No active station of that code."""

    message = _("There is no station “%(given)s”.")
    code = "station_unknown"


class StationNotActive(Refusal):
    """A station that gives nothing now."""

    message = _("%(station)s gives no parts: %(status)s.")
    code = "station_not_active"


class NotYourTurn(Refusal):
    """Somebody of another station."""

    message = _("%(station)s does this.")
    code = "not_your_turn"


class SameHandTransfer(Refusal):
    """Four eyes."""

    message = _("Whoever asked for the transfer does not approve it.")
    code = "same_hand"


class NotInTransfer(Refusal):
    """Counted what was not sent."""

    message = _("Not in this transfer: %(parts)s.")
    code = "not_in_transfer"


class TransferCountImpossible(Refusal):
    """More received than sent."""

    message = _("%(part)s: received must be between 0 and %(most)s, got %(got)s.")
    code = "count_impossible"


def offers_near(station: Station, part: Part) -> list[Offer]:
    """Active stations of the region that have free pieces, the nearest first; two queries."""
    rows = StockBalance.objects.filter(
        part=part,
        location__kind=LocationKind.STATION,
        location__station__center__region=station.center.region_id,
        location__station__status=StationStatus.ACTIVE,
    ).exclude(location__station=station)
    free = dict(
        rows.order_by().values("location__station").annotate(free=Sum(F("on_hand") - F("reserved"))).filter(free__gt=0)
        .values_list("location__station", "free")
    )  # fmt: skip
    found = [
        Offer(other, band_of(free[other.pk]), _km(station, other)) for other in Station.objects.filter(pk__in=free)
    ]
    return sorted(found, key=lambda offer: (offer.km is None, offer.km or 0, offer.station.code))[:MOST_OFFERS]


def band_of(qty: Decimal) -> str:
    """Pure: how much there is, roughly."""
    return next((said for most, said in BANDS if qty <= most), ABOVE)


def _km(one: Station, other: Station) -> Decimal | None:
    places = (one.longitude, one.latitude, other.longitude, other.latitude)
    if any(each is None for each in places):
        return None
    return Decimal(str(distance_km(*places))).quantize(Decimal("0.1"))  # type: ignore[arg-type]


def active_station(code: str) -> Station:
    """The station of that code. Raises StationUnknown, StationNotActive."""
    found = Station.objects.filter(code=code.strip()).first()
    if found is None:
        raise StationUnknown(given=code.strip()[:40], field="giver")
    if found.status != StationStatus.ACTIVE:
        raise StationNotActive(station=found, status=found.get_status_display(), field="giver")
    return found


@transaction.atomic
def request_transfer(
    taker: Station, giver: Station, *, lines: Sequence[Wanted], reason: str, actor: Any, at: datetime | None = None
) -> StockTransfer:
    """The taking station has asked the giving one. Raises SameStation, TransferLinesMissing, ReasonMissing, QuantityNotPositive.

    Writes a StockTransfer with its lines, one Event, notifications.
    """
    moment = at or clock.now()
    if taker.pk == giver.pk:
        raise SameStation(field="giver")
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    wanted: dict[str, Decimal] = {}
    for line in lines:
        wanted[line.number] = wanted.get(line.number, stock.ZERO) + stock.positive(line.qty)
    catalog = {part.number: part for part in Part.objects.filter(number__in=wanted)}
    if not 1 <= len(wanted) <= MOST_LINES or len(catalog) < len(wanted):
        raise TransferLinesMissing(most=MOST_LINES, field="rows")
    for number, qty in wanted.items():
        stock.whole(catalog[number], qty, field="rows")
    made = StockTransfer.objects.create(
        taker=taker,
        giver=giver,
        requested_by=actor,
        reason=reason.strip()[:300],
        requested_at=moment,
        number=take_number("TF", at=moment),
    )
    StockTransferLine.objects.bulk_create(
        StockTransferLine(transfer=made, part=catalog[number], qty=qty) for number, qty in wanted.items()
    )
    events.record(made, "stocktransfer.requested", actor=actor, at=moment, to_status=made.status, note=made.reason)
    _tell(office_of(giver), "stocktransfer.requested", made)
    return made


@transaction.atomic
def agree_transfer(transfer: StockTransfer, *, actor: Any, at: datetime | None = None) -> StockTransfer:
    """The giving station gives the parts away. Raises NotYourTurn, TransitionNotAllowed."""
    locked = _lock(transfer)
    _require_office(locked.giver, actor)
    moved = states.move(locked, TransferStatus.AGREED, actor=actor, at=at)
    _tell(holders_of(Role.WAREHOUSE), "stocktransfer.agreed", moved)
    return moved


@transaction.atomic
def approve_transfer(transfer: StockTransfer, *, actor: Any, at: datetime | None = None) -> StockTransfer:
    """Headquarters lets the parts go. Raises SameHandTransfer, TransitionNotAllowed."""
    locked = _lock(transfer)
    if locked.requested_by_id == actor.pk:
        raise SameHandTransfer
    moved = states.move(locked, TransferStatus.APPROVED, actor=actor, at=at)
    moved.approved_by = actor
    moved.save(update_fields=["approved_by"])
    _tell(office_of(moved.giver), "stocktransfer.approved", moved)
    return moved


@transaction.atomic
def refuse_transfer(transfer: StockTransfer, *, reason: str, actor: Any, at: datetime | None = None) -> StockTransfer:
    """The giver, or headquarters after it agreed, does not let the parts go. Raises ReasonMissing, NotYourTurn."""
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    locked = _lock(transfer)
    if locked.status == TransferStatus.REQUESTED:
        _require_office(locked.giver, actor)
    elif not scope_of(actor).everything:
        raise NotYourTurn(station=_("Headquarters"))
    moved = states.move(locked, TransferStatus.REFUSED, actor=actor, at=at, note=reason.strip())
    _tell(office_of(moved.taker), "stocktransfer.refused", moved)
    return moved


@transaction.atomic
def cancel_transfer(transfer: StockTransfer, *, reason: str, actor: Any, at: datetime | None = None) -> StockTransfer:
    """The taking station does not need the parts any more; before they are sent. Raises ReasonMissing, NotYourTurn."""
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    locked = _lock(transfer)
    _require_office(locked.taker, actor)
    return states.move(locked, TransferStatus.CANCELLED, actor=actor, at=at, note=reason.strip())


@transaction.atomic
def ship_transfer(
    transfer: StockTransfer, *, carrier: str, actor: Any, tracking_number: str = "", at: datetime | None = None
) -> StockTransfer:
    """The parts have left the giver's stock. Raises NotYourTurn, NotEnoughStock, PlaceFrozen. Writes one Posting, one Event."""
    moment = at or clock.now()
    locked = _lock(transfer)
    _require_office(locked.giver, actor)
    moved = states.move(locked, TransferStatus.SHIPPED, actor=actor, at=moment)
    lines = list(moved.lines.select_related("part").order_by("pk"))
    shelf, transit = stock.station_location(moved.giver), stock.transit_location(moved.taker)
    parts = [line.part_id for line in lines]
    found = lots.lock_lots([shelf.pk], parts, also=[(part, transit.pk, "") for part in parts])
    moves = []
    for line in lines:
        taken = lots.require(found, line.part, line.qty, shelf)
        line.lots = [[lot.batch, str(lot.qty)] for lot in taken]
        for lot in taken:
            moves += [
                stock.Move(lot.location, line.part_id, -lot.qty, batch=lot.batch),
                stock.Move(transit.pk, line.part_id, lot.qty, batch=lot.batch),
            ]
    StockTransferLine.objects.bulk_update(lines, ["lots"])
    stock.post(kind="transfer_sent", source=moved.number, moves=moves, at=moment, actor=actor)
    moved.carrier, moved.tracking_number, moved.shipped_at = carrier, tracking_number, moment
    moved.save(update_fields=["carrier", "tracking_number", "shipped_at"])
    _tell(office_of(moved.taker), "stocktransfer.shipped", moved)
    return moved


@transaction.atomic
def receive_transfer(
    transfer: StockTransfer, *, counts: Mapping[int, Decimal], actor: Any, at: datetime | None = None
) -> StockTransfer:
    """What the taker counted stands in its stock and on both accounts; what is missing lies in the giver's books again.

    counts: by key of the line, every line. Raises NotYourTurn, TransferCountImpossible, NoPrice, CreditExceeded.
    Writes one Posting, an account entry for each station, one Event.
    """
    moment = at or clock.now()
    locked = _lock(transfer)
    _require_office(locked.taker, actor)
    moved = states.move(locked, TransferStatus.RECEIVED, actor=actor, at=moment)
    lines = list(moved.lines.select_related("part").order_by("pk"))
    moves: list[stock.Move] = []
    for line in lines:
        moves += _count(moved, line, counts.get(line.pk, stock.ZERO))
    stock.post(kind="transfer_received", source=moved.number, moves=moves, at=moment, actor=actor)
    _price(moved, lines, moment)
    update_rows(lines, ["received_qty", "giver_price", "taker_price"])
    moved.credit = money.total(money.round_money(line.received_qty * line.giver_price) for line in lines)
    moved.charge = money.total(money.round_money(line.received_qty * line.taker_price) for line in lines)
    moved.received_at = moment
    moved.save(update_fields=["credit", "charge", "received_at"])
    _post_money(moved, actor=actor, at=moment)
    return moved


def _count(transfer: StockTransfer, line: StockTransferLine, counted: Decimal) -> list[stock.Move]:
    """The moves of a counted line, each lot in its batch."""
    if not (counted.is_finite() and 0 <= counted <= line.qty and counted == counted.quantize(stock.THOUSANDTH)):
        raise TransferCountImpossible(
            part=line.part.number, most=stock.plain(line.qty), got=counted, field=f"received_{line.pk}"
        )
    stock.whole(line.part, counted, field=f"received_{line.pk}")
    line.received_qty, left = counted, counted
    transit = stock.transit_location(transfer.taker).pk
    targets = (stock.station_location(transfer.taker).pk, stock.station_location(transfer.giver).pk)
    moves = []
    for batch, text in line.lots:
        came = min(Decimal(text), left)
        left -= came
        for target, qty in zip(targets, (came, Decimal(text) - came), strict=True):
            if qty:
                moves += [
                    stock.Move(transit, line.part_id, -qty, batch=batch),
                    stock.Move(target, line.part_id, qty, batch=batch),
                ]
    return moves


def _price(transfer: StockTransfer, lines: Sequence[StockTransferLine], at: datetime) -> None:
    """Each station's own net price of the day. Raises NoPrice."""
    on, parts = clock.local_date(at), [line.part_id for line in lines]
    given, taken = (pricing.quote(parts, station, on=on) for station in (transfer.giver, transfer.taker))
    for line in lines:
        if line.part_id not in given or line.part_id not in taken:
            raise pricing.NoPrice(part=line.part.number, on=on)
        line.giver_price, line.taker_price = given[line.part_id].amount, taken[line.part_id].amount


def _post_money(transfer: StockTransfer, *, actor: Any, at: datetime) -> None:
    """The accounts in the order of their keys; two stations of one dealer share one."""
    sides = [
        (transfer.giver, "transfer_credit", -transfer.credit),
        (transfer.taker, "transfer_charge", transfer.charge),
    ]
    accounts = {account.pk: account for account in (dealer_account.account_of(station) for station, _k, _a in sides)}
    for key in sorted(accounts):
        states.lock(accounts[key])
    for station, kind, amount in sides:
        if amount:
            account = lock_account_of(station)
            source = transfer.number
            dealer_account.post_entry(
                account, kind=kind, source=source, amount=amount, station=station, at=at, actor=actor
            )


def _lock(transfer: StockTransfer) -> StockTransfer:
    return states.lock(transfer, "giver", "taker")


def _require_office(station: Station, actor: Any) -> None:
    """Raises NotYourTurn for who does not act for the station."""
    if station.pk not in scope_of(actor).of("station"):
        raise NotYourTurn(station=station)


def _tell(users: Any, kind: str, transfer: StockTransfer) -> None:
    facts = {"number": transfer.number, "giver": str(transfer.giver), "taker": str(transfer.taker)}
    notify(users, kind, facts, url=transfer.get_absolute_url(), subject=transfer)
