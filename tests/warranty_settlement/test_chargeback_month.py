"""A month's note in the presses that it is worth: shown, made and sent; accepted as a whole by the supplier (ux.md flow 9)."""

from decimal import Decimal
from typing import Any

import pytest

from portal.core import clock
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.test_dispute_rounds import first, is_whole
from tests.warranty_settlement.test_disputes import NOTE, answered
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.models import Chargeback

NEW = "/supplier/chargebacks/new/"


@pytest.fixture
def sent(desk: Desk) -> Chargeback:
    """A note over all that may be charged, which its supplier has not answered."""
    return chargebacks.send_chargeback(open_note(desk), actor=desk.finance)


def open_note(desk: Desk) -> Chargeback:
    ready(desk)
    return chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)


def ready(desk: Desk) -> None:
    """An old part judged as the supplier's fault."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)


def asking(desk: Desk, **more: Any) -> dict[str, Any]:
    return {"supplier": desk.supplier.pk, "period": f"{clock.today():%Y-%m}"} | more


def test_finance_shows_the_lines_then_makes_and_sends(desk: Desk) -> None:
    ready(desk)
    finance = as_user(desk.finance)

    shown = finance.post(NEW, asking(desk))
    assert shown.status_code == 200
    assert not Chargeback.objects.exists()
    done = finance.post(NEW, asking(desk, step="send"))

    note = Chargeback.objects.get()
    assert (done.status_code, note.status, note.batched_by) == (302, "sent", desk.finance)
    assert note.answer_by is not None


def test_nothing_is_made_where_nothing_could_be_sent(desk: Desk) -> None:
    refused = as_user(desk.finance).post(NEW, asking(desk, step="send"))

    assert refused.status_code == 422
    assert not Chargeback.objects.exists()


def test_the_supplier_accepts_the_whole_note_at_two_presses(desk: Desk, sent: Chargeback) -> None:
    supplier, page = as_user(desk.supplier_user), f"/supplier/chargebacks/{sent.pk}/accept/"
    assert page in supplier.get(sent.get_absolute_url()).content.decode()

    text = supplier.get(page).content.decode()
    assert str(sent.claimed) in text
    supplier.post(page)

    sent.refresh_from_db()
    assert (sent.status, sent.accepted, sent.disputed) == ("accepted", sent.claimed, Decimal(0))
    assert supplier.post(page).status_code == 409
    assert page not in supplier.get(sent.get_absolute_url()).content.decode()
    is_whole(sent)


def test_denied_lines_are_accepted_at_once_and_others_stay(desk: Desk) -> None:
    note = answered(desk, "0")
    chargebacks.deny_dispute(first(note), answer=NOTE, actor=desk.approver)

    chargebacks.accept_chargeback(note, actor=desk.supplier_user)

    note.refresh_from_db()
    assert (note.accepted, note.disputed) == (first(note).claimed, note.claimed - first(note).claimed)
    is_whole(note)


@pytest.mark.parametrize("outcome", ["station", "written_off"])
def test_the_supplier_reads_neither_our_people_nor_what_they_noted(desk: Desk, outcome: str) -> None:
    inside = f"由{desk.station.name}承担，内部备注不外传"
    note = answered(desk)
    chargebacks.resolve_dispute(first(note), outcome=outcome, note=inside, actor=desk.approver)
    ours = [str(person) for person in (desk.approver, desk.finance)]

    outside = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    within = as_user(desk.finance).get(note.get_absolute_url()).content.decode()

    assert [word in outside for word in (inside, desk.station.name, *ours)] == [False] * 4
    assert [word in within for word in (inside, *ours)] == [True] * 3


def test_why_a_further_test_was_asked_is_ours_and_what_was_denied_is_his(desk: Desk) -> None:
    why, answer = "疑似测试台读数有误，请第二人复检", "贵司检测报告与我方测试记录不符，维持原判"
    note = answered(desk)
    part, labor = note.lines.order_by("position")
    chargebacks.ask_further_test(part, reason=why, actor=desk.approver)
    chargebacks.deny_dispute(labor, answer=answer, actor=desk.approver)

    page = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()

    assert [word in page for word in (why, answer)] == [False, True]
