"""A supplier gives money, its own credit note or a set-off; what a credit note of ours left owed to it goes back, once."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from parts.models import GoodsReceipt, Supplier
from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.models.notifications import MailOutbox, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.parts import make_location
from tests.factories.settlement import change_agreement
from tests.warranty_settlement.test_dispute_rounds import is_whole
from tests.warranty_settlement.test_disputes import NOTE, answered
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import chargebacks
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback, RecoveryEntry, SupplierRepayment
from warranty.recovery_checks import repayments_off, supplier_balances_off
from warranty.settlement_queries import recovery_picture
from warranty.supplier_statements import EntryKind, Open, supplier_period


def give(desk: Desk, note: Chargeback, amount: str, reference: str, kind: str = "cash") -> RecoveryEntry:
    return chargebacks.record_supplier_payment(
        note, amount=Decimal(amount), bank_reference=reference, kind=kind, actor=desk.finance
    )


def came_in(desk: Desk, *numbers: str, **kw: Any) -> None:
    """Goods of the supplier were received under these numbers."""
    for number in numbers:
        given = {"supplier": desk.supplier, "location": make_location(), "received_at": clock.now()}
        GoodsReceipt.objects.create(number=number, **given | kw)


def overpaid(desk: Desk) -> Chargeback:
    """144.00 accepted and paid; then the claim is reversed and all of it is owed back."""
    note = answered(desk, "1")
    give(desk, note, "144.00", "B-1")
    release_claim(note.lines.earliest("position").case.claim, actor=desk.approver)
    return Chargeback.objects.get(pk=note.pk)


def balanced(desk: Desk) -> Open:
    found = adds_up(desk.supplier)
    assert list(supplier_balances_off()) == list(repayments_off()) == []
    return found


def code_of(act: Any) -> str:
    with pytest.raises(Refusal) as refused, transaction.atomic():
        act()
    return refused.value.code


def test_cash_credit_note_and_set_off_count_alike(desk: Desk) -> None:
    change_agreement(desk.agreement, offset_right=True)
    note = answered(desk, "1")
    came_in(desk, "FP-000815")

    give(desk, note, "44.00", "B-1")
    give(desk, note, "60.00", "GZ-2025-7", "credit")
    give(desk, note, "40.00", "FP-000815", "offset")

    note.refresh_from_db()
    assert (note.recovered, note.status) == (Decimal("144.00"), "settled")
    assert recovery_picture(clock.today()).figures.recovery_ratio == Decimal("100.00")
    sums = dict(supplier_period(desk.supplier, first=clock.today(), last=clock.today()).sums())
    assert [sums[kind] for kind in (EntryKind.PAID, EntryKind.SUPPLIERS_CREDIT, EntryKind.SET_OFF)] == [
        Decimal("-44.00"), Decimal("-60.00"), Decimal("-40.00")
    ]  # fmt: skip
    assert balanced(desk).total == 0


def test_a_suppliers_credit_note_counts_once_for_all_its_notes(desk: Desk) -> None:
    first, second = answered(desk, "1"), answered(desk, "1")
    give(desk, first, "60.00", "GZ-2025-7", "credit")

    assert code_of(lambda: give(desk, second, "60.00", "GZ-2025-7", "credit")) == "credit_note_used"
    with pytest.raises(IntegrityError, match="credit_note_of_a_supplier_counts_once"), transaction.atomic():
        RecoveryEntry.objects.create(
            chargeback=second, kind="credit", source="GZ-2025-7", amount=1, received_on=clock.today(), at=clock.now()
        )
    give(desk, second, "60.00", "GZ-2025-7", "cash")
    assert RecoveryEntry.objects.filter(supplier=desk.supplier).count() == 2
    balanced(desk)


def test_set_off_needs_the_right_and_stays_within_what_was_accepted(desk: Desk) -> None:
    note = answered(desk, "0.5")

    assert code_of(lambda: give(desk, note, "10.00", "FP-1", "offset")) == "no_offset_right"
    with pytest.raises(IntegrityError, match="set off"), transaction.atomic():
        RecoveryEntry.objects.create(
            chargeback=note, kind="offset", source="FP-1", amount=10, received_on=clock.today(), at=clock.now()
        )
    change_agreement(desk.agreement, offset_right=True)
    note = answered(desk, "0.5")
    assert chargebacks.offset_limit(note) == Decimal("72.00")
    came_in(desk, "FP-1", "FP-2")
    give(desk, note, "50.00", "FP-1", "offset")
    assert chargebacks.offset_limit(note) == Decimal("22.00")
    assert code_of(lambda: give(desk, note, "22.01", "FP-2", "offset")) == "payment_out_of_bounds"
    give(desk, note, "-50.00", "FP-1 storno", "offset")
    assert chargebacks.offset_limit(note) == Decimal("72.00")
    is_whole(note)


def test_what_is_owed_back_stands_in_the_account_until_it_is_paid(desk: Desk) -> None:
    note = overpaid(desk)
    (owed,) = chargebacks.owed_back(desk.supplier)
    assert (owed.open, balanced(desk).total) == (Decimal("144.00"), Decimal("-144.00"))

    def repay(amount: str, reference: str) -> SupplierRepayment:
        return chargebacks.repay_supplier(
            note, credit_note=owed.credit_note, amount=Decimal(amount), bank_reference=reference, actor=desk.finance
        )

    repay("100.00", "ICBC-9")
    assert repay("100.00", "ICBC-9") == repay("100.00", "ICBC-9")
    assert code_of(lambda: repay("44.00", "ICBC-9")) == "reference_used"
    assert balanced(desk) == Open(Decimal(0), Decimal(0), Decimal(0), Decimal("44.00"))
    assert code_of(lambda: repay("44.01", "ICBC-10")) == "repayment_out_of_bounds"
    with pytest.raises(IntegrityError, match="repaid more"), transaction.atomic():
        SupplierRepayment.objects.create(
            entry=owed.entry, source="X", amount=Decimal("44.01"), paid_on=clock.today(), at=clock.now()
        )
    repay("44.00", "ICBC-10")
    assert (balanced(desk).total, chargebacks.owed_back(desk.supplier)) == (Decimal(0), [])


def test_what_is_owed_back_is_set_off_against_another_note(desk: Desk) -> None:
    change_agreement(desk.agreement, offset_right=True)
    overpaid(desk)
    (owed,) = chargebacks.owed_back(desk.supplier)
    other, third = answered(desk, "1"), answered(desk, "0.25")
    before = balanced(desk).total

    give(desk, other, "140.00", owed.credit_note, "offset")

    assert balanced(desk).total == before  # he owes less, and we owe him less
    assert chargebacks.owed_back(desk.supplier)[0].open == Decimal("4.00")
    assert code_of(lambda: give(desk, third, "5.00", owed.credit_note, "offset")) == "offset_out_of_bounds"
    give(desk, third, "4.00", owed.credit_note, "offset")
    assert chargebacks.owed_back(desk.supplier) == []
    balanced(desk)


def test_a_set_off_names_what_we_owe_this_supplier(desk: Desk) -> None:
    change_agreement(desk.agreement, offset_right=True)
    note = answered(desk, "1")
    came_in(desk, "GR-OF-ANOTHER", supplier=Supplier.objects.create(code="SZ", name="温州电源厂"))

    for number in ("随便写的单号", "GR-OF-ANOTHER"):
        with pytest.raises(chargebacks.PayableUnknown) as refused, transaction.atomic():
            give(desk, note, "10.00", number, "offset")
        assert refused.value.field == "bank_reference"
        assert f"填写的是“{number}”" in str(refused.value)

    page = as_user(desk.finance).get(f"/supplier/chargebacks/{note.pk}/pay/").content.decode()
    assert "还应收 ¥144.00" in page


def test_the_supplier_is_told_of_a_credit_note_and_of_what_is_owed_back(desk: Desk) -> None:
    type(desk.supplier).objects.update(email="claims@example.com")

    note = overpaid(desk)
    jobs.drain()

    (owed,) = chargebacks.owed_back(desk.supplier)
    told = Notification.objects.get(user=desk.supplier_user, kind="chargeback.credited")
    assert told.text == f"{note.number} 已冲减 ¥144.00（贷项通知单 {owed.credit_note}），其中 ¥144.00 应退还贵司"
    mail = MailOutbox.objects.get(key__startswith=f"credit:{owed.credit_note}:")
    assert "贵司已付的 ¥144.00 应退还贵司。" in mail.body
    assert mail.document is not None
    assert mail.document.number == owed.credit_note


def test_the_supplier_is_told_once_of_lines_decided_in_its_favor(desk: Desk) -> None:
    type(desk.supplier).objects.update(email="claims@example.com")
    note = answered(desk)

    chargebacks.decide_disputes(
        note, lines=[line.pk for line in note.lines.all()], outcome="written_off", reason=NOTE, actor=desk.approver
    )
    jobs.drain()

    told = Notification.objects.get(user=desk.supplier_user, kind="chargeback.dispute_resolved")
    assert told.text == f"贵司对 {note.number} 中 2 行提出的异议成立，无需支付 ¥144.00"
    assert NOTE not in MailOutbox.objects.get(key__startswith="favor:").body


def test_finance_enters_both_on_the_note(desk: Desk) -> None:
    note = answered(desk, "1")
    client, page = as_user(desk.finance), f"/supplier/chargebacks/{note.pk}/"
    values = {"kind": "credit", "amount": "144.00", "bank_reference": "GZ-1", "received_on": "2025-06-01"}
    assert 'value="offset"' not in client.get(f"{page}pay/").content.decode()

    assert client.post(f"{page}pay/", values).status_code == 302
    release_claim(note.lines.earliest("position").case.claim, actor=desk.approver)
    shown = client.get(page).content.decode()
    number = chargebacks.owed_back(desk.supplier)[0].credit_note
    paid = {"credit_note": number, "amount": "144.00", "bank_reference": "ICBC-1", "paid_on": "2025-06-01"}
    sent = client.post(f"{page}repay/", paid)

    assert "供应商贷项通知单" in shown
    assert f"{page}repay/" in shown
    assert sent.status_code == 302
    assert balanced(desk).total == Decimal(0)
    assert f"{page}repay/" not in as_user(desk.supplier_user).get(page).content.decode()


def test_another_amount_under_a_reference_of_the_note_is_refused_and_the_same_changes_nothing(desk: Desk) -> None:
    note = answered(desk, "1")
    first = give(desk, note, "44.00", "B-1")

    assert give(desk, note, "44.00", "B-1") == first
    assert code_of(lambda: give(desk, note, "60.00", "B-1")) == "reference_used"
    assert code_of(lambda: give(desk, note, "44.00", "B-1", "credit")) == "reference_used"

    note.refresh_from_db()
    assert note.recovered == Decimal("44.00")


def test_the_note_says_all_that_waits_and_counts_no_promise_as_paid_back(desk: Desk) -> None:
    note = answered(desk, "0.5")
    part, labor = note.lines.order_by("position")
    chargebacks.deny_dispute(part, answer=NOTE, actor=desk.approver)

    finance = as_user(desk.finance).get(note.get_absolute_url()).content.decode()
    supplier = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()

    for words in ("1 行异议已驳回", "还有 ¥72.00 待收。", f"另有 ¥{labor.disputed} 存在异议。"):
        assert words in finance
    for words in ("还有 ¥72.00 待付。", f"贵司对 ¥{labor.disputed} 提出的异议正由我方处理。"):
        assert words in supplier

    gone = overpaid(desk)
    page = as_user(desk.finance).get(gone.get_absolute_url()).content.decode()
    assert "尚有 ¥144.00 应退还供应商。" in page
    assert "其中 ¥144.00 应退还" in page
    assert "¥144.00 已冲减" in page
    assert '<span class="t-bad">' not in page
    assert "我方应退还贵司 ¥144.00。" in as_user(desk.supplier_user).get(gone.get_absolute_url()).content.decode()
