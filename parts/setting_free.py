"""Stock set aside and not picked goes back to the free stock: by hand with a reason, or by itself after its days.

Not here: who gets it then (allocation).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.allocation import allocate
from parts.models import Allocation, PartsOrder
from parts.ordering import ReasonMissing
from parts.progress import follow_lines
from portal.core import clock, events, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.parameters import param


class NothingSetAside(Refusal):
    """All that the order got is picked or gone."""

    message = _("No stock is set aside for this order.")
    code = "nothing_set_aside"


@transaction.atomic
def set_free(order: PartsOrder, *, actor: Any | None, reason: str, at: datetime | None = None) -> PartsOrder:
    """What is set aside for the order and not picked is free again; its lines wait as backorders and keep their rank.

    Raises ReasonMissing, NothingSetAside. Writes one Posting of reservations and Events. Source: rules.md 3.9; reliability.md I3.
    """
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    freed = _free(states.lock(order), actor=actor, reason=reason.strip(), at=at or clock.now(), before=None)
    if freed is None:
        raise NothingSetAside
    return freed


def expire_allocations(*, at: datetime | None = None) -> list[PartsOrder]:
    """Orders whose stock nobody has picked for parts.allocation_days lose it, and a run ranks all who wait for it anew.

    Each order in its own transaction; one that was picked meanwhile is passed over.
    """
    moment = at or clock.now()
    before = moment - timedelta(days=int(param("parts.allocation_days", moment)))
    stale = Allocation.objects.filter(allocated_qty__gt=0, allocated_at__lt=before)
    freed = []
    for order in PartsOrder.objects.filter(pk__in=stale.values("line__order")).order_by("pk"):
        with transaction.atomic():
            reason = str(_("Not picked in time."))
            found = _free(states.lock(order), actor=None, reason=reason, at=moment, before=before)
        if found is not None:
            freed.append(found)
    parts = set(Allocation.objects.filter(line__order__in=freed).values_list("line__part", flat=True))
    if parts:
        allocate(parts=parts, cause="not_picked", at=moment)
    return freed


def _free(
    order: PartsOrder, *, actor: Any | None, reason: str, at: datetime, before: datetime | None
) -> PartsOrder | None:
    """The locked order without its stock set aside (before that moment); None where there is none."""
    lines = {line.pk: line for line in order.lines.order_by("pk").select_for_update(no_key=True, of=("self",))}
    rows = Allocation.objects.filter(line__in=lines, allocated_qty__gt=0).order_by("pk")
    if before is not None:
        rows = rows.filter(allocated_at__lt=before)
    held = list(rows.select_for_update(no_key=True, of=("self",)))
    if not held:
        return None
    data = {"pieces": stock.plain(sum((row.allocated_qty for row in held), stock.ZERO))}
    event = events.record(order, "partsorder.set_free", actor=actor, at=at, note=reason, data=data)
    moves = _moves(held)
    for row in held:
        line = lines[row.line_id]
        line.allocated_qty -= row.allocated_qty
        line.backordered_qty += row.allocated_qty
        row.allocated_qty = stock.ZERO
    update_rows(held, ["allocated_qty"])
    update_rows(lines.values(), ["allocated_qty", "backordered_qty"])
    stock.post(kind="set_free", source=f"{order.number}/{event.pk}", moves=moves, at=at, actor=actor)
    return follow_lines(order, actor=actor, at=at, note=reason)


def _moves(held: Sequence[Allocation]) -> list[stock.Move]:
    return [stock.Move(row.location_id, row.part_id, reserved=-row.allocated_qty, batch=row.batch) for row in held]
