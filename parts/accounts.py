"""The dealer account behind a station's orders, under its lock. Not here: its ledger (stations.dealer_account)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts.credit import CreditCheck, check_credit
from portal.core.errors import Refusal
from portal.core.models.events import Event
from stations import dealer_account
from stations.models import DealerAccount


class NoAccount(Refusal):
    """The dealer has no account with us."""

    message = _("The dealer of %(station)s has no account yet.")
    code = "no_account"


def account_of(station: Any) -> DealerAccount | None:
    """The account that pays for the station's parts, or None before one is opened."""
    try:
        return dealer_account.account_of(station)
    except DealerAccount.DoesNotExist:
        return None


def lock_account_of(station: Any) -> DealerAccount:
    """The same, kept from other writers until the transaction ends. Raises NoAccount."""
    account = lock_account_if_any(station)
    if account is None:
        raise NoAccount(station=station)
    return account


def lock_account_if_any(station: Any) -> DealerAccount | None:
    """The same; None before an account is opened."""
    try:
        return dealer_account.lock_account_of(station)
    except DealerAccount.DoesNotExist:
        return None


def frees_credit(event: Event) -> bool:
    """Whether the posting that the event tells of lowered what counts against the limit."""
    legs = event.data.get("legs", {})
    return sum(Decimal(str(legs.get(leg, "0"))) for leg in ("used", "committed")) < 0


def credit_check(account: DealerAccount, amount: Decimal) -> CreditCheck:
    """What the account would owe with this amount, against its limit and what finance allows above it."""
    return check_credit(
        limit=account.credit_limit + account.override,
        used=account.used,
        committed=account.committed,
        order=amount,
    )
