"""Dealer accounts and their ledger."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin
from stations import dealer_account, payments
from stations.forms.contracts import PaymentForm
from stations.forms.people import MoneyForm
from stations.models import AccountEntry, AccountStatement, DealerAccount


def _limit(account: DealerAccount, values: dict[str, Any], actor: Any) -> None:
    dealer_account.set_credit_limit(account, credit_limit=values["amount"], reason=values["reason"], actor=actor)


def _override(account: DealerAccount, values: dict[str, Any], actor: Any) -> None:
    dealer_account.allow_above_limit(account, actor=actor, **values)


def _payment(account: DealerAccount, values: dict[str, Any], actor: Any) -> None:
    payments.record_payment(account, actor=actor, **values)


@admin.register(DealerAccount)
class DealerAccountAdmin(ReadOnlyAdmin):
    """Limits and balances; the ledger keeps the balances."""

    list_display = ["dealer", "principal", "credit_limit", "used", "committed", "warranty", "deposit"]
    list_filter = ["principal"]
    list_select_related = ["dealer", "principal"]
    search_fields = ["dealer__name", "dealer__code"]
    operations = [
        OperationButton(
            "payment", _("Record a payment"), _payment, permission="stations.record_payment", form=PaymentForm,
            intro=_("The dealer's transfer for parts. It lowers what is owed, and orders on hold are tested again."),
            success=_("Recorded."),
        ),
        OperationButton(
            "limit", _("Set the limit"), _limit, permission="stations.set_credit", form=MoneyForm, style="primary",
            intro=_("A limit below today's exposure only holds new orders; nothing is taken back."),
            success=_("The limit is set."),
        ),
        OperationButton(
            "override", _("Allow above the limit"), _override, permission="stations.set_credit", form=MoneyForm,
            intro=_("Signed by you with the reason; 0 ends the allowance."), success=_("The allowance is set."),
        ),
    ]  # fmt: skip


@admin.register(AccountEntry)
class AccountEntryAdmin(ReadOnlyAdmin):
    """The ledger, row by row."""

    list_display = ["at", "account", "station", "leg", "kind", "source", "amount", "actor"]
    list_filter = ["leg", "kind"]
    list_select_related = ["account__dealer", "station", "actor"]
    search_fields = ["source", "account__dealer__name"]
    date_hierarchy = "at"


@admin.register(AccountStatement)
class AccountStatementAdmin(ReadOnlyAdmin):
    """Issued statements of account."""

    list_display = ["number", "account", "station", "first_day", "last_day", "owed_before", "owed_after", "issued_at"]
    list_select_related = ["account__dealer", "station"]
    search_fields = ["number", "account__dealer__name"]
