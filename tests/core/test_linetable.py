"""Long tables: every line once, pages numbered through, sums right, Chinese found as typed, the same bytes again."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from portal.accounts.models import User
from portal.core.documents import document_kind, issue_document, render_document
from portal.core.linetable import LineColumn, with_line_table

COLUMNS = (
    LineColumn("单号", "source", 40),
    LineColumn("服务站", "station", 40),
    LineColumn("金额", "amount", 20, total=True),
)


def lines(count: int) -> list[dict[str, Any]]:
    return [{"source": f"L{n:05}", "station": f"服务站{n:03} #$*", "amount": "0.10"} for n in range(count)]


@pytest.fixture
def summary() -> bytes:
    return with_summary()


def with_summary() -> bytes:
    from portal.core.documents import html_to_pdf

    return html_to_pdf("<p>汇总</p>")


def test_two_parts_follow_the_summary_as_one_document(summary: bytes) -> None:
    made = with_line_table(summary, heading="索赔报告", columns=COLUMNS, lines=lines(1001))

    texts = [page.extract_text() for page in PdfReader(BytesIO(made)).pages]
    assert "汇总" in texts[0]
    assert all(f"{number} / {len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert [f"L{n:05} 服务站{n:03} #$* 0.10" for n in range(1001)] == [
        line for text in texts for line in text.splitlines() if line.startswith("L0")
    ]
    assert "100.10" in texts[-1]


def test_a_document_of_501_lines_is_set_by_the_table_and_reproducible(db: None) -> None:
    document_kind("test_report", template="pdf/base.html", title="索赔报告", line_columns=COLUMNS)
    ann = User.objects.create(username="ann")
    row = issue_document("test_report", subject=ann, number="BS-1", facts={"lines": lines(501)}, actor=ann)

    first, again = render_document(row), render_document(row)

    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(first)).pages)
    assert "L00500" in text
    assert "BS-1" in text
    assert first == again
