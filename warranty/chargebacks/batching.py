"""A supplier's open cases come together on one note, by a number of statements that grows with chunks, not with cases."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import batched, groupby
from operator import itemgetter
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from parts.models import Supplier
from portal.core import clock, events, show
from portal.core.failpoints import failpoint
from portal.core.money import total
from portal.core.numbering import take_number
from portal.core.states import move_alike
from warranty.chargebacks.charging import charges_together, expect_anew_together
from warranty.chargebacks.lines import write_lines
from warranty.chargebacks.refusals import MonthToCome, NothingToCharge
from warranty.models import Chargeback, RecoveryCase
from warranty.recovery import hold_cases
from warranty.recovery_charges import Charge
from warranty.recovery_reading import CaseRow, read_cases
from warranty.settlement_rules import month_of, next_month
from warranty.settlement_states import RecoveryStatus

CHUNK: Final = 5_000


def open_cases_of(supplier: Supplier, *, on: date, until: date | None = None) -> "QuerySet[RecoveryCase]":
    """Cases whose notice day has not passed and that are not on a note; until: that could be charged up to that day."""
    found = _ready(on, until).filter(supplier=supplier)
    return found.order_by("last_day", "pk")


def _ready(on: date, until: date | None) -> "QuerySet[RecoveryCase]":
    found = RecoveryCase.objects.filter(status=RecoveryStatus.OPEN, last_day__gte=on)
    if until is None:
        return found
    return found.filter(Q(appraised_on__lte=until) | Q(appraised_on=None, approved_on__lte=until))


def last_day_of(period: date) -> date:
    """The last day of the month that begins on `period`."""
    return date.fromordinal(next_month(period).toordinal() - 1)


@dataclass(frozen=True)
class Proposed:
    """A case as it would stand on the note: what it charges, CNY."""

    case: RecoveryCase
    charges: tuple[Charge, ...]

    @property
    def amount(self) -> Decimal:
        return total(charge.amount.amount for charge in self.charges)


@dataclass(frozen=True)
class Proposal:
    """What a note would charge: the cases nearest to their notice day, and the sum of all of them."""

    shown: list[Proposed]
    cases: int
    lines: int
    claimed: Decimal


def propose(supplier: Supplier, *, period: date, on: date, without: Collection[int] = (), show: int = 200) -> Proposal:
    """The effect of a note before it is made; nothing is written. without: keys of cases that are left out."""
    keys = open_cases_of(supplier, on=on, until=last_day_of(period)).values_list("pk", flat=True)
    nearest: list[tuple[date, int, tuple[Charge, ...]]] = []
    cases, lines, claimed = 0, 0, Decimal(0)
    for charges in _charged(sorted(set(keys) - set(without))):
        found = [
            (case.last_day or date.max, case.pk, tuple(charge for _case, charge in each))
            for case, each in groupby(charges, key=itemgetter(0))
        ]
        cases, lines = cases + len(found), lines + len(charges)
        claimed += total(charge.amount.amount for _case, charge in charges)
        nearest = sorted([*nearest, *found], key=itemgetter(0, 1))[:show]
    named = RecoveryCase.objects.select_related("part").in_bulk([key for _day, key, _charges in nearest])
    return Proposal([Proposed(named[key], each) for _day, key, each in nearest], cases, lines, claimed)


def _charged(keys: Sequence[int]) -> Iterator[list[tuple[CaseRow, Charge]]]:
    """What these cases charge, chunk by chunk; no line of a claim twice."""
    taken: set[int] = set()
    for some in batched(read_cases(keys), CHUNK):
        found = [
            (case, charge)
            for case, charge in charges_together(some)
            if charge.claim_line is None or charge.claim_line.pk not in taken
        ]
        taken.update(charge.claim_line.pk for _case, charge in found if charge.claim_line is not None)
        yield found


@transaction.atomic
def batch_chargebacks(
    supplier: Supplier,
    *,
    actor: Any | None,
    at: datetime | None = None,
    cases: Collection[RecoveryCase] | None = None,
    period: date | None = None,
    without: Collection[int] = (),
) -> Chargeback:
    """All open cases of a supplier (or the chosen ones) stand on one new note, not sent yet.

    period: a month; only what could be charged by its end. without: keys of cases that wait for another note.
    Raises MonthToCome, NothingToCharge. Writes the note, its lines, and one Event for each case on the claim's chain.
    """
    at = at or clock.now()
    month = month_of(clock.local_date(at))
    if period is not None and period > month:
        raise MonthToCome(got=show.month(period), month=show.month(month), field="period")
    found = open_cases_of(supplier, on=clock.local_date(at), until=last_day_of(period) if period else None)
    if cases is not None:
        found = found.filter(pk__in=[case.pk for case in cases])
    claims_of_found = found.order_by().values_list("claim", flat=True)
    hold_cases(sorted(set(claims_of_found)))
    keys = sorted(set(found.values_list("pk", flat=True)) - set(without))
    note: Chargeback | None = None
    claimed, position, claims = Decimal(0), 0, set[int]()
    for some in batched(read_cases(keys), CHUNK):
        charges = charges_together(some)
        if not charges:
            continue
        note = note or _note_of(supplier, period or month, actor, at)
        write_lines(note, charges, first=position + 1)
        failpoint("chargeback.lines_written")
        position += len(charges)
        claimed += total(charge.amount.amount for _case, charge in charges)
        moved = {case.pk: (case.pk, case.number, case.root_number or case.number) for case, _charge in charges}
        move_alike(
            *(RecoveryCase, list(moved.values()), RecoveryStatus.OPEN, RecoveryStatus.CHARGED),
            actor=actor,
            at=at,
            data={"note": note.number},
        )
        claims.update(case.claim_id for case, _charge in charges)
    if note is None:
        raise NothingToCharge(supplier=supplier.name)
    for touched in batched(sorted(claims), CHUNK):
        expect_anew_together(touched)
    note.claimed = claimed
    note.save(update_fields=["claimed"])
    events.record(note, "chargeback.batched", actor=actor, at=at, data={"claimed": str(note.claimed)})
    return note


def _note_of(supplier: Supplier, period: date, actor: Any | None, at: datetime) -> Chargeback:
    number = take_number("CB", at=at)
    return Chargeback.objects.create(supplier=supplier, period=period, number=number, batched_by=actor, batched_at=at)


def suppliers_to_propose(period: date, *, on: date) -> "QuerySet[Supplier]":
    """Suppliers with something to charge up to the month's end and no note of that month, be it withdrawn."""
    ready = _ready(on, last_day_of(period))
    noted = Chargeback.objects.filter(period=period).values("supplier")
    return Supplier.objects.filter(Q(pk__in=ready.values("supplier")), ~Q(pk__in=noted)).order_by("pk")
