"""Scenario 6: a supplier defect is charged by the agreement; the supplier accepts one line and disputes another."""
# ruff: noqa: F811 the fixtures are imported

from decimal import Decimal
from typing import Any

import pytest

from tests.desks import desk, june  # noqa: F401 fixtures
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.chargebacks import LineAnswer
from warranty.models import Chargeback, RecoveryCase
from warranty.settlement_queries import recovery_picture


def appraised(desk: Any, verdict: str) -> RecoveryCase:
    """A paid claim of 2 pieces, both returned and judged alike."""
    claim = make_granted_claim(desk.station, part=desk.part)
    (case,) = recovery.open_cases(claim)
    for piece in failed_parts.request_returns(claim):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    case.refresh_from_db()
    return case


def test_supplier_defect_is_charged_and_answered(desk: Any) -> None:
    case = appraised(desk, "supplier_defect")
    assert (case.status, case.expected) == ("open", Decimal("240.00"))

    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    part, labor = note.lines.order_by("position")
    assert [(line.kind, line.base, line.claimed) for line in (part, labor)] == [
        ("part", Decimal("240.00"), Decimal("192.00")),
        ("labor", Decimal("96.00"), Decimal("48.00")),
    ]
    assert note.claimed == Decimal("240.00")

    note = chargebacks.send_chargeback(note, actor=desk.finance)
    answers = {part.pk: LineAnswer(Decimal(192)), labor.pk: LineAnswer(Decimal(0), "工时不在协议范围之内，不予承担")}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

    assert (note.status, note.accepted, note.disputed) == ("part_accepted", Decimal("192.00"), Decimal("48.00"))
    assert note.accepted + note.disputed == note.claimed
    picture = recovery_picture(case.approved_on)
    assert picture.figures.acceptance_ratio == Decimal("80.00")

    chargebacks.record_supplier_payment(note, amount=Decimal(192), bank_reference="B-1", actor=desk.finance)
    chargebacks.record_supplier_payment(note, amount=Decimal(192), bank_reference="B-1", actor=desk.finance)
    note.refresh_from_db()
    assert note.recovered == Decimal("192.00")
    assert recovery_picture(case.approved_on).figures.recovery_ratio == Decimal("80.00")
    with pytest.raises(chargebacks.PaymentOutOfBounds):
        chargebacks.record_supplier_payment(note, amount=Decimal("0.01"), bank_reference="B-2", actor=desk.finance)


def test_workmanship_makes_no_note(desk: Any) -> None:
    case = appraised(desk, "workmanship")

    assert case.status == "closed"
    with pytest.raises(chargebacks.NothingToCharge):
        chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    assert not Chargeback.objects.exists()
