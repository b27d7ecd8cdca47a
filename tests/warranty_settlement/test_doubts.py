"""A further test clears the supplier of what it had accepted: finance credits it, or keeps the charge with a reason."""

from decimal import Decimal

import pytest

from portal.core.documents import documents_of
from portal.core.models import Event, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.test_dispute_rounds import is_whole
from tests.warranty_settlement.test_disputes import NOTE, sent_note
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import chargebacks, settlement
from warranty.chargebacks import LineAnswer
from warranty.four_eyes import TextTooShort
from warranty.models import Chargeback, ChargebackLine, DisputeEntry
from warranty.recovery_jobs import tell_doubt

FOUND = "焊盘受热变形，为更换时操作不当"


def cleared(desk: Desk, verdict: str = "workmanship", *, paid: str = "") -> Chargeback:
    """Of 96.00 for the part 50.00 is accepted, and 48.00 for labor; then the part is tested again."""
    note = sent_note(desk)
    answers = {
        line.pk: LineAnswer(Decimal("50.00"), NOTE) if line.kind == "part" else LineAnswer(line.claimed)
        for line in note.lines.all()
    }
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    if paid:
        chargebacks.record_supplier_payment(note, amount=Decimal(paid), bank_reference="B-1", actor=desk.finance)
    (test,) = chargebacks.ask_further_test(note.lines.get(kind="part"), reason=NOTE, actor=desk.approver)
    chargebacks.judge_again(test, verdict=verdict, findings=FOUND, actor=desk.second)
    note.refresh_from_db()
    return note


def reroutes(desk: Desk, note: Chargeback) -> list[Decimal]:
    """What the station bears on its next statement."""
    rows = settlement.preview(desk.station, note.period).lines
    return sorted(row.amount for row in rows if row.kind == "reroute")


def stands(desk: Desk, note: Chargeback) -> None:
    is_whole(note)
    adds_up(desk.supplier)


def test_what_was_accepted_waits_for_a_decision_and_finance_is_told(desk: Desk) -> None:
    note = cleared(desk)

    assert [line.position for line in ChargebackLine.objects.in_doubt().order_by("position")] == [1, 2]
    assert (note.accepted, reroutes(desk, note)) == (Decimal("98.00"), [Decimal("-46.00")])
    told = Event.objects.get(kind="chargeback.doubted", subject_id=note.pk)
    assert told.data == {"positions": [1, 2], "amount": "98.00"}
    page, todo = as_user(desk.approver).get(note.get_absolute_url()).content.decode(), "/doubt/"
    assert "¥98.00" in page
    assert todo in page
    assert todo in as_user(desk.approver).get("/").content.decode()
    assert note.number in as_user(desk.finance).get("/supplier/chargebacks/?waits=doubt").content.decode()
    theirs = as_user(desk.supplier_user)
    assert todo not in theirs.get(note.get_absolute_url()).content.decode()
    assert theirs.get("/supplier/chargebacks/?waits=doubt").status_code == 400


def test_finance_has_a_message(desk: Desk) -> None:
    note = cleared(desk)
    tell_doubt(Event.objects.get(kind="chargeback.doubted", subject_id=note.pk))

    assert Notification.objects.filter(user=desk.finance, kind="chargeback.doubted").exists()


@pytest.mark.parametrize("paid", ["", "98.00"])
@pytest.mark.parametrize(("verdict", "borne"), [("workmanship", ["-50.00", "-48.00", "-46.00"]), ("design", [])])
def test_the_supplier_is_credited_and_a_station_at_fault_bears_it(
    desk: Desk, verdict: str, borne: list[str], paid: str
) -> None:
    note = cleared(desk, verdict, paid=paid)

    chargebacks.decide_doubt(note.lines.get(kind="labor"), outcome="credit", reason=NOTE, actor=desk.approver)

    note.refresh_from_db()
    assert (note.accepted, note.status, note.recovered) == (Decimal(0), "settled", Decimal(0))
    assert documents_of(note, "credit_note").get().facts["reason"] == "cleared"
    assert reroutes(desk, note) == [Decimal(text) for text in borne]
    assert not ChargebackLine.objects.in_doubt().exists()
    assert [each.open for each in chargebacks.owed_back(desk.supplier)] == ([Decimal(paid)] if paid else [])
    stands(desk, note)
    page = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    assert "复检" in page
    assert FOUND in page


def test_the_charge_is_kept_with_a_reason_that_the_supplier_does_not_read(desk: Desk) -> None:
    note, why = cleared(desk), "供应商另行书面确认承担该费用"

    chargebacks.decide_doubt(note.lines.get(kind="part"), outcome="keep", reason=why, actor=desk.approver)

    note.refresh_from_db()
    assert (note.accepted, note.status) == (Decimal("98.00"), "part_accepted")
    assert not ChargebackLine.objects.in_doubt().exists()
    assert DisputeEntry.objects.filter(act="kept", text=why).count() == 2
    assert why not in as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    stands(desk, note)
    with pytest.raises(chargebacks.NothingInDoubt):
        chargebacks.decide_doubt(note.lines.get(kind="part"), outcome="credit", reason=why, actor=desk.approver)


def test_another_than_who_made_the_note_decides_with_words(desk: Desk) -> None:
    line = cleared(desk).lines.get(kind="part")

    with pytest.raises(chargebacks.OwnNote):
        chargebacks.decide_doubt(line, outcome="credit", reason=NOTE, actor=desk.finance)
    with pytest.raises(TextTooShort):
        chargebacks.decide_doubt(line, outcome="credit", reason="贷记", actor=desk.approver)
    with pytest.raises(chargebacks.UnknownOutcome):
        chargebacks.decide_doubt(line, outcome="later", reason=NOTE, actor=desk.approver)


def test_a_test_that_finds_the_supplier_at_fault_leaves_no_doubt(desk: Desk) -> None:
    cleared(desk, "supplier_defect")

    assert not ChargebackLine.objects.in_doubt().exists()


def test_the_decision_is_taken_on_its_page(desk: Desk) -> None:
    note = cleared(desk)
    client, page = as_user(desk.approver), f"/supplier/chargebacks/lines/{note.lines.get(kind='part').pk}/doubt/"

    shown = client.get(page).content.decode()
    assert "¥98.00" in shown
    assert client.post(page, {"outcome": "credit", "reason": NOTE}).status_code == 302

    note.refresh_from_db()
    assert note.status == "settled"


def test_a_note_says_what_waits_for_the_bench(desk: Desk) -> None:
    note = sent_note(desk)
    answers = {line.pk: LineAnswer(Decimal(0), NOTE) for line in note.lines.all()}
    chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    chargebacks.ask_further_test(note.lines.get(kind="part"), reason=NOTE, actor=desk.approver)

    for reader in (desk.approver, desk.supplier_user):
        assert "1 个有异议的行" in as_user(reader).get(note.get_absolute_url()).content.decode()
