"""The statement of account on screen: a period, opening and closing balances, entries with running balances, as a file."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.listing import refuse_unknown
from portal.core.pages import Action, Column, ScopedDetailView, Table
from portal.core.transfer.exporting import CONTENT_TYPES, ExportColumn, export_response
from stations import account_statements
from stations.account_statements import AccountPeriod, Line
from stations.documents import statement_document_of
from stations.forms.contracts import EntriesForm
from stations.models import AccountEntry, AccountStatement, DealerAccount
from stations.words import entry_words

SHOWN = 500
COLUMNS = [
    Column(lambda line: line.entry.at, _("at"), kind="moment"),
    Column(lambda line: line.entry.source, _("document"), small=lambda line: line.entry.line),
    Column(lambda line: entry_words(line.entry.kind), _("kind"), small=lambda line: line.entry.note),
    Column(lambda line: line.entry.station, _("station")),
    Column(lambda line: line.entry.get_leg_display(), _("kind of balance")),
    Column(lambda line: line.entry.amount, _("amount"), kind="amount"),
    Column(lambda line: line.balance, _("Balance after"), kind="amount"),
]
EXPORTED = [
    ExportColumn(_("at"), lambda line: line.entry.at),
    ExportColumn(_("document"), lambda line: line.entry.source),
    ExportColumn(_("line"), lambda line: line.entry.line),
    ExportColumn(_("kind"), lambda line: entry_words(line.entry.kind)),
    ExportColumn(_("station"), lambda line: str(line.entry.station or "")),
    ExportColumn(_("kind of balance"), lambda line: line.entry.get_leg_display()),
    ExportColumn(_("amount"), lambda line: line.entry.amount),
    ExportColumn(_("Balance after"), lambda line: line.balance),
    ExportColumn(_("note"), lambda line: line.entry.note),
]


def month_before(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


class AccountPeriodPage(ScopedDetailView):
    """One account between two days, by station, kind and balance."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    template_name = "stations/account_period.html"
    select_related = ["dealer", "principal"]
    title = _("Statement of account")

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return f"{row.dealer} · {row.principal} · {row.number}"

    def get_actions(self) -> list[Action]:
        url = reverse("dealer_account_issue", args=[self.get_object().pk])
        return [Action(_("Issue as PDF"), url, "stations.issue_account_statement", "primary")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_unknown(request, {"first", "last", "station", "leg", "kind", "export"})
        if format := request.GET.get("export", ""):
            return self._export(format)
        return super().get(request, *args, **kwargs)

    def _form(self) -> EntriesForm:
        """The filters; without any, this month."""
        account, today = self.get_object(), clock.today()
        given = self.request.GET.dict()
        given.pop("export", None)
        asked = {"first": today.replace(day=1).isoformat(), "last": today.isoformat()} | given
        form = EntriesForm(asked, user=self.request.user, subject=account)
        kinds = AccountEntry.objects.filter(account=account).order_by("kind").values_list("kind", flat=True).distinct()
        form.fields["kind"].choices = [("", "---------"), *((kind, entry_words(kind)) for kind in kinds)]  # type: ignore[attr-defined]
        return form

    def _read(self, form: EntriesForm) -> tuple[AccountPeriod, list[Line]] | None:
        if not form.is_valid():
            return None
        asked = form.cleaned_data
        try:
            period = account_statements.account_period(
                self.get_object(), first=asked["first"], last=asked["last"], station=asked["station"]
            )
        except (account_statements.PeriodTurned, account_statements.TooManyEntries) as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return None
        lines = [
            line
            for line in period.lines
            if (not asked["leg"] or line.entry.leg == asked["leg"])
            and (not asked["kind"] or line.entry.kind == asked["kind"])
        ]
        return period, lines

    def _export(self, format: str) -> HttpResponse:
        if format not in CONTENT_TYPES:
            raise BadRequest
        read = self._read(self._form())
        if read is None:
            raise BadRequest
        period, lines = read
        name = f"{self.title} {period.account.number} {period.first} {period.last}"
        return export_response(lines, EXPORTED, format, name=name, actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self._form()
        read = self._read(form)
        period, lines = read if read else (None, [])
        query = self.request.GET.copy()
        query.pop("export", None)
        return super().get_context_data(**kwargs) | {
            "form": form,
            "period": period,
            "table": Table.of(lines[:SHOWN], COLUMNS),
            "count": len(lines),
            "shown": min(SHOWN, len(lines)),
            "query": query.urlencode(),
            "show_status": False,
        }


class StatementDetail(ScopedDetailView):
    """An issued statement of account and its PDF."""

    model = AccountStatement
    permission = "stations.view_accountstatement"
    template_name = "stations/account_statement_detail.html"
    select_related = ["account__dealer", "station"]

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return f"{row.account.dealer} · {row.first_day} – {row.last_day}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"document": statement_document_of(self.get_object())}
