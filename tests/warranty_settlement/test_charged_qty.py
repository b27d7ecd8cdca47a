"""What a supplier pays for parts is its share of what the station was paid for: fewer pieces than claimed, parts of one, an appeal."""

from decimal import Decimal

import pytest

from tests.desks import Desk
from tests.factories.settlement import make_appeal, make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.models import ChargebackLine, RecoveryCase, WarrantyClaim
from warranty.recovery_rules import DecidedQty

# The desk's supplier pays 80 % of the lower of 120.00 a piece and what was paid; labor stands aside here.
HALF = {"part_amount": "330.00", "qty": 2, "part_approved": "165.00", "approved_qty": "1"}


def judged(claim: WarrantyClaim, desk: Desk, *verdicts: str) -> RecoveryCase:
    """Every piece has come and has its verdict; the case of the part line as it stands then."""
    for piece, verdict in zip(claim.failed_parts.order_by("pk"), verdicts, strict=True):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings="接线错误导致短路烧毁", actor=desk.appraiser)
    return RecoveryCase.objects.get(claim=claim)


def claimed(desk: Desk, **kw: object) -> WarrantyClaim:
    """A claim whose part comes back, whatever it costs."""
    type(desk.part).objects.filter(pk=desk.part.pk).update(must_return=True)
    claim = make_granted_claim(desk.station, part=desk.part, labor="0", travel="0", **kw)  # type: ignore[arg-type]
    recovery.open_cases(claim)
    failed_parts.request_returns(claim)
    return claim


def charged(desk: Desk) -> list[tuple[Decimal, Decimal, str]]:
    """Base, amount and quantity of the lines on the note that is made now."""
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return [(line.base, line.claimed, line.facts["qty"]) for line in ChargebackLine.objects.filter(chargeback=note)]


@pytest.mark.parametrize(
    ("verdicts", "base", "amount"),
    [
        (("supplier_defect", "supplier_defect"), "120.00", "96.00"),
        (("supplier_defect", "user"), "60.00", "48.00"),  # the other half is the station's: 82.50 are debited
    ],
)
def test_two_claimed_one_paid(desk: Desk, verdicts: tuple[str, ...], base: str, amount: str) -> None:
    case = judged(claimed(desk, **HALF), desk, *verdicts)

    assert case.expected == Decimal(amount)
    assert [row[:2] for row in charged(desk)] == [(Decimal(base), Decimal(amount))]


def test_a_second_piece_that_an_appeal_pays_is_charged_when_it_is_defective(desk: Desk) -> None:
    claim = claimed(desk, **HALF)
    make_appeal(claim, "165.00")

    case = judged(claim, desk, "supplier_defect", "user")

    assert case.expected == Decimal("96.00")  # one of two: 120.00, not both of them
    assert charged(desk) == [(Decimal("120.00"), Decimal("96.00"), "1.000")]


def test_an_appeal_after_the_verdict_is_waited_for_by_the_case(desk: Desk) -> None:
    claim = claimed(desk, **HALF)
    assert judged(claim, desk, "supplier_defect", "supplier_defect").expected == Decimal("96.00")

    make_appeal(claim, "165.00")

    assert RecoveryCase.objects.get(claim=claim).expected == Decimal("192.00")


def test_half_a_meter_is_charged_as_half_a_meter(desk: Desk) -> None:
    claim = claimed(desk, part_amount="90.00", qty=Decimal("0.5"))

    assert judged(claim, desk, "supplier_defect").expected == Decimal("48.00")  # 80 % of 0.5 × 120.00
    assert charged(desk) == [(Decimal("60.00"), Decimal("48.00"), "0.500")]


@pytest.mark.parametrize(
    ("decided", "paid"),
    [
        ((2, 2, 330, 330, 0), 2),
        ((2, 2, 330, 200, 0), 2),  # only the price was cut
        ((2, 2, 330, 200, 100), 2),
        ((2, 1, 330, 165, 165), 2),
        ((2, 1, 330, 120, 45), 1),  # the price of the approved piece, not the second one
        ((2, 1, 330, 165, 100), 2),
        ((2, 0, 330, 0, 165), 1),
        ((1, 0, 330, 0, 100), 1),
        (("1.5", "0.5", 180, 60, 120), "1.5"),
        (("0.5", 0, 60, 0, 10), "0.5"),
    ],
)
def test_the_quantity_that_was_paid_for(decided: tuple[object, ...], paid: object) -> None:
    assert DecidedQty(*(Decimal(str(each)) for each in decided)).paid == Decimal(str(paid))
