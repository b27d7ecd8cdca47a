"""Questions of a few rows that are asked all day: the ORM writes their text once, then only the values change.

Wording such a question takes Django longer than answering it takes the database. Not for questions whose text depends on
anything but the values, such as the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

type Shape = tuple[Any, ...]
type Rows = Callable[[Sequence[Sequence[Any]]], list[Any]]
MANY = 50
KINDS = (str, int, Decimal, datetime, date)  # an instant is a day as well: it stands before


class Written[T]:
    """`ask(*values)` answers a query of models or of plain columns; the object, called with values, answers its rows.

    Values are whole numbers, texts, days, instants, amounts, None, truths and lists of these; the text is written once for
    each combination of kinds, of what is None, of truths and of lengths.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, T]]) -> None:
        self._ask = ask
        self._forms: dict[Shape, _Form] = {}

    def __call__(self, *values: Any) -> list[T]:
        if any(isinstance(value, list | tuple) and len(value) > MANY for value in values):
            return list(self._ask(*values))  # a text for every length would never be used again
        shape = tuple(map(_shape, values))
        form = self._forms.get(shape)
        if form is None:
            form = self._forms[shape] = _write(self._ask, shape)
        return form.answer(_flat(values))

    def first(self, *values: Any) -> T | None:
        """The first of the rows; the query itself should ask for no more."""
        return next(iter(self(*values)), None)


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement, what stands at its places (the number of a value, else a constant), and what becomes of its rows."""

    statement: str
    places: Sequence[tuple[int | None, Any]]
    rows: Rows
    prefetched: Sequence[Any]

    def answer(self, given: Sequence[Any]) -> list[Any]:
        if not self.statement:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                self.statement, [constant if number is None else given[number] for number, constant in self.places]
            )
            found = self.rows(cursor.fetchall())
        if found and self.prefetched:
            prefetch_related_objects(found, *self.prefetched)
        return found


def _shape(value: Any) -> Any:
    """What of a value the text depends on."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_shape, value))
    return next(kind for kind in KINDS if isinstance(value, kind))


def _flat(values: Sequence[Any]) -> list[Any]:
    """The values that stand in the text, those of lists one by one."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, list | tuple):
            found.extend(_flat(value))
        elif value is not None and not isinstance(value, bool):
            found.append(value)
    return found


def _stand_in(kind: type, number: int) -> Any:
    """What stands where the value of this number will stand; no constant of a query has such a value."""
    if kind is str:
        return f"⟨value {number}⟩"
    if kind is date:
        return date.fromordinal(400 + number)
    if kind is datetime:
        return datetime(1, 2, 3, number // 60, number % 60, tzinfo=UTC)
    return kind(2_147_483_000 - number)


def _write(ask: Callable[..., Any], shape: Shape) -> _Form:
    stand_ins: list[Any] = []

    def stood(part: Any) -> Any:
        if isinstance(part, tuple):
            return [stood(each) for each in part]
        if not isinstance(part, type):
            return part
        stand_ins.append(_stand_in(part, len(stand_ins)))
        return stand_ins[-1]

    asked = ask(*[stood(part) for part in shape])
    compiler: Any = asked.query.get_compiler(using=connection.alias)
    try:
        statement, constants = compiler.as_sql()
    except EmptyResultSet:  # nothing is in an empty list
        return _Form("", (), list, ())
    numbers = {value: number for number, value in enumerate(stand_ins)}
    places = [(numbers.get(each) if isinstance(each, KINDS) else None, each) for each in constants]
    if {number for number, _constant in places if number is not None} != set(numbers.values()):
        raise TypeError(f"a value does not stand in the text as it is: {statement}")
    return _Form(statement, places, _rows_of(asked, compiler), asked._prefetch_related_lookups)


def _rows_of(asked: Any, compiler: Any) -> Rows:
    """What the ORM would make of the rows: tuples, single values, or models with what stands beside them."""
    convert = _converting(compiler)
    if asked._iterable_class is ValuesListIterable:
        return lambda rows: [tuple(row) for row in convert(rows)]
    if asked._iterable_class is FlatValuesListIterable:
        return lambda rows: [row[0] for row in convert(rows)]
    if asked._iterable_class is ModelIterable:
        make = _making(asked, compiler)
        return lambda rows: [make(row) for row in convert(rows)]
    raise TypeError(f"rows of {asked._iterable_class.__name__} are not made here")


def _converting(compiler: Any) -> Callable[[Sequence[Any]], Sequence[Any]]:
    fields = [select[0] for select in compiler.select[: compiler.col_count]]
    converters = list(compiler.get_converters(fields).items())

    def convert(rows: Sequence[Any]) -> Sequence[Any]:
        lists = [list(row) for row in rows]
        for row in lists:
            for place, (converts, expression) in converters:
                for each in converts:
                    row[place] = each(row[place], expression, connection)
        return lists

    return convert if converters else lambda rows: rows


def _making(asked: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    model, own = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, last = own[0], own[-1] + 1
    names = [select[0].target.attname for select in compiler.select[first:last]]
    related = get_related_populators(compiler.klass_info, compiler.select, connection.alias, asked._fetch_mode)
    annotated = list((compiler.annotation_col_map or {}).items())

    def make(row: Sequence[Any]) -> Any:
        made = model.from_db(connection.alias, names, row[first:last])
        for populator in related:
            populator.populate(row, made)
        for name, place in annotated:
            setattr(made, name, row[place])
        return made

    return make
