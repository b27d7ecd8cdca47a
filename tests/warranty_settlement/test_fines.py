"""Fines: proposed and approved by two persons, debited on the month's statement, disputed, taken back by a counter-item."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from portal.core import jobs
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models import Notification
from portal.core.parameters import set_parameter
from portal.core.states import TransitionNotAllowed
from tests.api.calls import Program
from tests.conftest import as_user
from tests.corpus.bodies import picture
from tests.desks import Desk
from tests.factories.fines import WHAT, make_approved, make_fine
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_station
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import fines, review, settlement
from warranty import settlement_posting as posting
from warranty.four_eyes import TextTooShort
from warranty.models import ReasonCode, SettlementItem, Statement, StationFine
from warranty.reasons import ReasonDoesNotFit
from warranty.settlement_checks import CHECKS, fines_off
from warranty.settlement_documents import english_texts
from warranty.settlement_queries import names_in_language, worded

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
WHY = "申诉材料证明收费有据，予以撤销"


def items(fine: StationFine) -> list[tuple[str, Decimal, date]]:
    found = SettlementItem.objects.filter(source=fine.number).order_by("pk")
    return list(found.values_list("kind", "amount", "period"))


def built(desk: Desk, period: date) -> Statement:
    return settlement.build_statement(desk.station, period, actor=desk.finance)


def broken() -> list[str]:
    return [said for check in CHECKS.values() for said in check()]


def test_an_approved_fine_is_a_debit_of_its_month_that_the_station_reads(desk: Desk, june: Any) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    fine = make_fine(station=desk.station)
    assert items(fine) == []
    assert not StationFine.objects.visible_to(desk.owner).exists()

    june("2025-06-30 23:59:59")
    fines.approve_fine(fine, actor=desk.approver, answer="情况属实")
    jobs.drain()

    assert items(fine) == [("fine", Decimal("-500.00"), JUNE)]
    assert list(StationFine.objects.visible_to(desk.owner)) == [fine]
    told = Notification.objects.get(user=desk.owner, kind="stationfine.approved")
    assert told.url == fine.get_absolute_url()
    page = as_user(desk.owner).get(fine.get_absolute_url()).content.decode()
    assert WHAT in page
    assert "处罚〔2025〕12 号" in page
    assert "情况属实" in page
    june("2025-07-05 09:00:00")
    line = built(desk, JUNE).lines.get(kind="fine")
    assert (line.amount, line.other_amount, line.tax_rate) == (-500, -500, Decimal("0.06"))
    assert (line.text, line.reason) == ("违规向用户收费 / 处罚〔2025〕12 号", "FINE_OVERCHARGED")
    assert broken() == []


def test_the_list_is_filtered_by_reasons_for_fines_only(desk: Desk) -> None:
    fine = make_approved(station=desk.station)
    other = ReasonCode.objects.exclude(uses__overlap=["fine"])[0]
    browser = as_user(desk.finance)

    page = browser.get("/warranty/fines/").content.decode()

    assert f'<option value="{fine.reason_code_id}">' in page
    assert f'<option value="{other.pk}">' not in page
    assert fine.number in browser.get(f"/warranty/fines/?reason_code={fine.reason_code_id}").content.decode()


def test_nobody_decides_or_takes_back_a_fine_they_proposed(desk: Desk) -> None:
    fine = make_fine(station=desk.station, actor=desk.finance)

    for act in (fines.approve_fine, fines.refuse_fine):
        with pytest.raises(fines.OwnFine):
            act(fine, actor=desk.finance, answer="同意处罚")
    fines.approve_fine(fine, actor=desk.approver)
    with pytest.raises(fines.OwnFine):
        fines.take_back_fine(fine, reason=WHY, actor=desk.finance)

    assert as_user(desk.finance).get(f"/warranty/fines/{fine.pk}/take-back/").status_code == 403


@pytest.mark.parametrize("amount", ["0", "0.004", "-1", "10000.01"])
def test_an_amount_outside_the_limit_is_refused(desk: Desk, amount: str) -> None:
    with pytest.raises(fines.FineTooHigh) as refused:
        make_fine(station=desk.station, amount=amount)

    assert refused.value.field == "amount"
    assert make_fine(station=desk.station, amount="10000.00").amount == 10_000


def test_a_reason_for_something_else_a_short_text_or_a_foreign_claim_is_refused(desk: Desk) -> None:
    for wrong, refusal in (
        ({"reason_code": "NO_INVOICE"}, ReasonDoesNotFit),
        ({"reason": "罚"}, TextTooShort),
        ({"claim": make_granted_claim(make_station())}, fines.ClaimOfAnother),
    ):
        with pytest.raises(refusal):
            make_fine(station=desk.station, **wrong)

    assert not StationFine.objects.exists()


def test_a_withdrawn_or_refused_proposal_costs_nothing(desk: Desk) -> None:
    withdrawn, refused = make_fine(station=desk.station), make_fine(station=desk.station)

    fines.withdraw_fine(withdrawn, reason="金额有误", actor=withdrawn.proposed_by)
    fines.refuse_fine(refused, answer="证据不足", actor=desk.approver)

    assert not SettlementItem.objects.exists()
    assert not StationFine.objects.visible_to(desk.owner).exists()
    for fine in (withdrawn, refused):
        with pytest.raises(TransitionNotAllowed):
            fines.approve_fine(fine, actor=desk.approver)
    assert broken() == []


def test_a_fine_taken_back_after_its_month_is_credited_with_the_tax_it_was_debited_with(desk: Desk, june: Any) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part, part_amount="3300.00"))
    fine = make_approved(station=desk.station)
    june("2025-07-05 09:00:00")
    issued = settlement.issue_statement(built(desk, JUNE), actor=desk.finance)
    set_parameter("warranty.tax_general_claim_percent", Decimal(9), actor=None)
    june("2025-07-06 09:00:00")

    fines.take_back_fine(fine, reason=WHY, actor=desk.approver)

    assert items(fine) == [("fine", Decimal("-500.00"), JUNE), ("fine_credit", Decimal("500.00"), JULY)]
    rates = SettlementItem.objects.filter(source=fine.number).values_list("tax_rate", flat=True)
    assert set(rates) == {Decimal("0.06")}
    issued.refresh_from_db()
    assert issued.lines.get(kind="fine").amount == -500
    june("2025-08-05 09:00:00")
    assert built(desk, JULY).net == 500
    with pytest.raises(TransitionNotAllowed):
        fines.take_back_fine(fine, reason=WHY, actor=desk.approver)
    assert broken() == []


def test_a_station_disputes_a_fine_like_any_line(desk: Desk, june: Any) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    fine = make_approved(station=desk.station)
    june("2025-07-05 09:00:00")
    issued = settlement.issue_statement(built(desk, JUNE), actor=desk.finance)
    line = issued.lines.get(kind="fine")

    revision = settlement.dispute_lines(issued, reasons={line.pk: "收费有用户签字的报价单"}, actor=desk.owner)

    assert not revision.lines.filter(kind="fine").exists()
    assert items(fine) == [("fine", Decimal("-500.00"), JULY)]
    assert broken() == []


def test_the_reversal_of_its_claim_leaves_the_fine_to_those_who_decide_fines(desk: Desk) -> None:
    claim = make_granted_claim(desk.station, part=desk.part)
    jobs.drain()
    fine = make_approved(station=desk.station, claim=claim, reason_code="FINE_FALSE_CLAIM")

    review.reverse_claim(claim, reason="抽查发现维修未实际发生", actor=desk.approver)
    jobs.drain()

    assert items(fine) == [("fine", Decimal("-500.00"), JUNE)]
    assert broken() == []


def test_paper_and_twin_name_the_fine_in_both_languages(desk: Desk, june: Any, tmp_path: Path) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    fine = make_approved(station=desk.station)
    june("2025-07-05 09:00:00")
    issued = settlement.issue_statement(built(desk, JUNE), actor=desk.finance)
    line = issued.lines.get(kind="fine")

    paper = squeezed(text_of(pdf_bytes(documents_of(issued, "statement").get()), tmp_path))
    twin = as_user(desk.owner).get(f"/warranty/statements/{issued.pk}/statement.csv").content.decode("utf-8-sig")

    assert squeezed("违规向用户收费 / 处罚〔2025〕12 号") in paper or "违规向用户收费/处罚" in paper
    assert "罚款" in paper
    assert [row[9] for row in csv.reader(io.StringIO(twin)) if row[2] == fine.number] == ["-500.00"]
    assert english_texts(issued)[line.pk] == "Customer charged what is not owed / 处罚〔2025〕12 号"
    with translation.override("en"):
        assert worded(line.text, names_in_language([line])) == english_texts(issued)[line.pk]


def test_the_pages_propose_and_approve(desk: Desk) -> None:
    finance, approver = as_user(desk.finance), as_user(desk.approver)
    claim = make_granted_claim(desk.station, part=desk.part)
    said = {
        "claim": claim.number, "reason_code": "FINE_CONDUCT", "amount": "300", "reason": WHAT,
        "document_number": "F-9", "document": picture(),
    }  # fmt: skip

    answer = finance.post("/warranty/fines/new/", said)

    fine = StationFine.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, fine.get_absolute_url())
    assert (fine.station, fine.claim, fine.amount) == (desk.station, claim, 300)
    assert fines.documents_of(fine).count() == 1
    assert fine.number in approver.get("/").content.decode()
    assert approver.post(f"/warranty/fines/{fine.pk}/approve/", {"answer": ""}).status_code == 302
    fine.refresh_from_db()
    assert (fine.status, fine.decided_by) == ("approved", desk.approver)


def test_programs_propose_decide_and_take_back(desk: Desk) -> None:
    finance, approver = Program(desk.finance), Program(desk.approver)
    body = {
        "station": desk.station.code, "reason_code": "FINE_LATE", "amount": "200.00", "reason": WHAT,
        "document_number": "F-10", "document": picture(),
    }  # fmt: skip

    made = finance.send("fines/", body)

    assert made.status_code == 201, made.content
    address = f"fines/{made.json()['id']}/"
    assert finance.post(f"{address}approve/", {"answer": ""}).status_code == 403
    assert approver.post(f"{address}approve/", {"answer": ""}).json()["status"] == "approved"
    assert approver.post(f"{address}take-back/", {"reason": WHY}).json()["status"] == "taken_back"
    assert sorted(SettlementItem.objects.values_list("amount", flat=True)) == [-200, 200]


def test_the_books_tell_a_fine_that_nobody_approved(desk: Desk, june: Any) -> None:
    at = june("2025-06-02 09:00:00")
    posting.post_item(desk.station, kind="fine", source="FN-X", at=at, amounts={"other": Decimal(-9)})
    make_approved(station=desk.station)

    assert len(list(fines_off())) == 1
