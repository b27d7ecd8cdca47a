"""The page of one record: its next step, figures, facts and timeline."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.views.generic import DetailView

from portal.core.pages.access import PageMixin, visible_or_404
from portal.core.pieces import Fact, NextStep, Stat, Text


class OneRecordMixin(PageMixin):
    """The page is about one row of the user's scope, named by pk or number in the address."""

    model: Any = None
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[Any]] = ()
    kwargs: dict[str, Any]

    def get_queryset(self) -> Any:
        """All rows the page may ever show."""
        assert self.model is not None  # noqa: S101 a page with a record names its model
        rows = self.model._default_manager.visible_to(self.request.user)
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)

    def get_object(self, queryset: Any = None) -> Any:
        """The row, found once. Raises Http404."""
        if not hasattr(self, "_found"):
            lookup = {name: self.kwargs[name] for name in ("pk", "number", "code") if name in self.kwargs}
            self._found = visible_or_404(self.get_queryset(), self.request.user, **lookup)
        return self._found

    def get_permission_object(self) -> models.Model | None:
        return self.get_object()  # type: ignore[no-any-return]


class ScopedDetailView(OneRecordMixin, DetailView):  # type: ignore[type-arg]
    """One record: what it is, where it stands, what happens next and by when, why; then lines, then the timeline."""

    template_name = "generic/detail.html"

    def get_title(self) -> Text:
        return self.title or str(getattr(self.get_object(), "number", "") or self.get_object())

    def next_step(self) -> NextStep | None:
        """What happens next."""
        return None

    def stats(self) -> Sequence[Stat]:
        """Figures above the lines."""
        return []

    def facts(self) -> Sequence[Fact]:
        """The facts card."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "step": self.next_step(),
            "stats": self.stats(),
            "facts": self.facts(),
            "show_status": hasattr(self.get_object(), "status"),
        }
