"""Slow movers, what stations should keep, and levels set by hand."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.forms.planning import StockLevelForm
from parts.models import LocationKind, PlanningFigure, StockLevel
from parts.planning.levels import whole
from parts.replenishment import decisions, queries
from portal.core import clock, show
from portal.core.charts import bar_chart
from portal.core.pages import (
    Action,
    Column,
    OperationView,
    ScopedListView,
)


class SlowMoverList(ScopedListView):
    """Stock of the central warehouse that nobody asks for, with a grid of class by age that leads to the rows."""

    model = PlanningFigure
    permission = "parts.view_planningrun"
    export_permission = "parts.export_planning"
    template_name = "parts/slow_movers.html"
    title = _("Slow movers")
    extra_parameters = frozenset({"idle_from", "idle_to"})
    columns = (
        Column("part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name),
        Column("abc"),
        Column("last_issue_on", kind="day"),
        Column("first_on", kind="day", on_phone=False),
        Column("on_hand", kind="qty"),
        Column("stock_value", kind="money", sort="stock_value"),
    )
    search_fields = ("part__number", "part__name")
    filter_fields = ("abc",)
    ordering = ("-stock_value",)
    select_related = ("part", "location")
    empty_text = _("Nothing lies still, or no planning run was made yet.")

    def get_queryset(self) -> Any:
        rows = queries.slow_movers().select_related(*self.select_related)
        today = clock.today()
        if low := self._days("idle_from"):
            rows = queries.idle_since(rows, today - timedelta(days=low))
        if high := self._days("idle_to"):
            older = queries.idle_since(queries.slow_movers(), today - timedelta(days=high))
            rows = rows.exclude(pk__in=older.order_by().values("pk"))
        return rows

    def _days(self, name: str) -> int:
        text = self.request.GET.get(name, "")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) <= 5):
            raise BadRequest
        return int(text)

    def get_subtitle(self) -> Any:
        run = queries.last_run()
        if run is None:
            return ""
        text = _("As planning found it on %(moment)s; %(count)s issues from stock since then are not in it.")
        return text % {"moment": show.moment(run.collected_at or run.started_at), "count": queries.issues_since(run)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cells = queries.idle_grid()
        ages = [(cell.low, cell.high) for cell in cells if cell.abc == "A"]
        grid = [(letter, [cell for cell in cells if cell.abc == letter]) for letter in ("A", "B", "C")]
        return super().get_context_data(**kwargs) | {"ages": ages, "grid": grid, "cover": _cover()}


def _cover() -> str:
    """The picture of how long the stock of the central warehouse lasts."""
    spans = queries.cover_of_stock(stock.central_warehouse().pk)
    points = [(f"{low}–{high}" if high else f"{low}+", count) for low, high, count in spans]
    return bar_chart(_("Days that the stock in the central warehouse lasts"), points, unit=_("Parts"))


class StationLevelList(ScopedListView):
    """What a station should keep: minimum, reorder point, target, and what is missing, as the last run saw it."""

    model = PlanningFigure
    permission = "parts.view_planningfigure"
    export_permission = "parts.export_lists"
    title = _("Recommended stock")
    columns = (
        Column("part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name),
        Column("location__local_name", _("Location"), kind="name", on_phone=False),
        Column("on_hand", kind="qty"),
        Column("on_order", kind="qty", on_phone=False),
        Column(lambda row: whole(row.reorder_point), _("Reorder point"), kind="qty"),
        Column("target", kind="qty", on_phone=False),
        Column("suggested_qty", kind="qty", sort="suggested_qty"),
        Column("level_source", on_phone=False),
    )
    search_fields = ("part__number", "part__name")
    filter_fields = ("location", "level_source")
    ordering = ("-suggested_qty",)
    select_related = ("part", "location__station")
    empty_text = _("No recommendation yet. Planning runs every week.")

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.of_last_run().filter(location__kind=LocationKind.STATION)

    def choices(self, name: str, rows: Any) -> Any:
        return rows.places().filter(kind=LocationKind.STATION) if name == "location" else rows


class StockLevelList(ScopedListView):
    """Minimums and targets set by hand, the newest first."""

    model = StockLevel
    permission = "parts.view_stocklevel"
    export_permission = "parts.export_lists"
    title = _("Stock levels set by hand")
    columns = (
        Column("part__number", _("Part number"), kind="lead", small=lambda row: row.part.local_name),
        Column("location__local_name", _("Location"), kind="name"),
        Column("minimum", kind="qty"),
        Column("target", kind="qty"),
        Column(lambda row: _("yes") if row.is_forced else "", _("Forced")),
        Column("valid_from", kind="day"),
        Column("reason", small="set_by__display_name"),
    )
    search_fields = ("part__number", "location__name")
    filter_fields = ("location", "is_forced")
    select_related = ("part", "location__station", "set_by")
    empty_text = _("No levels were set by hand.")

    def choices(self, name: str, rows: Any) -> Any:
        return rows.places().stores() if name == "location" else rows

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Set levels by hand"), reverse("stock_level_create"), "parts.set_stock_level", "primary")]


class StockLevelCreate(OperationView):
    """A minimum and a target from today on."""

    permission = "parts.set_stock_level"
    title = _("Set levels by hand")
    form_class = StockLevelForm
    intro = _("The minimum holds while there is too little history; forced, planning never keeps less.")
    success_message = _("The levels hold from the next planning run on.")

    def get_cancel_url(self) -> str:
        return reverse("stock_level_list")

    def operate(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        decisions.set_stock_level(values.pop("part"), values.pop("location"), actor=self.request.user, **values)
        return self.get_cancel_url()
