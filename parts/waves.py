"""One walk through the warehouse for several orders: a pick list over all of them, one shipment each. Not here: picking itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Allocation, Location, PartsOrder, PartsOrderLine, PickWave, Shipment, ShipmentLine
from parts.picking import NothingMissing, confirm_pick, short_pick
from parts.picklist import LINE_COLUMNS, line_facts, walking
from parts.states import ShipmentStatus
from parts.taking import NothingToPick, left_out_words, pick_order
from portal.core import clock, events
from portal.core.documents import issue_document
from portal.core.errors import Refusal
from portal.core.linetable import LineColumn
from portal.core.numbering import take_number

MOST_ORDERS: Final = 40
ZERO: Final = Decimal(0)
WAVE_LIST: Final = "parts.wave_list"
WAVE_COLUMNS: Final = (LineColumn(_("Tray"), "tray", 7), *LINE_COLUMNS)


class TooManyOrders(Refusal):
    """More than one cart carries."""

    message = _("One pick list takes 1 to %(most)s orders; got %(got)s.")
    code = "too_many_orders"


@dataclass(frozen=True)
class Ready:
    """What a wave would take of an order, and what it would leave because it is being counted."""

    order: PartsOrder
    lines: int
    pieces: Decimal
    left_out: str


def warehouses_to_walk() -> list[Location]:
    """Where something is set aside that nobody has picked, the central one first."""
    held = Allocation.objects.filter(allocated_qty__gt=0).annotate(place=Coalesce("location__parent", "location"))
    return list(Location.objects.filter(pk__in=held.values("place")).order_by("kind", "pk"))


def ready_orders(orders: Iterable[PartsOrder], place: Location) -> list[Ready]:
    """The orders with what a pick list in this warehouse would take of each now; two queries."""
    rows: dict[int, list[Allocation]] = defaultdict(list)
    listed = list(orders)
    found = Allocation.objects.filter(line__order__in=listed, allocated_qty__gt=0, location__in=_rooms(place))
    found = found.select_related("location", "part")
    for row in found.annotate(order_key=F("line__order_id")).order_by("location__pick_order", "location__code", "pk"):
        rows[row.order_key].append(row)
    frozen = stock.frozen_places(row.location_id for held in rows.values() for row in held)
    return [
        Ready(
            order,
            sum(row.location_id not in frozen for row in rows[order.pk]),
            sum((row.allocated_qty for row in rows[order.pk] if row.location_id not in frozen), ZERO),
            left_out_words([row for row in rows[order.pk] if row.location_id in frozen], frozen),
        )
        for order in listed
        if order.pk in rows
    ]


def _rooms(place: Location) -> Any:
    return Location.objects.within(place.pk)


@transaction.atomic
def pick_wave(
    orders: Sequence[PartsOrder], *, actor: Any, place: Location | None = None, at: datetime | None = None
) -> PickWave:
    """A shipment for every order with all that is set aside for it in the warehouse, by default the central one.

    What lies in a place being counted stays set aside; an order of which nothing else is, or that somebody picked
    meanwhile, is left out, and the Event says so. Raises TooManyOrders, and the last order's NothingToPick or PlaceFrozen
    when all are left out. Writes a PickWave, its Shipments, the pick list over all, Events.
    """
    if not 1 <= len(orders) <= MOST_ORDERS:
        raise TooManyOrders(most=MOST_ORDERS, got=len(orders), field="orders")
    moment = at or clock.now()
    keys = sorted(order.pk for order in orders)
    locked = list(PartsOrder.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",)))
    lines = PartsOrderLine.objects.filter(order__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
    held = Allocation.objects.filter(line__in=[line.pk for line in lines]).order_by("pk")
    list(held.select_for_update(no_key=True, of=("self",)))
    wave = PickWave(
        from_location=stock.central_warehouse(),
        created_by=actor,
        created_at=moment,
        number=take_number("PW", at=moment),
    )
    wave.save(force_insert=True)
    left_out: list[dict[str, str]] = []
    refused: Refusal = NothingToPick()
    for order in locked:
        try:
            pick_order(order, actor=actor, wave=wave, place=place, at=moment)
        except (NothingToPick, stock.PlaceFrozen) as refusal:
            refused = refusal
            left_out.append({"order": order.number, "why": str(refusal)})
    if len(left_out) == len(locked):
        raise refused
    note = " ".join(f"{row['order']}: {row['why']}" for row in left_out)
    events.record(wave, "pickwave.picking", actor=actor, at=moment, note=note, data={"left_out": left_out}, root="")
    issue_document(WAVE_LIST, subject=wave, number=wave.number, facts=wave_facts(wave), actor=actor)
    return wave


def trays(wave: PickWave) -> dict[int, int]:
    """The number of the tray on the cart into which each shipment's pieces go, by key of the shipment."""
    keys = wave.shipments.order_by("pk").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(keys, start=1)}


def wave_lines(wave: PickWave) -> list[ShipmentLine]:
    """Every line with pieces to take, as one walks past the bins, each with its `tray`; two queries."""
    numbers = trays(wave)
    rows = walking(ShipmentLine.objects.filter(shipment__wave=wave, shipment__status=ShipmentStatus.PICKING))
    for row in rows:
        row.tray = numbers[row.shipment_id]  # type: ignore[attr-defined]
    return rows


def wave_facts(wave: PickWave) -> dict[str, Any]:
    """What the list says, frozen."""
    rows = wave_lines(wave)
    shipments = wave.shipments.select_related("order", "station").order_by("pk")
    return {
        "number": wave.number,
        "made_on": clock.local_date(wave.created_at).isoformat(),
        "from": wave.from_location.name,
        "orders": [
            {"tray": tray, "shipment": row.number, "order": row.order.number, "kind": row.order.kind,
             "station": f"{row.station.name}（{row.station.code}）"}
            for tray, row in enumerate(shipments, start=1)
        ],
        "line_count": len(rows),
        "lines": [line_facts(row) | {"tray": str(row.tray)} for row in rows],  # type: ignore[attr-defined]
    }  # fmt: skip


@transaction.atomic
def short_wave(
    wave: PickWave, *, missing: Mapping[int, Decimal], reason: str, actor: Any, at: datetime | None = None
) -> PickWave:
    """What was not found on the walk waits again, order by order (see short_pick).

    missing: pieces by key of the shipments' lines. Raises NothingMissing and what short_pick raises.
    """
    moment = at or clock.now()
    gone = {pk: qty for pk, qty in missing.items() if qty}
    rows = ShipmentLine.objects.filter(pk__in=gone, shipment__wave=wave).select_related("shipment", "allocation")
    found = list(rows.order_by("pk"))
    if not gone or len(found) != len(gone):
        raise NothingMissing(field="missing")
    _lock_all({row.shipment_id for row in found})
    stock.lock_balances((row.part_id, row.allocation.location_id, row.allocation.batch) for row in found)
    by_shipment: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in found:
        by_shipment[row.shipment_id][row.pk] = gone[row.pk]
    for shipment in Shipment.objects.filter(pk__in=by_shipment).select_related("order").order_by("order", "pk"):
        short_pick(shipment, missing=by_shipment[shipment.pk], reason=reason, actor=actor, at=moment)
    return wave


@transaction.atomic
def confirm_wave(wave: PickWave, *, actor: Any, at: datetime | None = None) -> PickWave:
    """All that stands on the walk's lists has been found (see confirm_pick). Writes one Event a shipment."""
    for shipment in wave.shipments.filter(status=ShipmentStatus.PICKING).order_by("order", "pk"):
        confirm_pick(shipment, actor=actor, at=at)
    return wave


def _lock_all(shipments: set[int]) -> None:
    """Orders, shipments, order lines and allocations of all of them, in the global order, before any is written."""
    rows = ShipmentLine.objects.filter(shipment__in=shipments)
    for wanted in (
        PartsOrder.objects.filter(shipments__in=shipments),
        Shipment.objects.filter(pk__in=shipments),
        PartsOrderLine.objects.filter(pk__in=rows.values("order_line")),
        Allocation.objects.filter(pk__in=rows.values("allocation")),
    ):
        list(
            wanted.model._base_manager.filter(pk__in=[row.pk for row in wanted])
            .order_by("pk")
            .select_for_update(no_key=True)
        )
