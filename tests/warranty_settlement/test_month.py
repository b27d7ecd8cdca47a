"""A month of all stations: issued at one press with its effect first, invoiced and paid by file, reminded before silence."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import jobs
from portal.core.models import Event, JobRun, Notification
from portal.core.models.jobs import JobStatus
from portal.core.models.transfer import ImportBatch
from portal.core.transactions import acting
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.kinds import kind_of
from portal.core.transfer.staging import stage_batch, upload_batch
from stations.models import Station
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import at, make_granted_claim
from tests.factories.stations import make_station
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import Statement
from warranty.settlement_imports import BANK, INVOICES
from warranty.settlement_jobs import issue_month, statements_daily

JUNE = date(2025, 6, 1)
really_issue = settlement.issue_statement


def owe(station: Station, amount: str = "90.00", source: str = "BX") -> None:
    posting.post_item(
        station, kind="freight", source=f"{source}-{station.pk}", at=at("2025-06-12 10:00:00"),
        amounts={"other": Decimal(amount)},
    )  # fmt: skip


@pytest.fixture
def drafts(desk: Desk, june: Any) -> list[Statement]:
    """90.00, 100.00 and −50.00 on three drafts of June, on 5 July."""
    stations = [desk.station, make_station(), make_station()]
    for station, amount in zip(stations, ("90.00", "100.00", "-50.00"), strict=True):
        owe(station, amount)
    june("2025-07-05 09:00:00")
    return [settlement.build_statement(station, JUNE, actor=desk.finance) for station in stations]


def status_of(rows: list[Statement]) -> list[str]:
    return [Statement.objects.get(pk=row.pk).status for row in rows]


# Issue a month


def test_the_page_shows_the_effect_and_one_press_issues_it(desk: Desk, drafts: list[Statement]) -> None:
    finance = as_user(desk.finance)
    page = finance.get("/warranty/statements/issue/?period=2025-06")
    plan = page.context["plan"]

    assert (plan.net, plan.tax, plan.gross, plan.payable) == (
        Decimal("140.00"), Decimal("11.40"), Decimal("151.40"), Decimal("201.40"),
    )  # fmt: skip
    assert [each.statement.pk for each in plan.below] == [drafts[2].pk]
    answer = finance.post("/warranty/statements/issue/?period=2025-06", {"chosen": plan.chosen})
    run = JobRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert status_of(drafts) == ["draft"] * 3
    jobs.drain()

    run.refresh_from_db()
    assert status_of(drafts) == ["issued"] * 3
    assert (run.status, run.done, run.total) == (JobStatus.DONE, 3, 3)
    assert "3" in run.message


def test_a_draft_with_later_lines_is_left_out_and_a_station_without_draft_is_named(
    desk: Desk, drafts: list[Statement]
) -> None:
    owe(drafts[0].station, "10.00", "LATE")
    forgotten = make_station()
    owe(forgotten)

    plan = settlement.plan_month(JUNE, actor=desk.finance)

    assert [each.statement for each in plan.refused] == [drafts[0]]
    assert plan.unbuilt == [forgotten]
    with pytest.raises(settlement.MonthChanged):
        settlement.issue_month(JUNE, chosen=[row.pk for row in drafts], actor=desk.finance)
    assert status_of(drafts) == ["draft"] * 3


def test_what_was_taken_back_meanwhile_is_named_and_the_others_are_issued(desk: Desk, drafts: list[Statement]) -> None:
    run = settlement.issue_month(JUNE, chosen=[row.pk for row in drafts], actor=desk.finance)
    settlement.void_draft(drafts[1], actor=desk.finance)

    jobs.drain()

    run.refresh_from_db()
    assert status_of(drafts) == ["issued", "voided", "issued"]
    assert run.status == JobStatus.DONE


def test_a_run_that_is_cut_off_goes_on_and_issues_none_twice(
    desk: Desk, drafts: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = settlement.issue_month(JUNE, chosen=[row.pk for row in drafts], actor=desk.finance)

    def fail(statement: Statement, **named: Any) -> Statement:
        if statement.pk == drafts[1].pk:
            raise ArithmeticError("1/0")
        return really_issue(statement, **named)

    monkeypatch.setattr(settlement, "issue_statement", fail)
    with pytest.raises(ArithmeticError):
        issue_month(run.pk, "2025-06-01", [row.pk for row in drafts])
    monkeypatch.undo()
    run.refresh_from_db()
    assert (run.status, status_of(drafts)) == (JobStatus.FAILED, ["issued", "draft", "issued"])
    assert drafts[1].station.code in run.message

    jobs.drain()

    assert status_of(drafts) == ["issued"] * 3
    numbers = sorted(Statement.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]


@pytest.mark.parametrize("chosen", ["", "x", "1,,2", "-1", "9" * 30])
def test_a_forged_choice_issues_nothing(desk: Desk, drafts: list[Statement], chosen: str) -> None:
    answer = as_user(desk.finance).post("/warranty/statements/issue/?period=2025-06", {"chosen": chosen})

    assert answer.status_code in {409, 422}
    assert status_of(drafts) == ["draft"] * 3


# Files of invoices and of the bank


@pytest.fixture
def confirmed(desk: Desk, drafts: list[Statement], june: Any) -> list[Statement]:
    """Two statements that stations agreed to, over 95.40 and 106.00."""
    issued = [settlement.issue_statement(row, actor=desk.finance) for row in drafts[:2]]
    june("2025-07-08 09:00:00")
    return [settlement.confirm_statement(row, actor=desk.owner) for row in issued]


@pytest.fixture
def invoiced(desk: Desk, confirmed: list[Statement]) -> list[Statement]:
    return [
        settlement.record_invoice(row, invoice_number=f"F-{row.pk}", amount=row.gross, actor=desk.finance)
        for row in confirmed
    ]


def staged(kind: str, rows: list[list[str]], desk: Desk) -> ImportBatch:
    text = "\n".join(",".join(row) for row in rows)
    file = SimpleUploadedFile("bank.csv", text.encode())
    return stage_batch(upload_batch(kind_of(kind), file, actor=desk.finance))


def faults(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(row.line, error["column"]) for row in batch.rows.order_by("line") for error in row.errors]


BANK_HEAD = ["交易流水号", "付款金额", "交易日期", "用途", "对方账号"]


def test_the_banks_file_pays_by_number_and_by_account_and_twice_changes_nothing(
    desk: Desk, invoiced: list[Statement]
) -> None:
    first, second = invoiced
    account = second.station.dealer.bank_account
    rows = [
        BANK_HEAD,
        ["ICBC 1", "95.40", "2025-07-08", f"付 {first.number} 保修款", ""],
        ["icbc2", "106.00", "2025-07-07", "货款", f"{account[:4]} {account[4:]}"],
    ]

    batch = apply_batch(staged(BANK, rows, desk), actor=desk.finance)

    assert (batch.new_count, batch.error_count) == (2, 0)
    assert status_of(invoiced) == ["paid", "paid"]
    second.refresh_from_db()
    assert (second.bank_reference, second.paid_on) == ("ICBC2", date(2025, 7, 7))
    again = staged(BANK, rows, desk)
    assert (again.same_count, again.new_count, again.error_count) == (2, 0, 0)
    assert apply_batch(again, actor=desk.finance).same_count == 2


def test_the_banks_file_may_write_days_and_amounts_as_banks_do(desk: Desk, invoiced: list[Statement]) -> None:
    first, second = invoiced
    rows = [
        ["交易流水号", "交易金额(元)", "交易日期", "附言"],
        ["A", "¥95.40", "20250708", first.number],
        ["B", "106.00", "2025/7/7", second.number],
        ["C", '"1,154.36"', "20250708", second.number],  # read, and not what the statement says
        ["D", '"1,15.36"', "20251308", second.number],  # neither an amount nor a day
    ]

    batch = apply_batch(staged(BANK, rows, desk), actor=desk.finance)

    assert faults(batch) == [(4, "amount"), (5, "amount"), (5, "paid_on")]
    assert batch.rows.get(line=4).errors[0]["got"] == "1154.36"
    second.refresh_from_db()
    assert (status_of(invoiced), second.paid_on) == (["paid", "paid"], date(2025, 7, 7))


def test_the_banks_file_is_refused_at_the_cell(desk: Desk, invoiced: list[Statement], june: Any) -> None:
    first, second = invoiced
    settlement.pay_statement(first, bank_reference="ICBC-1", actor=desk.finance)
    batch = staged(
        BANK,
        [
            BANK_HEAD,
            ["A", "106.01", "2025-07-08", second.number, ""],  # another amount
            ["B", "106.00", "2025-07-08", "BS-209901-000001", ""],  # unknown
            ["ICBC-1", "106.00", "2025-07-08", second.number, ""],  # the reference paid the first
            ["C", "95.40", "2025-07-08", first.number, ""],  # paid already, by another transfer
            ["D", "106.00", "2025-07-09", second.number, ""],  # tomorrow
            ["E", "106.00", "2025-07-08", "", ""],  # whose?
            ["F", "106.00", "2025-07-08", "", "62220000"],  # an account of nobody
            ["G", "106.00", "2025-07-08", second.number, ""],
            ["H", "106.00", "2025-07-08", second.number, ""],  # the same once more
        ],
        desk,
    )

    assert faults(batch) == [
        (2, "amount"), (3, "statement"), (4, "bank_reference"), (5, "statement"), (6, "paid_on"), (7, "statement"),
        (8, "account"), (10, "statement"),
    ]  # fmt: skip
    apply_batch(batch, actor=desk.finance)
    second.refresh_from_db()
    assert (second.status, second.bank_reference) == ("paid", "G")


def test_an_account_with_two_statements_of_one_amount_wants_the_number(desk: Desk, june: Any) -> None:
    other = make_station(dealer=desk.station.dealer)
    for station in (desk.station, other):
        owe(station)
    june("2025-07-05 09:00:00")
    for station in (desk.station, other):
        row = settlement.issue_statement(settlement.build_statement(station, JUNE, actor=None), actor=desk.finance)
        row = settlement.confirm_statement(row, actor=desk.owner)
        settlement.record_invoice(row, invoice_number=f"F-{row.pk}", amount=row.gross, actor=desk.finance)

    batch = staged(BANK, [BANK_HEAD, ["A", "95.40", "2025-07-05", "", desk.station.dealer.bank_account]], desk)

    assert faults(batch) == [(2, "statement")]


def test_invoices_come_by_file(desk: Desk, confirmed: list[Statement]) -> None:
    first, second = confirmed
    rows = [
        ["结算单号", "发票号", "价税合计"],
        [first.number, "04410001", "95.41"],  # a cent more may be
        [second.number, "04410002", "106.02"],  # two may not
        ["BS-209901-000001", "04410003", "1.00"],
    ]

    batch = apply_batch(staged(INVOICES, rows, desk), actor=desk.finance)

    assert faults(batch) == [(3, "amount"), (4, "statement")]
    assert status_of(confirmed) == ["invoiced", "confirmed"]
    assert staged(INVOICES, rows[:2], desk).same_count == 1
    bank = [BANK_HEAD, ["A", "95.41", "2025-07-08", first.number, ""]]  # what the invoice says is paid
    apply_batch(staged(BANK, bank, desk), actor=desk.finance)
    assert status_of(confirmed) == ["paid", "confirmed"]


def test_the_pages_name_what_the_invoice_says(desk: Desk, confirmed: list[Statement]) -> None:
    first, _second = confirmed
    finance, page = as_user(desk.finance), first.get_absolute_url()
    form = finance.get(f"{page}invoice/").content.decode()
    assert (first.number in form, "¥95.40" in form) == (True, True)

    settlement.record_invoice(first, invoice_number="04410001", amount=Decimal("95.41"), actor=desk.finance)

    shown = finance.get(page).content.decode()
    assert ("04410001" in shown, shown.count("¥95.41")) == (True, 2)  # what the invoice says, and what is to be paid
    assert "¥95.41" in finance.get(f"{page}pay/").content.decode()


# Twin, reminders, disputes


def test_the_workbook_says_what_the_csv_says(desk: Desk, confirmed: list[Statement]) -> None:
    from openpyxl import load_workbook

    reader, here = as_user(desk.finance), confirmed[0].get_absolute_url()
    text = reader.get(f"{here}statement.csv").content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(reader.get(f"{here}statement.xlsx").content))

    sheet = [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    twin = list(csv.reader(io.StringIO(text)))
    assert [[same(cell) for cell in row] for row in sheet] == [[same(cell) for cell in row] for row in twin]


def same(cell: str) -> Any:
    """An amount as a number, whatever its spelling."""
    try:
        return Decimal(cell)
    except ArithmeticError:
        return cell


def test_the_station_is_reminded_once_before_its_silence_confirms(
    desk: Desk, drafts: list[Statement], june: Any
) -> None:
    settlement.issue_statement(drafts[0], actor=desk.finance)  # to be answered by 12 July
    jobs.drain()
    Notification.objects.all().delete()
    for day, told in (("09", 0), ("10", 1), ("11", 1), ("12", 1), ("13", 1)):
        june(f"2025-07-{day} 00:40:00")
        statements_daily()
        assert Notification.objects.filter(kind="statement.due", user=desk.owner).count() == told
    assert status_of(drafts[:1]) == ["confirmed"]
    assert Event.objects.filter(kind="statement.reminded").count() == 1


def test_finance_is_told_of_a_dispute(desk: Desk, drafts: list[Statement]) -> None:
    issued = settlement.issue_statement(drafts[0], actor=desk.finance)
    line = issued.lines.get()

    settlement.dispute_lines(issued, reasons={line.pk: "运费金额与运单不符，请核对"}, actor=desk.owner)
    jobs.drain()

    told = Notification.objects.get(kind="statement.disputed", user=desk.finance)
    assert told.url == issued.get_absolute_url()


def test_a_statement_of_many_claims_is_built_issued_and_paid_by_as_many_statements_of_sql(
    desk: Desk, june: Any
) -> None:
    _first, few, many = [steps_of(make_station(), count, desk, june) for count in (1, 2, 9)]

    assert few == many


def steps_of(station: Station, claims: int, desk: Desk, june: Any) -> list[int]:
    """How often the database is asked to build, issue and pay a statement of so many claims."""
    june("2025-06-12 10:00:00")
    for _number in range(claims):
        posting.credit_claim(make_granted_claim(station, part=desk.part, part_amount="200.00"))
    june("2025-07-05 09:00:00")
    counted = []
    with CaptureQueriesContext(connection) as asked, acting(None):
        draft = settlement.build_statement(station, JUNE, actor=None)
    counted.append(len(asked))
    with CaptureQueriesContext(connection) as asked, acting(None):
        issued = settlement.issue_statement(draft, actor=None)
    counted.append(len(asked))
    issued = settlement.confirm_statement(issued, actor=None)
    issued = settlement.record_invoice(issued, invoice_number="F-1", amount=issued.gross, actor=None)
    with CaptureQueriesContext(connection) as asked, acting(None):
        settlement.pay_statement(issued, bank_reference=f"B-{station.pk}", actor=None)
    return [*counted, len(asked)]
