"""The links between parts as they hold on a day: the one reader of them. Not here: the rules over links (sharing)."""

from datetime import date

from parts.models import Part, Supersession
from parts.sharing import Key, Link, ends
from portal.core import clock


def links(on: date | None = None) -> list[Link]:
    """All supersessions that hold on the day; one query. One without a first day has always held."""
    day = on or clock.today()
    found = Supersession.objects.in_force(day).order_by().values_list("old_id", "new_id", "mode", "ratio")
    return [Link(old, new, mode, ratio) for old, new, mode, ratio in found]


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
