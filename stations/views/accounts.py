"""Dealer accounts for dealers and finance."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.core import clock, show
from portal.core.pages import Action, Column, OperationView, ScopedDetailView, ScopedListView, Stat
from stations import account_statements, dealer_account, payments
from stations.forms.contracts import PaymentForm, PeriodForm
from stations.forms.lifecycle import WhyForm
from stations.forms.people import MoneyForm
from stations.models import AccountEntry, DealerAccount
from stations.views.account_period import month_before
from stations.words import entry_words

ENTRIES_SHOWN = 100


class AccountList(ScopedListView):
    """All accounts one may see, the tightest first by wish."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    export_permission = "stations.export_lists"
    title = _("Dealer accounts")
    subtitle_text = _("Limits and amounts in CNY, tax excluded.")
    columns = [
        Column("dealer", kind="number", small="principal", sort="dealer__name"),
        Column("credit_limit", kind="amount", sort="credit_limit"),
        Column("used", kind="amount", sort="used"),
        Column("committed", kind="amount", sort="committed"),
        Column("available", label=_("available"), kind="amount"),
        Column("warranty", kind="amount", sort="warranty"),
        Column("deposit", kind="amount", sort="deposit"),
    ]
    search_fields = ["dealer__name", "dealer__code"]
    filter_fields = ["principal"]
    ordering = ["dealer__name"]
    select_related = ["dealer", "principal"]


class AccountDetail(ScopedDetailView):
    """Balances, limit and entries of one account."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    template_name = "stations/dealer_account_detail.html"
    select_related = ["dealer", "principal"]

    def get_title(self) -> Any:
        return str(self.get_object().dealer)

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return f"{row.principal} · {row.number}"

    def get_actions(self) -> Sequence[Action]:
        pk = self.get_object().pk
        return [
            Action(_("Statement of account"), reverse("dealer_account_period", args=[pk]), style="primary"),
            Action(_("Record a payment"), reverse("dealer_account_payment", args=[pk]), "stations.record_payment"),
            Action(_("Set the limit"), reverse("dealer_account_limit", args=[pk]), "stations.set_credit"),
            Action(_("Allow above the limit"), reverse("dealer_account_override", args=[pk]), "stations.set_credit"),
        ]

    def stats(self) -> Sequence[Stat]:
        row = self.get_object()
        limit = row.credit_limit + row.override
        share = min(100, int(row.exposure * 100 / limit)) if limit else (100 if row.exposure else 0)
        tone = "bad" if row.available < 0 else "wait" if share >= 80 else ""
        detail = _("of %(limit)s, tax excluded") % {"limit": show.money(limit)}
        return [
            Stat(_("Credit in use"), show.money(row.exposure), detail, tone, share=share, share_tone=tone),
            Stat(
                _("Available credit"),
                show.money(row.available),
                _("unpaid invoices and open orders deducted, tax excluded"),
            ),
            Stat(_("Warranty money"), show.money(row.warranty), _("confirmed statements, not yet paid out")),
            Stat(_("Security deposit"), show.money(row.deposit)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = self.get_object().entries.select_related("station", "actor").order_by("-at", "-pk")
        return super().get_context_data(**kwargs) | {
            "entries": list(entries[:ENTRIES_SHOWN]),
            "statements": list(self.get_object().statements.select_related("station")[:12]),
            "columns": [
                Column("at", kind="moment"),
                Column("source", small="line"),
                Column("leg"),
                Column(lambda row: entry_words(row.kind), _("kind"), small="note"),
                Column("station"),
                Column("amount", kind="amount"),
                *([Column(self._reversal, _("correct"), kind="html")] if self._may_correct() else []),
            ],
        }

    def _may_correct(self) -> bool:
        return bool(self.request.user.has_perm("stations.correct_entry"))

    def _reversal(self, row: AccountEntry) -> Any:
        """A link on entries made by another hand; whether one may still be reversed is the operation's to say."""
        if row.kind not in dealer_account.BY_HAND or row.reverses_id:
            return ""
        if not self.request.user.has_perm("stations.correct_entry", row):
            return format_html('<span class="t-2">{}</span>', _("by a colleague"))
        return format_html('<a href="{}">{}</a>', reverse("account_entry_correct", args=[row.pk]), _("Reverse"))


ALREADY = _("This transfer was recorded on %(day)s; nothing was posted again.")


class RecordPayment(OperationView):
    model = DealerAccount
    permission = "stations.record_payment"
    form_class = PaymentForm
    title = _("Record a payment")
    intro = _("The dealer's transfer for parts. It lowers what is owed, and orders on hold are tested again.")
    success_message: str | Promise = _("Recorded.")
    select_related = ["dealer"]

    def get_subtitle(self) -> Any:
        return str(self.object.dealer)

    def operate(self, form: Any) -> Any:
        values = form.cleaned_data
        if earlier := payments.recorded(self.object, values["bank_reference"]):
            self.success_message = ALREADY % {"day": show.day(earlier.at)}
        payments.record_payment(self.object, actor=self.request.user, **values)
        return self.object


class CorrectEntry(OperationView):
    model = AccountEntry
    permission = "stations.correct_entry"
    form_class = WhyForm
    title = _("Reverse the entry")
    intro = _("The opposite amount is posted and names this entry; both stay on record.")
    submit_label = _("Reverse")
    success_message = _("Reversed.")
    danger = True
    select_related = ["account__dealer"]

    def get_subtitle(self) -> Any:
        row = self.object
        return f"{entry_words(row.kind)} {row.source} {row.line} · {show.money(row.amount)}"

    def get_cancel_url(self) -> str:
        return str(self.object.account.get_absolute_url())

    def operate(self, form: Any) -> Any:
        dealer_account.correct_entry(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object.account


class IssueStatement(OperationView):
    model = DealerAccount
    permission = "stations.issue_account_statement"
    form_class = PeriodForm
    title = _("Issue a statement of account")
    intro = _("Opening balances, every entry and closing balances of the period, numbered and frozen, as a PDF.")
    submit_label = _("Issue")
    success_message = _("Issued.")
    select_related = ["dealer", "principal"]

    def get_subtitle(self) -> Any:
        return str(self.object.dealer)

    def get_initial(self) -> dict[str, Any]:
        first, last = month_before(clock.today())
        return super().get_initial() | {"first": first, "last": last}

    def operate(self, form: Any) -> Any:
        return account_statements.issue_account_statement(self.object, actor=self.request.user, **form.cleaned_data)


class SetLimit(OperationView):
    model = DealerAccount
    permission = "stations.set_credit"
    form_class = MoneyForm
    title = _("Set the credit limit")
    intro = _("A limit below today's exposure only holds new orders; nothing is taken back.")
    success_message = _("The limit is set.")
    select_related = ["dealer"]

    def get_subtitle(self) -> Any:
        return str(self.object.dealer)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"amount": self.object.credit_limit}

    def operate(self, form: Any) -> Any:
        values = form.cleaned_data
        return dealer_account.set_credit_limit(
            self.object, credit_limit=values["amount"], reason=values["reason"], actor=self.request.user
        )


class AllowAboveLimit(OperationView):
    model = DealerAccount
    permission = "stations.set_credit"
    form_class = MoneyForm
    title = _("Allow above the limit")
    intro = _("Signed by you with the reason; 0 ends the allowance.")
    success_message = _("The allowance is set.")
    select_related = ["dealer"]

    def get_subtitle(self) -> Any:
        return str(self.object.dealer)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"amount": self.object.override}

    def operate(self, form: Any) -> Any:
        return dealer_account.allow_above_limit(self.object, actor=self.request.user, **form.cleaned_data)
