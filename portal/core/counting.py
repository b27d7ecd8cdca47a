"""How many rows several queries find, in one question to the database."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value


def count_all(asked: Sequence[QuerySet[Any]]) -> list[int]:
    """One count for each query, in their order; queries of different tables may stand side by side."""
    counted = [
        rows.order_by()
        .prefetch_related(None)
        .annotate(position=Value(position, IntegerField()))
        .values("position")
        .annotate(waiting=Count("pk", distinct=True))
        .values_list("position", "waiting")
        for position, rows in enumerate(asked)
    ]
    found: dict[int, int] = {}
    if counted:
        found = dict(counted[0].union(*counted[1:], all=True).order_by())
    return [found.get(position, 0) for position in range(len(asked))]
