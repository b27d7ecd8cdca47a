"""What finance waits for, or owes, about notes: answers, money, repayments; and whom a note reached by mail."""

from decimal import Decimal
from typing import Any

import pytest

from portal.core.models import Event, MailOutbox
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import change_agreement
from tests.warranty_settlement.test_giving_up import WHY
from tests.warranty_settlement.test_note_ends import answer, pay, sent
from tests.warranty_settlement.test_reversal import recoverable
from warranty import chargebacks
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback
from warranty.recovery_jobs import tell_chargeback
from warranty.settlement_queries import figures_of, note_figures, recovery_picture


def waiting(desk: Desk, key: str) -> list[str]:
    """Numbers of notes on the list that wait for this, and their work on the first page says as many."""
    page = as_user(desk.finance).get(f"/supplier/chargebacks/?waits={key}").content.decode()
    return [number for number in Chargeback.objects.values_list("number", flat=True) if number in page]


def test_a_note_without_an_answer_in_time_is_work_where_silence_accepts_nothing(desk: Desk, june: Any) -> None:
    change_agreement(desk.agreement, deemed_accept=False)
    note, _claims = sent(desk)
    june(f"{note.answer_by} 23:00:00")
    assert waiting(desk, "answer") == []
    june("2025-07-15 09:00:00")

    assert chargebacks.accept_silent() == 0
    assert waiting(desk, "answer") == [note.number]
    assert "逾期未答复的通知单" in as_user(desk.finance).get("/").content.decode()


def test_where_silence_accepts_no_answer_is_waited_for(desk: Desk, june: Any) -> None:
    sent(desk)
    june("2025-07-15 09:00:00")

    assert waiting(desk, "answer") == []


def test_money_accepted_and_not_paid_for_ninety_days_is_work(desk: Desk, june: Any) -> None:
    note, claims = sent(desk)
    answer(desk, note, claims)
    june("2025-08-30 12:00:00")
    assert waiting(desk, "money") == []
    june("2025-08-31 00:30:00")

    assert waiting(desk, "money") == [note.number]
    assert "已接受但逾期未付" in as_user(desk.finance).get("/").content.decode()
    pay(desk, note, "144.00")
    assert waiting(desk, "money") == []


def test_money_owed_back_is_work_until_it_went_back(desk: Desk) -> None:
    note, (kept, gone) = sent(desk, 2)
    answer(desk, note, [kept, gone])
    pay(desk, note, "288.00")
    release_claim(gone, actor=desk.finance)
    (owed,) = chargebacks.owed_back(desk.supplier)

    assert waiting(desk, "repayment") == [note.number]
    assert owed.credit_note in as_user(desk.finance).get("/").content.decode()
    chargebacks.repay_supplier(
        note, credit_note=owed.credit_note, amount=Decimal("44.00"), bank_reference="R-1", actor=desk.finance
    )
    assert waiting(desk, "repayment") == [note.number]
    chargebacks.repay_supplier(
        note, credit_note=owed.credit_note, amount=Decimal("100.00"), bank_reference="R-2", actor=desk.finance
    )
    assert waiting(desk, "repayment") == []


@pytest.mark.parametrize("address", ["", "claims@example.com"])
def test_sending_says_beforehand_whom_no_mail_reaches(desk: Desk, address: str) -> None:
    type(desk.supplier_user).objects.filter(pk=desk.supplier_user.pk).update(email=address)
    recoverable(desk)
    client, warning = as_user(desk.finance), "没有邮件收件人"
    proposed = client.post("/supplier/chargebacks/new/", {"supplier": desk.supplier.pk, "period": "2025-06"})
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    asked = client.get(f"/supplier/chargebacks/{note.pk}/send/")
    assert [warning in page.content.decode() for page in (proposed, asked)] == [not address] * 2

    note = chargebacks.send_chargeback(note, actor=desk.finance)
    tell_chargeback(Event.objects.get(kind="chargeback.sent", subject_id=note.pk))

    page = client.get(note.get_absolute_url()).content.decode()
    assert (address or "无：供应商") in page
    assert MailOutbox.objects.filter(to="claims@example.com").exists() is bool(address)
    assert "无：供应商" not in as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()


def test_what_a_supplier_accepted_stays_accepted_in_the_ratio_when_it_is_given_up(desk: Desk) -> None:
    note, claims = sent(desk)
    answer(desk, note, claims)
    pay(desk, note, "44.00")
    note.refresh_from_db()
    before = figures_of(note)

    note = chargebacks.give_up_unpaid(note, reason=WHY, actor=desk.approver)

    after = figures_of(note)
    assert (after.accepted, after.given_up, after.outstanding) == (before.accepted, Decimal("100.00"), Decimal(0))
    (counted,) = note_figures(note.period.replace(day=30))
    assert counted == after
    picture = recovery_picture(note.period.replace(day=30))
    assert (picture.figures.acceptance_ratio, picture.figures.given_up) == (Decimal("100.00"), Decimal("100.00"))
    page = as_user(desk.finance).get("/warranty/recovery/figures/").content.decode()
    assert "100.00" in page
