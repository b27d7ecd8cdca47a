"""The dealer account's ledger: open, post, reverse, limits. Not here: what is ordered or claimed (parts, warranty)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.money import BOUND, round_money
from portal.core.parameters import param
from portal.core.states import is_locked, lock, mark_locked
from stations.models import AccountEntry, Brand, Dealer, DealerAccount, Leg, Station


class CreditExceeded(Refusal):
    """The exposure would pass the limit; says by how much."""

    message = _("The order needs %(wanted)s of credit; %(available)s is available.")
    code = "credit_exceeded"


class PostedOtherwise(Refusal):
    """The same document was posted before with another amount."""

    message = _("%(source)s has already been posted with another amount.")
    code = "posted_otherwise"


class ForeignStation(Refusal):
    """The station belongs to another dealer."""

    message = _("%(station)s does not belong to this dealer account.")
    code = "foreign_station"


class AmountOutOfRange(Refusal):
    """Zero, no number, or beyond what a column holds."""

    message = _("“%(amount)s” is not an amount that can be posted.")
    code = "amount_out_of_range"


class AlreadyReversed(Refusal):
    """An entry is reversed once, a reversal never."""

    message = _("This entry has already been reversed or is itself a reversal.")
    code = "already_reversed"


class NotByHand(Refusal):
    """A document posted it."""

    message = _("%(source)s was posted by its document; correct it there.")
    code = "not_by_hand"


class ReasonMissing(Refusal):
    """A correction says why."""

    message = _("Give a reason of at least 4 characters.")
    code = "reason_missing"


class BalanceTooSmall(Refusal):
    """The money has moved on."""

    message = _("%(amount)s cannot be taken back, the balance is %(balance)s.")
    code = "balance_too_small"


BY_HAND = frozenset({"deposit", "deposit_returned", "payment"})
SHORTEST_REASON = 4


@dataclass(frozen=True)
class LegAmount:
    """One leg of a posting: more or less of one balance, CNY."""

    leg: str
    amount: Decimal


@transaction.atomic
def open_account(
    dealer: Dealer,
    principal: Brand,
    *,
    credit_limit: Decimal | None = None,
    actor: Any | None,
    at: datetime | None = None,
) -> DealerAccount:
    """The dealer has an account with this principal, at zero; one that exists stays as it is. Writes one Event."""
    at = at or clock.now()
    limit = param("stations.default_credit_limit", at) if credit_limit is None else round_money(credit_limit)
    account, is_new = DealerAccount.objects.get_or_create(
        dealer=dealer, principal=principal, defaults={"credit_limit": limit}
    )
    if is_new:
        events.record(account, "dealeraccount.opened", actor=actor, at=at, data={"credit_limit": str(limit)})
    return account


def account_of(station: Station, principal: Brand | None = None) -> DealerAccount:
    """The account that pays for the station: with that principal, else the dealer's main one."""
    accounts = DealerAccount.objects.filter(dealer_id=station.dealer_id)
    if principal is not None:
        return accounts.get(principal=principal)
    main = accounts.filter(principal_id=station.dealer.principal_id).first()
    return main or accounts.earliest("pk")


def lock_account_of(station: Station, principal: Brand | None = None) -> DealerAccount:
    """account_of(), kept from other writers until the transaction ends: for a decision by its balances."""
    accounts = DealerAccount.objects.filter(dealer_id=station.dealer_id)
    wanted = principal.pk if principal is not None else station.dealer.principal_id
    first = accounts.order_by(Case(When(principal=wanted, then=0), default=1), "pk")
    if principal is not None:
        first = first.filter(principal=principal)
    account = first.select_for_update(no_key=True, of=("self",))[:1].get()
    return mark_locked(account)


@transaction.atomic
def post(
    account: DealerAccount,
    *,
    kind: str,
    source: str,
    legs: Iterable[LegAmount],
    station: Station | None,
    line: str = "",
    at: datetime | None = None,
    actor: Any | None,
    note: str = "",
    reverses: AccountEntry | None = None,
    is_new: bool = False,
) -> list[AccountEntry]:
    """Every leg stands in the ledger once per document, kind and line; the balances follow in the database.

    A repeated posting answers the entries of the first. Legs are judged together, so that what was committed may become
    used without room for both. is_new: the document was born in this transaction, so it cannot have posted.
    Raises CreditExceeded, PostedOtherwise, ForeignStation, AmountOutOfRange.
    Writes AccountEntry rows and one Event. Source: architecture.md, Dealer account; reliability.md I10.
    """
    amounts = [LegAmount(part.leg, _postable(part.amount)) for part in legs]
    if station is not None and station.dealer_id != account.dealer_id:
        raise ForeignStation(station=station)
    account = account if is_locked(account) else lock(account)
    if not is_new and (earlier := _posted(account, kind, source, line, amounts)):
        return earlier
    at = at or clock.now()
    rows = [
        AccountEntry(
            account=account, station=station, actor=actor, reverses=reverses, leg=part.leg, kind=kind, source=source,
            line=line, amount=part.amount, note=note, at=at,
        )
        for part in amounts
    ]  # fmt: skip
    _insert(account, rows)
    data = {"kind": kind, "legs": {part.leg: str(part.amount) for part in amounts}}
    events.record(account, "dealeraccount.posted", actor=actor, at=at, note=note, data=data, root=source)
    return rows


def post_entry(
    account: DealerAccount,
    *,
    kind: str,
    source: str,
    amount: Decimal,
    station: Station | None,
    leg: str = Leg.USED,
    line: str = "",
    at: datetime | None = None,
    actor: Any | None,
    note: str = "",
    is_new: bool = False,
) -> AccountEntry:
    """One leg is posted; see post()."""
    return post(
        account, kind=kind, source=source, legs=[LegAmount(leg, amount)], station=station, line=line, at=at,
        actor=actor, note=note, is_new=is_new,
    )[0]  # fmt: skip


@transaction.atomic
def reverse_entry(entry: AccountEntry, *, reason: str, actor: Any | None, at: datetime | None = None) -> AccountEntry:
    """The entry's opposite stands in the ledger and names it. Raises AlreadyReversed, CreditExceeded."""
    lock(entry.account)
    if entry.reverses_id or AccountEntry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed
    legs = [LegAmount(entry.leg, -entry.amount)]
    return post(
        entry.account, kind=f"{entry.kind}.reversed", source=entry.source, legs=legs, station=entry.station,
        line=entry.line, at=at, actor=actor, note=reason, reverses=entry,
    )[0]  # fmt: skip


@transaction.atomic
def correct_entry(entry: AccountEntry, *, reason: str, actor: Any, at: datetime | None = None) -> AccountEntry:
    """An entry made by hand is reversed by another hand. What a document posted is reversed by that document's own way.

    Raises NotByHand, ReasonMissing, AlreadyReversed, CreditExceeded, BalanceTooSmall. Writes AccountEntry and Event.
    """
    if entry.kind not in BY_HAND:
        raise NotByHand(source=entry.source)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing(field="reason")
    account = lock(entry.account)
    if entry.leg == Leg.DEPOSIT and account.deposit < entry.amount:
        raise BalanceTooSmall(amount=entry.amount, balance=account.deposit)
    return reverse_entry(entry, reason=reason.strip()[:200], actor=actor, at=at)


@transaction.atomic
def set_credit_limit(
    account: DealerAccount, *, credit_limit: Decimal, reason: str, actor: Any | None, at: datetime | None = None
) -> DealerAccount:
    """The account has this limit; below the exposure it only holds new orders. Raises AmountOutOfRange. One Event."""
    account = lock(account)
    before, account.credit_limit = account.credit_limit, _bound(credit_limit)
    account.save(update_fields=["credit_limit"])
    data = {"before": str(before), "after": str(account.credit_limit)}
    events.record(account, "dealeraccount.limit_set", actor=actor, at=at, note=reason, data=data)
    return account


@transaction.atomic
def allow_above_limit(
    account: DealerAccount, *, amount: Decimal, reason: str, actor: Any | None, at: datetime | None = None
) -> DealerAccount:
    """The exposure may pass the limit by this amount (0 ends it), with a signed reason. Writes one Event."""
    account = lock(account)
    account.override, account.override_reason = _bound(amount), reason[:200]
    account.save(update_fields=["override", "override_reason"])
    data = {"override": str(account.override)}
    events.record(account, "dealeraccount.override_set", actor=actor, at=at, note=reason, data=data)
    return account


def _postable(amount: Decimal) -> Decimal:
    rounded = _bound(abs(amount) if amount == amount else amount) * (1 if amount > 0 else -1)
    if not rounded:
        raise AmountOutOfRange(amount=amount)
    return rounded


def _bound(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal | int) or not Decimal(amount).is_finite() or not 0 <= amount <= BOUND:
        raise AmountOutOfRange(amount=amount, field="amount")
    return round_money(Decimal(amount))


def _posted(
    account: DealerAccount, kind: str, source: str, line: str, amounts: Sequence[LegAmount]
) -> list[AccountEntry]:
    earlier = list(AccountEntry.objects.filter(account=account, kind=kind, source=source, line=line).order_by("pk"))
    if earlier and sorted((row.leg, row.amount) for row in earlier) != sorted((p.leg, p.amount) for p in amounts):
        raise PostedOtherwise(source=source)
    return earlier


def _insert(account: DealerAccount, rows: list[AccountEntry]) -> None:
    """One statement, so that the trigger judges all legs together; the limit is the database's to keep."""
    try:
        with transaction.atomic():
            AccountEntry.objects.bulk_create(rows)
    except IntegrityError as error:
        if "account_exposure_within_limit" not in _constraint(error):
            raise
        wanted = sum((row.amount for row in rows if row.leg in (Leg.USED, Leg.COMMITTED)), Decimal(0))
        raise CreditExceeded(wanted=wanted, available=max(account.available, Decimal(0))) from error


def _constraint(error: IntegrityError) -> str:
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", "") or error)


def check_balances() -> Iterable[str]:
    """One sentence per account whose balances are not the sums of its entries. For check_books."""
    query = """
        SELECT account.id, leg.name, leg.balance, COALESCE(SUM(entry.amount), 0)
        FROM stations_dealeraccount account
        CROSS JOIN LATERAL (VALUES ('used', account.used), ('committed', account.committed),
            ('warranty', account.warranty), ('deposit', account.deposit)) AS leg(name, balance)
        LEFT JOIN stations_accountentry entry ON entry.account_id = account.id AND entry.leg = leg.name
        GROUP BY account.id, leg.name, leg.balance HAVING leg.balance <> COALESCE(SUM(entry.amount), 0)
        ORDER BY account.id, leg.name
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        for account, leg, balance, total in cursor.fetchall():
            yield f"account {account}: {leg} is {balance}, its entries add up to {total}"


def check_stations() -> Iterable[str]:
    """One sentence per entry that names another dealer's station. For check_books."""
    from django.db.models import F

    wrong = AccountEntry.objects.exclude(station=None).exclude(station__dealer_id=F("account__dealer_id"))
    for pk, source in wrong.values_list("pk", "source"):
        yield f"account entry {pk} ({source}) names a station of another dealer"
