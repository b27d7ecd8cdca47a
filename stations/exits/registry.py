"""What has to be done before a station is out: kinds that apps register, each with what it finds. Not here: deciding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from portal.accounts.roles import Role
from stations.models import ExitItem, Station


@dataclass(frozen=True)
class Finding:
    """What stands open, as a sentence; lines for a table (label, qty, amount as texts); the amount in CNY, if it is money."""

    is_settled: bool
    text: str | Promise
    lines: Sequence[dict[str, str]] = field(default_factory=tuple)
    amount: Decimal | None = None


@dataclass(frozen=True)
class ExitKind:
    """One kind of item. find(station, on) looks; settle(item, actor, at) does what confirming it means, where it means
    more than saying so; by_hand: a person's word and evidence suffice although something is still found."""

    key: str
    label: str | Promise
    hint: str | Promise
    order: int
    roles: frozenset[Role]
    find: Callable[[Station, date], Finding]
    settle: Callable[[ExitItem, Any, datetime], None] | None = None
    by_hand: bool = False


_kinds: dict[str, ExitKind] = {}


def exit_kind(kind: ExitKind) -> None:
    """Every exit from now on has an item of this kind. Called in AppConfig.ready()."""
    _kinds[kind.key] = kind


def exit_kinds() -> list[ExitKind]:
    """All kinds in the order of the checklist."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def kind_of(key: str) -> ExitKind | None:
    """The kind of an item; None when its app is gone."""
    return _kinds.get(key)
