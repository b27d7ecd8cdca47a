"""Saved views above a list: one's own and shared ones, and the form that keeps the present filters."""

from typing import Any, ClassVar

from django.http import HttpRequest

from portal.core.models.saved_views import SavedView
from portal.core.saved_views import filters_of
from portal.core.scope import scope_of


class SavedViewsMixin:
    """A list that remembers filters under names; its template includes components/saved_views.html (generic/list does)."""

    request: HttpRequest
    keeps_views: ClassVar[bool] = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.request.resolver_match
        page, present = (match.url_name or "") if match else "", filters_of(self.request.GET.urlencode())
        views = list(SavedView.objects.visible_to(self.request.user).filter(page=page).select_related("owner"))
        for view in views:
            view.is_current = view.query == present  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {
            "saved_views": views,
            "view_page": page,
            "view_query": present,
            "may_share_views": scope_of(self.request.user).everything,
        }
