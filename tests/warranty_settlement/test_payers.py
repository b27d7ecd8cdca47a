"""What a supplier is charged for by who pays the line, parts and labor by one rule. Source: adr/0023."""

from decimal import Decimal

import pytest

from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.models import ClaimLine, RecoveryCase

PART, LABOR = Decimal("96.00"), Decimal("48.00")  # 80 % of 120.00, half of 96.00


@pytest.mark.parametrize(
    ("part", "labor", "charged"),
    [
        ("manufacturer", "manufacturer", [PART, LABOR]),
        ("campaign", "campaign", [PART, LABOR]),
        ("manufacturer", "goodwill", [PART]),
        ("manufacturer", "extended", [PART]),
        ("goodwill", "manufacturer", []),
        ("extended", "extended", []),
    ],
)
def test_who_pays_a_line_decides_whether_a_supplier_does(
    desk: Desk, part: str, labor: str, charged: list[Decimal]
) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0")
    ClaimLine.objects.filter(claim=claim, kind="part").update(payer=part)
    ClaimLine.objects.filter(claim=claim, kind="labor").update(payer=labor)
    (case,) = recovery.open_cases(claim)
    assert (case.status, case.expected) == ("waiting" if charged else "closed", sum(charged, Decimal(0)))
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    if not charged:
        assert RecoveryCase.objects.get().close_reason
        return

    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    assert list(note.lines.order_by("position").values_list("claimed", flat=True)) == charged
