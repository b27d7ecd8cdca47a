"""What a supplier accepted and never pays has an end: given up with a reason, by somebody else than who made the note."""

from decimal import Decimal
from typing import Any

import pytest

from portal.core import clock
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_user
from warranty import appraisal, chargebacks, failed_parts, recovery, reversal
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.four_eyes import TextTooShort
from warranty.models import Chargeback
from warranty.recovery_checks import supplier_balances_off
from warranty.settlement_checks import chargebacks_off, notes_where_their_lines_are
from warranty.supplier_statements import balance_of

WHY = "供应商已进入破产清算，无财产可供执行"
ALL = Decimal("144.00")  # 96.00 of the part, 48.00 of the labor


def accepted(desk: Desk, *, disputed: str = "0", actor: Any = None) -> Chargeback:
    """A note of 144.00 of which the supplier accepts all but what it disputes of the part."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0")
    posting.credit_claim(claim)
    recovery.open_cases(claim)
    for piece in failed_parts.request_returns(claim):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    note = chargebacks.send_chargeback(
        chargebacks.batch_chargebacks(desk.supplier, actor=actor or desk.finance), actor=desk.finance
    )
    answers = {
        line.pk: LineAnswer(line.claimed - (Decimal(disputed) if line.kind == "part" else 0), "检测报告证明部分合格")
        for line in note.lines.all()
    }
    return chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)


def pay(desk: Desk, note: Chargeback, amount: str) -> None:
    chargebacks.record_supplier_payment(note, amount=Decimal(amount), bank_reference="ICBC-1", actor=desk.finance)


def is_whole(desk: Desk) -> None:
    """Nothing is owed any more, either way read, and the books agree."""
    assert balance_of(desk.supplier, at=clock.now()) == 0
    for check in (chargebacks_off, notes_where_their_lines_are, supplier_balances_off):
        assert list(check()) == []


@pytest.mark.parametrize(("paid", "status"), [("0", "written_off"), ("50.00", "settled"), ("96.00", "settled")])
def test_the_rest_is_given_up_and_the_note_ends(desk: Desk, paid: str, status: str) -> None:
    note = accepted(desk)
    if Decimal(paid):
        pay(desk, note, paid)

    note = chargebacks.give_up_unpaid(note, reason=WHY, actor=desk.approver)

    assert (note.status, note.accepted, note.disputed) == (status, Decimal(paid), ALL - Decimal(paid))
    is_whole(desk)
    page = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    assert WHY not in page


def test_what_a_dispute_gave_up_before_is_not_counted_twice_when_the_claim_is_reversed(desk: Desk) -> None:
    note = accepted(desk, disputed="30.00")
    line = note.lines.get(kind="part")
    chargebacks.decide_dispute(line, outcome="written_off", actor=desk.approver, note=WHY)
    note.refresh_from_db()
    chargebacks.give_up_unpaid(note, reason=WHY, actor=desk.approver)
    is_whole(desk)

    claim = line.case.claim
    type(claim).objects.filter(pk=claim.pk).update(status="reversed")
    reversal.carry_out(type(claim).objects.get(pk=claim.pk), actor=None)

    is_whole(desk)


def test_it_takes_another_person_words_and_something_unpaid(desk: Desk) -> None:
    own = make_user("approver")
    note = accepted(desk, actor=own)
    with pytest.raises(chargebacks.OwnNote):
        chargebacks.give_up_unpaid(note, reason=WHY, actor=own)
    with pytest.raises(TextTooShort):
        chargebacks.give_up_unpaid(note, reason="破产", actor=desk.approver)
    pay(desk, note, "144.00")

    note.refresh_from_db()
    with pytest.raises(chargebacks.NothingUnpaid):
        chargebacks.give_up_unpaid(note, reason=WHY, actor=desk.approver)


def test_disputes_are_decided_first(desk: Desk) -> None:
    note = accepted(desk, disputed="30.00")

    with pytest.raises(chargebacks.StillDisputed):
        chargebacks.give_up_unpaid(note, reason=WHY, actor=desk.approver)


def test_the_approver_gives_up_on_the_notes_page(desk: Desk) -> None:
    note = accepted(desk)
    pay(desk, note, "50.00")
    client, address = as_user(desk.approver), f"/supplier/chargebacks/{note.pk}/give-up/"

    assert address in client.get(note.get_absolute_url()).content.decode()
    assert "¥94.00" in client.get(address).content.decode()
    assert as_user(desk.finance).get(address).status_code == 403
    assert client.post(address, {"reason": WHY}).status_code == 302

    note.refresh_from_db()
    assert (note.status, note.accepted) == ("settled", Decimal("50.00"))
