"""Dated business parameters: declared in code with type, unit, bounds and label; values with effective date in a table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock, context
from portal.core.context import PARAMETERS_AS_OF
from portal.core.errors import Refusal
from portal.core.models.parameters import ParameterValue

NOTED = "parameters"

type Kind = Literal["decimal", "integer", "boolean", "text", "json"]


KINDS: dict[str, str | Promise] = {
    "decimal": _("a number, such as 12.5"),
    "integer": _("a whole number, such as 12"),
    "boolean": _("yes or no"),
    "text": _("a text"),
}


class UnknownParameter(KeyError):
    """Nobody declared this key."""


CENT = Decimal("0.01")


class BadParameterValue(Refusal):
    """The value does not fit the declaration."""

    message = _("%(label)s: got “%(got)s”, expected %(expected)s.")
    code = "bad_parameter_value"


@dataclass(frozen=True)
class Parameter:
    """A declared parameter. low and high are inclusive bounds of a number, high also of a text's length in characters.

    moves_money: a second person releases values.
    """

    key: str
    kind: Kind
    default: Any
    label: str | Promise
    unit: str = ""
    low: Any = None
    high: Any = None
    group: str | Promise = ""
    moves_money: bool = False

    def parse(self, raw: Any) -> Any:
        """The typed value. Raises BadParameterValue."""
        try:
            value = _PARSERS[self.kind](raw)
        except (TypeError, ValueError, InvalidOperation) as error:
            raise self._refused(raw, self._in_words()) from error
        if self.kind in {"decimal", "integer"}:
            self._within_bounds(value)
        elif self.kind == "text" and self.high is not None and len(value) > self.high:
            raise self._refused(raw, _("at most %(count)s characters") % {"count": self.high})
        elif self.kind == "json" and not _is_alike(value, self.default):
            raise self._refused(raw, self._in_words())
        return value

    def _within_bounds(self, value: Any) -> None:
        if isinstance(value, Decimal) and not value.is_finite():
            raise self._refused(value, KINDS[self.kind])
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise self._refused(value, self._bounds_in_words())
        if self.unit == "CNY" and isinstance(value, Decimal) and value != value.quantize(CENT):
            raise self._refused(value, _("an amount in steps of 0.01"))

    def _in_words(self) -> str | Promise:
        return json.dumps(self.default, ensure_ascii=False) if self.kind == "json" else KINDS[self.kind]

    def _bounds_in_words(self) -> str:
        values = {"low": self.low, "high": self.high}
        if self.high is None:
            return _("%(low)s or more") % values
        return (_("%(high)s or less") if self.low is None else _("%(low)s to %(high)s")) % values

    def _refused(self, got: Any, expected: Any) -> BadParameterValue:
        return BadParameterValue(label=self.label, got=str(got)[:120], expected=expected, field="value")


def _boolean(raw: Any) -> bool:
    if raw in (True, "true", "True", "1", 1):
        return True
    if raw in (False, "false", "False", "0", 0):
        return False
    raise ValueError(raw)


def _json(raw: Any) -> Any:
    """A table as it is, or as somebody types it."""
    return json.loads(raw, parse_float=str) if isinstance(raw, str) else raw


def _is_alike(value: Any, model: Any) -> bool:
    """Whether the table has the names of the one delivered, and a number of 0 or more wherever that has one."""
    if isinstance(model, dict):
        same = isinstance(value, dict) and value.keys() == model.keys()
        return same and all(_is_alike(value[name], model[name]) for name in model)
    if isinstance(model, list):
        return isinstance(value, list) and all(_is_alike(each, model[0]) for each in value if model)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _integer(raw: Any) -> int:
    number = Decimal(str(raw))
    if number != number.to_integral_value():
        raise ValueError(raw)
    return int(number)


_PARSERS: dict[str, Any] = {
    "decimal": lambda raw: Decimal(str(raw)),
    "integer": _integer,
    "boolean": _boolean,
    "text": lambda raw: str(raw).strip(),
    "json": _json,
}
_declared: dict[str, Parameter] = {}


def declare(
    key: str,
    *,
    kind: Kind = "decimal",
    default: Any,
    label: str | Promise,
    unit: str = "",
    low: Any = None,
    high: Any = None,
    group: str | Promise = "",
    moves_money: bool = False,
) -> Parameter:
    """The parameter exists; `default` holds until somebody enters a value. Called at import of <app>/parameters.py."""
    parameter = Parameter(key, kind, default, label, unit, low, high, group, moves_money)
    _declared[key] = parameter
    return parameter


def declared() -> Iterator[Parameter]:
    """All parameters, by key."""
    return iter(sorted(_declared.values(), key=lambda parameter: parameter.key))


def definition(key: str) -> Parameter:
    """The declaration. Raises UnknownParameter."""
    try:
        return _declared[key]
    except KeyError:
        raise UnknownParameter(key) from None


def param(key: str, at: datetime | date | None = None) -> Any:
    """The value in force at an instant, or at the end of a Shanghai day; by default now. Raises UnknownParameter."""
    parameter = definition(key)
    row = _row_at(key, at)
    return parameter.parse(row.value) if row else parameter.default


def value_on(key: str, day: str) -> Coalesce:
    """An integer parameter in force on the day in that column of a row, inside the row's own query."""
    rows = ParameterValue.objects.holding().alias(from_day=TruncDate("valid_from", tzinfo=clock.SHANGHAI))
    in_force = rows.filter(key=key, from_day__lte=OuterRef(day)).order_by("-valid_from")
    number = Cast(Cast("value", models.TextField()), models.IntegerField())
    return Coalesce(Subquery(in_force.values(number=number)[:1]), models.Value(definition(key).default))


def version(key: str, at: datetime | date | None = None) -> str:
    """Which value a decision used: `key@row`, or `key@default`; stored with the decision."""
    row = _row_at(key, at)
    return f"{key}@{row.pk if row else 'default'}"


def _row_at(key: str, at: datetime | date | None) -> ParameterValue | None:
    moment = at or clock.now()
    if not isinstance(moment, datetime):
        moment = clock.end_of(moment)
    noted = context.notebook()
    if noted is None:
        return ParameterValue.objects.holding().filter(key=key, valid_from__lte=moment).order_by("-valid_from").first()
    return next((row for row in _noted_rows(noted).get(key, ()) if row.valid_from <= moment), None)


type Rows = dict[str, list[ParameterValue]]
_kept: tuple[str, Rows] = ("", {})  # of this process: what was read last, and as of which rows


def _noted_rows(noted: dict[str, Any]) -> Rows:
    """All entered values by key, latest first: read once per request or job step, and not at all while no row is added.

    The transaction's first statement says as of which rows it runs; rows are never changed, so equal marks mean equal rows.
    """
    global _kept
    if NOTED not in noted:
        mark = noted.get(PARAMETERS_AS_OF) or ""
        if not mark or _kept[0] != mark:
            _kept = (mark, _rows())
        noted[NOTED] = _kept[1]
    found: Rows = noted[NOTED]
    return found


def _rows() -> Rows:
    rows: Rows = {}
    for row in ParameterValue.objects.holding().order_by("-valid_from"):
        rows.setdefault(row.key, []).append(row)
    return rows


class ValueTaken(Refusal):
    """One value an instant."""

    message = _("%(label)s: a value from %(day)s on is entered already; withdraw it first, or choose another day.")
    code = "value_taken"


class SecondPersonReleases(Refusal):
    """A number that moves money is not changed by one person."""

    message = _("%(label)s moves money: propose the value, another person releases it.")
    code = "second_person_releases"


@transaction.atomic
def set_parameter(
    key: str, value: Any, *, valid_from: datetime | None = None, actor: Any | None, note: str = ""
) -> ParameterValue:
    """From `valid_from` on (default: now) the parameter has this value. Raises BadParameterValue, SecondPersonReleases.

    Writes one row and one Event. A parameter that moves money is entered here by the system only; people propose it
    (portal.core.parameter_release).
    """
    parameter = definition(key)
    if parameter.moves_money and actor is not None:
        raise SecondPersonReleases(label=parameter.label)
    return enter(key, value, valid_from=valid_from, actor=actor, note=note)


def enter(
    key: str,
    value: Any,
    *,
    valid_from: datetime | None,
    actor: Any | None,
    note: str,
    released_by: Any | None = None,
    withdraws: ParameterValue | None = None,
) -> ParameterValue:
    """The row of a value, or of a withdrawal, stands; for this module and parameter_release only. Raises ValueTaken."""
    from portal.core import events

    parameter = definition(key)
    parsed = parameter.parse(value)
    stored = str(parsed) if isinstance(parsed, Decimal) else parsed
    now = clock.now()
    since = valid_from or now
    rows = ParameterValue.objects.filter(key=key)
    if withdraws is None and rows.holding().filter(valid_from=since).exists():
        raise ValueTaken(label=parameter.label, day=clock.local_date(since).isoformat(), field="valid_from")
    while rows.filter(valid_from=since).exists():  # one instant a row: a withdrawn one keeps its own
        since += timedelta(microseconds=1)
    row = ParameterValue.objects.create(
        key=key, value=stored, valid_from=since, note=note, entered_by=actor, entered_at=now,
        released_by=released_by, withdraws=withdraws,
    )  # fmt: skip
    for name in (NOTED, PARAMETERS_AS_OF):
        (context.notebook() or {}).pop(name, None)
    kind = "parameter.set" if withdraws is None else "parameter.withdrawn"
    events.record(row, kind, actor=released_by or actor, at=now, note=note, data={"key": key, "value": stored})
    return row
