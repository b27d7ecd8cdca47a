"""A note that nobody has sent is no notice: its cases' clocks run on, alarm, and end in a loss that says how much."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.core import clock
from portal.core.models import Event, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_granted_claim, make_old_part
from warranty import appraisal, chargebacks, failed_parts, recovery, recovery_keeping
from warranty.models import Chargeback, RecoveryCase
from warranty.recovery_registry import recovery_work
from warranty.settlement_checks import chargebacks_off, labor_on_no_note
from warranty.settlement_jobs import recovery_daily

LAST = date(2025, 7, 31)  # appraised on 1 June, 60 days for notice
FIRST, SECOND, LABOR = Decimal("96.00"), Decimal("80.00"), Decimal("48.00")


def judged(desk: Desk, **claim: Any) -> list[RecoveryCase]:
    """The cases of a claim whose old parts were all found to be the supplier's."""
    granted = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0", **claim)
    cases = recovery.open_cases(granted)
    for piece in failed_parts.request_returns(granted):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    return [fresh(case) for case in cases]


def fresh(case: RecoveryCase) -> RecoveryCase:
    return RecoveryCase.objects.get(pk=case.pk)


def noted(desk: Desk) -> Chargeback:
    return chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)


def due(case: RecoveryCase, day: str) -> None:
    """The case's last day for notice is another."""
    RecoveryCase.objects.filter(pk=case.pk).update(last_day=day)


def test_a_note_that_is_not_sent_keeps_the_alarms_coming(desk: Desk, june: Any) -> None:
    (case,) = judged(desk)
    noted(desk)
    june("2025-07-17 00:30:00")

    recovery_daily()

    (alarm,) = Notification.objects.filter(user=desk.finance, kind="recoverycase.alarm")
    assert alarm.url == case.get_absolute_url()
    page = as_user(desk.finance).get(alarm.url).content.decode()
    assert "2025-07-31" in page
    assert "/send/" in page


def test_a_note_that_was_sent_has_no_clock_any_more(desk: Desk, june: Any) -> None:
    (case,) = judged(desk)
    chargebacks.send_chargeback(noted(desk), actor=desk.finance)
    june("2025-08-01 00:30:00")

    recovery_daily()

    assert fresh(case).status == "charged"
    assert not Notification.objects.filter(kind="recoverycase.alarm").exists()


@pytest.mark.parametrize(("moment", "status"), [("2025-07-31 23:59:59", "charged"), ("2025-08-01 00:00:00", "lost")])
def test_the_last_day_passes_on_a_note_that_was_not_sent(desk: Desk, june: Any, moment: str, status: str) -> None:
    (case,) = judged(desk)
    note = noted(desk)
    june(moment)

    recovery_daily()

    case = fresh(case)
    note.refresh_from_db()
    assert case.status == status
    assert note.status == ("open" if status == "charged" else "withdrawn")
    if status == "lost":
        assert (case.lost_on, case.lost_reason, case.expected) == (date(2025, 8, 1), "late", FIRST + LABOR)
        assert (note.claimed, note.lines.filter(is_live=True).count()) == (Decimal(0), 0)
        (leak,) = recovery_keeping.leakage(RecoveryCase.objects.all())
        assert (leak.reason, leak.amount) == ("late", FIRST + LABOR)
    assert list(chargebacks_off()) == []


def test_what_is_late_leaves_the_note_and_the_rest_stays(desk: Desk, june: Any) -> None:
    (late,), (other,) = judged(desk), judged(desk)
    note = noted(desk)
    due(late, "2025-06-20")
    june("2025-06-21 00:30:00")

    recovery_daily()
    recovery_daily()

    note.refresh_from_db()
    assert (fresh(late).status, fresh(other).status) == ("lost", "charged")
    assert (note.status, note.claimed) == ("open", FIRST + LABOR)
    assert Event.objects.filter(subject_id=note.pk, kind="chargeback.lines_late").count() == 1
    assert list(chargebacks_off()) == []


def test_labor_goes_over_to_the_case_that_stays(desk: Desk, june: Any) -> None:
    second = make_old_part()
    make_agreement(desk.supplier, second, contract_price="100.00")
    late, other = judged(desk, beside=[(second, "310.00")])
    note = noted(desk)
    assert note.claimed == FIRST + SECOND + LABOR
    due(late, "2025-06-20")
    june("2025-06-21 00:30:00")

    recovery_daily()

    note.refresh_from_db()
    assert note.claimed == SECOND + LABOR
    assert dict(note.lines.filter(is_live=True).values_list("kind", "case")) == {"part": other.pk, "labor": other.pk}
    assert fresh(late).expected == FIRST  # only its part is lost: the labor is charged with the other
    assert (list(labor_on_no_note()), list(chargebacks_off())) == ([], [])


def test_a_note_is_sent_without_what_is_late_and_says_so(desk: Desk, june: Any) -> None:
    (late,), (other,) = judged(desk), judged(desk)
    note = noted(desk)
    due(late, "2025-06-20")
    june("2025-06-21 00:10:00")  # before the night's job
    client, address = as_user(desk.finance), f"/supplier/chargebacks/{note.pk}/send/"

    assert "1 个案件" in client.get(address).content.decode()
    answer = client.post(address, follow=True)

    note.refresh_from_db()
    assert "¥144.00" in answer.content.decode()
    assert (note.status, note.claimed) == ("sent", FIRST + LABOR)
    assert (fresh(late).status, fresh(other).status) == ("lost", "charged")


def test_a_note_with_nothing_in_time_is_not_sent(desk: Desk, june: Any) -> None:
    (case,) = judged(desk)
    note = noted(desk)
    june("2025-08-01 00:10:00")

    with pytest.raises(chargebacks.NoticeTooLate, match="2025-07-31"):
        chargebacks.send_chargeback(note, actor=desk.finance)

    note.refresh_from_db()
    assert (note.status, fresh(case).status) == ("open", "charged")  # the night takes it off


def test_what_an_approver_opens_again_is_charged_on_another_note(desk: Desk, june: Any) -> None:
    (case,) = judged(desk)
    noted(desk)
    june("2025-08-01 00:30:00")
    recovery_daily()

    why = "供应商书面同意延期受理，邮件已存档"
    recovery_keeping.reopen_lost(fresh(case), until=date(2025, 8, 20), reason=why, actor=desk.approver)

    note = chargebacks.send_chargeback(noted(desk), actor=desk.finance)
    assert (note.status, note.claimed, fresh(case).status) == ("sent", FIRST + LABOR, "charged")


def test_notes_that_wait_to_be_sent_are_work(desk: Desk, june: Any) -> None:
    (case,) = judged(desk)
    note = noted(desk)

    work = {each.key: each for each in recovery_work(desk.finance)}

    (item,) = [work["unsent_notes"].item(row) for row in work["unsent_notes"].rows]
    assert (item.number, item.url) == (note.number, note.get_absolute_url())
    assert (item.due_at, item.tone) == (clock.end_of(LAST), "wait")
    assert list(work["notice_days"].rows) == []
    june("2025-07-20 09:00:00")
    work = {each.key: each for each in recovery_work(desk.finance)}
    assert list(work["notice_days"].rows) == [case]
    chargebacks.send_chargeback(note, actor=desk.finance)
    assert [list(each.rows) for each in recovery_work(desk.finance) if each.key in ("unsent_notes", "notice_days")] == [
        [], [],
    ]  # fmt: skip
