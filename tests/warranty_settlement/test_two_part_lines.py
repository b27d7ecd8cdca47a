"""Two parts of one claim from two suppliers: labor and travel are charged once, with the first that is, and never lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parts.models import Supplier
from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_granted_claim, make_old_part
from tests.warranty_settlement.paper import text_of
from warranty import appraisal, chargebacks, failed_parts, recovery, recovery_keeping
from warranty.models import Chargeback, ChargebackLine, FailedPart, RecoveryCase
from warranty.settlement_checks import labor_on_no_note

# The desk's supplier pays 80 % of min(120 × qty, paid) and half of the labor, 96.00; so does the other one.
FIRST, SECOND, LABOR = Decimal("96.00"), Decimal("80.00"), Decimal("48.00")


@pytest.fixture
def other(desk: Desk) -> Supplier:
    """The second part's supplier."""
    return Supplier.objects.create(code="SY", name="苏州线缆有限公司")


@pytest.fixture
def cases(desk: Desk, other: Supplier) -> list[RecoveryCase]:
    """One claim, one piece of each supplier, both asked back."""
    second = make_old_part()
    make_agreement(other, second, contract_price="100.00")
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0", beside=[(second, "310.00")])
    failed_parts.request_returns(claim)
    return recovery.open_cases(claim)


def judge(case: RecoveryCase, verdict: str, desk: Desk) -> RecoveryCase:
    """The case's piece arrives and is judged."""
    piece = FailedPart.objects.select_related("claim", "station").get(line=case.line)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    case.refresh_from_db()
    return case


def expected(cases: list[RecoveryCase]) -> list[Decimal]:
    return [RecoveryCase.objects.get(pk=case.pk).expected for case in cases]


def claimed(note: Chargeback) -> dict[str, Decimal]:
    return dict(note.lines.filter(is_live=True).values_list("kind", "claimed"))


def test_labor_is_expected_of_the_first_and_charged_with_whichever_is_first(
    desk: Desk, other: Supplier, cases: list[RecoveryCase]
) -> None:
    assert expected(cases) == [FIRST + LABOR, SECOND]
    judge(cases[1], "supplier_defect", desk)

    note = chargebacks.batch_chargebacks(other, actor=desk.finance)

    assert claimed(note) == {"part": SECOND, "labor": LABOR}
    assert expected(cases) == [FIRST, SECOND]  # the first has only its part left
    judge(cases[0], "workmanship", desk)
    assert list(labor_on_no_note()) == []


def test_labor_is_never_charged_twice(desk: Desk, other: Supplier, cases: list[RecoveryCase]) -> None:
    for case in reversed(cases):
        judge(case, "supplier_defect", desk)

    chargebacks.batch_chargebacks(other, actor=desk.finance)
    chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    assert sorted(ChargebackLine.objects.values_list("kind", "claimed")) == [
        ("labor", LABOR), ("part", SECOND), ("part", FIRST),
    ]  # fmt: skip


def test_a_case_that_closes_leaves_its_labor_to_the_one_that_is_open(
    desk: Desk, other: Supplier, cases: list[RecoveryCase]
) -> None:
    judge(cases[1], "supplier_defect", desk)
    judge(cases[0], "user", desk)

    assert expected(cases) == [Decimal(0), SECOND + LABOR]


def test_a_case_that_is_lost_leaves_its_labor_too(desk: Desk, cases: list[RecoveryCase], june: Any) -> None:
    judge(cases[1], "supplier_defect", desk)
    RecoveryCase.objects.filter(pk=cases[0].pk).update(last_day="2025-06-20")
    june("2025-06-21 00:30:00")

    assert recovery_keeping.lose_overdue() == 1

    assert expected(cases) == [FIRST, SECOND + LABOR]  # with the first only its part is lost


def test_labor_is_lost_once_with_the_last_case_that_could_charge_it(
    desk: Desk, cases: list[RecoveryCase], june: Any
) -> None:
    judge(cases[1], "supplier_defect", desk)
    for case, day in zip(cases, ("2025-06-20", "2025-06-25"), strict=True):
        RecoveryCase.objects.filter(pk=case.pk).update(last_day=day)
    june("2025-06-21 00:30:00")
    recovery_keeping.lose_overdue()
    june("2025-06-26 00:30:00")
    recovery_keeping.lose_overdue()

    assert expected(cases) == [FIRST + LABOR, SECOND]


def test_a_lost_case_that_runs_again_speaks_for_the_claim_again(
    desk: Desk, cases: list[RecoveryCase], june: Any
) -> None:
    judge(cases[1], "supplier_defect", desk)
    RecoveryCase.objects.filter(pk=cases[0].pk).update(last_day="2025-06-20")
    june("2025-06-21 00:30:00")
    recovery_keeping.lose_overdue()

    why = "供应商书面同意延期受理，邮件已存档"
    recovery_keeping.reopen_lost(cases[0], until=date(2025, 8, 1), reason=why, actor=desk.approver)

    assert expected(cases) == [FIRST + LABOR, SECOND]


def test_a_note_taken_back_gives_labor_back(desk: Desk, other: Supplier, cases: list[RecoveryCase]) -> None:
    judge(cases[1], "supplier_defect", desk)
    note = chargebacks.batch_chargebacks(other, actor=desk.finance)

    chargebacks.withdraw_chargeback(note, actor=desk.finance)

    assert expected(cases) == [FIRST + LABOR, SECOND]


def test_both_parts_of_one_supplier_on_one_note(desk: Desk) -> None:
    second = make_old_part()
    make_agreement(desk.supplier, second, contract_price="100.00")
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0", beside=[(second, "310.00")])
    failed_parts.request_returns(claim)
    for case in recovery.open_cases(claim):
        judge(case, "supplier_defect", desk)

    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    assert note.claimed == FIRST + SECOND + LABOR
    assert note.lines.filter(kind="labor").count() == 1


def test_the_books_say_when_labor_is_on_no_note(desk: Desk, other: Supplier, cases: list[RecoveryCase]) -> None:
    judge(cases[1], "supplier_defect", desk)
    note = chargebacks.batch_chargebacks(other, actor=desk.finance)
    judge(cases[0], "user", desk)

    note.lines.filter(kind="labor").update(is_live=False)
    Chargeback.objects.filter(pk=note.pk).update(claimed=SECOND)

    (said,) = labor_on_no_note()
    assert cases[0].claim.number in said


def test_the_evidence_of_a_claim_names_the_old_parts_of_both_its_lines(desk: Desk, tmp_path: Path) -> None:
    second = make_old_part()
    make_agreement(desk.supplier, second, contract_price="100.00")
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0", beside=[(second, "310.00")])
    failed_parts.request_returns(claim)
    for case in recovery.open_cases(claim):
        judge(case, "supplier_defect", desk)
    note = chargebacks.send_chargeback(
        chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance), actor=desk.finance
    )

    page = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    evidence = page[page.index("证据") :]
    paper = text_of(pdf_bytes(documents_of(note, "chargeback").get()), tmp_path)

    numbers = sorted(FailedPart.objects.filter(claim=claim).values_list("number", flat=True))
    assert len(numbers) == 2
    assert [evidence.count(number) for number in numbers] == [1, 1]
    assert [number in paper for number in numbers] == [True, True]
