"""The station's monthly statement: previewed, built, issued, answered, invoiced, paid.

Not here: what may stand on it (settlement_posting), tax and carrying (settlement_rules), paper (settlement_documents).
Source: rules.md 3.8, C27, C43.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.dealer_account import account_of, post_entry
from stations.models import Leg, Station
from warranty import settlement_posting as posting
from warranty.models import (
    ClosedMonth,
    ItemKind,
    SettlementItem,
    Statement,
    StatementLine,
    StatementTaxGroup,
    WarrantyClaim,
)
from warranty.settlement_documents import frozen_header, issue_paper, statement_facts
from warranty.settlement_rules import Amount, Totals, canonical_hash, invoice_fits, next_month, statement_totals
from warranty.settlement_states import DEAD_STATEMENTS, StatementStatus

SETTLEABLE = ("approved", "partially_approved")
COLUMNS = ("parts_amount", "labor_amount", "travel_amount", "other_amount")


class NothingToSettle(Refusal):
    """No item and nothing brought forward."""

    message = _("%(station)s has nothing to settle in %(period)s.")
    code = "nothing_to_settle"


class MonthNotOver(Refusal):
    """A month is built when it is over."""

    message = _("%(period)s is not over yet; see the preview.")
    code = "month_not_over"


class AlreadyIssued(Refusal):
    """A month has one statement; what comes later waits for the next."""

    message = _("%(number)s was issued for this month already.")
    code = "already_issued"


class DisputeRefused(Refusal):
    """A line is disputed before confirmation, once, with a reason."""

    message = _("Choose at least one line that was not disputed before, and say why in at least 10 characters.")
    code = "dispute_refused"


class InvoiceDiffers(Refusal):
    """The invoice equals the gross within one cent."""

    message = _("The invoice says ¥%(invoice)s, the statement ¥%(gross)s: they may differ by ¥0.01 at most.")
    code = "invoice_differs"


# What would stand on it


@dataclass(frozen=True)
class DraftLine:
    """One line before it is written; item is None for what is brought forward."""

    item: SettlementItem | None
    kind: str
    source: str
    text: str
    reason: str
    amounts: tuple[Decimal, Decimal, Decimal, Decimal]
    tax_rate: Decimal

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, Decimal(0))


@dataclass(frozen=True)
class Preview:
    """The lines and foot of a statement that is not built yet."""

    station: Station
    period: date
    lines: tuple[DraftLine, ...]
    totals: Totals


def _waiting(station: Station, period: date) -> Any:
    """Items of the month and of earlier ones that stand on no live statement."""
    live = StatementLine.objects.filter(is_live=True, item__isnull=False).values("item")
    items = SettlementItem.objects.filter(station=station, period__lte=period).exclude(pk__in=live)
    return items.select_related("claim").order_by("at", "pk")


def _carried_lines(station: Station) -> list[DraftLine]:
    """What statements below 0 handed on and no live statement has taken up, a line per tax rate."""
    lines = []
    groups = StatementTaxGroup.objects.filter(statement__station=station, statement__status=StatementStatus.CARRIED)
    for group in groups.exclude(carried=0).select_related("statement").order_by("statement__period", "tax_rate"):
        source = f"{group.statement.number}/{group.tax_rate}"
        if not StatementLine.objects.filter(kind=ItemKind.BROUGHT_FORWARD, source=source, is_live=True).exists():
            amounts = (Decimal(0), Decimal(0), Decimal(0), group.carried)
            lines.append(
                DraftLine(None, ItemKind.BROUGHT_FORWARD, source, group.statement.number, "", amounts, group.tax_rate)
            )
    return lines


def draft_line(item: SettlementItem) -> DraftLine:
    """An item as a line."""
    amounts = (item.parts_amount, item.labor_amount, item.travel_amount, item.other_amount)
    return DraftLine(item, item.kind, item.source, item.text, item.reason, amounts, item.tax_rate)


def totals_of(lines: Sequence[Any]) -> Totals:
    """The foot of lines; those brought forward count apart in their tax group."""
    before = [Amount(line.amount, line.tax_rate) for line in lines if line.kind == ItemKind.BROUGHT_FORWARD]
    return statement_totals(
        [Amount(line.amount, line.tax_rate) for line in lines if line.kind != ItemKind.BROUGHT_FORWARD], before
    )


def preview(station: Station, period: date) -> Preview:
    """What the month's statement would say if it were built now; writes nothing."""
    lines = [*_carried_lines(station), *(draft_line(item) for item in _waiting(station, period))]
    return Preview(station, period, tuple(lines), totals_of(lines))


# Building


@transaction.atomic
def build_statement(station: Station, period: date, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """The month's draft stands, with every waiting item; a draft built before is voided and replaced.

    Claims on it are settled. Raises MonthNotOver, AlreadyIssued, NothingToSettle. Writes lines, tax groups, Events.
    """
    at = at or clock.now()
    if next_month(period) > clock.local_date(at):
        raise MonthNotOver(period=f"{period:%Y-%m}")
    posting.hold_station(station.pk)
    present = Statement.objects.filter(station=station, period=period).exclude(status__in=DEAD_STATEMENTS).first()
    if present is not None:
        if not present.is_draft:
            raise AlreadyIssued(number=present.number)
        void_draft(present, actor=actor, at=at)
    _credit_missing(station, period)
    found = preview(station, period)
    if not found.lines:
        raise NothingToSettle(station=station.name, period=f"{period:%Y-%m}")
    attempts = Statement.objects.filter(station=station, period=period).count()
    label = f"{station.code}/{period:%Y-%m}" + (f"/{attempts + 1}" if attempts else "")
    statement = _write(station, period, found.lines, number=label, actor=actor, at=at)
    events.record(statement, "statement.built", actor=actor, at=at, data={"net": str(statement.net)})
    _settle_claims(statement, actor, at)
    return statement


def _credit_missing(station: Station, period: date) -> None:
    """Claims decided up to the month's end whose credit was not posted yet, because its job is late."""
    credited = SettlementItem.objects.filter(kind=ItemKind.CLAIM).values("claim")
    late = WarrantyClaim.objects.filter(station=station, status__in=SETTLEABLE).exclude(pk__in=credited)
    for claim in late.filter(decided_at__lt=clock.start_of(next_month(period))).order_by("pk"):
        posting.credit_claim(claim)


def _write(
    station: Station,
    period: date,
    lines: Sequence[DraftLine],
    *,
    number: str,
    actor: Any | None,
    at: datetime,
    **facts: Any,
) -> Statement:
    totals = totals_of(lines)
    statement = Statement.objects.create(
        station=station,
        period=period,
        number=number,
        built_by=actor,
        built_at=at,
        header=frozen_header(station, period),
        net=totals.net,
        tax=totals.tax,
        gross=totals.gross,
        payable=totals.payable,
        **facts,
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statement,
            item=line.item,
            position=position,
            kind=line.kind,
            source=line.source,
            text=line.text,
            reason=line.reason,
            amount=line.amount,
            tax_rate=line.tax_rate,
            **dict(zip(COLUMNS, line.amounts, strict=True)),
        )
        for position, line in enumerate(lines, start=1)
    )
    carried = {each.tax_rate: each.amount for each in totals.carried}
    StatementTaxGroup.objects.bulk_create(
        StatementTaxGroup(
            statement=statement,
            tax_rate=group.tax_rate,
            brought_forward=group.brought_forward,
            net=group.net,
            tax=group.tax,
            carried=carried.get(group.tax_rate, Decimal(0)),
        )
        for group in totals.groups
    )
    return statement


def _claims_on(statement: Statement, *, statuses: Sequence[str]) -> Any:
    lines = StatementLine.objects.filter(statement=statement, kind=ItemKind.CLAIM)
    return WarrantyClaim.objects.filter(pk__in=lines.values("item__claim"), status__in=statuses).order_by("pk")


def _settle_claims(statement: Statement, actor: Any | None, at: datetime) -> None:
    for claim in _claims_on(statement, statuses=SETTLEABLE):
        move(claim, "settled", actor=actor, at=at, data={"statement": statement.number})


def _unsettle(claims: Sequence[WarrantyClaim], actor: Any | None, at: datetime, note: str) -> None:
    """Claims whose line left its statement stand as they were decided."""
    for claim in claims:
        whole = claim.approved_total == claim.claimed_total
        move(claim, "approved" if whole else "partially_approved", actor=actor, at=at, note=note)


@transaction.atomic
def void_draft(statement: Statement, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """A draft is taken back; its items wait again and its claims are approved, not settled."""
    at = at or clock.now()
    statement = move(lock(statement), StatementStatus.VOIDED, actor=actor, at=at)
    _unsettle(list(_claims_on(statement, statuses=["settled"])), actor, at, statement.number)
    statement.lines.update(is_live=False)
    return statement


# Issuing


@transaction.atomic
def issue_statement(statement: Statement, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """The statement has its number, its fingerprint and its paper; the station may answer; the month is closed.

    Raises TransitionNotAllowed for anything but a draft.
    """
    at = at or clock.now()
    posting.hold_station(statement.station_id)
    statement = lock(statement)
    if not statement.is_draft:
        return move(statement, StatementStatus.ISSUED, actor=actor, at=at)  # raises, naming both states
    ClosedMonth.objects.get_or_create(
        station_id=statement.station_id, period=statement.period, defaults={"closed_at": at}
    )
    return _issue(statement, number=take_number("BS", at=at), actor=actor, at=at)


def _issue(statement: Statement, *, number: str, actor: Any | None, at: datetime) -> Statement:
    statement.number, statement.issued_at = number, at
    statement.answer_by = clock.local_date(at) + timedelta(days=param("warranty.statement_answer_days", at))
    statement.header = statement.header | {"number": number, "issued_on": clock.local_date(at).isoformat()}
    statement.fingerprint = canonical_hash(statement_facts(statement))
    statement.save(update_fields=["number", "issued_at", "answer_by", "header", "fingerprint"])
    statement = move(statement, StatementStatus.ISSUED, actor=actor, at=at, data={"gross": str(statement.gross)})
    issue_paper(statement, actor=actor)
    return statement


def rebuilt_fingerprint(statement: Statement) -> str:
    """The fingerprint as it comes out when the statement is built again from its items; equal, or something was changed."""
    lines = [_rebuilt(line) for line in statement.lines.select_related("item").order_by("position")]
    return canonical_hash(statement_facts(statement, lines=lines, totals=totals_of(lines)))


def _rebuilt(line: StatementLine) -> DraftLine:
    if line.item is not None:
        return draft_line(line.item)
    number, _slash, rate = line.source.rpartition("/")
    group = StatementTaxGroup.objects.get(statement__number=number, tax_rate=Decimal(rate))
    return DraftLine(None, line.kind, line.source, number, "", (Decimal(0),) * 3 + (group.carried,), group.tax_rate)


# The station's answer


@transaction.atomic
def confirm_statement(
    statement: Statement, *, actor: Any | None, at: datetime | None = None, silently: bool = False
) -> Statement:
    """The station agrees; the dealer is owed the gross. Below 0 nothing is owed: the next statement takes the net up.

    Posts one entry on the account's warranty leg, source the statement's number. Source: rules.md 3.8.
    """
    at = at or clock.now()
    statement = lock(statement)
    to = StatementStatus.CARRIED if statement.net < 0 else StatementStatus.CONFIRMED
    statement = move(statement, to, actor=actor, at=at, data={"silent": silently, "gross": str(statement.gross)})
    statement.confirmed_at, statement.confirmed_silently = at, silently
    statement.save(update_fields=["confirmed_at", "confirmed_silently"])
    if to == StatementStatus.CONFIRMED and statement.gross:
        _post(statement, "statement", statement.gross, actor, at)
    return statement


def _post(statement: Statement, kind: str, amount: Decimal, actor: Any | None, at: datetime) -> None:
    post_entry(
        account_of(statement.station),
        kind=kind,
        source=statement.number,
        amount=amount,
        station=statement.station,
        leg=Leg.WARRANTY,
        at=at,
        actor=actor,
    )


def confirm_silent(*, at: datetime | None = None) -> int:
    """Statements unanswered after their last day are confirmed; how many. The daily job calls it."""
    at = at or clock.now()
    waiting = Statement.objects.filter(status=StatementStatus.ISSUED, answer_by__lt=clock.local_date(at))
    late = list(waiting.order_by("pk"))
    for statement in late:
        confirm_statement(statement, actor=None, at=at, silently=True)
    return len(late)


@transaction.atomic
def dispute_lines(
    statement: Statement, *, reasons: Mapping[int, str], actor: Any, at: datetime | None = None
) -> Statement:
    """The statement is superseded by a revision without the disputed lines, which wait for the next month.

    reasons: by the line's pk. A line is disputed at most once. The old issue stays readable with its fingerprint.
    Answers the revision, issued. Raises DisputeRefused, TransitionNotAllowed.
    """
    at = at or clock.now()
    posting.hold_station(statement.station_id)
    statement = lock(statement)
    lines = list(statement.lines.select_related("item__claim").order_by("position"))
    disputed = {line.pk: line for line in lines if line.pk in reasons}
    _check_dispute(disputed, reasons)
    statement = move(statement, StatementStatus.SUPERSEDED, actor=actor, at=at)
    for line in disputed.values():
        line.dispute_reason = reasons[line.pk].strip()[:300]
        line.save(update_fields=["dispute_reason"])
        if line.item:
            _defer(line.item, statement)
    statement.lines.update(is_live=False)
    claims = [
        line.item.claim
        for line in disputed.values()
        if line.item and line.item.claim and line.item.claim.status == "settled"
    ]
    _unsettle([claim for claim in claims if _is_credit(claim, disputed)], actor, at, statement.number)
    return _revise(statement, [line for line in lines if line.pk not in reasons], actor, at)


def _check_dispute(disputed: Mapping[int, StatementLine], reasons: Mapping[int, str]) -> None:
    named = len(disputed) == len(reasons) and bool(reasons)
    fresh = all(line.item is not None and not line.item.was_disputed for line in disputed.values())
    said = all(len(reason.strip()) >= 10 for reason in reasons.values())
    if not (named and fresh and said):
        raise DisputeRefused


def _is_credit(claim: WarrantyClaim, disputed: Mapping[int, StatementLine]) -> bool:
    """Whether it is the claim's own credit that is disputed, not a debit beside it."""
    own = (line.item for line in disputed.values() if line.kind == ItemKind.CLAIM)
    return any(item is not None and item.claim_id == claim.pk for item in own)


def _defer(item: SettlementItem, statement: Statement) -> None:
    later = posting.first_open_month(statement.station_id, next_month(statement.period))
    SettlementItem.objects.filter(pk=item.pk).update(period=later, was_disputed=True)


def _revise(statement: Statement, kept: Sequence[StatementLine], actor: Any, at: datetime) -> Statement:
    base, revision = statement.number.split("-R")[0], statement.revision + 1
    lines = [
        DraftLine(
            line.item,
            line.kind,
            line.source,
            line.text,
            line.reason,
            (line.parts_amount, line.labor_amount, line.travel_amount, line.other_amount),
            line.tax_rate,
        )
        for line in kept
    ]
    number = f"{base}-R{revision}"
    made = _write(
        statement.station,
        statement.period,
        lines,
        number=number,
        actor=actor,
        at=at,
        revision=revision,
        supersedes=statement,
    )
    return _issue(made, number=number, actor=actor, at=at)


# Money


@transaction.atomic
def record_invoice(
    statement: Statement, *, invoice_number: str, amount: Decimal, actor: Any, at: datetime | None = None
) -> Statement:
    """The station's invoice is here and fits. Raises InvoiceDiffers."""
    statement = lock(statement)
    if not invoice_fits(amount, statement.gross):
        raise InvoiceDiffers(invoice=amount, gross=statement.gross, field="amount")
    statement.invoice_number, statement.invoice_amount = invoice_number, amount
    statement.save(update_fields=["invoice_number", "invoice_amount"])
    return move(statement, StatementStatus.INVOICED, actor=actor, at=at, data={"invoice": invoice_number})


@transaction.atomic
def pay_statement(
    statement: Statement, *, bank_reference: str, actor: Any, paid_on: date | None = None, at: datetime | None = None
) -> Statement:
    """The dealer has its money: the opposite is posted, the statement's claims are paid."""
    at = at or clock.now()
    statement = lock(statement)
    statement.bank_reference, statement.paid_on = bank_reference, paid_on or clock.local_date(at)
    statement.save(update_fields=["bank_reference", "paid_on"])
    paid = {"bank_reference": bank_reference, "statement": statement.number}
    statement = move(statement, StatementStatus.PAID, actor=actor, at=at, data=paid)
    _post(statement, "statement_payment", -statement.gross, actor, at)
    for claim in _claims_on(statement, statuses=["settled"]):
        move(claim, "paid", actor=actor, at=at, data=paid)
    return statement
