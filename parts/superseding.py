"""Which part takes the place of which, from when: the operations, and the one reader of the links as they hold on a day.

Not here: the rules over links (sharing).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartLifecycle, PartVariant, Supersession, SupersessionMode, VariantKind
from parts.sharing import Key, Link, by_old, ends
from portal.core import clock, events
from portal.core.errors import Refusal

ONE = Decimal(1)
DEPTH = 12


class SupersedesItself(Refusal):
    """Following the links comes back to the part."""

    message = _("This part would in the end supersede itself: %(circle)s.")
    code = "supersession_cycle"


class NotSuperseding(Refusal):
    """There is nothing to end."""

    message = _("%(old)s is not superseded by %(new)s.")
    code = "not_superseding"


class RatioNotPositive(Refusal):
    """So many pieces."""

    message = _("Pieces per old part: got %(got)s, expected more than 0.")
    code = "ratio_not_positive"


def links(on: date | None = None) -> list[Link]:
    """All supersessions that hold on the day; one query. One without a first day has always held."""
    found = Supersession.objects.in_force(on or clock.today()).order_by()
    return [Link(*row) for row in found.values_list("old_id", "new_id", "mode", "ratio")]


def successors(parts: list[int], on: date | None = None) -> dict[int, Part]:
    """The one part at the end of each chain, piece for piece or not, where it is one and another."""
    if not parts:
        return {}
    held = links(on)
    found: dict[int, Key] = {}
    for part in parts:
        reached = ends(held, part)
        if len(reached) == 1 and part not in reached:
            found[part] = next(iter(reached))
    by_key = Part.objects.in_bulk([int(end) for end in found.values()])
    return {part: by_key[int(end)] for part, end in found.items()}


def alternates(parts: Collection[int]) -> dict[int, list[Part]]:
    """By part, the orderable parts that are interchangeable with it both ways, by number; one query."""
    both = Q(part__in=parts) | Q(base__in=parts)
    rows = PartVariant.objects.filter(both, kind=VariantKind.ALTERNATE).select_related("part", "base")
    found: dict[int, list[Part]] = {}
    for row in rows.order_by("part__number", "base__number"):
        for one, other in ((row.part, row.base), (row.base, row.part)):
            if one.pk in parts and other.lifecycle != PartLifecycle.DISCONTINUED:
                found.setdefault(one.pk, []).append(other)
    return found


def circle(known: Iterable[Link], old: Key, new: Key) -> list[Key]:
    """The way from `old` over `new` back to `old` that one more link would close, `old` at both ends; empty where none is."""
    following = by_old(known)
    ways: list[list[Key]] = [[old, new]]
    seen: set[Key] = set()
    while ways:
        way = ways.pop()
        if way[-1] == old:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, link.new] for link in following.get(way[-1], ())]
    return []


def refuse_circle(old: Part, new: Part) -> None:
    """Raises SupersedesItself, naming every part of the way; links of the past and the future count as well."""
    rows = Supersession.objects.order_by().values_list("old_id", "new_id")
    if way := circle([Link(*row) for row in rows], old.pk, new.pk):
        numbers = dict(Part.objects.filter(pk__in=way).values_list("pk", "number"))
        raise SupersedesItself(circle=" → ".join(numbers[int(key)] for key in way), field="new")


@transaction.atomic
def supersede(
    old: Part,
    new: Part,
    *,
    actor: Any,
    mode: str = SupersessionMode.USE_UP,
    ratio: Decimal = ONE,
    valid_from: date | None = None,
    at: datetime | None = None,
) -> Supersession:
    """`ratio` pieces of `new` take the place of one `old` from the day on; a second new part makes a kit.

    A link that was known gets the new facts and holds again. Raises SupersedesItself, RatioNotPositive. Writes the link, one
    Event on either part. Source: rules.md 3.9.
    """
    if not ratio > 0:
        raise RatioNotPositive(got=ratio, field="ratio")
    list(Part.objects.filter(pk__in=[old.pk, new.pk]).order_by("pk").select_for_update(no_key=True, of=("self",)))
    refuse_circle(old, new)
    facts = {"mode": mode, "ratio": ratio, "valid_from": valid_from, "valid_to": None}
    link, _is_new = Supersession.objects.update_or_create(old=old, new=new, defaults=facts)
    data = {"old": old.number, "new": new.number, "mode": str(mode), "ratio": str(ratio)}
    data["from"] = valid_from.isoformat() if valid_from else ""
    for part in (old, new):
        events.record(part, "part.superseded", actor=actor, at=at, note=f"{old.number} → {new.number}", data=data)
    return link


@transaction.atomic
def end_supersession(link: Supersession, *, actor: Any, reason: str, at: datetime | None = None) -> Supersession:
    """From today on the link no longer holds; what was done by it stays. Raises NotSuperseding. Writes one Event on either part."""
    today = clock.local_date(at or clock.now())
    locked = Supersession.objects.select_for_update(no_key=True, of=("self",)).get(pk=link.pk)
    if locked.valid_to is not None and locked.valid_to <= today:
        raise NotSuperseding(old=locked.old.number, new=locked.new.number)
    locked.valid_to = max(today, locked.valid_from or today)
    locked.save(update_fields=["valid_to"])
    data = {"old": locked.old.number, "new": locked.new.number}
    for part in (locked.old, locked.new):
        events.record(part, "part.supersession_ended", actor=actor, at=at, note=reason, data=data)
    return locked


@transaction.atomic
def make_alternates(one: Part, other: Part, *, actor: Any, at: datetime | None = None) -> PartVariant:
    """Each of the two serves for the other; neither supersedes. Raises SupersedesItself. Writes one Event on either part."""
    if one.pk == other.pk:
        raise SupersedesItself(circle=one.number, field="new")
    known = PartVariant.objects.filter(part=other, base=one, kind=VariantKind.ALTERNATE).first()
    row = (
        known or PartVariant.objects.update_or_create(part=one, base=other, defaults={"kind": VariantKind.ALTERNATE})[0]
    )
    for part in (one, other):
        events.record(part, "part.alternates", actor=actor, at=at, note=f"{one.number} ⇄ {other.number}")
    return row


@dataclass(frozen=True)
class Branch:
    """A part in the picture of what replaces what, the link that leads to it, and what follows it."""

    part: Part
    link: Supersession | None = None
    holds: bool = True
    following: Sequence["Branch"] = field(default_factory=list)


def tree(part: Part, *, forward: bool) -> list[Branch]:
    """What takes the part's place (forward), or whose place it takes, step by step to the ends; one query a step."""
    reached: dict[int, list[Supersession]] = {}
    step, seen = {part.pk}, {part.pk}
    for _depth in range(DEPTH):
        rows = Supersession.objects.select_related("old", "new")
        rows = rows.filter(old__in=step) if forward else rows.filter(new__in=step)
        step = set()
        for row in rows.order_by("old__number", "new__number"):
            here, there = (row.old_id, row.new_id) if forward else (row.new_id, row.old_id)
            reached.setdefault(here, []).append(row)
            step.add(there)
        step -= seen
        seen |= step
        if not step:
            break
    return _branches(part.pk, reached, forward=forward, above=frozenset())


def _branches(
    key: int, reached: dict[int, list[Supersession]], *, forward: bool, above: frozenset[int]
) -> list[Branch]:
    today, found = clock.today(), []
    for row in reached.get(key, []):
        next_part = row.new if forward else row.old
        if next_part.pk in above:
            continue
        holds = not (row.valid_from and row.valid_from > today) and not (row.valid_to and row.valid_to <= today)
        further = _branches(next_part.pk, reached, forward=forward, above=above | {key})
        found.append(Branch(next_part, row, holds, further))
    return found
