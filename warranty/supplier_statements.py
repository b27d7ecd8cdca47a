"""A supplier's account with us over a period: notes, credit notes, payments, write-offs, balances; and the issued statement.

Read from what happened (events of the notes, recovery entries) by the moment it was entered, so that one period's closing
balance is the next one's opening for ever. Not here: what a note asks for (chargebacks). Source: rules.md 3.7, ux.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Supplier
from portal.core import clock, events
from portal.core.documents import issue_document
from portal.core.linetable import LineColumn
from portal.core.models import Event
from portal.core.models.documents import Document
from portal.core.money import capitals, total
from portal.core.numbering import take_number
from stations.account_statements import PeriodNotOver, PeriodTurned, TooManyEntries
from stations.wording import in_both
from warranty.chargebacks.repayment import owed_back_to
from warranty.models import Chargeback, ChargebackLine, GivenAs, RecoveryEntry, SupplierRepayment
from warranty.settlement_states import SHOWN_TO_SUPPLIER, UNANSWERED

KIND: Final = "supplier_statement"
GIVEN_UP: Final = ("written_off", "station")
MOST_LINES: Final = 20_000
ZERO: Final = Decimal("0.00")


class EntryKind(models.TextChoices):
    """What moves a supplier's balance, in the order in which a statement sums it up."""

    ISSUED = "issued", _("Note issued")
    CREDITED = "credited", _("Credit note")
    PAID = "paid", pgettext_lazy("supplier", "Payment")
    SUPPLIERS_CREDIT = "suppliers_credit", pgettext_lazy("supplier", "Credit note of the supplier")
    SET_OFF = "set_off", pgettext_lazy("supplier", "Set off")
    REPAID = "repaid", pgettext_lazy("supplier", "Paid back to the supplier")
    WRITTEN_OFF = "written_off", pgettext_lazy("account", "Given up")


GIVEN: Final = {
    GivenAs.CASH: EntryKind.PAID,
    GivenAs.CREDIT: EntryKind.SUPPLIERS_CREDIT,
    GivenAs.OFFSET: EntryKind.SET_OFF,
}
STATEMENT_COLUMNS: Final = (
    LineColumn(_("Day"), "on", 12),
    LineColumn(_("Kind"), "kind", 28),
    LineColumn(_("Note number"), "note", 18),
    LineColumn(pgettext_lazy("account", "Document"), "document", 18),
    LineColumn(_("Amount"), "amount", 12, total=True),
    LineColumn(_("Balance"), "balance", 12),
)


TOLD = ("chargeback.sent", "chargeback.credited", "chargeback.dispute_resolved", "chargeback.unpaid_given_up")


@dataclass(frozen=True)
class Movement:
    """One amount that the supplier owes more (positive) or less, CNY, with the note it belongs to."""

    at: datetime
    kind: EntryKind
    note: Chargeback
    document: str
    amount: Decimal
    balance: Decimal = ZERO


@dataclass(frozen=True)
class Open:
    """What a supplier owes at a moment, by where it stands: not answered, disputed, accepted and not paid.

    owed_back: what we owe it for credit notes of ours, neither paid back nor set off.
    """

    waiting: Decimal
    disputed: Decimal
    due: Decimal
    owed_back: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All of it: the balance."""
        return self.waiting + self.disputed + self.due - self.owed_back


@dataclass(frozen=True)
class SupplierPeriod:
    """[first, last], both included; closing is opening and all movements."""

    supplier: Supplier
    first: date
    last: date
    opening: Decimal
    lines: Sequence[Movement]

    @property
    def closing(self) -> Decimal:
        """The balance after the last movement."""
        return self.opening + total(line.amount for line in self.lines)

    def sums(self) -> list[tuple[EntryKind, Decimal]]:
        """What moved by kind, also where nothing did."""
        return [(kind, total(line.amount for line in self.lines if line.kind == kind)) for kind in EntryKind]


def with_account(suppliers: "models.QuerySet[Supplier]") -> "models.QuerySet[Supplier]":
    """Those of them that were ever sent a note."""
    return suppliers.filter(pk__in=Chargeback.objects.exclude(sent_at=None).values("supplier"))


def supplier_period(supplier: Supplier, *, first: date, last: date) -> SupplierPeriod:
    """The supplier's account between two days, both included; 6 queries. Raises PeriodTurned, TooManyEntries."""
    if last < first:
        raise PeriodTurned(first=first.isoformat(), last=last.isoformat(), field="last")
    start, end = clock.start_of(first), clock.end_of(last)
    moved = sorted(_movements(supplier, end), key=lambda row: row.at)
    opening = total(row.amount for row in moved if row.at < start)
    lines, balance = [], opening
    for row in moved:
        if row.at >= start:
            balance += row.amount
            lines.append(Movement(row.at, row.kind, row.note, row.document, row.amount, balance))
    if len(lines) > MOST_LINES:
        raise TooManyEntries(most=MOST_LINES)
    return SupplierPeriod(supplier, first, last, opening, lines)


def _movements(supplier: Supplier, end: datetime) -> Iterator[Movement]:
    notes = {note.pk: note for note in _notes(supplier)}
    told = Event.objects.filter(subject_type=Chargeback._meta.label_lower, subject_id__in=list(notes), at__lte=end)
    told = told.filter(kind__in=TOLD)
    positions, given_up = _credited_positions(list(notes)), defaultdict[int, dict[int, Decimal]](dict)
    credits = set()
    for event in told.order_by("at", "pk"):
        note, said = notes[event.subject_id], event.data
        if event.kind == "chargeback.sent":
            yield Movement(event.at, EntryKind.ISSUED, note, note.number, Decimal(said["claimed"]))
        elif event.kind == "chargeback.credited":
            number = said["credit_note"]
            credits.add(number)
            yield Movement(event.at, EntryKind.CREDITED, note, number, -Decimal(said["amount"]))
            for position in positions.get(number, ()):  # given up first and credited whole later: not taken off twice
                if amount := given_up[note.pk].pop(position, None):
                    yield Movement(event.at, EntryKind.WRITTEN_OFF, note, number, amount)
        elif event.kind == "chargeback.unpaid_given_up" or said["outcome"] in GIVEN_UP:
            for each in said.get("lines", [said]):
                amount, before = Decimal(each["amount"]), given_up[note.pk].get(each["position"], ZERO)
                given_up[note.pk][each["position"]] = before + amount
                yield Movement(event.at, EntryKind.WRITTEN_OFF, note, note.number, -amount)
    yield from _given(notes, credits, end)


def _given(notes: Mapping[int, Chargeback], credits: Collection[str], end: datetime) -> Iterator[Movement]:
    """What the supplier gave, and what went back to it; set off against a credit note of ours it is both."""
    entries = RecoveryEntry.objects.filter(chargeback__in=list(notes), at__lte=end).exclude(kind=GivenAs.OWED_BACK)
    for entry in entries.order_by("at", "pk"):
        note = notes[entry.chargeback_id]
        yield Movement(entry.at, GIVEN[GivenAs(entry.kind)], note, entry.source, -entry.amount)
        if entry.kind == GivenAs.OFFSET and entry.source in credits:
            yield Movement(entry.at, EntryKind.REPAID, note, entry.source, entry.amount)
    repaid = SupplierRepayment.objects.filter(entry__chargeback__in=list(notes), at__lte=end).select_related("entry")
    for row in repaid.order_by("at", "pk"):
        yield Movement(row.at, EntryKind.REPAID, notes[row.entry.chargeback_id], row.source, row.amount)


def balance_of(supplier: Supplier, *, at: datetime) -> Decimal:
    """The supplier's balance by its movements up to a moment."""
    return total(row.amount for row in _movements(supplier, at))


def _notes(supplier: Supplier) -> models.QuerySet[Chargeback]:
    return Chargeback.objects.filter(supplier=supplier, status__in=SHOWN_TO_SUPPLIER)


def _credited_positions(notes: Sequence[int]) -> dict[str, set[int]]:
    """Which lines each credit note takes back."""
    rows = Document.objects.filter(
        kind="credit_note", subject_type=Chargeback._meta.label_lower, subject_id__in=notes
    ).values_list("number", "facts")
    return {number: {line["position"] for line in facts["lines"]} for number, facts in rows}


def open_now(supplier: Supplier) -> Open:
    """Where the supplier's balance of this moment stands; at most 6 queries, without the movements."""
    return open_of([supplier.pk])[supplier.pk]


def open_of(suppliers: Collection[int]) -> dict[int, Open]:
    """The same for each of these suppliers, by key, with as many queries as for one."""
    notes = Chargeback.objects.filter(supplier__in=suppliers, status__in=SHOWN_TO_SUPPLIER)
    lines = ChargebackLine.objects.filter(
        is_live=True, outcome="", chargeback__supplier__in=suppliers, chargeback__status__in=SHOWN_TO_SUPPLIER
    )
    unanswered = Q(chargeback__status__in=UNANSWERED)
    sums = {"waiting": Sum("claimed", filter=unanswered), "disputed": Sum("disputed", filter=~unanswered)}
    by_line = lines.order_by().values_list("chargeback__supplier").annotate(**sums)
    stands: dict[int, tuple[Decimal | None, Decimal | None]] = {
        key: (waiting, disputed) for key, waiting, disputed in by_line
    }
    answered = notes.exclude(status__in=UNANSWERED).order_by().values_list("supplier")
    due = dict(answered.annotate(due=Sum(F("accepted") - F("recovered"))))
    owed = owed_back_to(suppliers)
    return {
        key: Open(
            waiting=stands.get(key, (None, None))[0] or ZERO,
            disputed=stands.get(key, (None, None))[1] or ZERO,
            due=due.get(key) or ZERO,
            owed_back=total(each.open for each in owed.get(key, ())),
        )
        for key in suppliers
    }


@transaction.atomic
def issue_supplier_statement(
    supplier: Supplier, *, first: date, last: date, actor: Any, at: datetime | None = None
) -> Document:
    """The period stands numbered and frozen as a document of the supplier, in its language.

    Raises PeriodTurned, PeriodNotOver, TooManyEntries. Writes one Document and Events.
    """
    at = at or clock.now()
    if last >= clock.local_date(at):
        raise PeriodNotOver(last=last.isoformat(), field="last")
    period = supplier_period(supplier, first=first, last=last)
    number = take_number("ST", at=at)
    facts = statement_facts(period, open_now(supplier), number=number, on=clock.local_date(at))
    row = issue_document(KIND, subject=supplier, number=number, facts=facts, actor=actor, language=supplier.language)
    data = {
        "statement": number,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "closing": f"{period.closing:.2f}",
    }
    events.record(supplier, "supplier.statement_issued", actor=actor, at=at, data=data)
    return row


def statement_facts(period: SupplierPeriod, open_amounts: Open, *, number: str, on: date) -> dict[str, Any]:
    """What the document says for ever, as texts; kinds and names in both languages."""
    supplier = period.supplier
    return {
        "number": number,
        "supplier_code": supplier.code,
        "supplier": supplier.name,
        "supplier_en": supplier.name_en or supplier.name,
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "opening": f"{period.opening:,.2f}",
        "closing": f"{period.closing:,.2f}",
        "capitals": capitals(period.closing),
        "sums": [{**in_both("kind", kind.label), "amount": f"{amount:,.2f}"} for kind, amount in period.sums()],
        "open_on": on.isoformat(),
        "waiting": f"{open_amounts.waiting:,.2f}",
        "disputed": f"{open_amounts.disputed:,.2f}",
        "due": f"{open_amounts.due:,.2f}",
        "owed_back": f"{open_amounts.owed_back:,.2f}",
        "lines": [
            {
                "on": clock.local_date(line.at).isoformat(),
                **in_both("kind", line.kind.label),
                "note": line.note.number,
                "document": line.document,
                "amount": f"{line.amount:,.2f}",
                "balance": f"{line.balance:,.2f}",
            }
            for line in period.lines
        ],
    }
