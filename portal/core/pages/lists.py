"""The list page: keyset pages, scoped filters, counts by status, export of what is shown."""

from collections.abc import Sequence
from itertools import batched
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from portal.core import clock
from portal.core.counting import count_all, say_count
from portal.core.listing import PAGE_SIZE, ScopedFilterSet, filterset_of, keyset_page, refuse_unknown
from portal.core.pages.access import PageMixin
from portal.core.pages.exports import columns_of_page
from portal.core.pages.labels import label_of
from portal.core.pieces import Action, Column, Table, Text
from portal.core.reading import for_reports
from portal.core.searching import rows_with
from portal.core.transfer.exporting import CONTENT_TYPES, ExportColumn, export_response
from portal.core.transfer.kinds import ImportKind, kinds_for


class ScopedListView(PageMixin, TemplateView):
    """Rows of the user's scope, filtered and searched by explicit fields, page by page."""

    model: ClassVar[type[models.Model]]
    template_name = "generic/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    filter_fields: ClassVar[Sequence[str]] = ()
    filterset_class: ClassVar[type[ScopedFilterSet] | None] = None
    chips: ClassVar[str] = ""
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[Any]] = ()
    page_size: ClassVar[int] = PAGE_SIZE
    empty_text: ClassVar[Text] = _("Nothing here yet.")
    extra_parameters: ClassVar[frozenset[str]] = frozenset()
    export_permission: ClassVar[str] = ""  # who holds it may take what the page shows, all pages, as xlsx or csv
    export_columns: ClassVar[Sequence[ExportColumn]] = ()  # by default the page's columns

    def get_queryset(self) -> models.QuerySet[Any]:
        """All rows the page may ever show."""
        rows = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)  # type: ignore[no-any-return]

    def get_title(self) -> Text:
        return self.title or self.model._meta.verbose_name_plural or ""

    def get_columns(self) -> Sequence[Column]:
        """The columns for this user."""
        return self.columns

    def get_empty_action(self) -> Action | None:
        """What an empty page offers: the first primary button."""
        return next((each for each in self.allowed_actions() if each.style == "primary"), None)

    def get_filterset(self, rows: models.QuerySet[Any]) -> ScopedFilterSet:
        """The bound filters. Raises BadRequest for unknown or repeated parameters."""
        made = self.filterset_class or filterset_of(self.model, self.filter_fields)
        filters = made(self.request.GET, rows, request=self.request, choices=self.choices)
        known = {
            "q",
            "sort",
            "after",
            "before",
            "export",
            *self.extra_parameters,
            *([self.chips] if self.chips else []),
        }
        for name, each in filters.form.fields.items():
            widget = each.widget
            parts = getattr(widget, "suffixes", None)
            known |= {f"{name}_{part}" for part in parts} if parts else {name}
        refuse_unknown(self.request, known)
        return filters

    def choices(self, name: str, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Of the records one may see, those that the filter of this name offers."""
        return rows

    def search(self, rows: models.QuerySet[Any], text: str) -> models.QuerySet[Any]:
        """Rows that contain the text in one of the search fields."""
        if "\x00" in text or len(text) > 200:
            raise BadRequest
        if not text or not self.search_fields:
            return rows
        return rows_with(rows, self.search_fields, text)

    def _search_hint(self) -> str:
        """What the search box looks into, by name."""
        return " · ".join(dict.fromkeys(filter(None, (label_of(name, self.model) for name in self.search_fields))))

    def get_ordering(self) -> Sequence[str]:
        """The order of the address if a column allows it, else the page's own."""
        wish = self.request.GET.get("sort", "")
        sortable = {column.sort for column in self.get_columns() if column.sort}
        if not wish:
            return self.ordering
        if wish.lstrip("-") not in sortable:
            raise BadRequest
        return [wish]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if format := request.GET.get("export", ""):
            return self.export(format)
        return super().get(request, *args, **kwargs)

    def may_export(self) -> bool:
        """Whether this user may take the rows along."""
        return bool(self.export_permission) and self.request.user.has_perm(self.export_permission)

    def import_kind(self) -> ImportKind | None:
        """The file by which this user may bring such rows in."""
        return next((kind for kind in kinds_for(self.request.user) if kind.model is self.model), None)

    def export(self, format: str) -> HttpResponse:
        """Exactly what the page shows, over all pages, as a file. Raises PermissionDenied, BadRequest, ExportTooLarge."""
        if not self.may_export():
            raise PermissionDenied
        if format not in CONTENT_TYPES:
            raise BadRequest
        columns = self.export_columns or columns_of_page(self.get_columns(), self.model)
        _filters, rows, _chips = self.shown_rows()
        rows = for_reports(rows.order_by(*self.get_ordering(), "-pk"))
        ready = (row for some in batched(rows.iterator(2_000), 2_000) for row in self.made_ready(some))
        name = f"{self.get_title()} {clock.today():%Y-%m-%d}"
        return export_response(ready, columns, format, name=name, actor=self.request.user)

    def shown_rows(self) -> tuple[ScopedFilterSet, models.QuerySet[Any], list[dict[str, Any]]]:
        """The filters, the rows they and the search leave, and the counts by status."""
        asked = self.request.GET
        filters = self.get_filterset(self.get_queryset())
        rows = filters.qs if filters.is_valid() else self.get_queryset().none()
        rows = self.search(rows, asked.get("q", "").strip())
        chips = self._chips(rows)
        if self.chips and (chosen := asked.get(self.chips)):
            rows = rows.filter(**{self.chips: self._known_choice(chosen)})
        return filters, rows, chips

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = self.request.GET
        filters, rows, chips = self.shown_rows()
        page = keyset_page(
            rows, self.get_ordering(), after=asked.get("after", ""), before=asked.get("before", ""), size=self.page_size
        )
        filtered = any(asked.get(name) for name in asked)
        return {
            "filterset": filters, "page": page, "table": self._table(page.rows), "chips": chips, "is_filtered": filtered,
            "has_search": bool(self.search_fields), "search_hint": self._search_hint(), "search_value": asked.get("q", ""),
            "empty_text": self.empty_text,
            "empty_action": self.get_empty_action(), "may_export": self.may_export() and bool(page.rows),
            "chip_field": self.chips, "import_kind": self.import_kind(), **context,
        }  # fmt: skip

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows with what the columns show beyond their fields, read for all of them at once."""
        return rows

    def _table(self, rows: Sequence[Any]) -> Table:
        columns = self.get_columns()
        table = Table.of(self.made_ready(rows), columns, self.model)
        present = self.request.GET.get("sort", "")
        for heading, column in zip(table.columns, columns, strict=True):
            if column.sort:
                wish = f"-{column.sort}" if present == column.sort else column.sort
                heading.sort_mark = {column.sort: " ↑", f"-{column.sort}": " ↓"}.get(present, "")
                heading.sort_url = self._address(sort=wish)
        return table

    def _address(self, **changes: str) -> str:
        kept = {name: value for name, value in self.request.GET.items() if name not in {"after", "before"}}
        kept.update(changes)
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def _known_choice(self, chosen: str) -> str:
        if chosen not in {str(value) for value, _label in self.model._meta.get_field(self.chips).flatchoices}:  # type: ignore[union-attr]
            raise BadRequest
        return chosen

    def _chips(self, rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
        if not self.chips:
            return []
        present = self.request.GET.get(self.chips, "")
        choices = self.model._meta.get_field(self.chips).flatchoices  # type: ignore[union-attr]
        if (
            self.search_fields and self.request.GET.get("q", "").strip()
        ):  # what a search finds is looked up once, not per status
            found = dict(rows.order_by().values_list(self.chips).annotate(number=Count("pk", distinct=True)))
            total, counts = sum(found.values()), [found.get(value, 0) for value, _label in choices]
        else:
            total, *counts = count_all([rows, *(rows.filter(**{self.chips: value}) for value, _label in choices)])
        shown = [
            (label, value, count)
            for (value, label), count in zip(choices, counts, strict=True)
            if count or present == value
        ]
        return [
            {
                "label": label,
                "url": self._address(**{self.chips: value}),
                "count": say_count(count),
                "current": present == value,
            }
            for label, value, count in [(_("All"), "", total), *shown]
        ]
