"""One planned part with the derivation of its figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import PlanningFigure, PurchaseSuggestion, SuggestionStatus
from parts.planning.levels import whole
from parts.replenishment import queries
from parts.replenishment.derivation import sentences
from parts.replenishment.history import month_starts
from portal.accounts.roles import at_headquarters
from portal.core import show
from portal.core.charts import bar_chart
from portal.core.pages import (
    Action,
    Fact,
    NextStep,
    ScopedDetailView,
    Stat,
)


class FigureDetail(ScopedDetailView):
    """Every number that led to a suggestion, in sentences, with the months as bars and the cost of both ways."""

    model = PlanningFigure
    permission = "parts.view_planningfigure"
    template_name = "parts/planning_figure.html"
    select_related = ("part", "location", "run", "supplier_part__supplier")

    def get_title(self) -> Any:
        return self.get_object().part.number

    def get_subtitle(self) -> str:
        figure = self.get_object()
        return f"{figure.part.local_name} · {figure.location.local_name}"

    def suggestion(self) -> PurchaseSuggestion | None:
        """The suggestion, for headquarters."""
        figure = self.get_object()
        found = getattr(figure, "suggestion", None) if at_headquarters(self.request.user) else None
        if found:
            found.part = figure.part
        return found

    def next_step(self) -> NextStep | None:
        suggestion = self.suggestion()
        if suggestion is None or suggestion.status not in {SuggestionStatus.OPEN, SuggestionStatus.ACCEPTED}:
            return None
        may = self.request.user.has_perm("parts.decide_suggestion", suggestion)
        if suggestion.status == SuggestionStatus.ACCEPTED:
            return NextStep(_("Accepted. It goes on the next purchase order of its supplier."))
        url = reverse("suggestion_accept", args=[suggestion.pk]) if may else ""
        text = _("Decide about the suggestion.")
        if queries.forced_on_idle(PurchaseSuggestion.objects.filter(pk=suggestion.pk)).exists():
            text = _("A slow mover: only a minimum set by hand asks for it. Check the minimum before you accept.")
        return NextStep(text, _("Accept or change"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        suggestion = self.suggestion()
        found = [Action(_("Set levels by hand"), reverse("stock_level_create"), "parts.set_stock_level")]
        if suggestion and suggestion.status in {SuggestionStatus.OPEN, SuggestionStatus.ACCEPTED}:
            url = reverse("suggestion_reject", args=[suggestion.pk])
            found.append(Action(_("Reject"), url, "parts.decide_suggestion", "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        figure = self.get_object()
        return [
            Stat(pgettext_lazy("stock", "Position"), show.quantity(figure.position)),
            Stat(_("Reorder point"), show.quantity(whole(figure.reorder_point))),
            Stat(_("Target"), show.quantity(figure.target)),
            Stat(_("Suggested"), show.quantity(figure.suggested_qty), self._still_open()),
        ]

    def _still_open(self) -> Any:
        """What was accepted of the suggestion, and how much of it was not."""
        suggestion = self.suggestion()
        if suggestion is None or suggestion.decided_qty is None:
            return ""
        left = max(suggestion.suggested_qty - suggestion.decided_qty, Decimal(0))
        said = {"qty": show.quantity(suggestion.decided_qty), "left": show.quantity(left)}
        return _("%(qty)s accepted, %(left)s left out") % said

    def facts(self) -> Sequence[Fact]:
        figure, suggestion = self.get_object(), self.suggestion()
        found = [
            Fact(_("Planned at"), show.moment(figure.run.started_at)),
            Fact(_("First movement"), show.day(figure.first_on)),
            Fact(_("Last issue"), show.day(figure.last_issue_on)),
            Fact(_("Stock value"), show.money(figure.stock_value) if at_headquarters(self.request.user) else "–"),
        ]
        if suggestion and suggestion.reason:
            found.append(Fact(_("Reason"), suggestion.reason))
        if suggestion and suggestion.purchase_line:
            order = suggestion.purchase_line.order
            found.append(Fact(_("Purchase order"), str(order), order.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figure = self.get_object()
        months = month_starts(figure.run.as_of, len(figure.history))[:-1]
        points = [(f"{day:%y-%m}", qty) for day, qty in zip(months, figure.history, strict=True)]
        return super().get_context_data(**kwargs) | {
            "sentences": sentences(figure),
            "chart": bar_chart(_("Demand by month"), points, unit=figure.part.local_unit)
            if any(figure.history)
            else None,
            "suggestion": self.suggestion(),
        }
