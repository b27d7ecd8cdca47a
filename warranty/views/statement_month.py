"""Pages of a month of statements: its preview, its drafts, and issuing all of them at one press."""

from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.pages import OperationView, ScopedPage, Stat
from portal.core.show import money
from stations.models import Station
from warranty import settlement
from warranty.disputed_lines import said_of
from warranty.forms.settlement import BuildForm, IssueMonthForm, last_month
from warranty.models import ItemKind
from warranty.settlement_queries import names_in_language
from warranty.settlement_rules import month_of

KINDS = dict(ItemKind.choices)


def month_asked(request: HttpRequest, *, default: date) -> date:
    """The month in the address. Raises BadRequest."""
    text = request.GET.get("period", "")
    if not text:
        return default
    try:
        return month_of(date.fromisoformat(f"{text[:7]}-01"))
    except ValueError as error:
        raise BadRequest from error


class StatementPreview(ScopedPage):
    """What a station's statement would say if its month ended now."""

    template_name = "warranty/statements/preview.html"
    permission = "warranty.preview_statement"
    title = gettext_lazy("Preview of the statement")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stations = Station.objects.visible_to(self.request.user).select_related("dealer").order_by("code")
        wanted = self.request.GET.get("station", "")
        if wanted:
            station = stations.filter(code=wanted[:20]).first()
            if station is None:
                raise Http404
        else:
            station = stations.first()
        period = month_asked(self.request, default=month_of(clock.today()))
        found = settlement.preview(station, period) if station else None
        return super().get_context_data(**kwargs) | {
            "stations": stations[:300],
            "station": station,
            "period": period,
            "preview": found,
            "names": names_in_language(found.lines) if found else {},
            "disputed": said_of([line.item.pk for line in found.lines if line.item]) if found else {},
            "kinds": KINDS,
        }


class BuildStatements(OperationView):
    """One station's draft at once, all stations' in a job."""

    permission = "warranty.build_statement"
    title = gettext_lazy("Build statements")
    form_class = BuildForm
    submit_label = gettext_lazy("Build")
    intro = gettext_lazy("Drafts of the month are built with everything that waits; a draft built before is replaced.")

    def get_cancel_url(self) -> str:
        return reverse("statement_list")

    def operate(self, form: Any) -> Any:
        period, station = form.cleaned_data["period"], form.cleaned_data["station"]
        if station:
            return settlement.build_statement(station, period, actor=self.request.user)
        return settlement.build_month(period, actor=self.request.user)


class IssueMonth(OperationView):
    """What issuing all drafts of a month does stands there at once; one press starts it."""

    permission = "warranty.issue_statement"
    title = gettext_lazy("Issue a month")
    template_name = "warranty/statements/issue_month.html"
    form_class = IssueMonthForm
    success_message = ""

    def get_cancel_url(self) -> str:
        return reverse("statement_list")

    @property
    def period(self) -> date:
        """The month asked for, else the last one that is over."""
        return month_asked(self.request, default=last_month())

    def operate(self, form: Any) -> Any:
        chosen = settlement.read_chosen(form.cleaned_data["chosen"])
        return settlement.issue_month(self.period, chosen=chosen, actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = settlement.plan_month(self.period, actor=self.request.user)
        stats = [
            Stat(_("Net"), money(plan.net), _("Tax %(amount)s") % {"amount": money(plan.tax)}),
            Stat(_("Gross"), money(plan.gross)),
            Stat(_("Payable"), money(plan.payable)),
            Stat(_("Below 0, carried"), str(len(plan.below)), tone="wait" if plan.below else ""),
        ]
        return super().get_context_data(**kwargs) | {"plan": plan, "period": self.period, "stats": stats}
