"""June of three stations and two suppliers, claim by claim in finance_month.csv: every total is written here by hand.

A is a general taxpayer (6 %, from 16 June 9 %), B a small one (1 %), C general and in debt: a claim of May is reversed.
X pays 80 % of a part (at most 400.00 a piece) and half of the labor; Y all of a part (at most 300.00), a quarter of the
labor, half of the travel, and 20.00 a case.
"""
# ruff: noqa: F811 the fixtures are imported

import csv
import io
from dataclasses import dataclass
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
from stations.models import DealerAccount
from tests.acceptance.finance_month import JULY, JUNE, MAY, Month, happenings, notes
from tests.conftest import as_user
from tests.desks import june  # noqa: F401 a fixture
from tests.factories.settlement import make_agreement, make_old_part
from tests.factories.stations import make_dealer, make_member, make_station, make_user
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import settlement
from warranty.models import ItemKind, Statement
from warranty.settlement_checks import CHECKS
from warranty.settlement_jobs import build_last_month

CENT = Decimal("0.01")


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
