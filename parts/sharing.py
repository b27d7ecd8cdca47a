"""Pure rules of who gets scarce parts and what stands in for what. Not here: locks, orders, the ledger (allocation).

Source: rules.md 3.9, C31.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

type Key = str | int
type Source = Any  # a part, or (warehouse, part)

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
    """A line that waits for `qty` pieces. places: warehouses that serve it, the first asked first; none where there is but one."""

    key: Key
    part: Key
    qty: Decimal
    kind: str
    grade: str
    submitted_at: datetime
    no_partial: bool = False
    places: tuple[Key, ...] = ()

    def sources(self, usable: Sequence[Key]) -> list[Source]:
        """What may fill the line, in order: part by part of a chain, each from the warehouses in their order."""
        return [(place, part) for part in usable for place in self.places] if self.places else [*usable]

    @property
    def rank(self) -> tuple[int, int, datetime, Key]:
        """Machines that stand still first, then the better grade, then who came first; a tie by key."""
        return (self.kind != MACHINE_DOWN, GRADE_RANK.get(self.grade, 3), self.submitted_at, self.key)


@dataclass(frozen=True)
class Share:
    """What a line gets, part by part, and what it goes on waiting for."""

    demand: Demand
    picks: dict[Source, Decimal] = field(default_factory=dict)
    backorder: Decimal = ZERO


def share(
    stock: Mapping[Any, Decimal],
    links: Iterable[Link],
    lines: Iterable[Demand],
    *,
    kept: Mapping[Any, Decimal] | None = None,
) -> tuple[list[Share], dict[Any, Decimal]]:
    """Each line's share in ranking order, and the stock that is left. stock: by part, or by (warehouse, part) where lines name some.

    Parts along a chain are used up in order; a no-partial line is filled whole or skipped, and never blocks a later one.
    kept: of this stock so much is for stopped machines only; all other lines leave it.
    """
    left = dict(stock)
    successors = by_old(links)
    shares = []
    for line in sorted(lines, key=lambda demand: demand.rank):
        sources = line.sources(chain(successors, line.part))
        barred = kept if kept and line.kind != MACHINE_DOWN else {}
        free = {source: left.get(source, ZERO) - barred.get(source, ZERO) for source in sources}
        if line.no_partial and sum((max(qty, ZERO) for qty in free.values()), ZERO) < line.qty:
            shares.append(Share(line, {}, line.qty))
            continue
        wanted, picks = line.qty, {}
        for source in sources:
            taken = min(wanted, free[source])
            if taken > 0:
                picks[source] = taken
                left[source] -= taken
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


def cyclic_groups(links: Iterable[Link]) -> list[set[Key]]:
    """The groups of parts that, link by link, come back to themselves; a part linked to itself is not counted."""
    successors = by_old(link for link in links if link.old != link.new)
    index: dict[Key, int] = {}
    low: dict[Key, int] = {}
    on_stack: set[Key] = set()
    stack: list[Key] = []
    groups: list[set[Key]] = []
    for start in list(successors):
        if start not in index:
            _connect(start, successors, index, low, on_stack, stack, groups)
    return groups


def _connect(
    start: Key,
    successors: Mapping[Key, Sequence[Link]],
    index: dict[Key, int],
    low: dict[Key, int],
    on_stack: set[Key],
    stack: list[Key],
    groups: list[set[Key]],
) -> None:
    """Tarjan's strongly connected components from one part, without recursion."""
    work = [(start, iter(successors.get(start, ())))]
    index[start] = low[start] = len(index)
    stack.append(start)
    on_stack.add(start)
    while work:
        part, following = work[-1]
        for link in following:
            if link.new not in index:
                index[link.new] = low[link.new] = len(index)
                stack.append(link.new)
                on_stack.add(link.new)
                work.append((link.new, iter(successors.get(link.new, ()))))
                break
            if link.new in on_stack:
                low[part] = min(low[part], index[link.new])
        else:
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[part])
            if low[part] == index[part]:
                group = set()
                while part not in group:
                    member = stack.pop()
                    on_stack.discard(member)
                    group.add(member)
                if len(group) > 1:
                    groups.append(group)
