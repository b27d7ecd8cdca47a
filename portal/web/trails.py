"""Where the records of a trail are shown."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps

from portal.core.models.events import Event


def addresses_of(events: Iterable[Event], user: Any) -> dict[tuple[str, int], str]:
    """The page of each record the user may see, one query per kind of record."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.subject_type].add(event.subject_id)
    found: dict[tuple[str, int], str] = {}
    for label, keys in wanted.items():
        model = apps.get_model(label)
        if hasattr(model, "get_absolute_url"):
            rows = model._default_manager.visible_to(user).filter(pk__in=keys)
            found |= {(label, row.pk): row.get_absolute_url() for row in rows}
    return found
