"""The work that waits for a user, gathered from what the apps registered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from portal.core import registries
from portal.core.registries import WorkItem, Worklist

KEEP_SECONDS = 20  # the menu's counts; an act of the user's own drops them at once
FAR = datetime(9999, 1, 1, tzinfo=UTC)


def worklists_of(user: Any) -> list[Worklist]:
    """All groups of work of the user, in the order of the apps, and keeps their counts for the menu."""
    groups = [group for provider in registries.worklist_providers for group in provider(user)]
    cache.set(_key(user), _by_address(groups), KEEP_SECONDS)
    return groups


def counts_of(user: Any) -> dict[str, int]:
    """How much waits per page that shows it, at most some seconds old."""
    kept: dict[str, int] | None = cache.get(_key(user))
    return _by_address(worklists_of(user)) if kept is None else kept


def _by_address(groups: Sequence[Worklist]) -> dict[str, int]:
    found: dict[str, int] = {}
    for group in groups:
        address = group.url.partition("?")[0]
        found[address] = found.get(address, 0) + group.count
    return found


def forget(user: Any) -> None:
    """The next page counts anew."""
    cache.delete(_key(user))


def items_of(groups: Sequence[Worklist], limit: int = 12) -> list[tuple[Worklist, WorkItem]]:
    """The most urgent items of all groups: what is due first stands first."""
    pairs = [(group, item) for group in groups for item in group.items]
    return sorted(pairs, key=lambda pair: pair[1].due_at or FAR)[:limit]


def _key(user: Any) -> str:
    return f"worklists:{user.pk}"
