"""Parts that will not come again: how many can still be had, and what to order instead. Not here: who gets them (allocation)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts import stock, superseding
from parts.allocation import SERVED, WAITING
from parts.models import OrderStatus, Part, PartLifecycle, PartsOrderLine, Supersession
from parts.nearby import Around, stock_around
from parts.sharing import ONE, Link, by_old
from portal.core.errors import Refusal

ZERO = Decimal(0)
MOST_NAMED = 20


class NoMoreToBeHad(Refusal):
    """More than what is left of parts that will not come again."""

    message = _("Parts that will not come again are ordered up to what is left.")
    code = "no_more_to_be_had"


def ending(parts: Iterable[Part], links: Collection[Link]) -> list[Part]:
    """Parts of which no more will come: running out, or replaced by a kit or another number of pieces, which no order for the
    old part can be filled from."""
    following = by_old(links)
    return [
        part for part in parts if part.lifecycle == PartLifecycle.PHASE_OUT or _is_cut_off(following.get(part.pk, ()))
    ]


def cut_off(on: date) -> Exists:
    """For a query of parts: replaced on the day by a kit or another number of pieces."""
    links = Supersession.objects.in_force(on).filter(old=OuterRef("pk")).order_by().values("old")
    counted = links.annotate(all=Count("pk"), uneven=Count("pk", filter=~Q(ratio=ONE)))
    return Exists(counted.filter(Q(all__gt=1) | Q(uneven__gt=0)))


def _is_cut_off(links: Collection[Link]) -> bool:
    return len(links) > 1 or any(link.ratio != ONE for link in links)


def still_to_be_had(
    station: Any, parts: Iterable[Part], on: date | None = None, *, around: Mapping[int, Around] | None = None
) -> dict[int, Decimal]:
    """By key of each part that will not come again: the largest quantity the station can order, in its packs and not below its
    minimum, out of what is free and nobody waits for. Two queries, one more without `around`."""
    leaving = {part.pk: part for part in ending(parts, superseding.links(on))}
    if not leaving:
        return {}
    lying = around if around is not None else stock_around(station, leaving)
    queue = PartsOrderLine.objects.filter(
        WAITING, order__status__in=(*SERVED, OrderStatus.ON_HOLD), part__in=leaving
    ).order_by()
    waiting = dict(
        queue.values("part").annotate(qty=Sum(F("open_qty") + F("backordered_qty"))).values_list("part", "qty")
    )
    return {
        key: orderable(part, lying.get(key, Around()).served - waiting.get(key, ZERO)) for key, part in leaving.items()
    }


def orderable(part: Part, free: Decimal) -> Decimal:
    """Pure: the most of so many free pieces that an order can name."""
    packs = (max(free, ZERO) / part.pack_qty).to_integral_value(rounding=ROUND_FLOOR)
    qty = packs * part.pack_qty
    return qty if qty >= part.min_order_qty else ZERO


def words(had: Decimal, successor: Part | None) -> str:
    """What the buyer reads beside the line."""
    facts = {"qty": stock.plain(had), "number": successor.number if successor else ""}
    if successor:
        return gettext("running out: %(qty)s can still be had, order %(number)s instead") % facts
    return gettext("running out: %(qty)s can still be had, and nothing takes its place") % facts


def refuse_beyond(station: Any, wanted: Mapping[Part, Decimal], on: date) -> None:
    """Raises NoMoreToBeHad naming every part wanted beyond what can still be had, how many that is, and its successor.

    wanted: parts read with `is_cut_off` (see cut_off). Those that will not come again are locked first, so that two orders at
    once do not both get the last pieces. Needs the caller's transaction.
    """
    keys = [
        part.pk
        for part in wanted
        if part.lifecycle == PartLifecycle.PHASE_OUT or part.is_cut_off  # type: ignore[attr-defined]
    ]
    if not keys:
        return
    list(Part.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",)))
    had = still_to_be_had(station, wanted, on)
    beyond = {part: had[part.pk] for part, qty in wanted.items() if part.pk in had and qty > had[part.pk]}
    if beyond:
        instead = superseding.successors([part.pk for part in beyond], on)
        named = [
            f"{part.number}: {words(had, instead.get(part.pk))}" for part, had in list(beyond.items())[:MOST_NAMED]
        ]
        raise NoMoreToBeHad("; ".join(named), field="lines")
