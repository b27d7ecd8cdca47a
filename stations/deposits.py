"""Security deposits by contract: received, held, returned. Not here: the account's ledger (dealer_account)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.states import lock
from stations import dealer_account
from stations.models import AccountEntry, Contract, Leg, Station
from stations.payments import claim_reference, reference_of

RECEIVED, RETURNED = "deposit", "deposit_returned"
ZERO = Decimal(0)


class MoreThanDue(Refusal):
    """The contract says how much is deposited; more is agreed by a renewal first."""

    message = _("%(due)s is due by the contract and %(held)s is held; %(got)s would be more.")
    code = "more_than_due"


class MoreThanHeld(Refusal):
    """Only what is held for the contract goes back."""

    message = _("%(held)s is held for this contract; %(wanted)s cannot be returned.")
    code = "more_than_held"


@transaction.atomic
def receive_deposit(
    contract: Contract, *, amount: Decimal, bank_reference: str, actor: Any, at: datetime | None = None
) -> AccountEntry:
    """The deposit stands in the dealer account; the same bank reference only once.

    Raises MoreThanDue, ReferenceElsewhere, ReferenceReversed, PostedOtherwise. Writes AccountEntry and Event.
    """
    station, reference = contract.station, reference_of(bank_reference)
    account = dealer_account.account_of(station)
    is_known = claim_reference(account, reference, AccountEntry.objects.filter(kind=RECEIVED, line=reference))
    account = dealer_account.lock_account_of(station)
    if not is_known and (held := held_by(contract)) + amount > contract.deposit_due:
        raise MoreThanDue(due=contract.deposit_due, held=held, got=amount, field="amount")
    return dealer_account.post_entry(
        account, kind=RECEIVED, source=contract.number, line=reference, leg=Leg.DEPOSIT, amount=amount,
        station=station, actor=actor, at=at, note=reference,
    )  # fmt: skip


@transaction.atomic
def return_deposit(
    contract: Contract, *, amount: Decimal, bank_reference: str, actor: Any, at: datetime | None = None
) -> AccountEntry:
    """The deposit, or a part of it, went back to the dealer. Raises MoreThanHeld. Writes AccountEntry and Event."""
    station, reference = contract.station, reference_of(bank_reference)
    account = dealer_account.lock_account_of(station)
    known = account.entries.filter(kind=RETURNED, source=contract.number, line=reference).exists()
    if not known and amount > (held := held_by(contract)):
        raise MoreThanHeld(held=held, wanted=amount, field="amount")
    lock(contract)
    return dealer_account.post_entry(
        account, kind=RETURNED, source=contract.number, line=reference, leg=Leg.DEPOSIT, amount=-amount,
        station=station, actor=actor, at=at, note=reference,
    )  # fmt: skip


def held_by(contract: Contract) -> Decimal:
    """What is held under this contract's number: received, reversed and returned added up, CNY."""
    return _sum(AccountEntry.objects.filter(leg=Leg.DEPOSIT, source=contract.number))


def held_for(station: Station) -> Decimal:
    """What is held for the station under all its contracts, CNY."""
    return _sum(AccountEntry.objects.filter(leg=Leg.DEPOSIT, station=station))


def movements(contract: Contract) -> list[AccountEntry]:
    """The entries behind it, earliest first."""
    return list(AccountEntry.objects.filter(leg=Leg.DEPOSIT, source=contract.number).order_by("at", "pk"))


def _sum(entries: Any) -> Decimal:
    return entries.aggregate(total=Sum("amount"))["total"] or ZERO


def with_deposit(contracts: Any) -> Any:
    """Contracts with `deposit_held`, CNY, in their own query."""
    held = AccountEntry.objects.filter(leg=Leg.DEPOSIT, source=OuterRef("number")).order_by().values("source")
    amount: Any = Subquery(held.annotate(total=Sum("amount")).values("total"), output_field=DecimalField())
    return contracts.annotate(deposit_held=Coalesce(amount, Value(ZERO), output_field=DecimalField()))


def missing_deposits(contracts: Any) -> Any:
    """Contracts of which less deposit is held than is due."""
    return with_deposit(contracts).filter(deposit_held__lt=F("deposit_due"))


def check_deposits() -> Iterable[str]:
    """One sentence per contract from which more deposit went back than came. For check_books."""
    for number, held in (
        with_deposit(Contract.objects.all()).filter(deposit_held__lt=0).values_list("number", "deposit_held")
    ):
        yield f"contract {number}: {held} of deposit is held"
