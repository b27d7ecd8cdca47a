"""A supplier says nothing: lines whose agreement says so are accepted, and no other line keeps them from being paid."""

from decimal import Decimal
from typing import Any

import pytest

from parts.models import Part
from portal.core import clock
from portal.core.parameters import set_parameter
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_granted_claim, make_old_part
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_checks import chargebacks_off, notes_where_their_lines_are
from warranty.settlement_jobs import recovery_daily


@pytest.fixture
def second(desk: Desk) -> Part:
    """A part of the same supplier, by whose agreement silence does not accept."""
    part = make_old_part()
    make_agreement(desk.supplier, part, contract_price="100.00", deemed_accept=False)
    return part


def sent(desk: Desk, part: Part, **claim: Any) -> Chargeback:
    """A note over a claim all of whose parts were found to be the supplier's."""
    granted = make_granted_claim(desk.station, part=part, qty=1, travel="0", **claim)
    recovery.open_cases(granted)
    for piece in failed_parts.request_returns(granted):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    made = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(made, actor=desk.finance)


def test_silence_accepts_line_by_line(desk: Desk, second: Part, june: Any) -> None:
    note = sent(desk, desk.part, beside=[(second, "310.00")])
    june("2025-07-01 00:30:00")

    recovery_daily()
    recovery_daily()

    note.refresh_from_db()
    assert (note.status, note.accepted, note.disputed) == ("part_accepted", Decimal("144.00"), Decimal("80.00"))
    (open_line,) = ChargebackLine.objects.with_us(clock.today())
    assert (open_line.claimed, open_line.entries.get().actor) == (Decimal("80.00"), None)
    assert str(note.answer_by) in open_line.answer_reason
    chargebacks.record_supplier_payment(note, amount=Decimal("144.00"), bank_reference="ICBC-1", actor=desk.finance)
    chargebacks.decide_dispute(open_line, outcome="denied", note="请按协议逐项答复并附证明", actor=desk.approver)
    assert chargebacks.lines_to_answer(Chargeback.objects.get(pk=note.pk)) == [open_line]
    assert (list(chargebacks_off()), list(notes_where_their_lines_are())) == ([], [])


def test_a_note_that_no_silence_accepts_goes_on_waiting(desk: Desk, second: Part, june: Any) -> None:
    note = sent(desk, second)
    june("2025-07-01 00:30:00")

    recovery_daily()

    note.refresh_from_db()
    assert note.status == "sent"


def test_headquarters_says_how_many_words_a_reason_has(desk: Desk, second: Part, june: Any) -> None:
    note = sent(desk, desk.part, beside=[(second, "310.00")])
    set_parameter("warranty.text_length", 60, actor=None)
    answers = {
        line.pk: chargebacks.LineAnswer(Decimal(0), "故障不在供货范围之内，检测报告附后") for line in note.lines.all()
    }

    with pytest.raises(chargebacks.ReasonMissing, match="60"):
        chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

    june("2025-07-01 00:30:00")
    recovery_daily()  # silence needs no words
    note.refresh_from_db()
    assert note.status == "part_accepted"
