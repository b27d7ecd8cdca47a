"""Planning: suggestions and what is decided about them, the derivation of each figure, runs, slow movers, levels."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django_filters
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.forms.ordering import ReasonForm
from parts.forms.planning import AcceptForm, AcceptManyForm, StockLevelForm
from parts.models import LocationKind, PlanningFigure, PlanningRun, PurchaseSuggestion, StockLevel, SuggestionStatus
from parts.models.planning import CLASSES
from parts.planning.levels import whole
from parts.replenishment import decisions, queries
from parts.replenishment.derivation import sentences
from parts.replenishment.history import month_starts
from parts.replenishment.run import start_planning
from portal.accounts.roles import at_headquarters
from portal.core import clock, show
from portal.core.charts import bar_chart
from portal.core.listing import ScopedFilterSet
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
)


class SuggestionFilter(ScopedFilterSet):
    """By class and supplier."""

    abc = django_filters.ChoiceFilter(choices=CLASSES, label=_("ABC"))

    class Meta:
        model = PurchaseSuggestion
        fields = ["abc", "supplier"]


class SuggestionList(ScopedListView):
    """What to buy, by the loss that not buying means; of the last run, and earlier ones by status."""

    model = PurchaseSuggestion
    permission = "parts.view_purchasesuggestion"
    export_permission = "parts.export_planning"
    template_name = "parts/suggestion_list.html"
    title = _("Purchase suggestions")
    columns = (
        Column("part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name),
        Column("abc"),
        Column("status", kind="badge"),
        Column("supplier__local_name", _("Supplier"), on_phone=False),
        Column("suggested_qty", kind="qty"),
        Column("decided_qty", kind="qty", on_phone=False),
        Column("order_value", kind="money", sort="order_value"),
        Column("holding_cost", kind="money", on_phone=False),
        Column("lost_qty", kind="qty", on_phone=False),
        Column("lost_value", kind="money", sort="lost_value"),
    )
    search_fields = ("part__number", "part__name", "supplier__name")
    filterset_class = SuggestionFilter
    chips = "status"
    ordering = ("-lost_value",)
    select_related = ("part", "supplier")
    empty_text = _("No suggestions yet. Start a planning run.")

    def get_queryset(self) -> Any:
        last = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").values("pk")[:1]
        return super().get_queryset().filter(run__in=last)

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Make purchase orders"), reverse("suggestions_order"), "parts.decide_suggestion", "primary"),
            Action(_("Accept several"), reverse("suggestions_accept"), "parts.decide_suggestion"),
            Action(_("Plan now"), reverse("planning_start"), "parts.start_planning"),
            Action(_("Runs"), reverse("planning_run_list"), "parts.view_planningrun"),
            Action(_("Slow movers"), reverse("slow_mover_list"), "parts.view_planningrun"),
        ]

    def get_empty_action(self) -> Action | None:
        return next((each for each in self.allowed_actions() if each.url == reverse("planning_start")), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").first()
        return super().get_context_data(**kwargs) | {"last_run": last}


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
        return getattr(figure, "suggestion", None) if at_headquarters(self.request.user) else None

    def next_step(self) -> NextStep | None:
        suggestion = self.suggestion()
        if suggestion is None or suggestion.status not in {SuggestionStatus.OPEN, SuggestionStatus.ACCEPTED}:
            return None
        may = self.request.user.has_perm("parts.decide_suggestion", suggestion)
        if suggestion.status == SuggestionStatus.ACCEPTED:
            return NextStep(_("Accepted. It goes on the next purchase order of its supplier."))
        url = reverse("suggestion_accept", args=[suggestion.pk]) if may else ""
        return NextStep(_("Decide about the suggestion."), _("Accept or change"), url, "wait")

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
            Stat(_("Position"), show.quantity(figure.position)),
            Stat(_("Reorder point"), str(whole(figure.reorder_point))),
            Stat(_("Target"), show.quantity(figure.target)),
            Stat(_("Suggested"), show.quantity(figure.suggested_qty)),
        ]

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
            "chart": bar_chart(_("Demand by month"), points, unit=figure.part.local_unit),
            "suggestion": self.suggestion(),
        }


class SuggestionAccept(OperationView):
    """The suggestion will be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    select_related = ("part", "supplier")
    title = _("Accept the suggestion")
    form_class = AcceptForm
    submit_label = _("Accept")
    success_message = _("Accepted.")

    def operate(self, form: Any) -> PurchaseSuggestion:
        values = form.cleaned_data
        return decisions.accept_suggestion(
            self.object,
            qty=values["qty"],
            supplier=values["supplier"],
            reason=values["reason"],
            actor=self.request.user,
        )


class SuggestionReject(OperationView):
    """The suggestion will not be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    title = _("Reject the suggestion")
    form_class = ReasonForm
    submit_label = _("Reject")
    success_message = _("Rejected.")
    danger = True

    def operate(self, form: Any) -> PurchaseSuggestion:
        return decisions.reject_suggestion(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class SuggestionsAccept(OperationView):
    """All open suggestions of some classes and perhaps one supplier."""

    permission = "parts.decide_suggestion"
    title = _("Accept several suggestions")
    form_class = AcceptManyForm
    intro = _("All open suggestions of these classes that have a supplier are accepted as they are.")
    submit_label = _("Accept")
    success_message = _("Accepted.")

    def get_cancel_url(self) -> str:
        return reverse("suggestion_list")

    def operate(self, form: Any) -> str:
        rows = PurchaseSuggestion.objects.visible_to(self.request.user).filter(abc__in=form.cleaned_data["abc"])
        if supplier := form.cleaned_data["supplier"]:
            rows = rows.filter(supplier=supplier)
        decisions.accept_open(rows.filter(status=SuggestionStatus.OPEN), actor=self.request.user)
        return self.get_cancel_url()


class SuggestionsOrder(OperationView):
    """One click: the accepted suggestions stand on drafts, one a supplier."""

    permission = "parts.decide_suggestion"
    title = _("Make purchase orders")
    intro = _("All accepted suggestions become draft purchase orders, one for each supplier.")
    submit_label = _("Make purchase orders")
    success_message = _("The drafts stand. Look through them and send them.")

    def get_cancel_url(self) -> str:
        return reverse("suggestion_list")

    def operate(self, form: Any) -> str:
        decisions.order_suggestions(actor=self.request.user)
        return f"{reverse('purchase_order_list')}?status=draft"


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
        Column("part_count"),
        Column("suggestion_count"),
        Column("order_value", kind="money"),
    )
    select_related = ("started_by", "job_run")
    empty_text = _("No planning run yet.")


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
        rows = [(definition(key).label, used["value"], used["version"]) for key, used in run.parameters.items()]
        return super().get_context_data(**kwargs) | {"parameters": rows}


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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cells = queries.idle_grid()
        ages = [(cell.low, cell.high) for cell in cells if cell.abc == "A"]
        grid = [(letter, [cell for cell in cells if cell.abc == letter]) for letter in ("A", "B", "C")]
        return super().get_context_data(**kwargs) | {"ages": ages, "grid": grid}


class StationLevelList(ScopedListView):
    """What a station should keep: minimum, reorder point, target, and what is missing, as the last run saw it."""

    model = PlanningFigure
    permission = "parts.view_planningfigure"
    export_permission = "parts.export_lists"
    title = _("Recommended stock")
    columns = (
        Column("part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name),
        Column("location__local_name", _("Location"), on_phone=False),
        Column("on_hand", kind="qty"),
        Column("on_order", kind="qty", on_phone=False),
        Column(lambda row: str(whole(row.reorder_point)), _("Reorder point")),
        Column("target", kind="qty", on_phone=False),
        Column("suggested_qty", kind="qty", sort="suggested_qty"),
        Column("level_source", on_phone=False),
    )
    search_fields = ("part__number", "part__name")
    filter_fields = ("location", "level_source")
    ordering = ("-suggested_qty",)
    select_related = ("part", "location")
    empty_text = _("No recommendation yet. Planning runs every week.")

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.of_last_run().filter(location__kind=LocationKind.STATION)


class StockLevelList(ScopedListView):
    """Minimums and targets set by hand, the newest first."""

    model = StockLevel
    permission = "parts.view_stocklevel"
    export_permission = "parts.export_lists"
    title = _("Stock levels set by hand")
    columns = (
        Column("part__number", _("Part number"), small=lambda row: row.part.local_name),
        Column("location__local_name", _("Location")),
        Column("minimum", kind="qty"),
        Column("target", kind="qty"),
        Column(lambda row: _("yes") if row.is_forced else "", _("Forced")),
        Column("valid_from", kind="day"),
        Column("reason", small="set_by__display_name"),
    )
    search_fields = ("part__number", "location__name")
    filter_fields = ("location", "is_forced")
    select_related = ("part", "location", "set_by")
    empty_text = _("No levels were set by hand.")

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
