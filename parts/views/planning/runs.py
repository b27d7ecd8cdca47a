"""Planning runs: started, listed, read."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import PlanningRun
from parts.replenishment.run import start_planning
from portal.core import show
from portal.core.pages import (
    Column,
    Fact,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
)


class PlanningStart(OperationView):
    """A new run in the background."""

    permission = "parts.start_planning"
    title = _("Plan now")
    intro = _(
        "All parts are planned from the ledger in the background; suggestions that nobody ordered are outdated then."
    )
    submit_label = _("Start planning")

    def get_cancel_url(self) -> str:
        return reverse("suggestion_list")

    def operate(self, form: Any) -> str:
        run = start_planning(actor=self.request.user)
        return run.job_run.get_absolute_url() if run.job_run else self.get_cancel_url()


class PlanningRunList(ScopedListView):
    """The runs, the newest first."""

    model = PlanningRun
    permission = "parts.view_planningrun"
    export_permission = "parts.export_planning"
    title = _("Planning runs")
    columns = (
        Column("started_at", kind="moment", small="started_by__display_name"),
        Column(lambda row: str(row), _("Run"), kind="number"),
        Column(lambda row: row.job_run.get_status_display() if row.job_run else "–", _("Job")),
        Column("finished_at", kind="moment", on_phone=False),
        Column("part_count", kind="qty"),
        Column("suggestion_count", kind="qty"),
        Column("order_value", kind="money"),
    )
    select_related = ("started_by", "job_run")
    empty_text = _("No planning run yet.")


NAMES: Final = {"days": _("delivery"), "sd_days": _("spread"), "review_days": _("between orders")}


def _said(value: Any) -> str:
    """A parameter's value; a table of values as its words and figures."""
    if not isinstance(value, dict):
        return show.cell(value)
    return " · ".join(f"{NAMES.get(name, name)} {each}" for name, each in value.items())


class PlanningRunDetail(ScopedDetailView):
    """One run: its parameters and results."""

    model = PlanningRun
    permission = "parts.view_planningrun"
    template_name = "parts/planning_run.html"
    select_related = ("started_by", "job_run")

    def get_title(self) -> Any:
        return _("Planning run %(number)s") % {"number": self.get_object()}

    def stats(self) -> Sequence[Stat]:
        run = self.get_object()
        return [
            Stat(_("Figures"), str(run.part_count)),
            Stat(_("Suggestions"), str(run.suggestion_count), url=reverse("suggestion_list")),
            Stat(_("Order value"), show.money(run.order_value)),
        ]

    def facts(self) -> Sequence[Fact]:
        run = self.get_object()
        job = run.job_run
        return [
            Fact(_("Started at"), show.moment(run.started_at)),
            Fact(_("Finished at"), show.moment(run.finished_at)),
            Fact(_("History before"), show.day(run.as_of)),
            Fact(_("Job"), job.get_status_display() if job else "–", job.get_absolute_url() if job else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from portal.core.parameters import definition

        run = self.get_object()
        rows = [
            (
                definition(key).label,
                _said(used["value"]),
                None if used["version"].endswith("@default") else used["version"],
            )
            for key, used in run.parameters.items()
        ]
        return super().get_context_data(**kwargs) | {"parameters": rows}
