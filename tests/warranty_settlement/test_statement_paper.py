"""The statement on paper, in its CSV twin and on the public page: one set of totals, found as typed."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes, preview_pdf, render_document, verify_url
from portal.core.money import capitals
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import at, make_granted_claim
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import SettlementItem, Statement
from warranty.settlement_documents import csv_rows, paper_facts

JUNE = date(2025, 6, 1)


def credit(desk: Desk, amount: str) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part, part_amount=amount, labor="96.00"))


def issued(desk: Desk, june: Any) -> Statement:
    june("2025-07-05 09:00:00")
    return settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)


def printed(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", "−")


@pytest.fixture
def statement(desk: Desk, june: Any) -> Statement:
    credit(desk, "330.00")
    credit(desk, "1280.50")
    for kind, source, amount in (("freight", "BX-1", "90.00"), ("pnr", "FP-1", "-200.00")):
        posting.post_item(
            desk.station, kind=kind, source=source, at=clock.now(), amounts={"other": Decimal(amount)}, text="旧件运费"
        )
    return issued(desk, june)


def test_paper_csv_and_row_have_the_same_totals(statement: Statement, desk: Desk, tmp_path: Path) -> None:
    text = text_of(pdf_bytes(documents_of(statement, "statement").get()), tmp_path)
    answer = as_user(desk.finance).get(f"/warranty/statements/{statement.pk}/statement.csv")
    rows = {row[1]: row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}

    for name, word in {"net": "净额", "tax": "税额合计", "gross": "应付合计"}.items():
        amount = getattr(statement, name)
        assert Decimal(rows[word][9]) == amount
        assert printed(amount) in text
    assert capitals(statement.payable) in squeezed(text)
    assert desk.station.name in squeezed(text)
    assert f"{statement.number}" in text
    assert "1/1" in squeezed(text)


def test_statement_names_its_parts_in_the_readers_language(desk: Desk, june: Any) -> None:
    desk.part.name, desk.part.name_en = "电源模块", "Powerboard"
    desk.part.save()
    credit(desk, "330.00")
    statement = issued(desk, june)
    reader = as_user(desk.finance)

    chinese = reader.get(statement.get_absolute_url()).content.decode()
    type(desk.finance).objects.filter(pk=desk.finance.pk).update(language="en")
    english = reader.get(statement.get_absolute_url()).content.decode()

    assert "电源模块" in chinese
    assert "Powerboard" in english
    assert "电源模块" not in english


def test_the_twin_is_headed_in_the_readers_language_and_named_by_station_and_month(
    statement: Statement, desk: Desk
) -> None:
    address, reader = f"/warranty/statements/{statement.pk}/statement.csv", as_user(desk.finance)

    chinese = reader.get(address)
    type(desk.finance).objects.filter(pk=desk.finance.pk).update(language="en")
    english = reader.get(address)

    assert chinese.content.decode("utf-8-sig").splitlines()[0].split(",")[:3] == ["序号", "种类", "单据"]
    assert english.content.decode("utf-8-sig").splitlines()[0].split(",")[:3] == ["No.", "Kind", "Claim or document"]
    name = unquote(english.headers["Content-Disposition"])
    assert f"Statement {desk.station.code} {desk.station} 2025-06 {statement.number}" in name


def test_every_line_stands_on_paper_once(statement: Statement, tmp_path: Path) -> None:
    text = text_of(pdf_bytes(documents_of(statement, "statement").get()), tmp_path)

    for line in statement.lines.filter(kind="claim"):
        assert text.count(line.source.rsplit("/", 1)[0]) >= 1
        assert printed(line.amount) in text
    assert "−200.00" in text


def test_the_twin_sums_up_to_the_row(statement: Statement) -> None:
    rows = csv_rows(statement)
    lines = [row for row in rows if row["position"]]

    assert len(lines) == statement.lines.count()
    assert sum(row["amount"] for row in lines) == statement.net
    assert sum(row["amount"] for row in rows if row["kind"] == "tax_group") == statement.tax
    assert {row["tax_rate"] for row in rows if row["kind"] == "tax_group"} == {Decimal("6.00")}


def test_the_code_on_paper_leads_to_a_public_page_with_number_total_and_fingerprint(statement: Statement) -> None:
    document = documents_of(statement, "statement").get()
    path = verify_url(document).split("/", 3)[3]

    page = as_user().get(f"/{path}").content.decode()

    assert statement.number in page
    assert f"¥{statement.gross:,.2f}" in page
    assert statement.fingerprint in page
    assert desk_bank(statement) not in page


def desk_bank(statement: Statement) -> str:
    return str(statement.station.dealer.bank_account) or "6222 0000 0000 0000"


def test_a_draft_says_so_and_carries_no_code(desk: Desk, june: Any, tmp_path: Path) -> None:
    credit(desk, "330.00")
    june("2025-07-05 09:00:00")
    draft = settlement.build_statement(desk.station, JUNE, actor=None)

    text = text_of(preview_pdf("statement", number=draft.number, facts=paper_facts(draft)), tmp_path)

    assert "草" in text
    assert "二维码" not in text


def test_501_lines_go_to_the_table_and_keep_their_sum(desk: Desk, june: Any, tmp_path: Path) -> None:
    SettlementItem.objects.bulk_create(
        SettlementItem(
            station=desk.station,
            kind="freight",
            source=f"BX-{number:05}",
            at=at("2025-06-12 10:00:00"),
            period=JUNE,
            text="顺丰速运",
            other_amount=Decimal("1.10"),
            amount=Decimal("1.10"),
            tax_rate=Decimal("0.06"),
        )
        for number in range(501)
    )
    statement = issued(desk, june)

    text = text_of(pdf_bytes(documents_of(statement, "statement").get()), tmp_path)

    assert statement.net == Decimal("551.10")
    assert all(f"BX-{number:05}" in text for number in range(501))
    assert printed(statement.net) in text
    assert text.count("551.10") >= 2  # the foot of the summary, and of the table
    assert "旧件运费" in text
    assert (text.count("6%") >= 501, "税率" in text) == (True, True)
    pages = text.count("\f")
    assert f"{pages} / {pages}" in text


def test_a_hostile_name_is_printed_and_nothing_more(desk: Desk, june: Any, tmp_path: Path) -> None:
    hostile = "=cmd|'/c calc'!A1 <script>alert(1)</script> {{ 7|add:7 }}"
    posting.post_item(
        desk.station, kind="freight", source="BX-9", at=clock.now(), amounts={"other": Decimal(5)}, text=hostile
    )
    statement = issued(desk, june)

    text = text_of(pdf_bytes(documents_of(statement, "statement").get()), tmp_path)
    answer = as_user(desk.finance).get(f"/warranty/statements/{statement.pk}/statement.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(answer)) for cell in row]

    assert "<script>" in squeezed(text)
    assert "14" not in squeezed(text).split("<script>")[1][:40]
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in cells)


def test_the_same_row_makes_the_same_paper(statement: Statement) -> None:
    document = documents_of(statement, "statement").get()

    assert document.facts["fingerprint"] == settlement.rebuilt_fingerprint(statement)
    assert len(render_document(document)) == len(render_document(document))


def test_an_english_reader_gets_english_names_and_no_chinese_capitals(desk: Desk, june: Any, tmp_path: Path) -> None:
    desk.part.name_en = "Powerboard"
    desk.part.save(update_fields=["name_en"])
    credit(desk, "330.00")
    statement = issued(desk, june)
    document = documents_of(statement, "statement").get()

    english = text_of(pdf_bytes(document, "en"), tmp_path)
    chinese = text_of(pdf_bytes(document, "zh-hans"), tmp_path)
    desk.part.name_en = "Renamed since"
    desk.part.save(update_fields=["name_en"])
    again = text_of(render_document(document, "en"), tmp_path)

    assert "Powerboard" in english
    assert desk.part.name not in squeezed(english)
    assert capitals(statement.payable) not in squeezed(english)
    assert printed(statement.gross) in english
    assert desk.part.name in squeezed(chinese)
    assert capitals(statement.payable) in squeezed(chinese)
    assert again == english


def test_the_page_answers_in_the_language_of_its_reader(desk: Desk, june: Any, tmp_path: Path) -> None:
    credit(desk, "330.00")
    statement = issued(desk, june)
    desk.finance.language = "en"
    desk.finance.save(update_fields=["language"])

    answer = as_user(desk.finance).get(f"/warranty/statements/{statement.pk}/statement.pdf")

    assert "Claim settlement statement" in text_of(answer.content, tmp_path)
