"""Finance's files of a month: the stations' invoices and the bank's transfers. Not here: one invoice, one payment (settlement)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from portal.core.transfer.kinds import Finding, Text
from stations.exits import statement_hold
from stations.payments import reference_of
from warranty import settlement
from warranty.models import Statement
from warranty.settlement_rules import INVOICE_TOLERANCE, invoice_fits
from warranty.settlement_states import StatementStatus

BANK, INVOICES = "warranty.bank_payments", "warranty.station_invoices"
NUMBER: Final = re.compile(r"BS-\d{6}-\d{6}(?:-R\d+)?")  # also inside what the bank calls the purpose
CENT: Final = Decimal("0.01")
BANK_REFERENCE: Final = ("交易流水号", "流水号", "凭证号", "银行流水号", "reference")
AMOUNT: Final = tuple(
    f"{name}{unit}" for name in ("交易金额", "付款金额", "借方发生额", "支出金额") for unit in ("", "(元)")
)
PAID_ON: Final = ("交易日期", "记账日期", "付款日期", "date")
PURPOSE: Final = ("用途", "摘要", "附言", "结算单号", "purpose")
ACCOUNT: Final = ("收款账号", "对方账号", "收款人账号", "payee account")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, at which column."""

    column: str
    got: str
    expected: Text
    facts: Mapping[str, Any]


def _fault(column: str, got: Any, expected: Text, **facts: Any) -> Fault:
    return Fault(column, str(got), expected, facts)


class Transfers:
    """The rows of a bank's file beside the statements they pay: which, or why not.

    A row names its statement, by number or in its purpose, or the dealer's account: then the amount has to tell which one.
    """

    def __init__(self, rows: Sequence[StagedRow], actor: Any) -> None:
        self.rows = rows
        seen = Statement.objects.visible_to(actor).select_related("station__dealer")
        numbers = {found for row in rows if (found := _number(row))}
        accounts = {found for row in rows if (found := _account(row))}
        named = seen.filter(Q(number__in=numbers) | Q(status=StatementStatus.INVOICED))
        self.statements = {each.number: each for each in named}
        self.of_account: dict[str, list[Statement]] = {account: [] for account in accounts}
        for each in self.statements.values():
            account = _digits(each.station.dealer.bank_account)
            if each.status == StatementStatus.INVOICED and account in accounts:
                self.of_account[account].append(each)
        references = {reference_of(row.values["bank_reference"]) for row in rows}
        paid = seen.filter(bank_reference__in=references)
        self.paid_by = {reference_of(each.bank_reference): each for each in paid}

    def verdicts(self) -> Iterator[tuple[StagedRow, Statement | None, Fault | None]]:
        """Each row with its statement or its fault; one that was applied before has its statement, which is paid."""
        taken: dict[str, int] = {}
        for row in self.rows:
            found = self._verdict(row)
            if isinstance(found, Statement) and found.status == StatementStatus.INVOICED:
                if found.number in taken:
                    expected = _("a statement that no other line pays; line %(line)s pays this one")
                    found = _fault("statement", found.number, expected, line=taken[found.number])
                else:
                    taken[found.number] = row.line
            yield (row, found, None) if isinstance(found, Statement) else (row, None, found)

    def _verdict(self, row: StagedRow) -> Statement | Fault:
        statement, reference = self._statement_of(row), reference_of(row.values["bank_reference"])
        if isinstance(statement, Fault):
            return statement
        earlier = self.paid_by.get(reference)
        if earlier is not None and earlier != statement:
            day = earlier.paid_on.isoformat() if earlier.paid_on else ""
            expected = _("a reference that paid nothing yet; this one paid %(number)s on %(day)s")
            return _fault("bank_reference", row.values["bank_reference"], expected, number=earlier.number, day=day)
        return self._fits(row, statement, reference)

    def _fits(self, row: StagedRow, statement: Statement, reference: str) -> Statement | Fault:
        """The statement, where day, state, amount and reference allow that this transfer pays or paid it."""
        amount, paid_on, known = row.values["amount"], row.values["paid_on"], statement.status
        repeated = known == StatementStatus.PAID and reference_of(statement.bank_reference) == reference
        if known != StatementStatus.INVOICED and not repeated:
            expected = _("a statement whose invoice is entered and that is not paid; this one: %(status)s")
            return _fault("statement", statement.number, expected, status=StatementStatus(known).label)
        if not _pays(statement, amount):
            return _fault("amount", amount, _("%(amount)s, what the statement says"), amount=f"{statement.payable:.2f}")
        if paid_on > clock.today():
            return _fault("paid_on", paid_on.isoformat(), _("a day that is not in the future"))
        if not repeated and (until := statement_hold(statement.station, clock.today(), period=statement.period)):
            expected = _("a station that has not left; the last statement of this one is held until %(until)s")
            return _fault("statement", statement.number, expected, until=until.isoformat())
        return statement

    def _statement_of(self, row: StagedRow) -> Statement | Fault:
        if number := _number(row):
            found = self.statements.get(number)
            return found or _fault("statement", number, _("the number of a statement that was issued"))
        account = _account(row)
        if not account:
            return _fault(
                "statement", row.values.get("statement") or "", _("a statement's number, or the dealer's account")
            )
        earlier = self.paid_by.get(reference_of(row.values["bank_reference"]))
        if earlier is not None and _digits(earlier.station.dealer.bank_account) == account:
            return earlier
        fitting = [each for each in self.of_account.get(account, ()) if _pays(each, row.values["amount"])]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            expected = _("the number as well: this account and amount fit %(numbers)s")
            return _fault("statement", "", expected, numbers=[each.number for each in fitting])
        return _fault("account", account, _("an account and amount that fit one invoiced statement"))


def _pays(statement: Statement, amount: Decimal) -> bool:
    """What is paid is the statement's gross, or what its invoice says within the cent that it may differ."""
    return amount == statement.payable or (statement.invoice_amount is not None and amount == statement.invoice_amount)


def _number(row: StagedRow) -> str:
    found = NUMBER.search((row.values.get("statement") or "").upper())
    return found.group() if found else ""


def _account(row: StagedRow) -> str:
    return _digits(row.values.get("account") or "")


def _digits(account: str) -> str:
    return "".join(sign for sign in account if sign.isalnum())


def inspect_transfers(batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Transfers that pay no statement of ours, another amount, or one that was paid: each at its cell."""
    for row, _statement, fault in Transfers(list(rows), batch.uploaded_by).verdicts():
        if fault:
            yield Finding(row.line, fault.column, fault.got, fault.expected, fault.facts)


def known_transfers(batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
    """Transfers that were entered before, by file or by hand."""
    for row, statement, _fault in Transfers(list(rows), batch.uploaded_by).verdicts():
        if statement is not None and statement.status == StatementStatus.PAID:
            yield row.line


def pay_by_file(batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """Every transfer is entered as finance would have; statements in their order, so that two files wait for each other."""
    paying = [
        (statement, row)
        for row, statement, _fault in Transfers(list(rows), batch.uploaded_by or actor).verdicts()
        if statement is not None and statement.status == StatementStatus.INVOICED
    ]
    for statement, row in sorted(paying, key=lambda each: each[0].pk):
        reference, paid_on = row.values["bank_reference"], row.values["paid_on"]
        settlement.pay_statement(statement, bank_reference=reference, paid_on=paid_on, actor=actor)


def _invoiced(rows: Sequence[StagedRow], actor: Any) -> dict[str, Statement]:
    numbers = {row.values["statement"].upper() for row in rows}
    return {each.number: each for each in Statement.objects.visible_to(actor).filter(number__in=numbers)}


def inspect_invoices(batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Invoices for no confirmed statement, or over another amount."""
    staged = list(rows)
    found = _invoiced(staged, batch.uploaded_by)
    for row in staged:
        number, amount = row.values["statement"].upper(), row.values["amount"]
        statement = found.get(number)
        if statement is None:
            yield Finding(row.line, "statement", number, _("the number of a statement that was issued"))
        elif _entered(row, statement):
            continue
        elif statement.status != StatementStatus.CONFIRMED:
            expected = _("a statement that is confirmed; this one: %(status)s")
            status = StatementStatus(statement.status).label
            yield Finding(row.line, "statement", number, expected, {"status": status})
        elif not invoice_fits(amount, statement.gross):
            facts = {"gross": f"{statement.gross:.2f}", "most": f"{INVOICE_TOLERANCE}"}
            yield Finding(row.line, "amount", str(amount), _("%(gross)s, at most %(most)s more or less"), facts)


def _entered(row: StagedRow, statement: Statement) -> bool:
    """Whether this very invoice stands on the statement."""
    given = (row.values["invoice_number"], row.values["amount"])
    return given == (statement.invoice_number, statement.invoice_amount)


def known_invoices(batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
    """Invoices that were entered before."""
    staged = list(rows)
    found = _invoiced(staged, batch.uploaded_by)
    for row in staged:
        statement = found.get(row.values["statement"].upper())
        if statement is not None and _entered(row, statement):
            yield row.line


def enter_invoices(batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """Every invoice is entered as finance would have."""
    staged = list(rows)
    found = _invoiced(staged, batch.uploaded_by or actor)
    for row in sorted(staged, key=lambda each: found[each.values["statement"].upper()].pk):
        values = row.values
        settlement.record_invoice(
            found[values["statement"].upper()],
            invoice_number=values["invoice_number"],
            amount=values["amount"],
            actor=actor,
        )


def register() -> None:
    """The import center offers both to finance. Called in AppConfig.ready()."""
    import_kind(
        ImportKind(
            key=BANK,
            title=_("Payments of statements"),
            permission="warranty.pay_statement",
            apply=pay_by_file,
            inspect=inspect_transfers,
            same=known_transfers,
            skips_errors=True,
            columns=(
                Column("bank_reference", _("Bank reference"), key=True, max_length=60, headings=BANK_REFERENCE),
                Column(
                    "amount", _("Amount"), kind="decimal", required=True, low=CENT, headings=AMOUNT, as_exported=True
                ),
                Column("paid_on", _("Paid on"), kind="date", required=True, headings=PAID_ON, as_exported=True),
                Column("statement", _("Statement"), headings=PURPOSE, help=_("Its number, alone or within a purpose.")),
                Column("account", _("Bank account"), max_length=40, headings=ACCOUNT, help=_("Where no number is.")),
            ),
            help=_("The bank's file as it is. Transfers that pay no invoiced statement to the cent are left out."),
        )
    )
    import_kind(
        ImportKind(
            key=INVOICES,
            title=_("Invoices of stations"),
            permission="warranty.invoice_statement",
            apply=enter_invoices,
            inspect=inspect_invoices,
            same=known_invoices,
            skips_errors=True,
            columns=(
                Column("statement", _("Statement"), key=True, max_length=40, headings=("结算单号", "结算单编号")),
                Column("invoice_number", _("Invoice number"), required=True, max_length=40, headings=("发票号",)),
                Column("amount", _("Invoice amount"), kind="decimal", required=True, low=0, headings=("价税合计",)),
            ),
            help=_("One row per statement that the station has confirmed."),
        )
    )
