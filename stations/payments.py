"""Transfers of dealers: a payment for parts, and how one bank reference stands once. Not here: deposits, the ledger itself."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.states import lock
from stations.dealer_account import AmountOutOfRange, post_entry
from stations.models import AccountEntry, DealerAccount, Leg, Station

PAYMENT = "payment"


class ReferenceElsewhere(Refusal):
    """One transfer pays one dealer's account."""

    message = _("Bank reference %(reference)s was recorded for %(dealer)s on %(day)s; one transfer counts once.")
    code = "reference_elsewhere"


class ReferenceReversed(Refusal):
    """What was reversed is not entered again under the same name."""

    message = _("Bank reference %(reference)s was recorded and reversed; add a mark to it to enter the transfer again.")
    code = "reference_reversed"


class MoreThanOwed(Refusal):
    """A slip of the keyboard would widen the credit by as much."""

    message = _(
        "%(amount)s is more than the %(owed)s owed for parts. Say that the dealer pays in advance, or check the amount."
    )
    code = "more_than_owed"


def reference_of(text: str) -> str:
    """A bank reference as it is compared: capitals, without spaces."""
    return "".join(text.split()).upper()


def recorded(account: DealerAccount, bank_reference: str) -> AccountEntry | None:
    """The payment of this account that the reference stands for already."""
    return account.entries.filter(kind=PAYMENT, source=reference_of(bank_reference)).first()


@transaction.atomic
def record_payment(
    account: DealerAccount,
    *,
    amount: Decimal,
    bank_reference: str,
    station: Station | None = None,
    note: str = "",
    is_advance: bool = False,
    actor: Any,
    at: datetime | None = None,
) -> AccountEntry:
    """The dealer's transfer lowers what it owes for parts; the same bank reference only once, held orders are tested again.

    is_advance: more than is owed may stay as credit. Raises ReferenceElsewhere, ReferenceReversed, MoreThanOwed,
    PostedOtherwise, ForeignStation, AmountOutOfRange. Writes AccountEntry and Event.
    """
    if amount <= 0:
        raise AmountOutOfRange(amount=amount, field="amount")
    reference = reference_of(bank_reference)
    is_known = claim_reference(account, reference, AccountEntry.objects.filter(kind=PAYMENT, source=reference))
    account = lock(account)
    if not is_known and not is_advance and amount > max(account.used, Decimal(0)):
        raise MoreThanOwed(amount=amount, owed=max(account.used, Decimal(0)), field="amount")
    return post_entry(
        account, kind=PAYMENT, source=reference, amount=-amount, station=station, leg=Leg.USED, note=note,
        actor=actor, at=at,
    )  # fmt: skip


def claim_reference(account: DealerAccount, reference: str, earlier: Any) -> bool:
    """Whether the transfer stands in this account already. Who enters the same reference meanwhile waits.

    earlier: entries of its kind with this reference, of any account. Raises ReferenceElsewhere, ReferenceReversed.
    """
    one_after_another(reference)
    known = list(earlier.select_related("account__dealer"))
    taken_back = set(AccountEntry.objects.filter(reverses__in=known).values_list("reverses_id", flat=True))
    for entry in known:
        if entry.account_id == account.pk and entry.pk in taken_back:
            raise ReferenceReversed(reference=reference, field="bank_reference")
        if entry.account_id != account.pk and entry.pk not in taken_back:
            raise ReferenceElsewhere(
                reference=reference, dealer=entry.account.dealer, day=clock.local_date(entry.at).isoformat(),
                field="bank_reference",
            )  # fmt: skip
    return bool(known) and any(entry.account_id == account.pk for entry in known)


def one_after_another(reference: str) -> None:
    """Until the transaction ends, nobody else enters a transfer by this reference."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bank reference {reference}"])
