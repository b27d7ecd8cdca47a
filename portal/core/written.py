"""A question that every request asks about its user: the ORM writes its text once, then only the values change."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

SOMEBODY: Final = -1_000_000_007  # stand where the user and the day will stand; no row has such values
SOME_DAY: Final = date(1, 2, 3)


class Written:
    """`ask(user_id, day)` answers a query of plain columns (values_list); the object, called, answers its rows."""

    def __init__(self, ask: Callable[[int, date], QuerySet[Any, Any]]) -> None:
        self._ask = ask

    @cached_property
    def _form(self) -> tuple[str, tuple[Any, ...]]:
        text, values = self._ask(SOMEBODY, SOME_DAY).query.sql_with_params()
        return text, tuple(values)

    def __call__(self, user_id: int, day: date) -> list[tuple[Any, ...]]:
        text, values = self._form
        given: dict[Any, Any] = {SOMEBODY: user_id, SOME_DAY: day}
        with connection.cursor() as cursor:
            cursor.execute(text, [given.get(value, value) for value in values])
            return list(cursor.fetchall())
