"""What Django says of a value that it refuses, in our words: what was given, what is expected, never the name of a constraint.

Installed once per process for forms, admin and models alike. Not here: what an operation refuses (errors).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core import validators
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import show

type Bounds = tuple[str, Any, Any]

OF_VALIDATORS: dict[type, Any] = {
    validators.MaxLengthValidator: ngettext_lazy(
        "At most %(limit_value)d character; got %(show_value)d.", "At most %(limit_value)d characters; got %(show_value)d.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "At least %(limit_value)d character; got %(show_value)d.", "At least %(limit_value)d characters; got %(show_value)d.",
        "limit_value",
    ),
    validators.MaxValueValidator: _("At most %(limit_value)s; got %(show_value)s."),
    validators.MinValueValidator: _("At least %(limit_value)s; got %(show_value)s."),
    validators.StepValueValidator: _("In steps of %(limit_value)s only."),
}  # fmt: skip
OF_DECIMALS = {
    "invalid": _("This is no number: write digits, like 12.50."),
    "max_digits": ngettext_lazy("At most %(max)s digit in all.", "At most %(max)s digits in all.", "max"),
    "max_decimal_places": ngettext_lazy(
        "At most %(max)s digit behind the point.", "At most %(max)s digits behind the point.", "max"
    ),
    "max_whole_digits": ngettext_lazy(
        "At most %(max)s digit before the point.", "At most %(max)s digits before the point.", "max"
    ),
}  # fmt: skip
OF_FILE_NAMES = ngettext_lazy(
    "The name of the file has %(length)d characters; at most %(max)d character.",
    "The name of the file has %(length)d characters; at most %(max)d characters.",
    "max",
)


def install() -> None:
    """Every validator, file field and constraint of this process speaks so."""
    for kind, text in OF_VALIDATORS.items():
        kind.message = text  # type: ignore[attr-defined]
    validators.DecimalValidator.messages = OF_DECIMALS  # type: ignore[assignment]  # put in words when it is shown
    forms.FileField.default_error_messages = {**forms.FileField.default_error_messages, "max_length": OF_FILE_NAMES}
    kinds: tuple[type[BaseConstraint], ...] = (CheckConstraint, UniqueConstraint, ExclusionConstraint)
    for constraint in kinds:
        constraint.validate = _in_words(constraint.validate)  # type: ignore[method-assign]


def _runs_backwards(instance: Any) -> bool:
    first, end = getattr(instance, "valid_from", None), getattr(instance, "valid_to", None)
    return isinstance(first, date) and isinstance(end, date) and end < first


def _in_words(validate: Callable[..., None]) -> Callable[..., None]:
    """The same check; a constraint without a sentence of its own says which fields it means and what they may hold."""

    def spoken(self: Any, model: Any, instance: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(self, ExclusionConstraint) and _runs_backwards(instance):
            if not any(
                _ordered(rule.condition) for rule in model._meta.constraints if isinstance(rule, CheckConstraint)
            ):
                raise _disorder(model, instance, "valid_to", "valid_from", equal=False)
            return  # said by the rule of the two; PostgreSQL knows no such range and would end the transaction
        try:
            validate(self, model, instance, *args, **kwargs)
        except ValidationError as error:
            if str(self.violation_error_message) != str(BaseConstraint.default_violation_error_message):
                raise
            if self.get_violation_error_message() not in error.messages:
                raise
            raise say(self, model, instance) from None

    return spoken


def say(constraint: Any, model: Any, instance: Any) -> ValidationError:
    """What is wrong, at the field where there is one."""
    condition = getattr(constraint, "condition", None)
    if isinstance(constraint, CheckConstraint):
        if found := _bounds(condition):
            field, low, high = found
            text = gettext("Got %(got)s, expected %(low)s to %(high)s.")
            values = {"got": _shown(getattr(instance, field)), "low": _shown(low), "high": _shown(high)}
            return ValidationError({field: text % values})
        if ordered := _ordered(condition):
            later, earlier, equal = ordered
            return _disorder(model, instance, later, earlier, equal=equal)
    names = _fields(constraint, model)
    fields = {"fields": show.listed(_label(model, name) for name in names)}
    if isinstance(constraint, CheckConstraint):
        text = gettext("This does not fit together: %(fields)s.")
    else:
        text = gettext("There is one like this already, by: %(fields)s.")
    return ValidationError({NON_FIELD_ERRORS: text % fields})


def _disorder(model: Any, instance: Any, later: str, earlier: str, *, equal: bool) -> ValidationError:
    """Of two fields the later one holds less."""
    if isinstance(getattr(instance, later), date):
        text = (
            gettext("Got %(got)s, expected %(first)s or later, as in “%(field)s”.")
            if equal
            else gettext("Got %(got)s, expected a day after %(first)s in “%(field)s”.")
        )
    else:
        text = (
            gettext("Got %(got)s, expected %(first)s or more, as in “%(field)s”.")
            if equal
            else gettext("Got %(got)s, expected more than %(first)s in “%(field)s”.")
        )
    got, first = (_shown(getattr(instance, name)) for name in (later, earlier))
    return ValidationError({later: text % {"got": got, "first": first, "field": _label(model, earlier)}})


def _pairs(condition: Q) -> list[tuple[str, Any]]:
    """The plain comparisons of a condition; “or empty” says nothing about a value."""
    found: list[tuple[str, Any]] = []
    for child in condition.children:
        if isinstance(child, Q):
            found += _pairs(child)
        elif isinstance(child, tuple) and child[1] is not None:
            found.append(child)
    return found


def _bounds(condition: Any) -> Bounds | None:
    """Field, lowest and highest where the condition is nothing else."""
    if not isinstance(condition, Q):
        return None
    pairs = dict(_pairs(condition))
    fields = {key.rpartition("__")[0] for key in pairs}
    if len(fields) != 1 or condition.negated:
        return None
    (field,) = fields
    low, high = pairs.get(f"{field}__gte"), pairs.get(f"{field}__lte")
    if low is None or high is None or len(pairs) != 2 or isinstance(low, F) or isinstance(high, F):
        return None
    return field, low, high


def _ordered(condition: Any) -> tuple[str, str, bool] | None:
    """The later and the earlier field, and whether they may be equal, where the condition is nothing else."""
    pairs = _pairs(condition) if isinstance(condition, Q) else []
    if len(pairs) != 1 or condition.negated or not isinstance(pairs[0][1], F):
        return None
    field, _sep, lookup = pairs[0][0].rpartition("__")
    other = _name(pairs[0][1])
    if lookup in {"gt", "gte"}:
        return field, other, lookup == "gte"
    return (other, field, lookup == "lte") if lookup in {"lt", "lte"} else None


def _fields(constraint: Any, model: Any) -> list[str]:
    """The fields that the constraint speaks of, in the order of the model."""
    named = set(getattr(constraint, "fields", ()))
    if isinstance(condition := getattr(constraint, "condition", None), Q):
        named |= {name.partition("__")[0] for name in condition.referenced_base_fields}
    for each in getattr(constraint, "expressions", ()):
        expression = each[0] if isinstance(each, tuple | list) else each
        flat = expression.flatten() if hasattr(expression, "flatten") else [expression]
        named |= {_name(part) for part in flat if isinstance(part, F)}
    return [field.name for field in model._meta.fields if field.name in named and field.name != "status"]


def _name(field: Any) -> str:
    return str(field.name)


def _label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value.normalize():f}"
    return str(value)
