"""How many rows several queries find, in one question to the database that never reads more than it has to show."""

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNT_TO: Final = 1_000  # beyond, a page says "more than"; an exact count of millions helps nobody


def count_all(asked: Sequence[QuerySet[Any]]) -> list[int]:
    """One count for each query, in their order, exact up to COUNT_TO; more is COUNT_TO + 1. The tables may differ."""
    parts: list[str] = []
    values: list[Any] = []
    for position, rows in enumerate(asked):
        try:
            bounded = rows.order_by().prefetch_related(None).values("pk")[: COUNT_TO + 1]
            text, bound = bounded.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {position}, count(*) FROM ({text}) AS found")  # noqa: S608 the ORM wrote it
        values.extend(bound)
    found: dict[int, int] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found = dict(cursor.fetchall())
    return [found.get(position, 0) for position in range(len(asked))]


def say_count(count: int) -> str:
    """The count of a badge: exact, or how far was counted."""
    return f"{COUNT_TO:,}+" if count > COUNT_TO else str(count)
