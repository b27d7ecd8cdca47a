"""What makes ordering quick: drafts kept on the server, a station's templates, starred parts, filling up to the minimum.

Not here: the order itself (ordering), what a basket costs (basket).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import (
    FavoritePart,
    Location,
    LocationKind,
    OrderDraft,
    OrderKind,
    OrderStatus,
    OrderTemplate,
    Part,
    PartLifecycle,
    PartsOrder,
    PartsOrderLine,
    PlanningFigure,
    StockLevel,
)
from parts.models.order_aids import MAX_ROWS_LENGTH
from parts.planning import levels
from portal.core import clock
from portal.core.errors import Refusal

ZERO = Decimal(0)
OVER = (OrderStatus.CANCELLED, OrderStatus.CLOSED)
MAX_TEMPLATES = 100


class EmptyTemplate(Refusal):
    """A list without parts."""

    message = _("A template needs a name and at least one part.")
    code = "empty_template"


class TooManyTemplates(Refusal):
    """Nobody finds anything in more."""

    message = _("A station keeps at most %(most)s templates.")
    code = "too_many_templates"


def keep_draft(
    station: Any,
    *,
    user: Any,
    rows: str,
    kind: str = OrderKind.STOCK,
    no_partial: bool = False,
    reference: str = "",
    note: str = "",
    at: datetime | None = None,
) -> None:
    """What the user has typed for the station waits on the server; nothing typed is no draft. Writes one row."""
    if not rows.strip():
        drop_draft(station, user=user)
        return
    typed = {
        "rows": rows[:MAX_ROWS_LENGTH],
        "kind": kind if kind in OrderKind.values else OrderKind.STOCK,
        "no_partial": no_partial,
        "reference": reference[:60],
        "note": note[:500],
        "updated_at": at or clock.now(),
    }
    OrderDraft.objects.update_or_create(user=user, station=station, defaults=typed)


def drop_draft(station: Any, *, user: Any) -> None:
    """The user's draft for the station is gone."""
    OrderDraft.objects.filter(user=user, station=station).delete()


def draft_of(user: Any) -> OrderDraft | None:
    """What the user typed last and has not sent, for a station that is still theirs."""
    return OrderDraft.objects.visible_to(user).filter(user=user).order_by("-updated_at").first()


@transaction.atomic
def save_template(station: Any, *, name: str, rows: str, actor: Any, at: datetime | None = None) -> OrderTemplate:
    """The station has the list under the name; one of the same name is replaced. Raises EmptyTemplate, TooManyTemplates."""
    name = " ".join(name.split())[:60]
    if not name or not rows.strip():
        raise EmptyTemplate(field="name" if not name else "rows")
    known = OrderTemplate.objects.filter(station=station)
    if known.exclude(name=name).count() >= MAX_TEMPLATES:
        raise TooManyTemplates(most=MAX_TEMPLATES)
    typed = {"rows": rows[:MAX_ROWS_LENGTH], "changed_by": actor, "updated_at": at or clock.now()}
    made, _is_new = OrderTemplate.objects.update_or_create(station=station, name=name, defaults=typed)
    return made


def delete_template(template: OrderTemplate) -> None:
    """The list is gone; orders made from it stay."""
    template.delete()


def star(part: Part, *, user: Any) -> bool:
    """The part is starred, or no longer if it was; whether it is now."""
    _row, is_new = FavoritePart.objects.get_or_create(user=user, part=part)
    if not is_new:
        FavoritePart.objects.filter(user=user, part=part).delete()
    return is_new


def favorites(user: Any, parts: Iterable[int] | None = None) -> list[Part]:
    """Starred parts that may be ordered, by number; of these only, if any are named."""
    rows = Part.objects.orderable().filter(favorites__user=user).order_by("number")
    return list(rows if parts is None else rows.filter(pk__in=list(parts)))


def rows_of(lines: Iterable[tuple[str, Decimal]]) -> str:
    """Part numbers and quantities as the order form takes them."""
    return "".join(f"{number}\t{stock.plain(qty)}\n" for number, qty in lines)


def rows_of_order(order: PartsOrder) -> str:
    """What was ordered, to be ordered again."""
    lines = order.lines.select_related("part").order_by("position")
    return rows_of((line.part.number, line.ordered_qty) for line in lines)


def last_order(station: Any) -> PartsOrder | None:
    """What the station ordered last."""
    return PartsOrder.objects.filter(station=station).order_by("-pk").first()


def refill_rows(station: Any) -> list[tuple[str, Decimal]]:
    """Part numbers and quantities by which the station comes up to its targets: what stands at or below the reorder point of
    the last planning run, or below a minimum set by hand since.

    What lies at the station and what is ordered and not yet there count; successors are ordered instead of ended parts by
    who reads the rows. A constant number of queries. Source: rules.md 3.9, C41.
    """
    place = Location.objects.places().filter(station=station, kind=LocationKind.STATION).first()
    if place is None:
        return []
    figures = {row.part_id: row for row in PlanningFigure.objects.of_last_run().filter(location=place)}
    by_hand = _levels(place)
    wanted = {*by_hand, *(part for part, row in figures.items() if row.target > 0)}
    known = Part.objects.orderable().in_bulk(wanted)
    positions = _positions(station, place, list(known))
    found = []
    for part in sorted(known.values(), key=lambda each: each.number):
        qty = _missing(part, positions.get(part.pk, ZERO), figures.get(part.pk), by_hand.get(part.pk))
        if qty > 0 and part.lifecycle != PartLifecycle.DISCONTINUED:
            found.append((part.number, qty))
    return found


def _levels(place: Location) -> Mapping[int, StockLevel]:
    """What was set by hand last, by part."""
    rows = StockLevel.objects.filter(location=place, valid_from__lte=clock.today())
    return {row.part_id: row for row in rows.order_by("part_id", "-pk").distinct("part_id")}


def _positions(station: Any, place: Location, parts: list[int]) -> dict[int, Decimal]:
    """Pieces at the station and on their way to it, by part."""
    there = stock.held_by_part([place], parts)
    lines = PartsOrderLine.objects.filter(order__station=station, part__in=parts).exclude(order__status__in=OVER)
    coming = (
        lines.order_by().values("part").annotate(qty=Sum(F("ordered_qty") - F("cancelled_qty") - F("received_qty")))
    )
    on_order = dict(coming.values_list("part", "qty"))
    return {part: there.get(part, ZERO) + on_order.get(part, ZERO) for part in parts}


def _missing(part: Part, position: Decimal, figure: PlanningFigure | None, level: StockLevel | None) -> Decimal:
    sizes = {"pack": part.pack_qty, "moq": part.min_order_qty}
    if level is not None and position < level.minimum:
        target = max(level.target or level.minimum, figure.target if figure else ZERO)
        return levels.suggestion(position, point=position, target=target, **sizes)
    if figure is None:
        return ZERO
    return levels.suggestion(position, point=figure.reorder_point, target=figure.target, **sizes)
