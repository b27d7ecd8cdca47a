"""Pure arithmetic of credit. Not here: the account and its ledger (stations.dealer_account), holding and releasing (ordering).

Source: rules.md 3.9, C32.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class CreditCheck:
    """What the dealer would owe with this order, and by how much that is above the limit. CNY."""

    exposure: Decimal
    over_by: Decimal

    @property
    def hold(self) -> bool:
        """Exposure equal to the limit is not a hold."""
        return self.over_by > 0


def check_credit(*, limit: Decimal, used: Decimal, committed: Decimal, order: Decimal) -> CreditCheck:
    """used: unpaid invoices; committed: confirmed open orders and what is shipped but not invoiced."""
    exposure = used + committed + order
    return CreditCheck(exposure, max(ZERO, exposure - limit))


@dataclass(frozen=True)
class HeldOrder:
    """An order that waits for credit."""

    key: str
    at: datetime
    amount: Decimal


def releasable(*, limit: Decimal, used: Decimal, committed: Decimal, held: Iterable[HeldOrder]) -> list[HeldOrder]:
    """The held orders that now fit, oldest first; one that does not fit stays and blocks no later one."""
    released = []
    for order in sorted(held, key=lambda order: (order.at, order.key)):
        if not check_credit(limit=limit, used=used, committed=committed, order=order.amount).hold:
            released.append(order)
            committed += order.amount
    return released
