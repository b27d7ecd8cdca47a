"""Lists: keyset pages, scoped filters, strict parameters. Not here: which rows (visible_to) and which columns (the page)."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters.filterset import FILTER_FOR_DBFIELD_DEFAULTS

from portal.core.counting import COUNT_TO

PAGE_SIZE = 50


class DayRange(django_filters.widgets.DateRangeWidget):
    """From–to in two date inputs beside each other."""

    template_name = "components/day_range.html"

    def __init__(self) -> None:
        days = [forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for _end in range(2)]
        forms.MultiWidget.__init__(self, days)


SELECTABLE = 200  # more records than these nobody finds in a drop-down list: their filter is typed


class YesNoFilter(django_filters.TypedChoiceFilter):
    """All, yes or no; anything else is refused rather than read as all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        choices = [("", gettext_lazy("All")), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
        super().__init__(*args, choices=choices, coerce=lambda value: value == "true", **options)


class ScopedFilterSet(django_filters.FilterSet):
    """An explicit filter set whose choices of records are those the user may see.

    choices(name, rows): those of them that a page offers.
    """

    FILTER_DEFAULTS = {**FILTER_FOR_DBFIELD_DEFAULTS, models.BooleanField: {"filter_class": YesNoFilter}}

    def __init__(
        self, data: Any = None, queryset: Any = None, *, request: HttpRequest, choices: Any = None, **options: Any
    ) -> None:
        super().__init__(data, queryset, request=request, **options)
        for name, chosen in list(self.filters.items()):
            rows = getattr(chosen, "queryset", None)
            model = getattr(rows, "model", None)
            if model is not None and hasattr(model._default_manager, "visible_to"):
                seen = model._default_manager.visible_to(request.user)
                self.offer(name, chosen, choices(name, seen) if choices else seen)

    def offer(self, name: str, chosen: Any, seen: models.QuerySet[Any]) -> None:
        """The filter chooses among these records."""
        chosen.field.queryset = seen


class PageFilterSet(ScopedFilterSet):
    """The same for a page, where records are chosen from a drop-down list; where they are many, code or name is typed."""

    def offer(self, name: str, chosen: Any, seen: models.QuerySet[Any]) -> None:
        """The records are read once, for the list and for knowing whether they are too many for one."""
        offered = list(seen[: SELECTABLE + 1])
        if len(offered) <= SELECTABLE:
            super().offer(name, chosen, seen)
            self.offered = {**getattr(self, "offered", {}), name: offered}
            return
        typed = django_filters.CharFilter(field_name=name, label=chosen.label, method="named", max_length=60)
        typed.parent, typed.model = self, chosen.model
        self.filters[name] = typed

    @property
    def form(self) -> Any:
        """The bound form, its lists filled with what has been read."""
        form = super().form
        for name, offered in getattr(self, "offered", {}).items():
            field = form.fields[name]
            labels = [(str(row.pk), field.label_from_instance(row)) for row in offered]
            field.widget.choices = [("", field.empty_label), *labels]
        return form

    def named(self, rows: models.QuerySet[Any], name: str, text: str) -> models.QuerySet[Any]:
        """Rows whose record has this code or number, or a name with this text in it."""
        model: Any = self.queryset.model._meta.get_field(name).related_model
        columns = {field.name for field in model._meta.concrete_fields}
        condition = Q()
        for column in columns & {"code", "number"}:
            condition |= Q(**{f"{column}__iexact": text})
        for column in columns & {"name", "name_en"}:
            condition |= Q(**{f"{column}__holds": text})
        return rows.filter(**{f"{name}__in": model._default_manager.visible_to(self.request.user).filter(condition)})


def filterset_of(model: type[models.Model], names: Sequence[str]) -> type[PageFilterSet]:
    """An explicit filter set over the named fields; dates are filtered from–to."""
    filters: dict[str, Any] = {}
    for name in names:
        field = model._meta.get_field(name)
        if isinstance(field, models.DateField):  # a DateTimeField is one, too
            filters[name] = django_filters.DateFromToRangeFilter(label=field.verbose_name, widget=DayRange())
    meta = type("Meta", (), {"model": model, "fields": [name for name in names if name not in filters]})
    return type(f"{model.__name__}Filter", (PageFilterSet,), {**filters, "Meta": meta})


def refuse_unknown(request: HttpRequest, known: set[str]) -> None:
    """Raises BadRequest (400) for a parameter nobody knows: ignoring it would show, or export, all rows."""
    for name in request.GET:
        if name not in known:
            raise BadRequest(_("Unknown filter: %(name)s") % {"name": name[:60]})


@dataclass(frozen=True)
class Page:
    """The rows of one page and the keys of its neighbors (empty at the ends)."""

    rows: list[Any]
    before: str
    after: str
    count_text: str


def keyset_page(
    rows: models.QuerySet[Any],
    ordering: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
    counted: bool = True,
) -> Page:
    """One page in this order, found by the key of a neighboring row, so that page 1,000 costs what page 1 costs.

    ordering: field paths with '-' for descending; the primary key is added. counted: whether readers are told how many.
    Raises BadRequest for a forged key.
    """
    order = [*ordering, *([] if any(name.lstrip("-") in {"pk", "id"} for name in ordering) else ["-pk"])]
    found = rows.order_by(*order)
    if before:
        found = rows.filter(_beyond(rows.model, _flip(order), before)).order_by(*_flip(order))
    elif after:
        found = found.filter(_beyond(rows.model, order, after))
    page = list(found[: size + 1])
    more = len(page) > size
    page = page[:size]
    if before:
        page.reverse()
    has_before, has_after = (more, True) if before else (bool(after), more)
    return Page(
        rows=page,
        before=_key(page[0], order) if page and has_before else "",
        after=_key(page[-1], order) if page and has_after else "",
        count_text=count_text(rows) if counted else "",
    )


def count_text(rows: models.QuerySet[Any]) -> str:
    """How many rows, exactly up to a thousand."""
    count = rows.order_by()[: COUNT_TO + 1].count()
    if count > COUNT_TO:
        return _("more than %(count)s entries") % {"count": f"{COUNT_TO:,}"}
    return ngettext("%(count)s entry", "%(count)s entries", count) % {"count": f"{count:,}"}


def _flip(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _key(row: Any, order: Sequence[str]) -> str:
    values = []
    for name in order:
        value = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part) if value is not None else None
        values.append(value)
    # DjangoJSONEncoder cuts instants to milliseconds, and rows within one would be lost or shown twice
    exact = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(exact, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _beyond(model: type[models.Model], order: Sequence[str], key: str) -> Q:
    """Rows that come after the key in this order; NULLs stand where PostgreSQL puts them (last ascending, first descending)."""
    try:
        values = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        pairs = [(name, _typed(model, name, value)) for name, value in zip(order, values, strict=True)]
    except (ValueError, binascii.Error, ValidationError, TypeError, UnicodeDecodeError) as error:
        raise BadRequest(_("This page address is not valid.")) from error
    condition, same = Q(pk__in=()), Q()
    for name, value in pairs:
        path, descending = name.lstrip("-"), name.startswith("-")
        if value is None:
            further = Q(**{f"{path}__isnull": False}) if descending else Q(pk__in=())
            equal = Q(**{f"{path}__isnull": True})
        else:
            further = Q(**{f"{path}__{'lt' if descending else 'gt'}": value})
            further |= Q() if descending else Q(**{f"{path}__isnull": True})
            equal = Q(**{path: value})
        condition |= same & further
        same &= equal
    return condition


def _typed(model: type[models.Model], name: str, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise TypeError(value)
    field: Any = model._meta.pk
    here: Any = model
    for part in name.lstrip("-").split("__"):
        if part == "pk":
            field = here._meta.pk
            continue
        try:
            field = here._meta.get_field(part)
        except FieldDoesNotExist:  # an annotation
            return value
        here = field.related_model or here
    return None if value is None else field.to_python(value)
