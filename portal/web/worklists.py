"""The work that waits for a user, gathered from what the apps registered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from portal.core import registries
from portal.core.counting import count_all
from portal.core.models import Notification
from portal.core.registries import WorkItem, Worklist

FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """What waits for a user: the groups of work with their counts, and unread notifications."""

    groups: list[Worklist]
    unread: int

    @property
    def by_address(self) -> dict[str, int]:
        """How much waits per page that shows it."""
        found: dict[str, int] = {}
        for group in self.groups:
            address = group.url.partition("?")[0]
            found[address] = found.get(address, 0) + group.count
        return found


def waiting_for(request: Any) -> Waiting:
    """Everything that waits for the request's user, counted in one question, once per request."""
    if not hasattr(request, "waiting_work"):
        request.waiting_work = _count(request.user)
    found: Waiting = request.waiting_work
    return found


def _count(user: Any) -> Waiting:
    if not user.is_authenticated:
        return Waiting([], 0)
    groups = [group for provider in registries.worklist_providers for group in provider(user)]
    unread = Notification.objects.visible_to(user).unread()
    *counts, news = count_all([*(group.rows for group in groups), unread])
    return Waiting([replace(group, count=count) for group, count in zip(groups, counts, strict=True)], news)


def items_of(groups: Sequence[Worklist], limit: int = 12) -> list[tuple[Worklist, WorkItem]]:
    """The most urgent items of all groups: what is due first stands first."""
    pairs = [(group, item) for group in groups for item in group.items]
    return sorted(pairs, key=lambda pair: pair[1].due_at or FAR)[:limit]
