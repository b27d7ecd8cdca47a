"""What upper apps tell of a unit on its page: what happened to it, its cover, what may be done. Filled in their ready()."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.core import clock
from portal.core.pieces import Action, Text
from service.models.customers import further_units


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a unit's life: an instant, or the start of a day where nobody knows more. kind: what it is filtered by."""

    at: datetime
    kind: str
    title: Text
    detail: str = ""
    number: str = ""
    url: str = ""
    tone: str = ""
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class ClassCover:
    """The cover of one class of parts today. share: 0-100, how much of it is left; until: its last day, None without cover."""

    label: Text
    word: str
    tone: str
    until: date | None = None
    left: str = ""
    share: int = 0


type Source = Callable[[Any, Any], Iterable[Happening]]
type Cover = Callable[[Any], Iterable[ClassCover]]
type Acts = Callable[[Any, Any], Iterable[Action]]

kinds: dict[str, Text] = {}
_sources: list[Source] = []
_covers: list[Cover] = []
_acts: list[Acts] = []


def source(told: Mapping[str, Text], provider: Source) -> None:
    """`provider(unit, user)` answers happenings of these kinds, a fixed number of queries for any number of rows."""
    kinds.update(told)
    if provider not in _sources:
        _sources.append(provider)


def cover(provider: Cover) -> None:
    """`provider(unit)` answers the cover of each class of parts today."""
    _covers[:] = [provider]


def acts(provider: Acts) -> None:
    """`provider(unit, user)` answers buttons of the unit's page."""
    if provider not in _acts:
        _acts.append(provider)


def seen_also(provider: Callable[[Iterable[int]], Any]) -> None:
    """`provider(stations)` answers the keys of units that these stations see beside those of their jobs, one column."""
    if provider not in further_units:
        further_units.append(provider)


def happenings(unit: Any, user: Any) -> list[Happening]:
    """Everything that ever happened to the unit, as far as the reader may know, latest first."""
    found = [each for provider in _sources for each in provider(unit, user)]
    return sorted(found, key=lambda each: (each.at, each.kind, each.number), reverse=True)


def cover_of(unit: Any) -> list[ClassCover]:
    """The cover of each class; empty without a provider."""
    return [each for provider in _covers for each in provider(unit)]


def acts_on(unit: Any, user: Any) -> list[Action]:
    """The buttons of the upper apps."""
    return [each for provider in _acts for each in provider(unit, user)]


def on_day(day: date, kind: str, title: Text, **more: Any) -> Happening:
    """A happening of which only the day is known."""
    return Happening(clock.start_of(day), kind, title, is_day=True, **more)
