"""ask(): what a unit is entitled to. Whoever provides the answer (warranty) judges; service stores it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Entitlement:
    """verdict: covered, refused, review or unknown; text: a sentence for people; reference: what it rests on."""

    verdict: str
    text: str = ""
    reference: str = ""


type Provider = Callable[..., Entitlement]
_provider: list[Provider] = []


def provide(provider: Provider) -> None:
    """`provider(unit, part=None, on=day)` answers from now on. Called in AppConfig.ready()."""
    _provider[:] = [provider]


def ask(unit: Any | None, *, part: Any | None = None, on: date) -> Entitlement:
    """What the unit is entitled to on that day; unknown without a unit or a provider."""
    if unit is None or not _provider:
        return Entitlement("unknown")
    return _provider[0](unit, part=part, on=on)
