"""What a list page gives away as a file: its columns as typed values, the lighter second line as a column of its own."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from portal.core.pieces import Column, Text, value_of
from portal.core.transfer.exporting import ExportColumn

type Source = str | Callable[[Any], Any]


def columns_of_page(columns: Sequence[Column], model: type[models.Model]) -> list[ExportColumn]:
    """The page's columns without its buttons."""
    return [made for column in columns if column.kind != "html" for made in _columns(column, model)]


def _columns(column: Column, model: type[models.Model]) -> Iterator[ExportColumn]:
    source: Source = "status" if column.kind == "badge" and callable(column.source) else column.source
    yield ExportColumn(column.title(model), partial(value_of, source=source))
    if isinstance(column.small, str) and (label := _label(column.small, model)):
        yield ExportColumn(label, partial(value_of, source=column.small))


def _label(path: str, model: Any) -> Text:
    """The verbose name at the end of a path, or nothing where it ends in no field."""
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return ""
        model = field.related_model or model
    return str(getattr(field, "verbose_name", ""))
