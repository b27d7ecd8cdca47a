"""What warranty costs: the page of figures, the rows behind each of them, the report."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from portal.core import show
from portal.core.charts import bar_chart, line_chart, pareto_chart
from portal.core.pages import Action, Column, OperationView, ScopedListView, ScopedPage, Stat
from portal.core.transfer.exporting import CONTENT_TYPES, ExportColumn, export_response
from service.models import InstalledUnit
from warranty import costs
from warranty.costs import Asked, Share
from warranty.costs.accruals import rest_of
from warranty.costs.entries import NONE, PATHS, UnknownDimension
from warranty.costs.report import HEADINGS, ask_report, dimensions_for
from warranty.costs.units import has_units
from warranty.forms.costs import CostFilter, CostReportForm
from warranty.models import SettlementItem

PERMISSION = "warranty.view_costs"
ACCRUAL = "accrual"
ASKED = frozenset({"since", "until", "model", "region"})
ACCRUALS = {ACCRUAL: "model", "accrual_region": "region"}
PER_UNIT = ("line", "model", "region")
LISTABLE = ("model", "region")
ON_CHART = 20


def filter_of(request: HttpRequest) -> CostFilter:
    """The bound form of the address. Raises Http404 for a model or region that the reader does not have."""
    form = CostFilter(request.GET, user=request.user)
    if not form.is_valid() and {"model", "region"} & set(form.errors):
        raise Http404
    return form


def asked_of(request: HttpRequest) -> Asked:
    """What the address asks for. Raises Http404, BadRequest."""
    form = filter_of(request)
    if not form.is_valid():
        raise BadRequest
    return form.asked()


class CostPage(ScopedPage):
    """Warranty cost, told apart by one thing at a time."""

    permission = PERMISSION
    template_name = "warranty/costs.html"
    title = gettext_lazy("Warranty cost")

    @cached_property
    def by(self) -> str:
        """What the reader tells costs apart by."""
        wanted = self.request.GET.get("by", "month")
        if wanted not in self.tabs:
            raise BadRequest
        return wanted

    @cached_property
    def tabs(self) -> dict[str, Any]:
        """The headings for this reader."""
        found: dict[str, Any] = {by: HEADINGS[by] for by in dimensions_for(self.request.user)}
        return found | {ACCRUAL: _("Expected and actual"), "accrual_region": _("Expected and actual by region")}

    @cached_property
    def form(self) -> CostFilter:
        """Months, model and region as asked for; with a wrong month the usual ones are shown beside its error."""
        return filter_of(self.request)

    @cached_property
    def asked(self) -> Asked:
        return self.form.asked() if self.form.is_valid() else Asked.usual()

    def get_subtitle(self) -> str:
        """The months shown, also where the address names none."""
        return f"{show.month(self.asked.since)} – {show.month(self.asked.until)}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if form := request.GET.get("export", ""):
            return self.export(form)
        return super().get(request, *args, **kwargs)

    def export(self, form: str) -> HttpResponse:
        """Every share, however many, and their total, which is the page's."""
        if form not in CONTENT_TYPES or self.by in ACCRUALS or not self.form.is_valid():
            raise BadRequest
        columns = [
            ExportColumn(HEADINGS[self.by], "label"),
            ExportColumn(pgettext("count", "Decisions"), "decisions"),
            ExportColumn(_("Cost (CNY, tax excluded)"), "amount"),
        ]
        rows = costs.file_shares(self.request.user, self.asked, self.by)
        name = " ".join([_("Warranty cost"), str(HEADINGS[self.by]), *(text for _label, text in self.asked.words())])
        return export_response(rows, columns, form, name=name, actor=self.request.user)

    def get_actions(self) -> Sequence[Action]:
        address = self.address(by=self.by)
        files = [] if self.by in ACCRUALS else [
            Action(form.upper(), f"{address}&export={form}", PERMISSION) for form in ("csv", "xlsx")
        ]  # fmt: skip
        report = f"{reverse('cost_report')}?{urlencode(self.asked.parameters())}"
        return [*files, Action(_("Cost report"), report, PERMISSION, "primary")]

    def address(self, name: str = "costs", **more: Any) -> str:
        """A page of the same months, model and region."""
        return f"{reverse(name)}?{urlencode(self.asked.parameters() | more)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self._accrual(ACCRUALS[self.by]) if self.by in ACCRUALS else self._breakdown()
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "by": self.by,
            "tabs": [(by, text, self.address(by=by)) for by, text in self.tabs.items()],
            "counted_on": self._counted_on(),
            **shown,
        }

    def _counted_on(self) -> str:
        day = costs.counted_on() if has_units(self.request.user, self.asked) else None
        return show.day(day) if day else ""

    def _breakdown(self) -> dict[str, Any]:
        user, asked = self.request.user, self.asked
        found = costs.breakdown(user, asked, self.by)
        counted = has_units(user, asked)
        units = costs.units_by(user, asked, self.by) if counted else {}
        rows = [
            (
                share,
                self.address("cost_rows", by=self.by, value=share.key),
                units.get(share.key, 0),
                per_unit(share, units) if counted else None,
                self.address("cost_units", **self._unit_filter(share.key)),
            )
            for share in found.shares
        ]
        return {
            "heading": HEADINGS[self.by],
            "rows": rows,
            "total": found.total,
            "total_url": self.address("cost_rows"),
            "with_units": counted and self.by in PER_UNIT,
            "can_list_units": self.by in LISTABLE,
            "chart": self._chart(found.shares),
            "stats": self._stats(found.total, units.get("", 0)),
        }

    def _unit_filter(self, key: str) -> dict[str, str]:
        return {self.by: key} if self.by in LISTABLE and key.isdigit() else {}

    def _stats(self, total: Any, units: int) -> list[Stat]:
        per = show.money(total / units) if units else show.NOTHING
        return [
            Stat(_("Cost"), show.money(total), _("CNY, tax excluded"), url=self.address("cost_rows")),
            Stat(
                _("Units in service"),
                show.quantity(units) if units else show.NOTHING,
                _("sold and not scrapped"),
                url=self.address("cost_units") if units else "",
            ),
            Stat(_("Cost per unit in service"), per, _("in these months")),
        ]

    def _chart(self, shares: Sequence[Share]) -> Any:
        points = [(share.label, share.amount) for share in shares]
        if self.by in ("month", "kind"):
            return bar_chart(HEADINGS[self.by], points, unit=_("CNY"))
        largest = [(label, amount) for label, amount in points[:ON_CHART] if amount > 0]
        return pareto_chart(HEADINGS[self.by], largest, unit=_("CNY"))

    def _accrual(self, of: str) -> dict[str, Any]:
        user, asked = self.request.user, self.asked
        heading = self.tabs[self.by]
        if not has_units(user, asked):
            return {"heading": heading, "no_units": True}
        found = costs.accrual(user, asked, of)
        rows = [
            (
                row,
                "" if row.key == NONE else self.address("cost_units", month=show.month(asked.until), **{of: row.key}),
                self.address("cost_rows", by=of, value=row.key),
            )
            for row in found.models[: costs.TOP]
        ]
        series: list[tuple[str, Any]] = [
            (pgettext("cost", "Expected"), [expected for _month, expected, _actual in found.months]),
            (_("Actual"), [actual for _month, _expected, actual in found.months]),
        ]
        return {
            "heading": heading,
            "is_accrual": True,
            "of": _("Region") if of == "region" else _("Model"),
            "rows": rows,
            "whole": found.whole,
            "rest": rest_of(found.models[costs.TOP :]),
            "until": show.month(asked.until),
            "total_url": self.address("cost_rows"),
            "units_url": self.address("cost_units", month=show.month(asked.until)),
            "chart": line_chart(heading, [show.month(month) for month, _e, _a in found.months], series, unit=_("CNY")),
        }


def per_unit(share: Share, units: dict[str, int]) -> Any:
    """Cost by units in service; None of none."""
    count = units.get(share.key, 0)
    return share.amount / count if count else None


class CostRows(ScopedListView):
    """The decisions, appeals and reversals behind one figure; their sum is the figure."""

    model = SettlementItem
    permission = PERMISSION
    export_permission = PERMISSION
    title = gettext_lazy("What a cost figure is made of")
    extra_parameters = ASKED | {"by", "value"}
    columns = (
        Column("source", pgettext_lazy("account", "Document"), "lead", small="get_kind_display"),
        Column(
            "claim", gettext_lazy("Claim"), link=lambda row: row.claim.get_absolute_url(),
            small="claim__product_model__local_name",
        ),
        Column("at", gettext_lazy("Decided on"), "moment"),
        Column("station", gettext_lazy("Station"), small="station__code", on_phone=False),
        Column("counted", gettext_lazy("Counted here"), "money"),
    )  # fmt: skip
    select_related = ("claim__product_model", "claim__work_order", "station")
    ordering = ("-pk",)
    empty_text = gettext_lazy("Nothing was decided here.")

    @cached_property
    def figure(self) -> tuple[str, str]:
        """By what, and which."""
        by, value = self.request.GET.get("by", ""), self.request.GET.get("value", "")
        if by and by not in dimensions_for(self.request.user):
            raise BadRequest
        return by, value

    def get_queryset(self) -> Any:
        by, value = self.figure
        try:
            rows = costs.decisions(self.request.user, asked_of(self.request), by, value)
        except (UnknownDimension, ValueError):
            raise BadRequest from None
        return rows.select_related(*self.select_related)

    def get_subtitle(self) -> str:
        """What was asked for, and the figure."""
        by, value = self.figure
        asked = asked_of(self.request)
        try:
            whole = costs.total_of(self.request.user, asked, by, value)
        except (UnknownDimension, ValueError):
            raise BadRequest from None
        told = [text for _label, text in asked.words()]
        return " · ".join([*told, *([str(HEADINGS[by])] if by in PATHS else []), show.money(whole)])


class CostUnits(ScopedListView):
    """Units in service, or with a month those in cover at its end."""

    model = InstalledUnit
    permission = PERMISSION
    export_permission = PERMISSION
    title = gettext_lazy("Units behind a cost figure")
    extra_parameters = ASKED | {"month"}
    columns = (
        Column("serial_number", kind="number"),
        Column("product_model", gettext_lazy("Model")),
        Column("sold_on", kind="day"),
        Column("status", gettext_lazy("Status")),
    )
    select_related = ("product_model",)
    ordering = ("-pk",)
    empty_text = gettext_lazy("No unit counts here.")

    def get_queryset(self) -> Any:
        user, asked, month = self.request.user, asked_of(self.request), self.request.GET.get("month", "")
        if not has_units(user, asked):
            raise Http404
        try:
            chosen = costs.in_cover(user, asked, date.fromisoformat(f"{month}-01")) if month else None
        except ValueError:
            raise BadRequest from None
        rows = costs.in_service(user, asked) if chosen is None else chosen
        return rows.select_related(*self.select_related)


class AskCostReport(OperationView):
    """The months, model and region of the page on paper."""

    permission = PERMISSION
    title = gettext_lazy("Cost report")
    intro = gettext_lazy(
        "All breakdowns of these months with their charts on one paper, all with the same total. It is made in the"
        " background and kept to be printed again."
    )
    form_class = CostReportForm
    submit_label = gettext_lazy("Make the report")

    def get_initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def get_subtitle(self) -> str:
        return show.sentences(f"{label} {text}" for label, text in asked_of(self.request).words())

    def get_cancel_url(self) -> str:
        return f"{reverse('costs')}?{urlencode(asked_of(self.request).parameters())}"

    def operate(self, form: Any) -> Any:
        return ask_report(asked_of(self.request), actor=self.request.user, language=form.cleaned_data["language"])
