"""Whether a claim needed an authorization before the work, and whether it has one: a pure function of what was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from warranty import pricing

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AuthorizationFact:
    """What headquarters granted: for work done from valid_from through valid_until, up to amount (CNY without tax)."""

    number: str
    amount: Decimal
    valid_from: date
    valid_until: date

    def covers(self, day: date) -> bool:
        """Whether work of this day was authorized before it."""
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True, slots=True)
class AuthorizationCheck:
    """why: what asks for one (outside, total); amount: CNY that must be granted; found: missing, not_valid, too_low or ok."""

    why: tuple[str, ...]
    amount: Decimal
    found: str
    fact: AuthorizationFact | None

    @property
    def needed(self) -> bool:
        return bool(self.why)

    @property
    def is_enough(self) -> bool:
        return self.found == "ok"

    def as_json(self) -> dict[str, Any]:
        """The same for the stored explanation."""
        fact = self.fact
        granted = (
            {"number": fact.number, "amount": str(fact.amount), "from": fact.valid_from.isoformat(),
             "until": fact.valid_until.isoformat()}
            if fact else None
        )  # fmt: skip
        return {"why": list(self.why), "amount": str(self.amount), "found": self.found, "granted": granted}


def check_authorization(
    lines: Iterable[pricing.Line], claimed: Decimal, fact: AuthorizationFact | None, *,
    on: date, outside_limit: Decimal, total_limit: Decimal,
) -> AuthorizationCheck:  # fmt: skip
    """Outside service above its limit needs one for its sum, a claim above the total limit for the whole claim."""
    outside = [line.amount for line in lines if line.kind == "outside"]
    why, amount = [], ZERO
    if any(each > outside_limit for each in outside):
        why, amount = ["outside"], sum(outside, ZERO)
    if claimed > total_limit:
        why, amount = [*why, "total"], claimed
    return AuthorizationCheck(tuple(why), amount, _found(fact, amount, on), fact)


def _found(fact: AuthorizationFact | None, amount: Decimal, on: date) -> str:
    if fact is None:
        return "missing"
    if not fact.covers(on):
        return "not_valid"
    return "ok" if amount <= fact.amount else "too_low"


def granted_shares(
    amounts: Iterable[tuple[int, Decimal]], fact: AuthorizationFact | None, on: date
) -> dict[int, Decimal]:
    """What of the granted amount each outside line may take, in order, by position; empty without a valid grant."""
    if fact is None or not fact.covers(on):
        return {}
    left, shares = fact.amount, {}
    for position, amount in amounts:
        shares[position] = min(left, amount)
        left -= shares[position]
    return shares
