"""Many rows written by one statement: update_rows() changes, copy_rows() and insert_alike() add. Not here: deciding what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Lookup


@models.Field.register_lookup
@models.ForeignObject.register_lookup
class Among(Lookup):
    """The column holds one of these keys: `= ANY` with one array. The parameters of an IN of thousands take longer to write
    into the statement than the statement takes (5,000 keys: 0.15 s).
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """One parameter however many keys; they are of the column's own type."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]


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


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows with these fields' values, in this order, stand in the database; what is not named has its database default.

    One COPY. A value of a JSON field is given as its text; others as the database has them, with no default of Python's.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(model._meta.get_field(name).column)) for name in fields)  # type: ignore[union-attr]
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def insert_alike(
    model: type[models.Model], same: Mapping[str, Any], differing: Mapping[str, Sequence[Any]]
) -> list[Any]:
    """Rows that differ in some fields only stand in the database, as many as there are differing values; their keys.

    same: a value by field; differing: the values of all rows by field. Every field of the model is named.
    """
    quote = connection.ops.quote_name
    named: list[Any] = [model._meta.get_field(name) for name in (*same, *differing)]
    first = [f"%s::{_type(field)}" for field in named[: len(same)]]
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in named[len(same) :])
    columns = [quote(field.column) for field in named]
    values = [field.get_db_prep_save(same[field.name], connection) for field in named[: len(same)]]
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join([*first, 'given.*'])}"  # noqa: S608 names of our own
            f" FROM unnest({arrays}) AS given RETURNING {key}",
            [*values, *(list(differing[field.name]) for field in named[len(same) :])],
        )
        return [row[0] for row in cursor.fetchall()]


def _type(field: Any) -> str:
    """The column's type without its length: a cast to varchar(40) would cut in silence what the column refuses."""
    return str(field.cast_db_type(connection)).partition("(")[0]
