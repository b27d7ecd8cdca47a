"""Pages of statements: list, preview, one statement, and its operations."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedFilterSet,
    ScopedListView,
    ScopedPage,
    Stat,
    visible_or_404,
)
from portal.core.show import money
from portal.core.transfer.kinds import ImportKind, kinds_for
from warranty import settlement
from warranty.disputed_lines import said_of
from warranty.forms.settlement import (
    DisputeForm,
    InvoiceForm,
    OfMonth,
    PaymentForm,
)
from warranty.models import ItemKind, Statement
from warranty.settlement_documents import paper_facts
from warranty.settlement_files import statement_file
from warranty.settlement_imports import BANK
from warranty.settlement_queries import names_in_language
from warranty.settlement_rules import INVOICE_TOLERANCE
from warranty.settlement_states import StatementStatus
from warranty.views.papers import PaperPage

KINDS = dict(ItemKind.choices)


class MonthFilter(ScopedFilterSet):
    """Statements of one month."""

    period = OfMonth(label=gettext_lazy("Month"))

    class Meta:
        model = Statement
        fields: ClassVar = ["period"]


class StatementList(ScopedListView):
    """Statements of the user's stations, latest month first."""

    model = Statement
    permission = "warranty.view_statement"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Statements")
    columns = [
        Column("number", kind="number"),
        Column("status", kind="badge"),
        Column("station", gettext_lazy("Station"), small="station__code"),
        Column("period", gettext_lazy("Month"), kind="month", sort="period"),
        Column("net", kind="money"),
        Column("tax", kind="money", on_phone=False),
        Column("gross", kind="money"),
        Column("answer_by", kind="day"),
    ]
    search_fields = ["number", "station__name", "station__code", "invoice_number"]
    filterset_class = MonthFilter
    chips = "status"
    ordering = ["-period"]
    select_related = ["station"]
    empty_text = gettext_lazy(
        "No statement yet. The month's statement is built on the 5th; the preview shows what will be on it."
    )

    def import_kind(self) -> ImportKind | None:
        return next((kind for kind in kinds_for(self.request.user) if kind.key == BANK), None)

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Build a month"), reverse("statement_build"), "warranty.build_statement", "primary"),
            Action(_("Issue a month"), reverse("statement_issue_month"), "warranty.issue_statement"),
            Action(_("Preview"), reverse("statement_preview"), "warranty.preview_statement"),
        ]


class StatementDetail(ScopedDetailView):
    """One statement: where it stands, its lines and foot, who has to act."""

    model = Statement
    permission = "warranty.view_statement"
    template_name = "warranty/statements/detail.html"
    select_related = ["station__dealer", "supersedes"]

    def get_subtitle(self) -> str:
        row = self.get_object()
        return f"{row.period:%Y-%m} · {row.station.code} {row.station}"

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        mine = self.request.user.has_perm
        pk = [row.pk]
        if row.status == StatementStatus.ISSUED:
            text = _("The station confirms by %(day)s; silence confirms.") % {"day": row.answer_by}
            url = reverse("statement_confirm", args=pk) if mine("warranty.confirm_statement", row) else ""
            return NextStep(text, _("Confirm"), url, "wait")
        if row.status == StatementStatus.DRAFT:
            url = reverse("statement_issue", args=pk) if mine("warranty.issue_statement", row) else ""
            return NextStep(_("Look through the preview, then issue it."), _("Issue"), url)
        if row.is_owed_back:
            url = reverse("statement_carry", args=pk) if mine("warranty.carry_statement", row) else ""
            return NextStep(
                _("Nobody invoices less than 0: the next statement takes it up."), _("Carry it"), url, "wait"
            )
        if row.status == StatementStatus.CONFIRMED:
            text = _("The station sends an invoice of %(gross)s.") % {"gross": money(row.gross)}
            url = reverse("statement_invoice", args=pk) if mine("warranty.invoice_statement", row) else ""
            return NextStep(text, _("Enter the invoice"), url)
        if row.status == StatementStatus.INVOICED:
            text = _("Finance pays %(gross)s to the dealer's bank.") % {"gross": money(row.to_transfer)}
            url = reverse("statement_pay", args=pk) if mine("warranty.pay_statement", row) else ""
            return NextStep(text, _("Enter the payment"), url)
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        actions = [
            Action(_("PDF"), reverse("statement_pdf", args=[row.pk]), "warranty.view_statement"),
            Action(_("CSV"), reverse("statement_csv", args=[row.pk]), "warranty.view_statement"),
            Action(_("Excel"), reverse("statement_xlsx", args=[row.pk]), "warranty.view_statement"),
        ]
        if row.status == StatementStatus.ISSUED and row.lines.filter(item__was_disputed=False).exists():
            actions.append(
                Action(
                    _("Dispute lines"),
                    reverse("statement_dispute", args=[row.pk]),
                    "warranty.dispute_statement",
                    "danger",
                )
            )
        if row.status == StatementStatus.DRAFT:
            actions.append(
                Action(_("Void"), reverse("statement_void", args=[row.pk]), "warranty.void_statement", "danger")
            )
        return actions

    def stats(self) -> Sequence[Stat]:
        row = self.get_object()
        return [
            Stat(_("Net"), money(row.net)),
            Stat(_("Tax"), money(row.tax)),
            Stat(_("Gross"), money(row.gross)),
            Stat(_("Payable"), money(row.payable)),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        before, after = row.supersedes, getattr(row, "superseded_by", None)
        facts = [
            Fact(_("Dealer"), row.header.get("dealer", "")),
            Fact(_("Bank"), row.header.get("bank", "")),
            Fact(_("Bank account"), row.header.get("bank_account", "")),
            Fact(_("Issued at"), row.issued_at),
            Fact(_("Confirmed at"), row.confirmed_at),
            Fact(_("Invoice number"), row.invoice_number),
            Fact(_("Invoice amount"), "" if row.invoice_amount is None else money(row.invoice_amount)),
            Fact(_("Paid on"), row.paid_on),
            Fact(_("Bank reference"), row.bank_reference),
            Fact(_("Revises"), before.number if before else "", before.get_absolute_url() if before else ""),
            Fact(_("Superseded by"), after.number if after else "", after.get_absolute_url() if after else ""),
            Fact(_("Fingerprint"), row.fingerprint[:16]),
        ]
        return [fact for fact in facts if fact.value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        lines = row.lines.select_related("item__claim").order_by("position")
        return super().get_context_data(**kwargs) | {
            "lines": lines,
            "names": names_in_language(lines),
            "disputed": said_of([line.item_id for line in lines if line.item_id]),
            "groups": list(row.tax_groups.order_by("tax_rate")),
            "kinds": KINDS,
        }


class StatementPdf(PaperPage):
    """The paper as issued; before that as a draft."""

    model = Statement
    permission = "warranty.view_statement"
    kind = "statement"
    draft_facts = staticmethod(paper_facts)


class StatementCsv(ScopedPage):
    """The twin of the paper: the same lines, the same totals."""

    permission = "warranty.view_statement"
    format = "csv"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = visible_or_404(Statement.objects.select_related("station"), request.user, pk=kwargs["pk"])
        answer: HttpResponse = statement_file(row, self.format, actor=request.user)
        return answer


class StatementXlsx(StatementCsv):
    """The same as a workbook: amounts are numbers."""

    format = "xlsx"


class IssueStatement(OperationView):
    """Number, fingerprint, paper; the station is told."""

    model = Statement
    permission = "warranty.issue_statement"
    title = gettext_lazy("Issue the statement")
    intro = gettext_lazy("It takes its number and goes to the station; the month is closed for good.")
    submit_label = gettext_lazy("Issue")
    success_message = gettext_lazy("The statement is issued.")

    def operate(self, form: Any) -> Statement:
        return settlement.issue_statement(self.object, actor=self.request.user)


class VoidStatement(OperationView):
    """A draft is taken back."""

    model = Statement
    permission = "warranty.void_statement"
    title = gettext_lazy("Void the draft")
    intro = gettext_lazy("Its lines wait again; the month can be built anew.")
    submit_label = gettext_lazy("Void")
    danger = True

    def operate(self, form: Any) -> Statement:
        return settlement.void_draft(self.object, actor=self.request.user)


class ConfirmStatement(OperationView):
    """The station agrees."""

    model = Statement
    permission = "warranty.confirm_statement"
    title = gettext_lazy("Confirm the statement")
    intro = gettext_lazy("You agree with every line. After this only counter-documents can correct it.")
    submit_label = gettext_lazy("Confirm")
    success_message = gettext_lazy("The statement is confirmed.")

    def operate(self, form: Any) -> Statement:
        return settlement.confirm_statement(self.object, actor=self.request.user)


class DisputeStatement(OperationView):
    """Some lines move to the next month."""

    model = Statement
    permission = "warranty.dispute_statement"
    title = gettext_lazy("Dispute lines")
    intro = gettext_lazy(
        "Write why beside each line you dispute. A revision without these lines is issued at once; they wait for the next month."
    )
    form_class = DisputeForm
    template_name = "warranty/statements/dispute.html"
    submit_label = gettext_lazy("Dispute")
    success_message = gettext_lazy("The revision is issued.")

    def operate(self, form: Any) -> Statement:
        return settlement.dispute_lines(self.object, reasons=form.reasons(), actor=self.request.user)


class InvoiceStatement(OperationView):
    """The station's invoice is here."""

    model = Statement
    permission = "warranty.invoice_statement"
    title = gettext_lazy("Enter the invoice")
    form_class = InvoiceForm

    def get_intro(self) -> str:
        row = self.get_object()
        said = {
            "number": row.number,
            "station": row.station,
            "gross": money(row.gross),
            "most": money(INVOICE_TOLERANCE),
        }
        text = _("Statement %(number)s of %(station)s: the invoice is over %(gross)s, at most %(most)s more or less.")
        return text % said

    def operate(self, form: Any) -> Statement:
        return settlement.record_invoice(self.object, actor=self.request.user, **form.cleaned_data)


class PayStatement(OperationView):
    """The dealer has its money."""

    model = Statement
    permission = "warranty.pay_statement"
    title = gettext_lazy("Enter the payment")
    form_class = PaymentForm

    def get_intro(self) -> str:
        row = self.get_object()
        said = {"number": row.number, "station": row.station, "amount": money(row.to_transfer)}
        return _("Statement %(number)s of %(station)s: %(amount)s goes to the dealer's bank.") % said

    def operate(self, form: Any) -> Statement:
        return settlement.pay_statement(self.object, actor=self.request.user, **form.cleaned_data)


class CarryStatement(OperationView):
    """What was confirmed below 0 goes to the next statement."""

    model = Statement
    permission = "warranty.carry_statement"
    title = gettext_lazy("Carry the statement")
    intro = gettext_lazy(
        "The next statement of the station takes the balance up and taxes it. No money moves: what the confirmation posted on"
        " the dealer's account is taken back there."
    )
    submit_label = gettext_lazy("Carry it")
    success_message = gettext_lazy("The statement is carried.")

    def why_not(self) -> str:
        """It owes something, or has its end."""
        row = self.get_object()
        if row.is_owed_back:
            return ""
        said = {"number": row.number, "status": row.get_status_display(), "gross": money(row.gross)}
        return str(settlement.NothingToCarry(**said))

    def operate(self, form: Any) -> Statement:
        return settlement.carry_confirmed(self.object, actor=self.request.user)
