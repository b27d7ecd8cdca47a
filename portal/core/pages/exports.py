"""What a list page gives away as a file: its columns as typed values, the lighter second line as a column of its own."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import models
from django.utils.text import capfirst

from portal.core.pages.labels import label_of
from portal.core.pieces import Column, value_of
from portal.core.transfer.exporting import ExportColumn

type Source = str | Callable[[Any], Any]


def columns_of_page(columns: Sequence[Column], model: type[models.Model]) -> list[ExportColumn]:
    """The page's columns without its buttons."""
    return [made for column in columns if column.kind != "html" for made in _columns(column, model)]


def _columns(column: Column, model: type[models.Model]) -> Iterator[ExportColumn]:
    source: Source = "status" if column.kind == "badge" and callable(column.source) else column.source
    own = label_of(source, model) if source == "code" and not column.label else ""
    yield ExportColumn(own or capfirst(str(column.title(model))), partial(value_of, source=source))
    if isinstance(column.small, str) and (label := label_of(column.small, model)):
        yield ExportColumn(label, partial(value_of, source=column.small))
