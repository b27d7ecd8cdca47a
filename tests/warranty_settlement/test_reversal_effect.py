"""What reversing a claim takes back, in each state it may be in; what the page says before is what is done."""

from decimal import Decimal
from typing import Any

import pytest

from parts.models import OrderKind, PartsOrder, PartsOrderLine
from portal.core import jobs
from portal.core.states import move
from tests.desks import Desk
from tests.factories.parts import make_part
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, failed_parts, review, settlement
from warranty.models import FailedPart, SettlementItem, Statement, WarrantyClaim
from warranty.reversal import effect_of
from warranty.settlement_checks import CHECKS
from warranty.settlement_rules import month_of

WHY = "客户证实未更换任何配件"


def granted(desk: Desk) -> WarrantyClaim:
    """An approved claim of 465.00, credited, its old part asked for."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    jobs.drain()
    return claim


def settled(desk: Desk, june: Any, *, paid: bool) -> WarrantyClaim:
    """The claim stands on June's draft, or June is paid."""
    claim = granted(desk)
    now = june("2025-07-06 10:00:00")
    statement = settlement.build_statement(desk.station, month_of(claim.decided_at.date()), actor=desk.finance, at=now)
    if paid:
        statement = settlement.issue_statement(statement, actor=desk.finance)
        statement = settlement.confirm_statement(statement, actor=desk.owner)
        statement = settlement.record_invoice(
            statement, invoice_number="F-1", amount=statement.gross, actor=desk.finance
        )
        settlement.pay_statement(statement, bank_reference="B-1", actor=desk.finance)
    return WarrantyClaim.objects.get(pk=claim.pk)


def reversed_one(desk: Desk, claim: WarrantyClaim) -> list[tuple[str, Decimal]]:
    """The kinds and amounts of the claim's items after its reversal, which are what the page foretold."""
    foretold = effect_of(claim)
    review.reverse_claim(claim, reason=WHY, actor=desk.approver)
    jobs.drain()
    done = SettlementItem.objects.filter(claim=claim, kind="reversal")
    assert sorted(done.values_list("source", "amount")) == sorted((each.source, each.amount) for each in foretold.items)
    assert set(done.values_list("period", flat=True)) <= {foretold.period}
    after = effect_of(claim)
    assert [*after.items, *after.notes, *after.cases, *after.orders, *after.pieces] == []
    assert [said for check in CHECKS.values() for said in check()] == []
    return list(SettlementItem.objects.filter(claim=claim).order_by("pk").values_list("kind", "amount"))


@pytest.mark.parametrize("state", ["approved", "settled", "paid"])
def test_a_reversal_in_any_state_nets_to_nothing_and_leaves_papers_alone(desk: Desk, june: Any, state: str) -> None:
    claim = granted(desk) if state == "approved" else settled(desk, june, paid=state == "paid")
    assert claim.status == state
    printed = list(Statement.objects.values_list("number", "status", "net", "fingerprint"))

    items = reversed_one(desk, claim)

    assert items == [("claim", Decimal("465.00")), ("reversal", Decimal("-465.00"))]
    assert list(Statement.objects.values_list("number", "status", "net", "fingerprint")) == printed
    assert {piece.status for piece in FailedPart.objects.filter(claim=claim)} == {"waived"}


def test_debits_for_old_parts_are_given_back_and_later_verdicts_cost_nothing(desk: Desk, june: Any) -> None:
    claim = granted(desk)
    (piece,) = FailedPart.objects.filter(claim=claim)
    june("2025-06-20 10:00:00")
    assert failed_parts.debit_overdue() == 1
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)

    items = reversed_one(desk, claim)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)

    assert sum(amount for _kind, amount in items) == 0
    assert len(items) == 4
    assert SettlementItem.objects.filter(claim=claim).count() == 4


def test_a_reversal_before_its_approval_was_followed_posts_nothing(desk: Desk) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)

    assert reversed_one(desk, claim) == []
    assert not FailedPart.objects.filter(claim=claim).exists()


def test_free_parts_that_were_not_sent_are_cancelled(desk: Desk) -> None:
    claim = granted(desk)
    order = PartsOrder.objects.create(
        station=desk.station, created_by=desk.owner, kind=OrderKind.WARRANTY_REPLACEMENT,
        reference=claim.work_order.number, created_at=claim.decided_at, number="PO-1", submitted_at=claim.decided_at,
    )  # fmt: skip
    PartsOrderLine.objects.create(
        order=order, part=make_part(), position=1, ordered_qty=2, open_qty=2, net_price=0, amount=0
    )
    move(order, "confirmed", actor=None)
    assert [each.number for each in effect_of(claim).orders] == ["PO-1"]

    reversed_one(desk, claim)

    assert PartsOrder.objects.get(pk=order.pk).status == "cancelled"
