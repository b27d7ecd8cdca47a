"""Free replacements whose cause has gone: what was not sent of them is cancelled. Not here: which cause (upper apps)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from parts import setting_free
from parts.models import OrderKind, PartsOrder
from parts.ordering import cancel_rest
from parts.states import OrderStatus
from portal.core import clock, states

OVER = (OrderStatus.CANCELLED, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.CLOSED)


def recallable(station: Any, references: Iterable[str]) -> Any:
    """The station's free replacements for these jobs or claims of which something is neither sent nor cancelled."""
    named = [number for number in references if number]
    orders = PartsOrder.objects.filter(station=station, kind=OrderKind.WARRANTY_REPLACEMENT, reference__in=named)
    waiting = Q(lines__open_qty__gt=0) | Q(lines__backordered_qty__gt=0) | Q(lines__allocated_qty__gt=0)
    return orders.exclude(status__in=OVER).filter(waiting | Q(status=OrderStatus.DRAFT)).distinct().order_by("pk")


@transaction.atomic
def recall_replacements(
    station: Any, references: Iterable[str], *, actor: Any | None, reason: str, at: datetime | None = None
) -> list[PartsOrder]:
    """Of those orders nothing more is sent: stock set aside is free again, the rest cancelled; pieces picked or sent go on.

    Done again it changes nothing. Writes Events on each order, and one Posting where stock was set aside.
    """
    moment = at or clock.now()
    recalled = []
    for found in recallable(station, references):
        order = states.lock(found)
        if order.status == OrderStatus.DRAFT:
            recalled.append(states.move(order, OrderStatus.CANCELLED, actor=actor, at=moment, note=reason))
            continue
        if order.lines.filter(allocated_qty__gt=0).exists():
            order = setting_free.set_free(order, actor=actor, reason=reason, at=moment)
        recalled.append(cancel_rest(order, actor=actor, reason=reason, at=moment))
    return recalled
