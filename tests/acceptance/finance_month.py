"""What people do in the worked month of finance: the network, and every act of finance_month.csv with its instant.

Not here: what finance adds up (test_finance_worked_month).
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from parts.models import Supplier
from portal.accounts.roles import Role
from portal.core.parameters import set_parameter
from stations.models import Station
from tests.factories.settlement import at, make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, review, settlement
from warranty.chargebacks import LineAnswer
from warranty.models import Chargeback, FailedPart, Statement, WarrantyClaim
from warranty.settlement_jobs import build_last_month

MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)
ROWS = list(csv.DictReader(io.StringIO(Path(__file__).with_name("finance_month.csv").read_text())))


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
