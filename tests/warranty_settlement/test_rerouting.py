"""A disputed charge goes to another supplier in one step: the first is credited, the second has a case, nobody pays twice."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from parts.models import Supplier
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement
from tests.factories.stations import make_user
from tests.warranty_settlement.paper import squeezed, text_of
from tests.warranty_settlement.test_dispute_rounds import first, is_whole
from tests.warranty_settlement.test_disputes import NOTE, answered
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import appraisal, chargebacks, costs, settlement_posting
from warranty.chargebacks_reversal import release_claim
from warranty.failed_parts import onward
from warranty.models import Chargeback, ChargebackLine, FailedPart, RecoveryCase, RecoveryEntry
from warranty.recovery_keeping import KeptTooLong
from warranty.recovery_rerouting import ClockEnded, NoCandidate
from warranty.settlement_checks import chargebacks_off, labor_on_no_note
from warranty.settlement_queries import recovery_picture


def disputed(desk: Desk, share: str = "0") -> Chargeback:
    """The note of the first supplier is answered; afterwards a second one turns out to deliver the part as well."""
    return answered(desk, share)


@pytest.fixture
def other(desk: Desk) -> Supplier:
    """Who is only found to deliver the part when the first supplier says that it is not his."""
    return Supplier.objects.create(code="SZ", name="温州电源厂")


def agree(desk: Desk, other: Supplier, **kw: Any) -> None:
    make_agreement(other, desk.part, contract_price="100.00", part_share=100, labor_share=0, **kw)


def reroute(desk: Desk, note: Chargeback, other: Supplier, **kw: Any) -> RecoveryCase:
    return chargebacks.reroute_dispute(first(note), supplier=other, reason=NOTE, actor=desk.approver, **kw)


def never_twice() -> None:
    """A claim line stands uncredited on at most one note, whoever is asked."""
    rows = ChargebackLine.objects.charging().filter(claim_line__isnull=False)
    keys = list(rows.values_list("claim_line", flat=True))
    assert len(keys) == len(set(keys))


def test_one_step_credits_the_first_and_opens_the_second(desk: Desk, other: Supplier, tmp_path: Path) -> None:
    note = disputed(desk)
    old = first(note).case
    agree(desk, other, notice_days=40)

    case = reroute(desk, note, other)

    assert (case.status, case.supplier, case.rerouted_from) == ("open", other, old)
    assert case.last_day == date(2025, 7, 11)  # 40 days from the appraisal on 1 June, by the second one's agreement
    assert case.expected == Decimal("100.00")
    old.refresh_from_db()
    assert (old.status, old.expected) == ("closed", Decimal("0.00"))
    note.refresh_from_db()
    assert (note.status, note.accepted, note.disputed) == ("settled", Decimal("0.00"), Decimal("144.00"))
    paper = squeezed(text_of(pdf_bytes(documents_of(note, "credit_note").get()), tmp_path))
    assert "144.00" in paper
    assert "该配件由其他供应商负责" in paper
    assert other.name not in paper
    is_whole(note)
    assert recovery_picture(clock.today()).filed == Decimal(0)


def test_the_second_is_charged_by_the_next_note_and_nobody_twice(desk: Desk, other: Supplier) -> None:
    note = disputed(desk)
    agree(desk, other)
    reroute(desk, note, other)

    second = chargebacks.batch_chargebacks(other, actor=desk.finance)

    assert second.claimed == Decimal("100.00")
    never_twice()
    assert adds_up(desk.supplier).total == Decimal(0)
    assert list(chargebacks_off()) == list(labor_on_no_note()) == []
    with pytest.raises(chargebacks.NothingToCharge):
        chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    twin = ChargebackLine.objects.get(chargeback=second)
    twin.pk, twin.position = None, 9
    with pytest.raises(IntegrityError, match="charged_at_most_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_what_was_paid_for_it_is_owed_back(desk: Desk, other: Supplier) -> None:
    note = disputed(desk, "0.5")
    chargebacks.record_supplier_payment(note, amount=Decimal("72.00"), bank_reference="B-1", actor=desk.finance)
    agree(desk, other)

    reroute(desk, note, other)

    note.refresh_from_db()
    assert (note.status, note.recovered) == ("settled", Decimal("0.00"))
    assert RecoveryEntry.objects.filter(chargeback=note).aggregate(sum=Sum("amount"))["sum"] == 0
    is_whole(note)


def test_only_who_delivers_the_part_by_agreement_and_was_not_asked_comes_into_question(
    desk: Desk, other: Supplier
) -> None:
    note = disputed(desk)

    for supplier in (other, desk.supplier):
        with pytest.raises(NoCandidate):
            reroute(desk, note, supplier)
    client = as_user(desk.approver)
    page = f"/supplier/chargebacks/lines/{first(note).pk}/another/"
    assert "没有其他有协议的供应商供应该配件" in client.get(page).content.decode()


def test_a_third_is_asked_after_the_second_but_the_first_never_again(desk: Desk, other: Supplier) -> None:
    note = disputed(desk)
    agree(desk, other)
    reroute(desk, note, other)
    second = chargebacks.batch_chargebacks(other, actor=desk.finance)
    second = chargebacks.send_chargeback(second, actor=desk.finance)
    answers = {line.pk: chargebacks.LineAnswer(Decimal(0), NOTE) for line in second.lines.all()}
    second = chargebacks.answer_chargeback(second, answers=answers, actor=desk.supplier_user)
    third = Supplier.objects.create(code="SW", name="台州电源厂")

    with pytest.raises(NoCandidate):
        reroute(desk, second, desk.supplier)
    agree(desk, third)
    case = reroute(desk, second, third)

    assert case.number.endswith("-S3")
    chargebacks.batch_chargebacks(third, actor=desk.finance)
    never_twice()


@pytest.mark.parametrize(("until", "refused"), [(None, ClockEnded), ("2025-06-30", KeptTooLong), ("2025-09-30", None)])
def test_an_ended_clock_needs_a_new_day(desk: Desk, other: Supplier, june: Any, until: Any, refused: Any) -> None:
    note = disputed(desk)
    agree(desk, other, notice_days=30)
    june("2025-07-02 09:00:00")  # the day after its last one
    day = date.fromisoformat(until) if until else None

    if refused:
        with pytest.raises(refused):
            reroute(desk, note, other, until=day)
        is_whole(note)
    else:
        assert reroute(desk, note, other, until=day).last_day == day


def test_only_an_approver_sets_the_new_day(desk: Desk, other: Supplier, june: Any) -> None:
    note = disputed(desk)
    agree(desk, other, notice_days=30)
    june("2025-07-02 09:00:00")
    page = f"/supplier/chargebacks/lines/{first(note).pk}/another/"
    values = {"supplier": other.pk, "reason": NOTE, "until": "2025-09-30"}

    assert as_user(make_user(Role.REVIEWER)).post(page, values).status_code == 409
    sent = as_user(desk.approver).post(page, values)

    assert sent.status_code == 302
    assert RecoveryCase.objects.get(supplier=other).kept_until == date(2025, 9, 30)


def test_the_reversed_claim_credits_nobody_a_second_time(desk: Desk, other: Supplier) -> None:
    note = disputed(desk)
    claim = first(note).case.claim
    agree(desk, other)
    case = reroute(desk, note, other)

    assert release_claim(claim, actor=None) == []

    case.refresh_from_db()
    assert case.status == "closed"
    is_whole(note)


def test_the_page_shows_what_goes_along_and_each_candidates_last_day(desk: Desk, other: Supplier) -> None:
    note = disputed(desk, "0.25")
    agree(desk, other, notice_days=40)
    client, page = as_user(desk.approver), f"/supplier/chargebacks/lines/{first(note).pk}/another/"

    shown = client.get(page).content.decode()

    assert "144.00" in shown
    assert "36.00" in shown
    assert "2025-07-11" in shown
    assert desk.supplier.name not in shown.split('name="supplier"')[1]


def test_the_old_part_and_its_cost_go_with_the_charge(desk: Desk, other: Supplier) -> None:
    note = disputed(desk)
    (piece,) = FailedPart.objects.filter(line=first(note).case.line_id)
    appraisal.dispose(piece, disposition="to_supplier", actor=desk.second)
    agree(desk, other)
    settlement_posting.credit_claim(piece.claim)
    reroute(desk, note, other)

    assert onward.receiver_of(piece) == ("supplier", other.pk)
    waiting = {each: onward.waiting_for(Supplier.objects.filter(pk=each.pk)).count() for each in (desk.supplier, other)}
    assert waiting == {desk.supplier: 0, other: 1}
    shares = {each.key for each in costs.breakdown(desk.finance, costs.Asked.usual(), "supplier").shares}
    assert shares & {str(desk.supplier.pk), str(other.pk)} == {str(other.pk)}


def test_the_dispute_leads_to_another_supplier_where_there_is_one(desk: Desk, other: Supplier) -> None:
    note = disputed(desk)
    agree(desk, other)

    page = as_user(desk.approver).get(f"/supplier/chargebacks/lines/{first(note).pk}/resolve/").content.decode()

    assert f"/supplier/chargebacks/lines/{first(note).pk}/another/" in page
