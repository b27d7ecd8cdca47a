"""Rules of supplier recovery: how much, until when, and the figures. Pure: no database, no clock.

Operations are in recovery.py and chargebacks. Source: rules.md 3.7, C25, C26.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from portal.core.calendar import add_months
from portal.core.money import round_money, total

ZERO = Decimal("0.00")
ALARM_DAYS = (14, 7, 1)
HANDLING = "handling"


@dataclass(frozen=True)
class PaidLine:
    """A claim line as paid to the station: part amounts with uplift, CNY, tax excluded."""

    kind: str
    paid: Decimal
    qty: Decimal = Decimal(1)


@dataclass(frozen=True)
class Terms:
    """What a supplier agreed to: shares as fractions per line kind, caps per kind, CNY."""

    shares: Mapping[str, Decimal]
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    contract_price: Decimal | None = None
    handling_fee: Decimal = ZERO


@dataclass(frozen=True)
class RecoverableLine:
    """What may be charged for one paid line."""

    kind: str
    base: Decimal
    amount: Decimal


def opens_recovery(verdict: str, *, no_return_contract: bool) -> bool:
    """Only a supplier defect, or a contract that wants no return, lets a supplier be charged."""
    return no_return_contract or verdict == "supplier_defect"


@dataclass(frozen=True)
class DecidedQty:
    """How much of a part line was asked for and approved, with the amounts beside it: claimed, approved, granted on appeal."""

    qty: Decimal
    approved_qty: Decimal | None
    claimed: Decimal
    approved: Decimal
    granted: Decimal

    @property
    def pieces(self) -> int:
        """How many old parts the line has; a length or volume counts as begun pieces."""
        return max(math.ceil(self.qty), 1)

    @property
    def paid(self) -> Decimal:
        """The quantity that the station was paid for, which C25 multiplies with the contract price.

        An appeal names an amount: it grants the rest of the quantity with the rest of the amount, else the pieces nearest to
        it by the claimed price, and of a line that had nothing at least one.
        """
        rest = self.claimed - self.approved
        if self.approved_qty is None or not self.granted:
            return self.approved_qty or self.qty
        if self.granted >= rest or self.approved_qty >= self.qty:
            return self.qty
        more = (self.granted * self.qty / self.claimed).quantize(Decimal(1), ROUND_HALF_UP)
        return min(self.qty, self.approved_qty + more) or min(self.qty, Decimal(1))


def recoverable_line(line: PaidLine, terms: Terms) -> RecoverableLine:
    """Share of the price base, rounded, then capped (C25)."""
    base = line.paid
    if line.kind == "part" and terms.contract_price is not None:
        base = min(round_money(terms.contract_price * line.qty), line.paid)
    amount = round_money(base * terms.shares.get(line.kind, Decimal(0)))
    cap = terms.caps.get(line.kind)
    return RecoverableLine(line.kind, round_money(base), amount if cap is None else min(amount, cap))


def recoverable_lines(lines: Sequence[PaidLine], terms: Terms) -> tuple[RecoverableLine, ...]:
    """Every paid line with its recoverable amount; a handling fee is a line of its own."""
    found = [recoverable_line(line, terms) for line in lines]
    if terms.handling_fee:
        found.append(RecoverableLine(HANDLING, terms.handling_fee, terms.handling_fee))
    return tuple(found)


def supplier_warranty_end(
    *,
    received_on: dt.date | None,
    months_from_receipt: int | None,
    sold_on: dt.date | None,
    months_from_sale: int | None,
) -> dt.date | None:
    """The first day on which the supplier no longer answers for the part: the earlier end wins; None: not known."""
    ends = [
        add_months(start, months)
        for start, months in ((received_on, months_from_receipt), (sold_on, months_from_sale))
        if start is not None and months is not None
    ]
    return min(ends, default=None)


@dataclass(frozen=True)
class RecoveryClock:
    """Until when a supplier can be given notice; lost from 00:00 of the day after last_day."""

    last_day: dt.date
    alarms: tuple[dt.date, ...]
    provisional: bool

    def state(self, today: dt.date) -> str:
        """'open' through the last day, then 'lost'."""
        return "open" if today <= self.last_day else "lost"


def recovery_clock(
    *, approved_on: dt.date, appraised_on: dt.date | None, no_return: bool, notice_days: int, return_days: int = 15
) -> RecoveryClock:
    """The notice clock of one recovery case.

    It counts from the appraisal, from the approval where no return is wanted, and provisionally from the approval plus
    the return deadline until the appraisal fixes it. Alarms before the day the clock starts are not sent (C26).
    """
    start, days, provisional = approved_on, notice_days, False
    if not no_return:
        if appraised_on is None:
            days, provisional = notice_days + return_days, True
        else:
            start = appraised_on
    last_day = start + dt.timedelta(days=days)
    return RecoveryClock(last_day, alarm_days(last_day, start), provisional)


def alarm_days(last_day: dt.date, start: dt.date) -> tuple[dt.date, ...]:
    """When finance is warned: 14, 7 and 1 days before the last day, never before the clock starts."""
    marks = (last_day - dt.timedelta(days=before) for before in ALARM_DAYS)
    return tuple(day for day in marks if day >= start)


def alarm_due(*, last_day: dt.date, start: dt.date, alarmed_on: dt.date | None, day: dt.date) -> bool:
    """Whether a mark has come since the last alarm, on this day or in a night that was missed."""
    passed = [mark for mark in alarm_days(last_day, start) if mark <= day <= last_day]
    return bool(passed) and (alarmed_on is None or alarmed_on < max(passed))


@dataclass(frozen=True)
class NoteFigures:
    """One chargeback note in the figures; pending: sent and not answered yet; given_up: of what was accepted, never paid."""

    dated_on: dt.date
    issued: Decimal
    accepted: Decimal
    disputed: Decimal
    received: Decimal
    pending: Decimal = ZERO
    given_up: Decimal = ZERO

    @property
    def outstanding(self) -> Decimal:
        return self.accepted + self.disputed + self.pending - self.received - self.given_up


AGE_BANDS = (("0-30", 30), ("31-60", 60), ("61-90", 90), (">90", None))


@dataclass(frozen=True)
class RecoveryFigures:
    """Totals, ageing of what is outstanding, and the three ratios in percent; None where the denominator is 0."""

    issued: Decimal
    accepted: Decimal
    disputed: Decimal
    pending: Decimal
    received: Decimal
    given_up: Decimal
    ageing: dict[str, Decimal]
    recovery_ratio: Decimal | None
    acceptance_ratio: Decimal | None
    coverage_ratio: Decimal | None


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """part of whole in percent, two places; None when there is nothing to divide by."""
    return round_money(part * 100 / whole) if whole else None


def _band(age_days: int) -> str:
    return next(name for name, upto in AGE_BANDS if upto is None or age_days <= upto)


def recovery_figures(
    notes: Iterable[NoteFigures], *, as_of: dt.date, warranty_cost_paid: Decimal = ZERO
) -> RecoveryFigures:
    """The figures of the notes dated up to a day; ageing counts from the note's date."""
    counted = [note for note in notes if note.dated_on <= as_of]
    ageing = {name: ZERO for name, _ in AGE_BANDS}
    for note in counted:
        ageing[_band((as_of - note.dated_on).days)] += note.outstanding
    issued, accepted = total(n.issued for n in counted), total(n.accepted for n in counted)
    received = total(n.received for n in counted)
    return RecoveryFigures(
        issued=issued,
        accepted=accepted,
        disputed=total(n.disputed for n in counted),
        pending=total(n.pending for n in counted),
        received=received,
        given_up=total(n.given_up for n in counted),
        ageing=ageing,
        recovery_ratio=percent(received, issued),
        acceptance_ratio=percent(accepted, issued),
        coverage_ratio=percent(received, warranty_cost_paid),
    )
