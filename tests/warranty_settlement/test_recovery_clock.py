"""The recovery clock of every approved part line: who answers, until when, what is lost and why, and who may reopen it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parts.models import GoodsReceipt, GoodsReceiptLine, PartSerial, Supplier
from portal.core import clock
from portal.core.models import Event, MailOutbox
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.parts import make_location
from tests.factories.settlement import (
    at,
    change_agreement,
    drop_agreements,
    make_agreement,
    make_granted_claim,
    make_old_part,
)
from warranty import appraisal, chargebacks, failed_parts, recovery, recovery_keeping
from warranty.four_eyes import TextTooShort
from warranty.models import ClaimLine, RecoveryCase
from warranty.recovery_checks import cases_without_clock, lines_without_case
from warranty.settlement_jobs import recovery_daily

WHY = "供应商书面同意延期受理，邮件已存档"


def other_supplier(desk: Desk, **terms: Any) -> Supplier:
    """A second supplier of the desk's part."""
    supplier = Supplier.objects.create(code="SY", name="杭州电子有限公司")
    make_agreement(supplier, desk.part, **terms)
    return supplier


def opened(desk: Desk, *, serial: str = "", part: Any = None, **claim: Any) -> RecoveryCase:
    """The case of a claim over one piece."""
    granted = make_granted_claim(desk.station, part=part or desk.part, qty=1, removed_serial=serial, **claim)
    (case,) = recovery.open_cases(granted)
    return case


def delivered(desk: Desk, supplier: Supplier, *, serial: str, on: str) -> PartSerial:
    """The piece came from the supplier on that day."""
    location = make_location()
    receipt = GoodsReceipt.objects.create(
        supplier=supplier, location=location, number=f"GR-{serial}", received_at=at(f"{on} 09:00:00")
    )
    line = GoodsReceiptLine.objects.create(receipt=receipt, part=desk.part, qty=1, unit_cost=100)
    return PartSerial.objects.create(receipt_line=line, part=desk.part, serial=serial)


def appraised(desk: Desk, case: RecoveryCase, verdict: str = "supplier_defect") -> RecoveryCase:
    for piece in failed_parts.request_returns(case.claim):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    return fresh(case)


def fresh(case: RecoveryCase) -> RecoveryCase:
    return RecoveryCase.objects.get(pk=case.pk)


# Who answers


def test_the_only_supplier_is_named_at_once(desk: Desk) -> None:
    case = opened(desk)

    assert (case.supplier, case.named_by, case.status) == (desk.supplier, "only", "waiting")
    assert (case.last_day, case.is_provisional) == (date(2025, 8, 15), True)  # 1 June + 15 + 60 days


def test_the_serial_number_decides_among_several(desk: Desk) -> None:
    other = other_supplier(desk)
    delivered(desk, other, serial="PW-77", on="2024-03-01")

    case = opened(desk, serial="PW-77")

    assert (case.supplier, case.named_by, case.received_on) == (other, "serial", date(2024, 3, 1))


def test_a_number_nobody_delivered_decides_nothing(desk: Desk) -> None:
    other_supplier(desk, notice_days=30)
    delivered(desk, desk.supplier, serial="PW-1", on="2024-03-01")

    case = opened(desk, serial="PW-2")

    assert (case.supplier, case.status) == (None, "unassigned")
    assert case.last_day == date(2025, 7, 16)  # the earlier of both: 1 June + 15 + 30 days
    assert case.expected == Decimal("144.00")


def test_who_delivered_the_piece_without_an_agreement_is_not_replaced_by_another(desk: Desk) -> None:
    stranger = Supplier.objects.create(code="SZ", name="苏州机电有限公司")
    delivered(desk, stranger, serial="PW-5", on="2024-03-01")

    assert opened(desk, serial="PW-5").status == "unassigned"


def test_a_part_that_nobody_delivers_waits_for_a_name_by_our_own_days(desk: Desk, june: Any) -> None:
    case = opened(desk, part=make_old_part())
    assert (case.status, case.last_day, case.expected) == ("unassigned", date(2025, 9, 14), 0)  # 1 June + 15 + 90 days
    june("2025-09-01 00:30:00")
    assert case in recovery_keeping.alarms_on(clock.today())
    june("2025-09-15 00:30:00")

    recovery_daily()

    assert fresh(case).lost_reason == "no_supplier"
    (leak,) = recovery_keeping.leakage(RecoveryCase.objects.all())
    assert (leak.reason, leak.cases, leak.amount, leak.paid) == ("no_supplier", 1, 0, Decimal("330.00"))


def test_who_agreed_to_pay_for_such_parts_comes_into_question_where_nobody_delivers_it(desk: Desk) -> None:
    part = make_old_part()
    make_agreement(desk.supplier, None, part_class=part.part_class, notice_days=30)

    case = opened(desk, part=part)

    assert (case.status, case.last_day) == ("unassigned", date(2025, 7, 16))
    assert case.expected == Decimal("312.00")  # 80 % of what was paid, as no price is agreed, and half of 96.00
    named = recovery.assign_supplier(case, desk.supplier, actor=desk.finance)
    assert (named.status, named.named_by) == ("waiting", "hand")


def test_a_case_of_a_line_that_somebody_else_pays_runs_no_longer(desk: Desk, june: Any) -> None:
    case = opened(desk)
    ClaimLine.objects.filter(pk=case.line_id).update(payer="extended")
    june("2025-06-02 00:30:00")

    recovery_daily()

    assert (fresh(case).status, fresh(case).close_reason) == ("closed", "该行不由厂家保修承担。")


def test_a_supplier_without_an_agreement_has_a_clock_by_our_own_days(desk: Desk) -> None:
    part = make_old_part()
    make_agreement(desk.supplier, part)
    drop_agreements(desk.supplier.agreements.filter(part=part))

    case = opened(desk, part=part)

    assert (case.status, case.last_day, case.expected) == ("unassigned", date(2025, 9, 14), 0)  # 1 June + 15 + 90 days


def test_only_who_comes_into_question_can_be_named(desk: Desk) -> None:
    other = other_supplier(desk, notice_days=30)
    stranger = Supplier.objects.create(code="SZ", name="苏州机电有限公司")
    case = opened(desk)
    client, address = as_user(desk.finance), f"/warranty/recovery/{case.pk}/supplier/"

    page = client.get(address).content.decode()
    assert "2025-07-16" in page
    assert "苏州机电" not in page
    assert client.post(address, {"supplier": stranger.pk}).status_code == 422
    assert client.post(address, {"supplier": other.pk}).status_code == 302
    assert (fresh(case).supplier, fresh(case).named_by, fresh(case).status) == (other, "hand", "waiting")


# The supplier's own warranty


@pytest.mark.parametrize(("failed", "status"), [("2026-02-28", "waiting"), ("2026-03-01", "closed")])
def test_months_from_receipt_end_on_their_day(desk: Desk, june: Any, failed: str, status: str) -> None:
    june("2026-03-05 12:00:00")
    change_agreement(desk.agreement, months_from_receipt=24)
    delivered(desk, desk.supplier, serial="PW-9", on="2024-03-01")
    day = date.fromisoformat(failed)

    assert opened(desk, serial="PW-9", failed_on=day, repaired_on=day).status == status


def test_the_earlier_end_of_receipt_and_sale_counts(desk: Desk) -> None:
    change_agreement(desk.agreement, months_from_receipt=48, months_from_sale=3)
    delivered(desk, desk.supplier, serial="PW-9", on="2024-03-01")

    assert opened(desk, serial="PW-9").status == "closed"  # sold on 10 January, failed on 20 May


# The clock


def test_the_appraisal_fixes_the_last_day_named_or_not(desk: Desk, june: Any) -> None:
    other_supplier(desk, notice_days=30)
    case = opened(desk)
    june("2025-06-10 09:00:00")

    case = appraised(desk, case)

    assert (case.status, case.last_day, case.is_provisional) == ("unassigned", date(2025, 7, 10), False)
    case = recovery.assign_supplier(case, desk.supplier, actor=desk.finance)
    assert (case.status, case.last_day, case.appraised_on) == ("open", date(2025, 8, 9), date(2025, 6, 10))


def test_an_unnamed_case_ends_with_a_verdict_against_others(desk: Desk) -> None:
    other_supplier(desk)

    assert appraised(desk, opened(desk), "workmanship").status == "closed"


@pytest.mark.parametrize(
    ("moment", "status"),
    [("2025-08-15 00:00:00", "waiting"), ("2025-08-15 23:59:59", "waiting"), ("2025-08-16 00:00:00", "lost")],
)
def test_the_last_day_counts_to_its_end(desk: Desk, june: Any, moment: str, status: str) -> None:
    case = opened(desk)
    june(moment)

    recovery_daily()

    assert fresh(case).status == status


def test_a_missed_night_changes_neither_the_day_nor_the_reason(desk: Desk, june: Any) -> None:
    case = opened(desk)
    june("2025-09-20 00:30:00")

    recovery_daily()

    case = fresh(case)
    assert (case.lost_on, case.lost_reason) == (date(2025, 8, 16), "no_part")


def test_what_is_lost_says_why(desk: Desk, june: Any) -> None:
    other_supplier(desk)
    part = make_old_part()
    make_agreement(desk.supplier, part)
    waiting, ready = opened(desk, part=part), appraised(desk, opened(desk, part=part))
    unnamed, gone = opened(desk), opened(desk, part=part)
    (arrived,) = failed_parts.request_returns(waiting.claim)
    failed_parts.receive_piece(arrived.number, actor=desk.warehouse)
    (piece,) = failed_parts.request_returns(gone.claim)
    failed_parts.lose_piece(piece, reason="站方遗失旧件，确认无法找回", actor=desk.approver)
    june("2025-12-01 00:30:00")

    recovery_daily()

    reasons = {case.number: fresh(case).lost_reason for case in (waiting, ready, unnamed, gone)}
    assert list(reasons.values()) == ["no_verdict", "late", "unnamed", "no_part"]
    leaks = recovery_keeping.leakage(RecoveryCase.objects.all())
    assert {leak.reason: leak.amount for leak in leaks} == dict.fromkeys(reasons.values(), Decimal("144.00"))
    page = as_user(desk.finance).get("/warranty/recovery/lost/").content.decode()
    assert "¥576.00" in page
    assert all(number in page for number in reasons)
    assert as_user(desk.finance).get("/warranty/recovery/lost/?lost_reason=late&export=csv").status_code == 200


def test_an_alarm_comes_by_mail_with_its_page(desk: Desk, june: Any) -> None:
    case = opened(desk)
    type(desk.finance).objects.filter(pk=desk.finance.pk).update(email="finance@example.com")
    june("2025-08-01 00:30:00")

    recovery_daily()
    recovery_daily()

    (mail,) = MailOutbox.objects.filter(to="finance@example.com")
    assert case.get_absolute_url() in mail.body
    assert "2025-08-15" in mail.subject


def test_an_unnamed_case_is_announced_too(desk: Desk, june: Any) -> None:
    other_supplier(desk)
    case = opened(desk)
    june("2025-08-01 00:30:00")

    assert [each.pk for each in recovery_keeping.alarms_on(clock.today())] == [case.pk]


# Reopened


def lost(desk: Desk, june: Any) -> RecoveryCase:
    case = appraised(desk, opened(desk))
    june("2025-08-01 00:30:00")
    recovery_daily()
    assert fresh(case).status == "lost"
    return fresh(case)


def test_an_approver_opens_a_lost_case_again_where_it_stood(desk: Desk, june: Any) -> None:
    case = lost(desk, june)
    client, address = as_user(desk.approver), f"/warranty/recovery/{case.pk}/reopen/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"until": "2025-08-20", "reason": WHY}).status_code == 302

    case = fresh(case)
    assert (case.status, case.last_day, case.kept_until) == ("open", date(2025, 8, 20), date(2025, 8, 20))
    assert Event.objects.filter(subject_id=case.pk, kind="recoverycase.open", actor=desk.approver, note=WHY).exists()
    assert as_user(desk.finance).get(address).status_code == 403
    for moment, status in (("2025-08-20 23:59:59", "open"), ("2025-08-21 00:00:00", "lost")):
        june(moment)
        recovery_daily()
        assert fresh(case).status == status


def lost_before_its_verdict(desk: Desk, june: Any, verdict: str) -> RecoveryCase:
    """The case of a part that came and was judged after the last day for notice."""
    case = opened(desk)
    pieces = failed_parts.request_returns(case.claim)
    june("2025-08-16 00:30:00")
    recovery_daily()
    assert fresh(case).lost_reason == "no_part"
    for piece in pieces:
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    assert fresh(case).status == "lost"
    return fresh(case)


@pytest.mark.parametrize(("verdict", "status"), [("supplier_defect", "open"), ("workmanship", "closed")])
def test_a_verdict_given_after_the_loss_decides_the_case_that_runs_again(
    desk: Desk, june: Any, verdict: str, status: str
) -> None:
    case = lost_before_its_verdict(desk, june, verdict)

    recovery_keeping.reopen_lost(case, until=date(2025, 8, 20), reason=WHY, actor=desk.approver)

    case = fresh(case)
    assert case.status == status
    if status == "open":
        assert (case.defect_qty, case.appraised_on) == (1, date(2025, 8, 16))
        assert case.last_day == date(2025, 10, 15)  # 60 days from the appraisal, later than the approver's day
        note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
        assert note.claimed == Decimal("144.00")


def test_a_verdict_given_after_the_loss_of_an_unnamed_case_waits_for_the_name(desk: Desk, june: Any) -> None:
    other_supplier(desk)
    case = opened(desk)
    june("2025-12-01 00:30:00")
    recovery_daily()
    case = appraised(desk, case)

    recovery_keeping.reopen_lost(case, until=date(2026, 3, 1), reason=WHY, actor=desk.approver)

    assert fresh(case).status == "unassigned"
    assert recovery.assign_supplier(fresh(case), desk.supplier, actor=desk.finance).status == "open"


@pytest.mark.parametrize("until", ["2025-07-31", "2026-08-02"])
def test_a_new_day_lies_between_today_and_a_year(desk: Desk, june: Any, until: str) -> None:
    case = lost(desk, june)

    with pytest.raises(recovery_keeping.KeptTooLong):
        recovery_keeping.reopen_lost(case, until=date.fromisoformat(until), reason=WHY, actor=desk.approver)
    with pytest.raises(TextTooShort):
        recovery_keeping.reopen_lost(case, until=date(2025, 8, 20), reason="同意", actor=desk.approver)


def test_what_is_not_lost_is_not_reopened(desk: Desk) -> None:
    case = appraised(desk, opened(desk))

    with pytest.raises(TransitionNotAllowed):
        recovery_keeping.reopen_lost(case, until=clock.today(), reason=WHY, actor=desk.approver)


# The books


def test_the_night_makes_up_for_a_case_that_is_missing(desk: Desk, june: Any) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    june("2025-06-02 00:30:00")

    recovery_daily()

    case = claim.recovery_cases.get()
    assert (case.approved_on, case.last_day) == (date(2025, 6, 1), date(2025, 8, 15))
    assert list(lines_without_case()) == []
    assert list(cases_without_clock()) == []
    RecoveryCase.objects.filter(pk=case.pk).update(last_day=None)
    assert len(list(cases_without_clock())) == 1
