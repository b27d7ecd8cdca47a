"""A disputed line waits for its old part to be tested again; another appraiser's verdict decides what becomes of it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from portal.core.documents import documents_of, pdf_bytes
from portal.core.errors import Refusal
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.paper import squeezed, text_of
from tests.warranty_settlement.test_dispute_rounds import deny, first, is_whole
from tests.warranty_settlement.test_disputes import NOTE, answered
from tests.warranty_settlement.test_paper_standings import said_of
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import appraisal, chargebacks, disposing, settlement
from warranty.models import Appraisal, Chargeback, ChargebackLine, DisputeEntry, FurtherTest
from warranty.settlement_checks import custody_broken

FOUND = "通电后输出电压偏低，与首次检测一致"


def asked(desk: Desk) -> FurtherTest:
    """The part line of a note that is disputed as a whole waits for its old part."""
    (test,) = chargebacks.ask_further_test(first(answered(desk)), reason=NOTE, actor=desk.approver)
    return test


def judge(desk: Desk, test: FurtherTest, verdict: str) -> ChargebackLine:
    chargebacks.judge_again(test, verdict=verdict, findings=FOUND, actor=desk.second)
    return ChargebackLine.objects.get(pk=test.line_id)


def code_of(act: Any) -> str:
    with pytest.raises(Refusal) as refused, transaction.atomic():
        act()
    return refused.value.code


def test_the_line_stays_disputed_and_says_what_it_waits_for(desk: Desk) -> None:
    line = asked(desk).line
    line.refresh_from_db()

    assert line.disputed == Decimal("96.00")
    assert "等待旧件复检" in as_user(desk.approver).get(line.chargeback.get_absolute_url()).content.decode()
    assert not ChargebackLine.objects.with_us(line.tested_since.date()).filter(pk=line.pk).exists()
    codes = {
        outcome: code_of(lambda: chargebacks.decide_dispute(line, outcome="denied", note=NOTE, actor=desk.approver))
        for outcome in ("denied",)
    }
    assert codes == {"denied": "under_test"}
    is_whole(line.chargeback)


@pytest.mark.parametrize(
    ("verdict", "outcome", "rounds"),
    [
        ("supplier_defect", "", 1),
        ("workmanship", "station", 0),
        ("no_fault_found", "station", 0),
        ("design", "written_off", 0),
        ("transport", "written_off", 0),
        ("undetermined", "written_off", 0),
    ],
)
def test_the_second_verdict_decides(desk: Desk, verdict: str, outcome: str, rounds: int) -> None:
    test = asked(desk)

    line = judge(desk, test, verdict)

    assert (line.outcome, line.rounds, line.tested_since) == (outcome, rounds, None)
    assert (line.answer_by is not None) is (verdict == "supplier_defect")
    assert list(Appraisal.objects.filter(failed_part=test.piece).values_list("verdict", flat=True)) == [
        "supplier_defect"
    ]
    debits = [row for row in settlement.preview(desk.station, line.chargeback.period).lines if row.kind == "reroute"]
    assert [row.amount for row in debits] == ([Decimal("-96.00")] if outcome == "station" else [])
    acts = list(DisputeEntry.objects.filter(line=line).order_by("pk").values_list("act", flat=True))
    assert acts[:3] == ["disputed", "test_asked", "tested"]
    is_whole(line.chargeback)
    adds_up(desk.supplier)
    assert list(custody_broken()) == []


def test_the_order_says_on_paper_what_is_tested_and_by_whom_not(desk: Desk, tmp_path: Path) -> None:
    test = asked(desk)
    order = documents_of(test, "retest_order").get()
    line = test.line

    said = squeezed(text_of(pdf_bytes(order), tmp_path))

    told = (order.number, test.piece.number, "供应商缺陷", line.answer_reason, NOTE, line.chargeback.number)
    assert [each for each in (*told, str(desk.appraiser), "不得由以下人员复检") if squeezed(each) not in said] == []
    assert order.number.startswith("RT-202506-")
    assert "Retestorder" in squeezed(text_of(pdf_bytes(order, "en"), tmp_path))
    for reader, page in ((desk.second, test), (desk.approver, line.chargeback)):
        assert f"/documents/{order.pk}/" in as_user(reader).get(page.get_absolute_url()).content.decode()
    assert as_user(desk.approver).get(f"/documents/{order.pk}/").status_code == 200
    for outsider in (desk.supplier_user, desk.owner):
        assert as_user(outsider).get(f"/documents/{order.pk}/").status_code == 404


def test_who_scans_the_order_reads_whether_the_bench_still_waits(desk: Desk) -> None:
    test = asked(desk)

    waiting = said_of(test, "retest_order")
    judge(desk, test, "design")
    done = said_of(test, "retest_order")

    assert ("等待复检" in waiting, "等待复检" in done, "已复检" in done) == (True, False, True)
    assert "供应商缺陷" not in waiting + done


def test_the_order_of_a_test_that_nobody_waits_for_says_so(desk: Desk) -> None:
    test = asked(desk)
    chargebacks.resolve_dispute(test.line, outcome="written_off", actor=desk.approver)

    assert "不再等待" in said_of(test, "retest_order")


def test_another_appraiser_tests_once_and_while_somebody_waits(desk: Desk) -> None:
    test = asked(desk)

    assert code_of(lambda: chargebacks.judge_again(test, verdict="design", findings=FOUND, actor=desk.appraiser)) == (
        "judged_already"
    )
    assert code_of(lambda: chargebacks.judge_again(test, verdict="design", findings="坏", actor=desk.second)) == (
        "findings_missing"
    )
    line = judge(desk, test, "supplier_defect")
    assert code_of(lambda: judge(desk, test, "design")) == "test_not_awaited"
    chargebacks.resolve_dispute(line, outcome="written_off", actor=desk.approver)


def test_a_line_is_tested_again_once(desk: Desk) -> None:
    line = judge(desk, asked(desk), "supplier_defect")
    note = Chargeback.objects.get(pk=line.chargeback_id)
    answers = {line.pk: chargebacks.LineAnswer(Decimal(0), NOTE)}
    chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

    assert code_of(lambda: chargebacks.ask_further_test(line, reason=NOTE, actor=desk.approver)) == "tested_again"


def test_a_part_that_has_gone_is_not_tested(desk: Desk) -> None:
    line = first(answered(desk))
    (piece,) = chargebacks.pieces_to_test(line)
    disposing.dispose(piece, disposition="to_supplier", actor=desk.appraiser)

    assert code_of(lambda: chargebacks.ask_further_test(line, reason=NOTE, actor=desk.approver)) == "piece_gone"
    is_whole(line.chargeback)


def test_a_part_on_the_bench_stays_there_and_a_decision_meanwhile_ends_the_test(desk: Desk) -> None:
    test = asked(desk)

    assert (
        code_of(lambda: appraisal.dispose(test.piece, disposition="to_supplier", actor=desk.appraiser))
        == "kept_for_dispute"
    )
    chargebacks.resolve_dispute(test.line, outcome="written_off", actor=desk.approver)

    assert code_of(lambda: judge(desk, test, "design")) == "test_not_awaited"
    assert not FurtherTest.objects.waiting().exists()
    is_whole(test.line.chargeback)


def test_a_denied_line_is_not_tested_while_the_supplier_thinks(desk: Desk) -> None:
    line = deny(desk, first(answered(desk)))

    assert code_of(lambda: chargebacks.ask_further_test(line, reason=NOTE, actor=desk.approver)) == "with_supplier"


def test_the_bench_finds_the_part_and_gives_the_verdict_on_its_page(desk: Desk) -> None:
    line = first(answered(desk))
    page = f"/supplier/chargebacks/lines/{line.pk}/test/"
    assert as_user(desk.approver).post(page, {"reason": NOTE}).status_code == 302
    test = FurtherTest.objects.get(line=line)
    client, bench = as_user(desk.second), test.get_absolute_url()

    assert bench in client.get("/").content.decode()
    shown = client.get(bench).content.decode()
    assert NOTE in shown
    sent = client.post(bench, {"verdict": "supplier_defect", "findings": FOUND})

    assert sent.status_code == 302
    line.refresh_from_db()
    assert line.rounds == 1
    thread = as_user(desk.supplier_user).get(f"/supplier/chargebacks/{line.chargeback_id}/answer/").content.decode()
    assert FOUND in thread


def test_the_piece_is_tested_again_on_the_same_bench(desk: Desk) -> None:
    test = asked(desk)
    address = f"/warranty/failed-parts/tests/{test.pk}/"

    page = as_user(desk.second).get(address).content.decode()
    own = as_user(desk.appraiser).get(address).content.decode()

    told = [f'data-key="{key}"' in page for key in range(1, 10)]
    assert (told, "bench.js" in page, page.count("data-needs-words")) == ([True] * 9, True, 9)
    words = [test.piece.claim.complaint, "流转记录", "维持追偿", "放弃追偿", "由服务站承担", "供应商承担"]
    assert [word in page for word in words] == [True] * len(words)
    assert 'name="verdict"' not in own
