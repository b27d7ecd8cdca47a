"""What an account looked like over a period: opening, entries with running balances, closing; and the issued statement.

Not here: posting (dealer_account).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from stations.models import AccountEntry, AccountStatement, DealerAccount, Leg, Station
from stations.wording import in_both
from stations.words import entry_words

ZERO = Decimal(0)
MOST_LINES = 20_000


class PeriodTurned(Refusal):
    """A period runs forward."""

    message = _("The last day (%(last)s) lies before the first (%(first)s).")
    code = "period_turned"


class PeriodNotOver(Refusal):
    """What is issued does not change any more."""

    message = _("A statement can be issued up to yesterday; %(last)s is not over.")
    code = "period_not_over"


class TooManyEntries(Refusal):
    """More than one document takes."""

    message = _("The period has more than %(most)s entries; choose a shorter one.")
    code = "too_many_entries"


@dataclass(frozen=True)
class Line:
    """An entry, and the balance of its leg after it."""

    entry: AccountEntry
    balance: Decimal


@dataclass(frozen=True)
class AccountPeriod:
    """[first, last], both included; balances by leg before and after."""

    account: DealerAccount
    first: date
    last: date
    station: Station | None
    opening: dict[str, Decimal]
    closing: dict[str, Decimal]
    lines: Sequence[Line]

    def legs(self) -> list[tuple[Leg, Decimal, Decimal, Decimal]]:
        """Leg, balance before, what moved, balance after."""
        return [(leg, self.opening[leg], self.closing[leg] - self.opening[leg], self.closing[leg]) for leg in Leg]


def account_period(account: DealerAccount, *, first: date, last: date, station: Station | None = None) -> AccountPeriod:
    """The account between two days, both included; of one station, if named; 2 queries.

    Raises PeriodTurned, TooManyEntries.
    """
    if last < first:
        raise PeriodTurned(first=first.isoformat(), last=last.isoformat(), field="last")
    entries = AccountEntry.objects.filter(account=account)
    if station is not None:
        entries = entries.filter(station=station)
    before = entries.filter(at__lt=clock.start_of(first)).order_by().values_list("leg").annotate(total=Sum("amount"))
    opening = dict.fromkeys(Leg.values, ZERO) | {leg: total for leg, total in before}
    within = entries.filter(at__gte=clock.start_of(first), at__lte=clock.end_of(last)).order_by("at", "pk")
    rows = list(within.select_related("station", "actor", "reverses")[: MOST_LINES + 1])
    if len(rows) > MOST_LINES:
        raise TooManyEntries(most=MOST_LINES)
    running, lines = dict(opening), []
    for entry in rows:
        running[entry.leg] += entry.amount
        lines.append(Line(entry, running[entry.leg]))
    return AccountPeriod(account, first, last, station, opening, running, lines)


@transaction.atomic
def issue_account_statement(
    account: DealerAccount,
    *,
    first: date,
    last: date,
    station: Station | None = None,
    actor: Any,
    at: datetime | None = None,
) -> AccountStatement:
    """The period stands numbered and frozen, with its document. Raises PeriodTurned, PeriodNotOver, TooManyEntries.

    Writes AccountStatement, its document and Events.
    """
    from portal.core.documents import issue_document
    from stations.documents import ACCOUNT_STATEMENT

    at = at or clock.now()
    if last >= clock.local_date(at):
        raise PeriodNotOver(last=last.isoformat(), field="last")
    period = account_period(account, first=first, last=last, station=station)
    statement = AccountStatement.objects.create(
        account=account, station=station, first_day=first, last_day=last, owed_before=period.opening[Leg.USED],
        owed_after=period.closing[Leg.USED], issued_by=actor, issued_at=at, number=take_number("AS", at=at),
    )  # fmt: skip
    issue_document(
        ACCOUNT_STATEMENT, subject=statement, number=statement.number, facts=statement_facts(period), actor=actor
    )
    data = {"statement": statement.number, "first": first.isoformat(), "last": last.isoformat()}
    events.record(account, "dealeraccount.statement_issued", actor=actor, at=at, data=data)
    return statement


def statement_facts(period: AccountPeriod) -> dict[str, Any]:
    """What the document says for ever, as texts, names in both languages."""
    dealer, principal, station = period.account.dealer, period.account.principal, period.station
    return {
        "dealer": dealer.name,
        "dealer_en": dealer.name_en or dealer.name,
        "principal": principal.name,
        "principal_en": principal.name_en or principal.name,
        "of_station": station.name if station else "",
        "of_station_en": (station.name_en or station.name) if station else "",
        "account": period.account.number,
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "owed_before": f"{period.opening[Leg.USED]:,.2f}",
        "owed_after": f"{period.closing[Leg.USED]:,.2f}",
        "credit_limit": f"{period.account.credit_limit:,.2f}",
        "legs": [
            {
                **in_both("leg", leg.label),
                "before": f"{before:,.2f}",
                "moved": f"{moved:,.2f}",
                "after": f"{after:,.2f}",
            }
            for leg, before, moved, after in period.legs()
        ],
        "lines": [_line(line) for line in period.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    entry, station = line.entry, line.entry.station
    return {
        "on": clock.local_date(entry.at).isoformat(),
        "document": f"{entry.source} {entry.line}".strip(),
        **in_both("entry", lambda: entry_words(entry.kind)),
        **in_both("leg", Leg(entry.leg).label),
        "station": station.name if station else "",
        "station_en": (station.name_en or station.name) if station else "",
        "amount": f"{entry.amount:,.2f}",
        "balance": f"{line.balance:,.2f}",
        "note": entry.note,
    }
