"""The steps from what stations were granted to what suppliers paid, as they stood on a day."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.desks import Desk
from tests.factories.settlement import make_appeal, make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, recovery, recovery_keeping, review
from warranty.chargebacks import LineAnswer
from warranty.settlement_queries import RecoveryPicture, recovery_picture

NONE = Decimal("0.00")


def steps(picture: RecoveryPicture) -> tuple[Decimal, ...]:
    return picture.paid, picture.eligible, picture.received, picture.lost


def test_each_step_counts_what_there_was_on_the_day(desk: Desk, june: Any) -> None:
    claim = make_granted_claim(
        desk.station, part=desk.part, qty=1, part_amount="330.00", part_approved="100.00", travel="0"
    )
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_for_hold(claim.lines.get(kind="part"), claim, actor=desk.approver)
    june("2025-06-05 12:00:00")
    make_appeal(claim, "20.00")
    late = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0", labor="0")
    recovery.open_cases(late)
    june("2025-06-10 12:00:00")
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    note = chargebacks.send_chargeback(
        chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance), actor=desk.finance
    )
    answers = {line.pk: LineAnswer(line.claimed) for line in note.lines.all()}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    june("2025-06-20 12:00:00")
    chargebacks.record_supplier_payment(note, amount=note.accepted, bank_reference="B-1", actor=desk.finance)
    june("2025-09-20 12:00:00")
    recovery_keeping.lose_overdue()
    june("2025-10-01 12:00:00")
    review.reverse_claim(late, reason="抽查发现维修未实际发生", actor=desk.approver)

    # Part 100.00 and labor 96.00, then 20.00 on appeal and 330.00 of another claim; 80 % of 120.00 and half of 96.00 charged,
    # 96.00 of the other claim lost.
    assert steps(recovery_picture(date(2025, 5, 31))) == (NONE, NONE, NONE, NONE)
    assert recovery_picture(date(2025, 6, 1)).paid == Decimal("196.00")
    assert steps(recovery_picture(date(2025, 6, 19))) == (Decimal("546.00"), Decimal("240.00"), NONE, NONE)
    assert recovery_picture(date(2025, 6, 20)).received == Decimal("144.00")
    assert steps(recovery_picture(date(2025, 9, 30))) == (
        Decimal("546.00"), Decimal("240.00"), Decimal("144.00"), Decimal("96.00"),
    )  # fmt: skip
    assert recovery_picture(date(2025, 10, 1)).paid == Decimal("216.00")
