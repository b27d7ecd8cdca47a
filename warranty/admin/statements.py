"""Statements at headquarters: issued, voided, invoiced and paid by buttons; never edited."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from warranty import settlement
from warranty.admin.papers import PaperAdmin
from warranty.forms.settlement import InvoiceForm, PaymentForm
from warranty.models import ClosedMonth, SettlementItem, Statement, StatementLine, StatementTaxGroup
from warranty.settlement_states import StatementStatus


def issue(statement: Statement, values: dict[str, Any], actor: Any) -> None:
    """Number, fingerprint, paper."""
    settlement.issue_statement(statement, actor=actor)


def void(statement: Statement, values: dict[str, Any], actor: Any) -> None:
    """The draft is taken back."""
    settlement.void_draft(statement, actor=actor)


def invoice(statement: Statement, values: dict[str, Any], actor: Any) -> None:
    """The station's invoice is here."""
    settlement.record_invoice(statement, actor=actor, **values)


def pay(statement: Statement, values: dict[str, Any], actor: Any) -> None:
    """The dealer has its money."""
    settlement.pay_statement(statement, actor=actor, **values)


class LineInline(ScopedTabularInline):
    """Its lines."""

    model = StatementLine
    fields = (
        "position",
        "kind",
        "source",
        "text",
        "parts_amount",
        "labor_amount",
        "travel_amount",
        "other_amount",
        "amount",
    )
    readonly_fields = fields


class TaxGroupInline(ScopedTabularInline):
    """Tax per rate."""

    model = StatementTaxGroup
    fields = ("tax_rate", "brought_forward", "net", "tax", "carried")
    readonly_fields = fields


@admin.register(Statement)
class StatementAdmin(PaperAdmin):
    """A month of a station."""

    list_display = ("number", "status", "station", "period", "net", "tax", "gross", "answer_by", "paid_on")
    list_filter = ("status", "period", "station__center__region")
    list_select_related = ("station",)
    search_fields = ("number", "station__code", "station__name", "invoice_number", "bank_reference")
    fields: ClassVar[Any] = (
        "station",
        "period",
        "revision",
        "supersedes",
        "net",
        "tax",
        "gross",
        "payable",
        "fingerprint",
        "issued_at",
        "answer_by",
        "confirmed_at",
        "invoice_number",
        "invoice_amount",
        "bank_reference",
        "paid_on",
    )
    inlines = (LineInline, TaxGroupInline)
    paper = "statement_pdf"
    operations = (
        OperationButton(
            "issue", _("Issue"), issue, permission="warranty.issue_statement", style="primary",
            shown=lambda row: row.status == StatementStatus.DRAFT,
            intro=_("It takes its number and goes to the station; the month is closed for good."),
            success=_("The statement is issued."),
        ),
        OperationButton(
            "invoice", _("Enter the invoice"), invoice, permission="warranty.invoice_statement", form=InvoiceForm,
            shown=lambda row: row.status == StatementStatus.CONFIRMED, style="primary",
        ),
        OperationButton(
            "pay", _("Enter the payment"), pay, permission="warranty.pay_statement", form=PaymentForm,
            shown=lambda row: row.status == StatementStatus.INVOICED, style="primary",
        ),
        OperationButton(
            "void", _("Void the draft"), void, permission="warranty.void_statement", style="danger",
            shown=lambda row: row.status == StatementStatus.DRAFT,
            intro=_("Its lines wait again; the month can be built anew."),
        ),
    )  # fmt: skip


@admin.register(SettlementItem)
class SettlementItemAdmin(ReadOnlyAdmin):
    """What may stand on a statement."""

    list_display = ("source", "kind", "station", "amount", "tax_rate", "period", "at")
    list_filter = ("kind", "period", "station__center__region")
    list_select_related = ("station",)
    search_fields = ("source", "claim__number", "station__code", "station__name")
    ordering = ("-at", "-pk")


@admin.register(ClosedMonth)
class ClosedMonthAdmin(ReadOnlyAdmin):
    """Months nothing is posted into any more."""

    list_display = ("station", "period", "closed_at")
    list_filter = ("period",)
    list_select_related = ("station",)
    search_fields = ("station__code", "station__name")
    ordering = ("-period", "station")
