"""update_rows(): many rows changed in one statement. Not here: deciding what they change to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def update_rows(rows: Iterable[models.Model], fields: Sequence[str]) -> int:
    """These fields of the rows stand in the database as in memory; how many rows were there.

    One UPDATE … FROM unnest(…), whose text does not grow with the rows; bulk_update() writes a CASE per field and row.
    """
    listed = list(rows)
    if not listed:
        return 0
    quoted = connection.ops.quote_name
    table = quoted(listed[0]._meta.db_table)
    columns: list[Any] = [listed[0]._meta.pk, *(listed[0]._meta.get_field(name) for name in fields)]
    names = [quoted(column.column) for column in columns]
    sets = ", ".join(f"{name} = given.{name}" for name in names[1:])
    arrays = ", ".join(f"%s::{column.cast_db_type(connection)}[]" for column in columns)
    key = names[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({', '.join(names)})"  # noqa: S608 names of our own columns
            f" WHERE {table}.{key} = given.{key}",
            [[_stored(column, row) for row in listed] for column in columns],
        )
        return int(cursor.rowcount)


def _stored(column: Any, row: models.Model) -> Any:
    return column.get_db_prep_save(getattr(row, column.attname), connection)
