"""June of three stations and two suppliers, claim by claim in finance_month.csv: every total is written here by hand.

A is a general taxpayer (6 %, from 16 June 9 %), B a small one (1 %), C general and in debt: a claim of May is reversed.
X pays 80 % of a part (at most 400.00 a piece) and half of the labor; Y all of a part (at most 300.00), a quarter of the
labor, half of the travel, and 20.00 a case.
"""
# ruff: noqa: F811 the fixtures are imported

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from parts.models import Supplier
from portal.accounts.roles import Role
from portal.core import jobs
from portal.core.documents import documents_of, pdf_bytes
from portal.core.money import capitals
from portal.core.parameters import set_parameter
from stations.models import DealerAccount, Station
from tests.conftest import as_user
from tests.desks import june  # noqa: F401 a fixture
from tests.factories.settlement import at, make_agreement, make_granted_claim, make_old_part
from tests.factories.stations import make_dealer, make_member, make_station, make_user
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import appraisal, chargebacks, failed_parts, review, settlement
from warranty.chargebacks import LineAnswer
from warranty.models import Chargeback, FailedPart, ItemKind, Statement, WarrantyClaim
from warranty.settlement_checks import CHECKS
from warranty.settlement_jobs import build_last_month

CENT = Decimal("0.01")
MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)
ROWS = list(csv.DictReader(io.StringIO(Path(__file__).with_name("finance_month.csv").read_text())))


@dataclass(frozen=True)
class Sheet:
    """A statement as finance would add it up: sums by kind, then (rate, net, tax) of each group, then the foot."""

    kinds: dict[str, str]
    groups: list[tuple[str, str, str]]
    net: str
    tax: str
    gross: str


# Claims at 6 %: 465.00 + 780.00 + 410.00 + 180.00 + 585.00 + 460.00 + 670.00 + 999.99 + 351.00 + 500.00 = 5,400.99
#        at 9 %: 500.00 + 400.00 + 280.10 + 930.00 + 100.00 = 2,210.10; 14 was reversed: −930.00
# Overdue: 5 −450.00, 6 −380.00 (came late: +380.00), 9 −305.55 on the 30th; 10 and 11 are due in July. Refused: 7 −520.00
JUNE_A = Sheet(
    {"claim": "7611.09", "freight": "90.00", "pnr": "-1135.55", "pnr_credit": "380.00", "appraisal": "-520.00",
     "reversal": "-930.00"},
    [("0.0600", "4215.44", "252.93"), ("0.0900", "1280.10", "115.21")],
    "5495.54", "368.14", "5863.68",
)  # fmt: skip
# 350.00 + 349.99 + 600.00 + 530.00 + 1,280.50 + 87.34 + 810.00 + 0.01 + 1,800.00 + 360.00 + 166.66 + 450.00 + 75.50
# + 100.00 = 6,960.00; 19 refused −600.00; 20 overdue −410.00, refused when it came: no second debit
JUNE_B = Sheet(
    {"claim": "6960.00", "appraisal": "-600.00", "pnr": "-410.00"},
    [("0.0100", "5950.00", "59.50")], "5950.00", "59.50", "6009.50",
)  # fmt: skip
# Without the disputed 1,280.50; 1 % of 4,669.50 is 46.695
JUNE_B_R1 = Sheet(
    {"claim": "5679.50", "appraisal": "-600.00", "pnr": "-410.00"},
    [("0.0100", "4669.50", "46.70")], "4669.50", "46.70", "4716.20",
)  # fmt: skip
MAY_C = Sheet({"claim": "3750.00"}, [("0.0600", "3750.00", "225.00")], "3750.00", "225.00", "3975.00")
# 6 %: 330.00 + 560.00 + 150.00 − 500.00 (34 overdue) − 3,500.00 (31 reversed, at May's rate); 9 %: 500.00 + 100.00 + 50.00
JUNE_C = Sheet(
    {"claim": "1690.00", "pnr": "-500.00", "reversal": "-3500.00"},
    [("0.0600", "-2960.00", "0.00"), ("0.0900", "650.00", "0.00")], "-2310.00", "0.00", "-2310.00",
)  # fmt: skip
# June's two groups are brought forward and taxed now: 6 % of −2,960.00 and 9 % of 650.00 + 3,000.00
JULY_C = Sheet(
    {"brought_forward": "-2310.00", "claim": "3000.00"},
    [("0.0600", "-2960.00", "-177.60"), ("0.0900", "3650.00", "328.50")], "690.00", "150.90", "840.90",
)  # fmt: skip
# 16 +70.00; 10 and 11 overdue −800.00; 3 reversed −410.00; the labor of 2, which X does not pay, −60.00
JULY_A = {"claim": "70.00", "pnr": "-800.00", "reversal": "-410.00", "reroute": "-60.00"}
# The disputed claim; the X part of 23, judged on 2 July −350.00; 28 overdue on the 11th −390.00
JULY_B = {"claim": "1280.50", "appraisal": "-350.00", "pnr": "-390.00"}

# part, labor, travel, fee of each claim on a note; 33.34 is half of 66.67, and the labor of 23 is Y's: X's part was sound
NOTE_X = {1: "264.00 48.00", 2: "528.00 60.00", 12: "266.66 33.34", 25: "320.00 100.00", 36: "320.00 40.00"}
NOTE_Y = {3: "300.00 20.00 10.00 20.00", 8: "300.00 20.00", 17: "300.00 12.50 20.00", 21: "300.00 20.00",
          23: "300.00 25.00 20.00"}  # fmt: skip
TOTAL_X, TOTAL_Y = "1980.00", "1667.50"


@dataclass
class Month:
    """The network of the month and what was done in it."""

    tell: Callable[[str], Any]
    stations: dict[str, Station]
    suppliers: dict[str, Supplier]
    parts: dict[str, Any]
    people: dict[str, Any]
    claims: dict[int, WarrantyClaim] = field(default_factory=dict)

    def pieces(self, row: dict[str, str]) -> list[FailedPart]:
        part = self.parts[row["supplier"]]
        claim = self.claims[int(row["claim"])]
        return list(FailedPart.objects.filter(claim=claim, part=part).select_related("claim", "station"))


@pytest.fixture
def month(db: None, june: Any) -> Month:
    june("2025-05-01 08:00:00")
    stations = {
        name: make_station(dealer=make_dealer(taxpayer_type="small" if name == "B" else "general")) for name in "ABC"
    }
    suppliers = {code: Supplier.objects.create(code=f"S{code}", name=f"供应商{code}") for code in "XY"}
    parts = {code: make_old_part() for code in "XY-"}
    make_agreement(suppliers["X"], parts["X"], contract_price="400.00")
    make_agreement(
        suppliers["Y"], parts["Y"], contract_price="300.00", part_share=100, labor_share=25, travel_share=50,
        handling_fee=20,
    )  # fmt: skip
    people = {role: make_user(role) for role in (Role.FINANCE, Role.APPRAISER, Role.WAREHOUSE, Role.APPROVER)}
    return Month(
        june, stations, suppliers, parts, people | {"owner": make_member(Role.STATION_OWNER, station=stations["B"])}
    )


def test_the_month(month: Month, tmp_path: Path) -> None:
    for instant, act in sorted(happenings(month), key=lambda each: each[0]):
        month.tell(instant)
        act()
        jobs.drain()
    assert len(month.claims) == 40

    may, first, second, third, revised = issued(month)
    for statement, sheet in ((may, MAY_C), (first, JUNE_A), (second, JUNE_B), (revised, JUNE_B_R1), (third, JUNE_C)):
        check(statement, sheet, month, tmp_path)
    assert (second.status, revised.number) == ("superseded", f"{second.number}-R1")
    july_a = settlement.preview(month.stations["A"], JULY).lines
    assert by_kind(july_a) == JULY_A
    assert [str(line.tax_rate) for line in july_a if line.kind == "reroute"] == ["0.0600"]  # as claim 2 on 2 June
    assert by_kind(settlement.preview(month.stations["B"], JULY).lines) == JULY_B
    check_notes(month)

    month.tell("2025-08-05 00:45:00")
    build_last_month()
    jobs.drain()
    july = Statement.objects.get(station=month.stations["C"], period=JULY)
    check(settlement.issue_statement(july, actor=month.people[Role.FINANCE]), JULY_C, month, tmp_path)
    owed = {name: DealerAccount.objects.get(dealer=each.dealer).warranty for name, each in month.stations.items()}
    assert owed == {"A": Decimal(0), "B": Decimal("4716.20"), "C": Decimal(0)}  # A was paid, C owes and is carried
    assert [said for check in CHECKS.values() for said in check()] == []


# What happens


def happenings(month: Month) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every act with its instant."""
    yield (
        "2025-06-15 08:00:00",
        lambda: set_parameter(
            "warranty.tax_general_claim_percent", Decimal(9), valid_from=at("2025-06-16 00:00:00"), actor=None
        ),
    )
    for row in ROWS:
        if row["approved"]:
            yield row["approved"], lambda row=row: approve(month, row)
        if row["arrives"] and not row["arrives"].startswith("boxed"):
            yield f"2025-{row['arrives']} 14:00:00", lambda row=row: arrive(month, row)
        if row["judged"]:
            yield f"2025-{row['judged']} 15:00:00", lambda row=row: judge(month, row)
        end, _space, day = row["ends"].partition(" ")
        if end in ENDS:
            yield f"2025-{day} 16:00:00", lambda row=row, end=end: ENDS[end](month, row)
    yield "2025-06-10 14:00:00", lambda: send_box(month)
    yield "2025-06-05 00:45:00", build_last_month
    yield "2025-06-05 09:00:00", lambda: [pay(issue(each, month), month) for each in drafts(MAY)]
    yield "2025-06-23 00:20:00", failed_parts.debit_overdue
    yield "2025-06-30 18:00:00", lambda: charge(month)
    yield "2025-07-05 00:45:00", build_last_month  # no night was worked since 23 June: it makes up for 9, 10 and 11
    yield "2025-07-05 09:00:00", lambda: [issue(each, month) for each in drafts(JUNE)]
    yield "2025-07-06 10:00:00", lambda: answer(month)
    yield "2025-07-08 10:00:00", lambda: pay(Statement.objects.get(station=month.stations["A"], period=JUNE), month)
    yield "2025-07-11 00:20:00", failed_parts.debit_overdue
    yield "2025-07-15 00:40:00", settlement.confirm_silent


def approve(month: Month, row: dict[str, str]) -> None:
    number = int(row["claim"])
    others = [other for other in ROWS if other["claim"] == row["claim"] and not other["approved"]]
    month.claims[number] = make_granted_claim(
        month.stations[row["station"]],
        part=month.parts[row["supplier"]],
        part_amount=row["parts"],
        qty=int(row["pieces"]),
        labor=row["labor"],
        travel=row["travel"],
        decided_at=at(row["approved"]),
        beside=[(month.parts[other["supplier"]], other["parts"]) for other in others],
    )


def arrive(month: Month, row: dict[str, str]) -> None:
    for piece in month.pieces(row):
        failed_parts.receive_piece(piece.number, actor=month.people[Role.WAREHOUSE])


def judge(month: Month, row: dict[str, str]) -> None:
    for piece in month.pieces(row):
        appraisal.appraise(
            piece, verdict=row["verdict"], findings="拆解检查结果见照片与记录", actor=month.people[Role.APPRAISER]
        )


def send_box(month: Month) -> None:
    """The pieces of 1 and 2 in one box; its freight of 90.00 is owed when the last one is there."""
    boxed = [row for row in ROWS if row["arrives"].startswith("boxed")]
    pieces = [piece for row in boxed for piece in month.pieces(row)]
    owner = month.people["owner"]
    failed_parts.print_tags(pieces, actor=owner)
    box = failed_parts.pack_box(month.stations["A"], pieces=pieces, actor=owner)
    failed_parts.ship_box(box, carrier="顺丰", waybill="SF1", weight_kg=Decimal(3), freight=Decimal(90), actor=owner)
    for row in boxed:
        arrive(month, row)


def reverse(month: Month, row: dict[str, str]) -> None:
    claim = WarrantyClaim.objects.get(pk=month.claims[int(row["claim"])].pk)
    review.reverse_claim(claim, reason="审计发现索赔依据不足，予以冲回", actor=month.people[Role.APPROVER])


def waive(month: Month, row: dict[str, str]) -> None:
    for piece in month.pieces(row):
        failed_parts.waive_return(piece, reason="客户现场无法取回旧件", actor=month.people[Role.APPROVER])


def dispute(month: Month, row: dict[str, str]) -> None:
    statement = Statement.objects.get(station=month.stations[row["station"]], period=JUNE)
    line = statement.lines.get(item__claim=month.claims[int(row["claim"])], kind="claim")
    settlement.dispute_lines(statement, reasons={line.pk: "配件金额与结算价不符"}, actor=month.people["owner"])


ENDS = {"reversed": reverse, "waived": waive, "disputed": dispute}


def drafts(period: date) -> list[Statement]:
    return list(Statement.objects.filter(period=period, status="draft").order_by("station"))


def issue(statement: Statement, month: Month) -> Statement:
    return settlement.issue_statement(statement, actor=month.people[Role.FINANCE])


def pay(statement: Statement, month: Month) -> None:
    finance = month.people[Role.FINANCE]
    statement = settlement.confirm_statement(statement, actor=month.people["owner"])
    statement = settlement.record_invoice(
        statement, invoice_number=f"F-{statement.pk}", amount=statement.gross, actor=finance
    )
    settlement.pay_statement(statement, bank_reference=f"ICBC-{statement.pk}", actor=finance)


def charge(month: Month) -> None:
    for supplier in month.suppliers.values():
        note = chargebacks.batch_chargebacks(supplier, actor=month.people[Role.FINANCE])
        chargebacks.send_chargeback(note, actor=month.people[Role.FINANCE])


def answer(month: Month) -> None:
    """X does not pay the labor of 2, and the station bears it; Y accepts everything and pays."""
    for code, note in notes(month).items():
        refused = [line.pk for line in note.lines.all() if code == "X" and is_labor_of(line, month.claims[2])]
        answers = {
            line.pk: LineAnswer(Decimal(0), "工时不在协议范围之内，不予承担")
            if line.pk in refused
            else LineAnswer(line.claimed)
            for line in note.lines.all()
        }
        note = chargebacks.answer_chargeback(note, answers=answers, actor=None)
        if code == "Y":
            chargebacks.record_supplier_payment(
                note, amount=note.claimed, bank_reference="Y-1", actor=month.people[Role.FINANCE]
            )
        for line in note.lines.filter(pk__in=refused):
            chargebacks.resolve_dispute(
                line, outcome="station", note="工时由服务站承担", actor=month.people[Role.APPROVER]
            )


def is_labor_of(line: Any, claim: WarrantyClaim) -> bool:
    return bool(line.kind == "labor" and line.case.claim_id == claim.pk)


def notes(month: Month) -> dict[str, Chargeback]:
    return {code: Chargeback.objects.get(supplier=each) for code, each in month.suppliers.items()}


# What came of it


def issued(month: Month) -> list[Statement]:
    """May of C; June of A, B (first issue) and C; B's revision."""
    of = {(each.station_id, each.period, each.revision): each for each in Statement.objects.exclude(status="draft")}
    a, b, c = (month.stations[name].pk for name in "ABC")
    return [of[c, MAY, 0], of[a, JUNE, 0], of[b, JUNE, 0], of[c, JUNE, 0], of[b, JUNE, 1]]


def by_kind(lines: Any) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
    return {kind: str(amount) for kind, amount in sums.items()}


def check(statement: Statement, sheet: Sheet, month: Month, folder: Path) -> None:
    """The sheet, the row, SQL over the lines, the CSV and the paper say one thing."""
    told = (statement.number, sheet)
    assert by_kind(statement.lines.all()) == sheet.kinds, told
    groups = statement.tax_groups.order_by("tax_rate").values_list("tax_rate", "net", "tax")
    assert [tuple(map(str, group)) for group in groups] == sheet.groups, told
    assert (str(statement.net), str(statement.tax), str(statement.gross)) == (sheet.net, sheet.tax, sheet.gross), told
    assert in_sql(statement) == (sheet.kinds, sheet.net, sheet.tax), told
    assert in_csv(statement, month) == (sheet.kinds, sheet.groups, sheet.net, sheet.tax, sheet.gross), told
    text = squeezed(text_of(pdf_bytes(documents_of(statement, "statement").get(), "zh-hans"), folder))
    payable = Decimal(sheet.gross) if Decimal(sheet.net) >= 0 else Decimal(0)
    amounts = [
        sheet.net,
        sheet.tax,
        sheet.gross,
        *sheet.kinds.values(),
        *(cell for group in sheet.groups for cell in group[1:]),
    ]
    assert [each for each in amounts if printed(each) not in text] == [], told
    assert capitals(payable) in text, told
    assert settlement.rebuilt_fingerprint(statement) == statement.fingerprint


def printed(amount: str) -> str:
    return f"{Decimal(amount):,.2f}".replace("-", "−")


def in_sql(statement: Statement) -> tuple[dict[str, str], str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, sum(amount)::text FROM warranty_statementline WHERE statement_id = %s GROUP BY kind",
            [statement.pk],
        )
        kinds = dict(cursor.fetchall())
        cursor.execute(
            "SELECT coalesce(sum(net), 0)::text, sum(CASE WHEN total >= 0 THEN round(net * tax_rate, 2) ELSE 0 END)::text"
            " FROM (SELECT tax_rate, sum(amount) AS net, sum(sum(amount)) OVER () AS total FROM warranty_statementline"
            "       WHERE statement_id = %s GROUP BY tax_rate) AS groups",
            [statement.pk],
        )
        net, tax = cursor.fetchone()
    return kinds, net, str(Decimal(tax).quantize(CENT))


def in_csv(statement: Statement, month: Month) -> tuple[dict[str, str], list[tuple[str, str, str]], str, str, str]:
    """The sums of the twin's own lines, with its foot as it stands there."""
    reader = as_user(month.people[Role.FINANCE])
    type(month.people[Role.FINANCE]).objects.filter(pk=month.people[Role.FINANCE].pk).update(language="zh-hans")
    body = reader.get(f"/warranty/statements/{statement.pk}/statement.csv").content.decode("utf-8-sig")
    with translation.override("zh-hans"):
        words = {str(label): kind for kind, label in ItemKind.choices}
    kinds: dict[str, Decimal] = {}
    nets: dict[str, Decimal] = {}
    taxes: dict[str, str] = {}
    foot: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(body)):
        kind, amount = row["种类"], row["金额（元，不含税）"]
        rate = f"{Decimal(row['税率（%）']) / 100:.4f}" if row["税率（%）"] else ""
        if row["序号"]:
            kinds[words[kind]] = kinds.get(words[kind], Decimal(0)) + Decimal(amount)
            nets[rate] = nets.get(rate, Decimal(0)) + Decimal(amount)
        elif rate:
            taxes[rate] = amount
        else:
            foot[kind] = amount
    groups = [(rate, str(nets[rate]), taxes[rate]) for rate in sorted(taxes)]
    totals = {kind: str(amount) for kind, amount in kinds.items()}
    return totals, groups, foot["净额"], foot["税额合计"], foot["应付合计" if "应付合计" in foot else "结转至下期"]


def check_notes(month: Month) -> None:
    """Each note line by line; X's dispute went to the station, the reversed claim 3 is credited to Y."""
    for code, claims, total in (("X", NOTE_X, TOTAL_X), ("Y", NOTE_Y, TOTAL_Y)):
        note = notes(month)[code]
        numbers = {claim.pk: number for number, claim in month.claims.items()}
        found: dict[int, str] = {}
        for line in note.lines.order_by("position").select_related("case"):
            number = numbers[line.case.claim_id]
            found[number] = f"{found.get(number, '')} {line.claimed}".strip()
        assert found == claims
        assert (
            str(note.claimed) == total == str(sum(Decimal(each) for text in claims.values() for each in text.split()))
        )
    x, y = notes(month).values()
    assert (str(x.accepted), str(x.disputed)) == ("1920.00", "60.00")
    assert (str(y.accepted), str(y.disputed), str(y.recovered)) == ("1317.50", "350.00", "1317.50")
