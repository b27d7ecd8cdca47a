"""What a supplier owes, period by period: on screen, as a file, issued as a document; for the supplier and for finance."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from parts.models import Supplier
from portal.core import clock
from portal.core.documents import documents_of
from portal.core.listing import refuse_unknown
from portal.core.pages import Action, Column, OperationView, ScopedDetailView, ScopedListView, Stat, Table
from portal.core.show import money
from portal.core.transfer.exporting import CONTENT_TYPES
from stations.account_statements import PeriodTurned, TooManyEntries
from stations.views.account_period import month_before
from warranty import supplier_statements
from warranty.forms.settlement import PeriodForm
from warranty.settlement_files import period_file
from warranty.supplier_statements import KIND, Movement, SupplierPeriod

SHOWN = 500
COLUMNS = [
    Column(lambda line: line.at, gettext_lazy("Day"), kind="day"),
    Column(
        lambda line: line.note.number,
        gettext_lazy("Note number"),
        link=lambda line: line.note.get_absolute_url(),
        small=lambda line: line.document if line.document != line.note.number else "",
    ),
    Column(lambda line: line.kind.label, gettext_lazy("Kind")),
    Column(lambda line: line.amount, gettext_lazy("Amount"), kind="amount"),
    Column(lambda line: line.balance, gettext_lazy("Balance"), kind="amount"),
]


class SupplierStatementList(ScopedListView):
    """The suppliers whose statement the reader may see: a supplier's own, all that got notes for finance."""

    model = Supplier
    permission = "warranty.view_supplier_statement"
    title = gettext_lazy("Supplier statements")
    columns = [
        Column("code", link=lambda row: reverse("supplier_statement", args=[row.pk])),
        Column("local_name", gettext_lazy("Supplier"), kind="name"),
        Column(lambda row: row.open.due, gettext_lazy("Accepted, not paid yet"), kind="money", on_phone=False),
        Column(lambda row: row.open.total, gettext_lazy("Balance today"), kind="money"),
    ]
    search_fields = ["code", "name", "name_en"]
    ordering = ["code"]
    empty_text = gettext_lazy("No note yet.")

    def get_queryset(self) -> Any:
        return supplier_statements.with_account(super().get_queryset())

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Each with what it owes at this moment."""
        found = supplier_statements.open_of([row.pk for row in rows])
        for row in rows:
            row.open = found[row.pk]
        return rows


class SupplierStatementPage(ScopedDetailView):
    """One supplier's account between two days; every row opens its note."""

    model = Supplier
    permission = "warranty.view_supplier_statement"
    template_name = "warranty/chargebacks/supplier_statement.html"
    title = gettext_lazy("Supplier statement")

    def get_subtitle(self) -> str:
        return str(self.get_object())

    def get_actions(self) -> Sequence[Action]:
        url = reverse("supplier_statement_issue", args=[self.get_object().pk])
        return [Action(_("Issue as PDF"), url, "warranty.issue_supplier_statement", "primary")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_unknown(request, {"first", "last", "export"})
        if format := request.GET.get("export", ""):
            return self._export(format)
        return super().get(request, *args, **kwargs)

    def _form(self) -> PeriodForm:
        """The days; without any, this month."""
        given, today = self.request.GET.dict(), clock.today()
        given.pop("export", None)
        asked = {"first": today.replace(day=1).isoformat(), "last": today.isoformat()} | given
        return PeriodForm(asked, user=self.request.user, subject=self.get_object())

    def _read(self, form: PeriodForm) -> SupplierPeriod | None:
        if not form.is_valid():
            return None
        try:
            return supplier_statements.supplier_period(self.get_object(), **form.cleaned_data)
        except (PeriodTurned, TooManyEntries) as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return None

    def _export(self, format: str) -> HttpResponse:
        period = self._read(self._form())
        if format not in CONTENT_TYPES or period is None:
            raise BadRequest
        answer: HttpResponse = period_file(period, format, actor=self.request.user)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self._form()
        period = self._read(form)
        lines: Sequence[Movement] = period.lines if period else []
        query = self.request.GET.copy()
        query.pop("export", None)
        open_amounts = supplier_statements.open_now(self.get_object())
        return super().get_context_data(**kwargs) | {
            "form": form,
            "period": period,
            "stats": [
                Stat(_("Waiting for the answer"), money(open_amounts.waiting)),
                Stat(pgettext_lazy("chargeback", "Disputed"), money(open_amounts.disputed)),
                Stat(_("Accepted, not paid yet"), money(open_amounts.due)),
                *(
                    [Stat(_("Owed back to the supplier"), money(open_amounts.owed_back), tone="bad")]
                    if open_amounts.owed_back
                    else []
                ),
                Stat(_("Balance today"), money(open_amounts.total)),
            ],
            "table": Table.of(lines[:SHOWN], COLUMNS),
            "count": len(lines),
            "shown": min(SHOWN, len(lines)),
            "query": query.urlencode(),
            "issued": documents_of(self.get_object(), KIND),
            "show_status": False,
        }


class IssueSupplierStatement(OperationView):
    """Numbered and frozen, for the supplier to read and print."""

    model = Supplier
    permission = "warranty.issue_supplier_statement"
    form_class = PeriodForm
    title = gettext_lazy("Issue a supplier statement")
    intro = gettext_lazy(
        "Opening balance, every movement and closing balance of the period, numbered and frozen, as a PDF."
    )
    submit_label = gettext_lazy("Issue")
    success_message = gettext_lazy("Issued.")

    def get_subtitle(self) -> str:
        return str(self.object)

    def get_cancel_url(self) -> str:
        return reverse("supplier_statement", args=[self.kwargs["pk"]])

    def get_initial(self) -> dict[str, Any]:
        first, last = month_before(clock.today())
        return super().get_initial() | {"first": first, "last": last}

    def operate(self, form: Any) -> str:
        supplier_statements.issue_supplier_statement(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()
