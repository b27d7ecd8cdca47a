"""The first page: what waits for me, what is late, what I am owed."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import clock, registries
from portal.core.pages import ScopedPage, Stat
from portal.core.pieces import Text
from portal.core.registries import Figure, Worklist
from portal.web import worklists
from portal.web.views.pictures import pictures_of

WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip


class Today(ScopedPage):
    """Figures, the most urgent work, and the cards of the apps."""

    template_name = "web/today.html"
    title = gettext_lazy("Today's work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        groups = worklists.waiting_for(self.request).groups
        waiting = [group for group in groups if group.count]
        self.urgent = worklists.items_of(waiting)
        figures = [figure for provider in registries.figure_providers for figure in provider(user)]
        panels = [panel for provider in registries.panel_providers for panel in provider(user)]
        return super().get_context_data(**kwargs) | {
            "stats": stats_of(waiting, figures),
            "has_worklist": bool(groups),
            "groups": waiting,
            "items": self.urgent,
            "total": sum(group.count for group in waiting),
            "pictures": pictures_of(user),
            "panels": sorted(panels, key=lambda panel: panel.order),
        }

    def get_subtitle(self) -> Text:
        now = clock.now()
        local = clock.local(now)
        ends = clock.end_of(clock.today())
        dues = [item.due_at for _group, item in self.urgent if item.due_at]
        late = sum(due < now for due in dues)
        today = sum(now <= due <= ends + timedelta(0) for due in dues)
        parts = [
            _("%(weekday)s, %(month)d/%(day)d")
            % {"weekday": WEEKDAYS[local.weekday()], "month": local.month, "day": local.day},
            ngettext("%(count)d due today", "%(count)d due today", today) % {"count": today} if today else "",
            ngettext("%(count)d overdue", "%(count)d overdue", late) % {"count": late} if late else "",
            _("all times are Beijing time"),
        ]
        return " · ".join(part for part in parts if part)


RANKS = {"bad": 0, "calm": 2}  # what is late, then what asks for a decision, then what is only to be known


def stats_of(groups: list[Worklist], figures: list[Figure]) -> list[Stat]:
    """At most four: the apps' figures, filled up with the first groups of work: late ones, then what asks for somebody."""
    own = [
        Stat(each.label, each.value, each.detail, each.tone, each.url, each.share, each.share_tone)
        for each in figures[:4]
    ]
    room = 4 - len(own)
    first = sorted(groups, key=lambda group: RANKS.get(group.tone, 1))[:room]
    tones = {"bad": "bad"}
    waiting = [Stat(each.label, each.said, each.hint, tones.get(each.tone, ""), each.url) for each in first]
    return [*waiting, *own]
