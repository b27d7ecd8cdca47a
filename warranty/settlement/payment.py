"""Money of a confirmed statement: the station's invoice, the transfer, the dealer's account."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock
from portal.core.days import require_day
from portal.core.states import lock, move, refusal
from stations.dealer_account import account_of, post_entry
from stations.exits import statement_hold
from stations.models import Leg
from stations.payments import one_after_another, reference_of
from warranty.models import ItemKind, Statement
from warranty.settlement.building import move_claims
from warranty.settlement.refusals import InvoiceDiffers, InvoiceUsed, ReferencePaidAnother, StatementHeld
from warranty.settlement_rules import invoice_fits
from warranty.settlement_states import StatementStatus


def post_to_dealer(statement: Statement, kind: str, amount: Decimal, actor: Any | None, at: datetime) -> None:
    """The dealer's account has one entry more on its warranty leg, with the statement's number as source."""
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


@transaction.atomic
def record_invoice(
    statement: Statement, *, invoice_number: str, amount: Decimal, actor: Any, at: datetime | None = None
) -> Statement:
    """The station's invoice is here, fits, and stands for no other statement. Raises InvoiceDiffers, InvoiceUsed."""
    invoice_number = invoice_number.strip()
    statement = lock(statement)
    _require_unused(statement, invoice_number)
    if not invoice_fits(amount, statement.gross):
        raise InvoiceDiffers(invoice=amount, gross=statement.gross, field="amount")
    statement.invoice_number, statement.invoice_amount = invoice_number, amount
    statement.save(update_fields=["invoice_number", "invoice_amount"])
    return move(statement, StatementStatus.INVOICED, actor=actor, at=at, data={"invoice": invoice_number})


def _require_unused(statement: Statement, invoice_number: str) -> None:
    """One after another, so that two statements are not invoiced by one paper at the same moment."""
    dealer = statement.station.dealer_id
    one_after_another(f"invoice {dealer} {invoice_number.lower()}")
    same = Statement.objects.filter(station__dealer=dealer, invoice_number__iexact=invoice_number)
    other = same.exclude(pk=statement.pk).first()
    if other is not None:
        raise InvoiceUsed(got=invoice_number, number=other.number, field="invoice_number")


@transaction.atomic
def pay_statement(
    statement: Statement, *, bank_reference: str, actor: Any, paid_on: date | None = None, at: datetime | None = None
) -> Statement:
    """The dealer has its money: the opposite is posted, the claims of the statement and of those carried to it are paid.

    paid_on: from the day of issue to today. Raises TransitionNotAllowed, ReferencePaidAnother, DayOutOfBounds, and
    StatementHeld for the last statement of a station that has left (rules.md 3.10).
    """
    at, reference = at or clock.now(), reference_of(bank_reference)
    one_after_another(reference)
    statement = lock(statement)
    if statement.status != StatementStatus.INVOICED:
        raise refusal(statement, StatementStatus.PAID.label)
    station = statement.station
    if until := statement_hold(station, clock.local_date(at), period=statement.period):
        raise StatementHeld(station=station, until=until.isoformat())
    other = Statement.objects.filter(bank_reference__iexact=reference).exclude(pk=statement.pk).first()
    if other is not None:
        day = other.paid_on.isoformat() if other.paid_on else ""
        raise ReferencePaidAnother(reference=reference, number=other.number, day=day, field="bank_reference")
    today = clock.local_date(at)
    issued = clock.local_date(statement.issued_at or at)
    statement.paid_on = require_day(paid_on or today, first=issued, last=today, field="paid_on")
    statement.bank_reference = reference
    statement.save(update_fields=["bank_reference", "paid_on"])
    paid = {"bank_reference": reference, "statement": statement.number}
    statement = move(statement, StatementStatus.PAID, actor=actor, at=at, data=paid)
    post_to_dealer(statement, "statement_payment", -statement.gross, actor, at)
    _pay_claims(statement, paid, actor, at)
    return statement


def close_at_zero(statement: Statement, *, actor: Any | None, at: datetime) -> Statement:
    """The locked, confirmed statement owes nothing either way: it is paid without invoice or transfer, and so are its claims."""
    statement.paid_on = clock.local_date(at)
    statement.save(update_fields=["paid_on"])
    paid = {"statement": statement.number, "gross": str(statement.gross)}
    statement = move(statement, StatementStatus.PAID, actor=actor, at=at, data=paid)
    _pay_claims(statement, paid, actor, at)
    return statement


def _pay_claims(statement: Statement, paid: dict[str, str], actor: Any | None, at: datetime) -> None:
    """Claims that the statement credits are paid, and those of every statement below 0 whose balance came to it."""
    found: list[Statement] = [statement]
    for each in found:
        before = each.lines.filter(kind=ItemKind.BROUGHT_FORWARD).values_list("source", flat=True)
        numbers = {source.rpartition("/")[0] for source in before}
        carried = Statement.objects.filter(number__in=numbers, status=StatementStatus.CARRIED)
        found += carried.exclude(pk__in=[row.pk for row in found]).order_by("pk")
    for each in reversed(found):  # the oldest first
        move_claims(each, ["settled"], "paid", actor=actor, at=at, data=paid)
