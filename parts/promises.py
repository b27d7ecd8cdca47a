"""When backordered pieces will come: what suppliers still owe, matched to who waits, in the order of a run. Reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from parts import sharing, superseding
from parts.allocation import SERVED, WAITING
from parts.models import PartsOrderLine, PurchaseOrderLine
from parts.models.purchasing import COMING


@dataclass
class Coming:
    """Open pieces of a purchase line and the day they are expected."""

    on: date
    qty: Decimal


def promised_days(lines: Sequence[PartsOrderLine]) -> dict[int, date]:
    """By key of the line, the day on which the last piece it waits for is expected; lines nothing covers are left out.

    Goods on order (promised day, else wanted day) go to waiting lines by stopped machine, then time of order, as a run would
    share them; grades may still change places. A part that supersedes the ordered one counts where a run would use it.
    Three queries, whatever the number of lines.
    """
    wanted = {line.pk for line in lines if line.waiting_qty}
    parts = {line.part_id for line in lines if line.pk in wanted}
    if not wanted:
        return {}
    successors = sharing.by_old(superseding.links())
    usable = {part: [int(key) for key in sharing.chain(successors, part)] for part in parts}
    coming = _coming({key for chain in usable.values() for key in chain})
    found: dict[int, date] = {}
    queue = PartsOrderLine.objects.filter(WAITING, order__status__in=SERVED, part__in=parts).select_related("order")
    first_served = queue.order_by("order__submitted_at", "pk")
    for line in sorted(first_served, key=lambda each: each.order.kind != sharing.MACHINE_DOWN):
        day = _take(line.waiting_qty, [each for part in usable[line.part_id] for each in coming[part]])
        if day and line.pk in wanted:
            found[line.pk] = day
    return found


def day_of_arrival(missing: Mapping[int, Decimal]) -> dict[int, date]:
    """By part, when suppliers have brought so many pieces beyond what earlier orders wait for; parts not covered are left out."""
    if not missing:
        return {}
    coming = _coming(set(missing))
    queue = PartsOrderLine.objects.filter(WAITING, order__status__in=SERVED, part__in=coming).order_by()
    waiting = dict(
        queue.values("part").annotate(qty=Sum(F("open_qty") + F("backordered_qty"))).values_list("part", "qty")
    )
    found = {}
    for part, on_order in coming.items():
        _take(waiting.get(part, Decimal(0)), on_order)
        if day := _take(missing[part], on_order):
            found[part] = day
    return found


def _coming(parts: set[int]) -> dict[int, list[Coming]]:
    """What suppliers owe, by part, the earliest first."""
    rows = PurchaseOrderLine.objects.filter(order__status__in=COMING, open_qty__gt=0, part__in=parts)
    found: dict[int, list[Coming]] = defaultdict(list)
    for part, qty, promised, day in rows.order_by("pk").values_list("part", "open_qty", "promised_on", "wanted_on"):
        if expected := promised or day:
            found[part].append(Coming(expected, qty))
    for waiting in found.values():
        waiting.sort(key=lambda each: each.on)
    return found


def _take(qty: Decimal, coming: list[Coming]) -> date | None:
    """The day of the last piece, or None where what comes does not suffice; what is taken is gone for later lines."""
    last: date | None = None
    for each in coming:
        taken = min(qty, each.qty)
        if taken > 0:
            each.qty -= taken
            qty -= taken
            last = max(last, each.on) if last else each.on
    return last if qty <= 0 else None
