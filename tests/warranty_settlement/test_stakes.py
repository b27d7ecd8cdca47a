"""What an old part costs when it stays away or is refused follows what the station got for its line, whoever decided it last."""

from decimal import Decimal
from typing import Any

import pytest

from parts.models import Part
from portal.core import clock, events
from tests.desks import Desk
from tests.factories.settlement import make_appeal, make_granted_claim, make_old_part
from warranty import appraisal, failed_parts, settlement_jobs
from warranty import settlement_posting as posting
from warranty.models import ClaimLine, FailedPart, SettlementItem, WarrantyClaim

LATE = "2025-06-17 09:00:00"  # asked for on the 1st, due on the 16th


def granted(desk: Desk, **kw: Any) -> tuple[WarrantyClaim, list[FailedPart]]:
    """330.00 approved of 430.00 for one piece, credited, and asked back."""
    cut = {"part_amount": "430.00", "part_approved": "330.00", "qty": 1}
    claim = make_granted_claim(desk.station, part=desk.part, **cut | kw)
    posting.credit_claim(claim)
    return claim, failed_parts.request_returns(claim)


def amounts(claim: WarrantyClaim, *kinds: str) -> list[Decimal]:
    return list(
        SettlementItem.objects.filter(claim=claim, kind__in=kinds).order_by("pk").values_list("amount", flat=True)
    )


def came(piece: FailedPart, desk: Desk) -> FailedPart:
    return failed_parts.receive_piece(piece.number, actor=desk.warehouse)


def test_a_piece_that_stays_away_costs_what_the_appeal_granted_too(desk: Desk, june: Any) -> None:
    claim, (piece,) = granted(desk)
    make_appeal(claim, "100.00")
    piece.refresh_from_db()
    assert piece.amount == Decimal("430.00")

    june(LATE)
    failed_parts.debit_overdue()
    assert amounts(claim, "pnr") == [Decimal("-430.00")]

    appraisal.appraise(came(piece, desk), verdict="supplier_defect", actor=desk.appraiser)
    assert amounts(claim, "pnr", "pnr_credit") == [Decimal("-430.00"), Decimal("430.00")]


def test_a_refused_piece_costs_what_the_appeal_granted_too(desk: Desk) -> None:
    claim, (piece,) = granted(desk)
    came(piece, desk)
    make_appeal(claim, "100.00")

    appraisal.appraise(piece, verdict="workmanship", findings="接线错误导致短路烧毁", actor=desk.appraiser)

    assert amounts(claim, "appraisal") == [Decimal("-430.00")]


def test_what_a_piece_has_cost_before_the_appeal_is_what_comes_back(desk: Desk, june: Any) -> None:
    claim, pieces = granted(desk, qty=2, part_amount="760.00", part_approved="660.00")
    came(pieces[1], desk)
    june(LATE)
    failed_parts.debit_overdue()

    make_appeal(claim, "100.00")

    assert [each.amount for each in FailedPart.objects.order_by("pk")] == [Decimal("330.00"), Decimal("380.00")]
    appraisal.appraise(came(pieces[0], desk), verdict="design", actor=desk.appraiser)
    assert amounts(claim, "pnr", "pnr_credit") == [Decimal("-330.00"), Decimal("330.00")]


@pytest.mark.parametrize(("decided", "cost"), [("200.00", [Decimal("-200.00")]), ("0.00", [])])
def test_a_held_line_costs_what_was_decided_then_not_what_the_rules_allowed(
    desk: Desk, june: Any, decided: str, cost: list[Decimal]
) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, part_approved=decided, part_amount="330.00")
    line = claim.lines.get(kind="part")
    ClaimLine.objects.filter(pk=line.pk).update(approved_amount=None)  # as when its piece was asked for
    (piece,) = failed_parts.request_for_hold(claim.lines.get(pk=line.pk), claim, actor=desk.approver)
    ClaimLine.objects.filter(pk=line.pk).update(approved_amount=Decimal(decided))
    assert piece.amount == Decimal("330.00")
    failed_parts.lose_piece(piece, reason="运输途中遗失，已报案", actor=desk.finance)

    settlement_jobs.follow_approval(events.of_subject(claim).get(to_status=claim.status))
    june(LATE)
    failed_parts.debit_overdue(at=clock.now())

    piece.refresh_from_db()
    assert (piece.amount, amounts(claim, "pnr")) == (Decimal(decided), cost)


def test_an_appeal_asks_for_the_parts_of_its_own_lines_and_of_no_others(desk: Desk) -> None:
    plain, other = make_old_part(), make_old_part()
    claim = make_granted_claim(
        desk.station, part=plain, part_amount="200.00", part_approved="100.00", qty=1, beside=[(other, "90.00")]
    )
    assert failed_parts.request_returns(claim) == []
    Part.objects.filter(pk__in=[plain.pk, other.pk]).update(must_return=True)  # months later

    make_appeal(claim, "50.00", line=claim.lines.get(part=plain))

    assert [piece.part_id for piece in claim.failed_parts.all()] == [plain.pk]
