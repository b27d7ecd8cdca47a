"""The admin's first page: figures, queues, and what the apps show beside them."""

from typing import Any

from django.http import HttpRequest

from portal.core import registries
from portal.core.calendar_keeping import missing_years
from portal.web import worklists
from portal.web.views.pictures import pictures_of
from portal.web.views.today import stats_of


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The same work as on the portal's first page, in the admin's frame."""
    user = request.user
    groups = worklists.waiting_for(request).groups
    waiting = [group for group in groups if group.count]
    figures = [figure for provider in registries.figure_providers for figure in provider(user)]
    panels = [panel for provider in registries.panel_providers for panel in provider(user)]
    return context | {
        "stats": stats_of(waiting, figures),
        "has_worklist": bool(groups),
        "groups": waiting,
        "items": worklists.items_of(waiting),
        "total": sum(group.count for group in waiting),
        "calendar_gaps": missing_years() if user.has_perm("core.change_calendaryear") else [],
        "pictures": pictures_of(user),
        "panels": sorted(panels, key=lambda panel: panel.order),
    }
