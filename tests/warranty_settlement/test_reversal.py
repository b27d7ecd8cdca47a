"""A reversed claim and its supplier: nobody is asked for it any more, and what was paid for it is owed back on paper."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models import Event
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.chargebacks import LineAnswer
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback, RecoveryCase, WarrantyClaim
from warranty.settlement_checks import chargebacks_off
from warranty.settlement_queries import recovery_picture


def waiting(desk: Desk) -> WarrantyClaim:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    return claim


def recoverable(desk: Desk) -> WarrantyClaim:
    claim = waiting(desk)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    return claim


def note_over(desk: Desk, *claims: WarrantyClaim, send: bool = True) -> Chargeback:
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(note, actor=desk.finance) if send else note


def case_of(claim: WarrantyClaim) -> RecoveryCase:
    return RecoveryCase.objects.get(claim=claim)


def test_a_running_case_closes_and_is_worth_nothing(desk: Desk) -> None:
    claim = waiting(desk)
    assert case_of(claim).expected == Decimal("144.00")  # 80 % of 120.00, and half of 96.00

    assert release_claim(claim, actor=None) == []

    assert (case_of(claim).status, case_of(claim).expected) == ("closed", Decimal(0))


def test_an_unsent_note_loses_the_lines_and_the_other_claim_stays(desk: Desk) -> None:
    kept, reversed_one = recoverable(desk), recoverable(desk)
    note = note_over(desk, send=False)

    assert release_claim(reversed_one, actor=None) == []

    note.refresh_from_db()
    assert (note.status, note.claimed) == ("open", case_of(kept).expected)
    assert {line.case.claim for line in note.lines.filter(is_live=True)} == {kept}
    assert case_of(reversed_one).status == "closed"
    assert list(chargebacks_off()) == []


def test_an_unsent_note_without_lines_is_withdrawn(desk: Desk) -> None:
    claim = recoverable(desk)
    note = note_over(desk, send=False)

    release_claim(claim, actor=None)

    note.refresh_from_db()
    assert (note.status, note.claimed) == ("withdrawn", Decimal(0))


def test_a_sent_note_gets_a_credit_note_and_the_supplier_answers_the_rest(desk: Desk, tmp_path: Path) -> None:
    kept, reversed_one = recoverable(desk), recoverable(desk)
    note = note_over(desk)

    (number,) = release_claim(reversed_one, actor=desk.finance)

    paper = text_of(pdf_bytes(documents_of(note, "credit_note").get()), tmp_path)
    assert number in paper
    assert note.number in paper
    assert "144.00" in paper
    assert "壹佰肆拾肆元整" in squeezed(paper)
    left = note.lines.filter(outcome="")
    assert {line.case.claim for line in left} == {kept}
    answers = {line.pk: LineAnswer(line.claimed) for line in left}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    assert (note.accepted, note.disputed) == (Decimal("144.00"), Decimal("144.00"))
    assert list(chargebacks_off()) == []


def test_what_was_paid_for_the_lines_is_owed_back(desk: Desk) -> None:
    claim = recoverable(desk)
    note = note_over(desk)
    answers = {line.pk: LineAnswer(line.claimed) for line in note.lines.all()}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    chargebacks.record_supplier_payment(note, amount=Decimal("144.00"), bank_reference="B-1", actor=desk.finance)

    (number,) = release_claim(claim, actor=desk.finance)

    note.refresh_from_db()
    assert (note.accepted, note.recovered) == (Decimal("0.00"), Decimal("0.00"))
    assert note.receipts.get(source=number).amount == Decimal("-144.00")
    assert case_of(claim).status == "closed"
    assert list(chargebacks_off()) == []
    assert recovery_picture(clock.today()).filed == Decimal(0)


def test_done_again_it_changes_nothing(desk: Desk) -> None:
    claim = recoverable(desk)
    note_over(desk)
    release_claim(claim, actor=None)
    before = Event.objects.count()

    assert release_claim(claim, actor=None) == []
    assert Event.objects.count() == before


def test_a_silent_supplier_accepts_only_what_is_left(desk: Desk, june: Any) -> None:
    recoverable(desk)
    reversed_one = recoverable(desk)
    note = note_over(desk)
    release_claim(reversed_one, actor=None)

    june("2025-07-15 09:00:00")
    assert chargebacks.accept_silent() == 1

    note.refresh_from_db()
    assert (note.accepted, note.disputed) == (Decimal("144.00"), Decimal("144.00"))
