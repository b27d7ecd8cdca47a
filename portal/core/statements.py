"""The few statements that every operation runs, worded once per model instead of compiled anew each time.

What belongs here: a row read under its lock, one inserted, one changed. Everything else is asked through the ORM, which
gives the same rows; values pass through the same fields both ways.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models, transaction

from portal.core.written import Written


def read_locked[M: models.Model](model: type[M], pk: Any, *related: str) -> M:
    """The row as it is now, kept from other writers until the transaction ends; related rows are read, not locked.

    Raises DoesNotExist.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock() needs a transaction to hold the lock.")
    row: M | None = _locking(model, related).first(pk)
    if row is None:
        gone: Any = model
        raise gone.DoesNotExist(f"{model._meta.object_name} {pk}")
    return row


def insert[M: models.Model](row: M) -> M:
    """The new row stands in the database and knows its key."""
    statement, fields = _inserting(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias
    return row


def update[M: models.Model](row: M, names: Sequence[str]) -> M:
    """The row holds these fields' present values. Raises DoesNotExist."""
    statement, fields = _updating(type(row), tuple(names))
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])
        if not cursor.rowcount:
            gone: Any = row
            raise gone.DoesNotExist(f"{row._meta.object_name} {row.pk}")
    return row


def set_status(row: models.Model, before: str, to: str) -> bool:
    """Whether the row was still in `before` and now is in `to`."""
    with connection.cursor() as cursor:
        cursor.execute(_setting_status(type(row)), [to, row.pk, before])
        return bool(cursor.rowcount)


def set_statuses(model: type[models.Model], keys: Sequence[Any], before: str, to: str) -> int:
    """How many of these rows were still in `before` and now are in `to`."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET status = %s WHERE {key} = ANY(%s) AND status = %s",  # noqa: S608 names of our own
            [to, list(keys), before],
        )
        return int(cursor.rowcount)


@cache
def _locking(model: type[models.Model], related: tuple[str, ...]) -> Written[Any]:
    def locked(pk: Any) -> models.QuerySet[Any]:
        rows = model._base_manager.order_by().filter(pk=pk)
        if related:
            return rows.select_related(*related).select_for_update(no_key=True, of=("self",))
        return rows.select_for_update(no_key=True)

    return Written(locked)


@cache
def _inserting(model: type[models.Model]) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}", fields  # noqa: S608 names of our own


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"UPDATE {table} SET {columns} WHERE {key} = %s", fields  # noqa: S608 names of our own


@cache
def _setting_status(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"UPDATE {table} SET status = %s WHERE {key} = %s AND status = %s"  # noqa: S608 names of our own
