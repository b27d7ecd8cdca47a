"""A rejected claim that its appeal pays: its old part is at stake, bears the appeal's rate and is kept; it can be reversed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.core import clock
from portal.core.parameters import set_parameter
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_appeal, make_granted_claim
from warranty import appraisal, failed_parts, recovery_keeping, reversal, review, settlement, settlement_checks
from warranty.failed_parts_keeping import keep_until
from warranty.models import FailedPart, RecoveryCase, SettlementItem, WarrantyClaim

WHY = "抽查发现维修未实际发生"


@pytest.fixture
def claim(desk: Desk) -> WarrantyClaim:
    """Rejected on 1 June at 6 %; from the 2nd on the rate is 9 %, and on that day the appeal grants its part, 330.00."""
    row = make_granted_claim(desk.station, part=desk.part, qty=1, rejected=True)
    set_parameter(
        "warranty.tax_general_claim_percent", Decimal(9), valid_from=clock.now() + timedelta(days=1), actor=None
    )
    clock.set(clock.now() + timedelta(days=1))
    make_appeal(row, "330.00")
    return row


def posted(claim: WarrantyClaim) -> list[tuple[str, Decimal, Decimal]]:
    rows = SettlementItem.objects.filter(claim=claim).order_by("pk")
    return list(rows.values_list("kind", "amount", "tax_rate"))


def appraised(claim: WarrantyClaim, desk: Desk, verdict: str) -> FailedPart:
    piece = claim.failed_parts.get()
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict=verdict, findings="接线错误导致短路烧毁", actor=desk.appraiser)
    return FailedPart.objects.get(pk=piece.pk)


def test_its_part_costs_what_the_appeal_granted_at_the_appeals_rate(claim: WarrantyClaim, june: Any) -> None:
    june("2025-06-18 09:00:00")
    set_parameter("warranty.tax_general_claim_percent", Decimal(13), actor=None)

    assert failed_parts.debit_overdue() == 1

    assert posted(claim) == [
        ("appeal", Decimal("330.00"), Decimal("0.09")),
        ("pnr", Decimal("-330.00"), Decimal("0.09")),
    ]


def test_its_part_that_is_refused_costs_the_same_and_is_kept_from_the_appeals_statement(
    claim: WarrantyClaim, desk: Desk, june: Any
) -> None:
    piece = appraised(claim, desk, "workmanship")

    assert posted(claim)[1:] == [("appraisal", Decimal("-330.00"), Decimal("0.09"))]
    assert keep_until(piece) is None  # its money stands on no statement yet
    june("2025-07-05 09:00:00")
    draft = settlement.build_statement(claim.station, date(2025, 6, 1), actor=None)
    settlement.issue_statement(draft, actor=desk.finance)
    assert keep_until(piece) == date(2025, 7, 5) + timedelta(days=90)


def test_it_is_reversed_and_everything_comes_back(claim: WarrantyClaim, desk: Desk, june: Any) -> None:
    failed_parts.lose_piece(claim.failed_parts.get(), reason="运输途中遗失，已报案", actor=desk.finance)
    june("2025-06-18 09:00:00")
    failed_parts.debit_overdue()
    page = as_user(desk.approver).get(claim.get_absolute_url()).content.decode()
    assert f"/claims/{claim.pk}/reverse" in page

    done = review.reverse_claim(claim, reason=WHY, actor=desk.approver)
    for _again in range(2):
        reversal.carry_out(done, actor=None)

    assert done.status == "reversed"
    assert sorted(row[1:] for row in posted(claim) if row[0] == "reversal") == [
        (Decimal("-330.00"), Decimal("0.09")),
        (Decimal("330.00"), Decimal("0.09")),
    ]
    assert [said for check in settlement_checks.CHECKS.values() for said in check()] == []
    assert failed_parts.debit_overdue() == 0


def test_a_rejected_claim_that_nothing_pays_is_not_reversed(desk: Desk) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, rejected=True)

    with pytest.raises(TransitionNotAllowed):
        review.reverse_claim(claim, reason=WHY, actor=desk.approver)

    assert not claim.pays
    assert f"/claims/{claim.pk}/reverse" not in as_user(desk.approver).get(claim.get_absolute_url()).content.decode()


def test_its_lost_right_to_charge_is_made_up_for_where_missing_and_opened_again(desk: Desk, june: Any) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, rejected=True)
    make_appeal(claim, "330.00", follow=False)
    june("2025-06-03 09:00:00")
    assert recovery_keeping.open_missing() == 1
    case = RecoveryCase.objects.get(claim=claim)
    june("2025-11-03 09:00:00")
    assert recovery_keeping.lose_overdue() == 1

    again = recovery_keeping.reopen_lost(case, until=date(2025, 11, 20), reason=WHY, actor=desk.approver)

    assert again.status == "waiting"
