"""A station comes before notes and old parts in the order of locks: who meets over a claim waits, and nobody in a circle."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, get_ident
from typing import Any

import pytest

from portal.core.errors import Refusal
from portal.core.states import lock
from portal.core.transactions import acting
from tests.conftest import race
from tests.desks import Desk, june, make_desk  # noqa: F401 a fixture
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, recovery, reversal
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.models import ChargebackLine, FailedPart, SettlementItem, WarrantyClaim
from warranty.settlement_checks import chargebacks_off

# ruff: noqa: F811 the fixture is imported
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 1.0  # seconds: two who go in one order never meet, and go on


@pytest.fixture
def desk(june: Any) -> Desk:
    return make_desk()


class Meeting:
    """Two threads wait for each other once each, at the first lock they have, as long as PATIENCE says."""

    def __init__(self) -> None:
        self.barrier, self.seen = Barrier(2), set[int]()

    def after(self, really: Any) -> Any:
        """The locking function, which waits for the other thread when this one has its first lock."""

        def locked(*asked: Any, **named: Any) -> Any:
            found = really(*asked, **named)
            if get_ident() not in self.seen:
                self.seen.add(get_ident())
                with suppress(BrokenBarrierError):
                    self.barrier.wait(PATIENCE)
            return found

        return locked


def reverse(claim: WarrantyClaim) -> str:
    """What follows a reversal, as its job does it."""
    with acting(None):
        WarrantyClaim.objects.filter(pk=claim.pk).update(status="reversed")
        reversal.carry_out(WarrantyClaim.objects.get(pk=claim.pk), actor=None)
    return "reversed"


def outcomes(results: list[Any]) -> list[Any]:
    """A refusal in words is an answer; a circle of locks is not."""
    assert all(isinstance(result, str | Refusal) for result in results), results
    return results


def disputed(desk: Desk) -> ChargebackLine:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    posting.credit_claim(claim)
    recovery.open_cases(claim)
    for piece in failed_parts.request_returns(claim):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    note = chargebacks.send_chargeback(note, actor=desk.finance)
    answers = {line.pk: LineAnswer(line.claimed * 0, "故障不在供货范围之内，检测报告附后") for line in note.lines.all()}
    chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    return note.lines.select_related("case__claim").earliest("position")


def test_a_reversal_and_a_dispute_that_the_station_bears_never_wait_in_a_circle(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, meeting = disputed(desk), Meeting()
    monkeypatch.setattr(posting, "hold_station", meeting.after(posting.hold_station))
    monkeypatch.setattr(chargebacks.disputes, "lock", meeting.after(lock))

    def act(number: int) -> Any:
        if number:
            return reverse(line.case.claim)
        row = ChargebackLine.objects.get(pk=line.pk)
        chargebacks.decide_dispute(row, outcome="station", note="协议第三条已明确包含", actor=desk.approver)
        return "decided"

    outcomes(race(2, act))

    items = SettlementItem.objects.filter(claim=line.case.claim)
    assert sum(item.amount for item in items) == 0  # whoever was first: nothing is left of a reversed claim
    assert list(chargebacks_off()) == []


def test_a_reversal_and_a_debit_that_is_due_never_wait_in_a_circle(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    posting.credit_claim(claim)
    (piece,) = failed_parts.request_returns(claim)
    june("2025-06-17 00:20:00")
    meeting = Meeting()
    monkeypatch.setattr(posting, "hold_station", meeting.after(posting.hold_station))
    monkeypatch.setattr(failed_parts.deadlines, "lock", meeting.after(lock))

    outcomes(race(2, lambda number: reverse(claim) if number else str(failed_parts.debit_overdue())))

    assert sum(item.amount for item in SettlementItem.objects.filter(claim=claim)) == 0
    assert FailedPart.objects.get(pk=piece.pk).status == "waived"
