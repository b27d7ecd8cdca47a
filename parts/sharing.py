"""Pure rules of who gets scarce parts and what stands in for what. Not here: locks, orders, the ledger (allocation).

Source: rules.md 3.9, C31.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

type Key = str | int

USE_UP: Final = "use_up"
IMMEDIATE: Final = "immediate"
MACHINE_DOWN: Final = "machine_down"
GRADE_RANK: Final[Mapping[str, int]] = {"A": 0, "B": 1, "C": 2, "probation": 2, "D": 3}
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


class SupersessionCycle(ValueError):
    """Following the links comes back to a part already met."""


@dataclass(frozen=True)
class Link:
    """`ratio` pieces of `new` take the place of one `old`; several links of one old part are a kit."""

    old: Key
    new: Key
    mode: str = USE_UP
    ratio: Decimal = ONE


@dataclass(frozen=True)
class Demand:
    """A line that waits for `qty` pieces."""

    key: Key
    part: Key
    qty: Decimal
    kind: str
    grade: str
    submitted_at: datetime
    no_partial: bool = False

    @property
    def rank(self) -> tuple[int, int, datetime, Key]:
        """Machines that stand still first, then the better grade, then who came first; a tie by key."""
        return (self.kind != MACHINE_DOWN, GRADE_RANK.get(self.grade, 3), self.submitted_at, self.key)


@dataclass(frozen=True)
class Share:
    """What a line gets, part by part, and what it goes on waiting for."""

    demand: Demand
    picks: dict[Key, Decimal] = field(default_factory=dict)
    backorder: Decimal = ZERO


def share(
    stock: Mapping[Key, Decimal], links: Iterable[Link], lines: Iterable[Demand]
) -> tuple[list[Share], dict[Key, Decimal]]:
    """Each line's share in ranking order, and the stock that is left.

    Parts along a chain are used up in order; a no-partial line is filled whole or skipped, and never blocks a later one.
    """
    left = dict(stock)
    successors = by_old(links)
    shares = []
    for line in sorted(lines, key=lambda demand: demand.rank):
        usable = chain(successors, line.part)
        if line.no_partial and sum((left.get(part, ZERO) for part in usable), ZERO) < line.qty:
            shares.append(Share(line, {}, line.qty))
            continue
        wanted, picks = line.qty, {}
        for part in usable:
            taken = min(wanted, left.get(part, ZERO))
            if taken > 0:
                picks[part] = taken
                left[part] -= taken
                wanted -= taken
        shares.append(Share(line, picks, wanted))
    return shares, left


def by_old(links: Iterable[Link]) -> dict[Key, list[Link]]:
    """The links that leave each part."""
    found: dict[Key, list[Link]] = {}
    for link in links:
        found.setdefault(link.old, []).append(link)
    return found


def chain(successors: Mapping[Key, Sequence[Link]], part: Key) -> list[Key]:
    """The parts whose stock may fill a demand for `part`, in the order of use.

    An immediate link skips the old part's stock. A kit or an unequal number of pieces is not one piece for one: the
    chain ends before it.
    """
    usable: list[Key] = []
    seen = {part}
    while True:
        links = successors.get(part, ())
        if len(links) != 1 or links[0].ratio != ONE:
            return [*usable, part]
        if links[0].mode == USE_UP:
            usable.append(part)
        part = links[0].new
        if part in seen:
            raise SupersessionCycle(part)
        seen.add(part)


def ends(links: Iterable[Link], part: Key) -> dict[Key, Decimal]:
    """The parts at the end of every chain from `part`, and how many pieces of each one piece has become."""
    successors = by_old(links)
    found: dict[Key, Decimal] = {}

    def follow(current: Key, pieces: Decimal, path: frozenset[Key]) -> None:
        if current in path:
            raise SupersessionCycle(current)
        following = successors.get(current)
        if not following:
            found[current] = found.get(current, ZERO) + pieces
            return
        for link in following:
            follow(link.new, pieces * link.ratio, path | {current})

    follow(part, ONE, frozenset())
    return found


def closes_cycle(links: Iterable[Link], old: Key, new: Key) -> bool:
    """Whether old → new would come back to old."""
    successors = by_old(links)
    stack, seen = [new], set()
    while stack:
        part = stack.pop()
        if part == old:
            return True
        if part not in seen:
            seen.add(part)
            stack += [link.new for link in successors.get(part, ())]
    return False
