"""What a line of a statement says beside its amounts: the document people know, and why the amount stands there."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import at, make_granted_claim
from tests.warranty_settlement.paper import squeezed, text_of
from tests.warranty_settlement.test_ends_of_statements import JUNE
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import ItemKind
from warranty.settlement_documents import STATEMENT_COLUMNS
from warranty.settlement_lines import words_of

# kind, source, reason, amount: the document and a part of why, in Chinese and in English
LINES: list[tuple[str, str, str, str, str, str, str]] = [
    ("claim", "WC-1/1", "", "10.00", "WC-1", "已批准的索赔", "Approved claim"),
    ("appeal", "AP-1", "", "10.00", "AP-1", "申诉成立", "appeal was granted"),
    ("freight", "BX-1", "", "10.00", "BX-1", "旧件返厂垫付的运费", "Freight you paid"),
    ("freight", "RS-1", "", "-10.00", "RS-1", "退回您站旧件的运费", "sent back to you"),
    ("incentive", "IN-1", "", "10.00", "IN-1", "改善建议", "improvement"),
    ("pnr", "FP-1", "PNR", "-10.00", "FP-1", "未在到厂期限内", "had not arrived"),
    ("pnr_credit", "FP-1", "PNR", "10.00", "FP-1", "退还", "Given back"),
    ("appraisal", "FP-1", "WMS", "-10.00", "FP-1", "维修操作", "Workmanship"),
    ("reversal", "WC-1/reversal", "", "-10.00", "WC-1", "收回已结算金额", "what it was credited"),
    ("reversal", "AP-1/reversal", "", "-10.00", "AP-1", "收回申诉增补金额", "what its appeal was granted"),
    ("reversal", "FP-1/pnr/reversal", "PNR", "10.00", "FP-1", "退还旧件逾期的扣款", "its late old part is given back"),
    ("reversal", "FP-1/appraisal/reversal", "WMS", "10.00", "FP-1", "退还鉴定后的扣款", "after its appraisal"),
    ("reversal", "WC-1/2/labor/17/reroute/reversal", "", "10.00", "WC-1", "供应商异议", "supplier's dispute"),
    ("reroute", "WC-1/2/labor/17", "", "-10.00", "WC-1", "第 2 行（工时）的追偿", "charge for line 2 (Labor)"),
    ("reroute", "WC-1/2-A/handling/17", "", "-10.00", "WC-1", "第 2 行（处理费）", "line 2 (Handling fee)"),
    ("fine", "FN-1", "SAFETY", "-10.00", "FN-1", "罚款", "Fine"),
    ("fine_credit", "FN-1", "SAFETY", "10.00", "FN-1", "罚款已撤销", "fine was taken back"),
    ("brought_forward", "BS-1/0.0600", "", "-10.00", "BS-1", "结转的负数余额", "below 0"),
]  # fmt: skip


def test_every_kind_of_line_is_worded() -> None:
    assert {line[0] for line in LINES} == set(ItemKind.values)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[1])
def test_a_line_says_its_document_and_why(line: tuple[str, ...]) -> None:
    kind, source, reason, amount, document, chinese, english = line
    facts = {"kind": kind, "source": source, "reason": reason, "amount": amount}

    with translation.override("zh-hans"):
        said = words_of(facts)
        cells = [column.cell(facts) for column in STATEMENT_COLUMNS[:2]]
    with translation.override("en"):
        told = words_of(facts)

    assert (said.document, chinese in said.why, english in told.why) == (document, True, True)
    assert cells == [said.document, said.why]


def test_preview_page_paper_and_table_say_it_alike(desk: Desk, june: Any, tmp_path: Path) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part, decided_at=at("2025-06-02 09:00:00")))
    posting.post_item(
        desk.station, kind="reroute", source="WC-9/2/labor/17", at=at("2025-06-03 09:00:00"),
        amounts={"labor": Decimal("-20.00")}, rate=Decimal("0.06"), text="电源模块",
    )  # fmt: skip
    why = "供应商不接受第2行（工时）的追偿，经裁定由您站承担"
    june("2025-07-05 09:00:00")
    owner = as_user(desk.owner)

    shown = owner.get("/warranty/statements/preview/?period=2025-06").content.decode()
    statement = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=None)
    page = owner.get(statement.get_absolute_url()).content.decode()
    dispute = owner.get(f"/warranty/statements/{statement.pk}/dispute/").content.decode()
    paper = text_of(pdf_bytes(documents_of(statement, "statement").get()), tmp_path)
    body = owner.get(f"/warranty/statements/{statement.pk}/statement.csv").content.decode("utf-8-sig")

    for text in (shown, page, dispute, paper):
        assert (why in squeezed(text), "WC-9" in text, "WC-9/2" in text) == (True, True, False)
    (row,) = [row for row in csv.DictReader(io.StringIO(body)) if row["单据"] == "WC-9"]
    assert squeezed(row["事由"]) == why
