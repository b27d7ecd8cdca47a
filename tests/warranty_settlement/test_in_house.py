"""Parts that we make ourselves: nobody is charged, and the queue of cases that wait for a name stays of a human size."""

from decimal import Decimal
from typing import Any

import pytest

from parts.models import Part, Supplier
from portal.core import clock
from portal.core.models import Event
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_granted_claim, make_old_part
from tests.warranty_settlement.test_recovery_clock import delivered, fresh, opened
from warranty import recovery, recovery_in_house
from warranty.four_eyes import TextTooShort
from warranty.models import RecoveryCase
from warranty.recovery_checks import cases_without_clock, lines_without_case
from warranty.settlement_jobs import recovery_daily
from warranty.settlement_queries import recovery_picture

WHY = "该壳体由本公司注塑车间自制，无外部供应商"


def test_no_recovery_runs_for_a_part_that_we_make(desk: Desk) -> None:
    case = opened(desk, part=make_old_part(is_made_in_house=True))

    assert (case.status, case.close_reason) == ("closed", "该配件为自制件，无可追偿的供应商。")
    assert list(lines_without_case()) == list(cases_without_clock()) == []


def test_who_delivers_a_part_is_charged_whatever_the_catalog_says(desk: Desk) -> None:
    Part.objects.filter(pk=desk.part.pk).update(is_made_in_house=True)
    desk.part.refresh_from_db()

    assert opened(desk).status == "waiting"


def test_marking_a_part_closes_its_nameless_cases_with_one_event_each(desk: Desk) -> None:
    part = make_old_part()
    cases = [opened(desk, part=part), opened(desk, part=part)]
    stranger = Supplier.objects.create(code="SZ", name="苏州机电有限公司")
    known = opened(desk, part=desk.part)
    desk.part = part
    delivered(desk, stranger, serial="PW-5", on="2024-03-01")
    traced = opened(desk, part=part, serial="PW-5")

    assert recovery_in_house.mark_in_house(part, reason=WHY, actor=desk.finance) == 2

    assert [fresh(case).status for case in cases] == ["closed", "closed"]
    assert (fresh(known).status, fresh(traced).status) == ("waiting", "unassigned")  # a supplier may have to answer
    told = Event.objects.filter(kind="recoverycase.closed", actor=desk.finance, note=WHY)
    assert sorted(told.values_list("subject_id", "root")) == [(case.pk, case.root_number) for case in cases]
    assert opened(desk, part=Part.objects.get(pk=part.pk)).status == "closed"


def test_a_part_that_somebody_delivers_is_not_made_in_house(desk: Desk) -> None:
    with pytest.raises(recovery_in_house.StillDelivered):
        recovery_in_house.mark_in_house(desk.part, reason=WHY, actor=desk.finance)
    with pytest.raises(TextTooShort):
        recovery_in_house.mark_in_house(make_old_part(), reason="自制", actor=desk.finance)


def test_a_case_of_a_day_on_which_somebody_delivered_the_part_goes_on(desk: Desk, june: Any) -> None:
    part = make_old_part()
    other = Supplier.objects.create(code="SY", name="杭州电子有限公司")
    for supplier in (desk.supplier, other):
        make_agreement(supplier, part)
        supplier.parts.filter(part=part).update(valid_to="2025-05-30")
    case = opened(desk, part=part)

    assert recovery_in_house.mark_in_house(part, reason=WHY, actor=desk.finance) == 0

    assert fresh(case).status == "unassigned"


def test_a_part_marked_by_file_or_in_the_admin_has_no_case_that_waits(desk: Desk, june: Any) -> None:
    case = opened(desk, part=make_old_part())
    Part.objects.filter(pk=case.part_id).update(is_made_in_house=True)
    june("2025-06-02 00:30:00")

    recovery_daily()

    assert fresh(case).status == "closed"


def test_finance_marks_the_part_from_the_case(desk: Desk) -> None:
    case = opened(desk, part=make_old_part())
    client, page = as_user(desk.finance), f"/warranty/recovery/{case.pk}/"

    shown = client.get(page).content.decode()
    assert f"{page}in-house/" in shown
    assert f"{page}supplier/" not in shown
    assert "1 个" in client.get(f"{page}in-house/").content.decode()
    assert client.post(f"{page}in-house/", {"reason": WHY}).status_code == 302

    assert RecoveryCase.objects.get().status == "closed"
    assert as_user(desk.approver).get(f"{page}in-house/").status_code == 403


def test_the_figures_say_what_was_paid_for_parts_of_nobody_known(desk: Desk) -> None:
    opened(desk, part=make_old_part())
    recovery.open_cases(make_granted_claim(desk.station, part=desk.part, qty=1))
    before = recovery_picture(clock.today())
    assert (before.unknown, before.eligible) == (Decimal("330.00"), Decimal("144.00"))

    recovery_in_house.mark_in_house(RecoveryCase.objects.get(status="unassigned").part, reason=WHY, actor=desk.finance)

    after = recovery_picture(clock.today())
    assert (after.unknown, after.eligible, after.paid) == (Decimal(0), Decimal("144.00"), before.paid)
