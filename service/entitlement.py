"""ask(): what a unit is entitled to. Whoever provides the answer (warranty) judges and words it; service stores its facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Entitlement:
    """verdict: covered, refused, review or unknown; facts: what the sentence is made of; reference: what it rests on."""

    verdict: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""

    @property
    def text(self) -> str:
        """A sentence for people, in the reader's language."""
        return say(self.facts)


type Provider = Callable[..., Entitlement]
type Wording = Callable[[Mapping[str, Any]], str]
_provider: list[tuple[Provider, Wording]] = []


def provide(provider: Provider, wording: Wording) -> None:
    """From now on `provider(unit, part=None, on=day)` answers and `wording(facts)` says it. Called in AppConfig.ready()."""
    _provider[:] = [(provider, wording)]


def ask(unit: Any | None, *, part: Any | None = None, on: date) -> Entitlement:
    """What the unit is entitled to on that day; unknown without a unit or a provider."""
    if unit is None or not _provider:
        return Entitlement("unknown")
    return _provider[0][0](unit, part=part, on=on)


def say(facts: Mapping[str, Any]) -> str:
    """An answer's facts as a sentence in the reader's language; empty without facts or a provider."""
    return _provider[0][1](facts) if facts and _provider else ""
