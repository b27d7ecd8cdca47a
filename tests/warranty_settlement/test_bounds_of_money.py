"""Days, months and freight that somebody types lie where they can; the steps of recovery fall to what was received."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from portal.core import clock
from portal.core.days import DayOutOfBounds
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.test_dispute_rounds import first
from tests.warranty_settlement.test_disputes import NOTE, answered
from tests.warranty_settlement.test_hold import invoiced
from warranty import appraisal, chargebacks, failed_parts, recovery, recovery_keeping, settlement
from warranty.chargebacks.refusals import MonthToCome
from warranty.failed_parts.refusals import SendingTooDear
from warranty.models import FailedPart, RecoveryCase, RecoveryEntry, SettlementItem
from warranty.settlement_queries import recovery_picture

DAY = timedelta(days=1)


@pytest.mark.parametrize("shift", [-1, 1, 9_000])
def test_a_supplier_paid_between_the_note_and_today(desk: Desk, shift: int) -> None:
    note = answered(desk, "1")
    give: dict[str, Any] = {"amount": Decimal("1.00"), "bank_reference": "B-1", "actor": desk.finance}

    with pytest.raises(DayOutOfBounds) as refused, transaction.atomic():
        chargebacks.record_supplier_payment(note, received_on=clock.today() + shift * DAY, **give)

    assert refused.value.field == "received_on"
    assert not RecoveryEntry.objects.exists()
    chargebacks.record_supplier_payment(note, received_on=clock.today(), **give)


@pytest.mark.parametrize("day", ["2025-07-04", "2025-07-06", "2031-05-05"])
def test_a_statement_was_paid_between_its_issue_and_today(desk: Desk, june: Any, day: str) -> None:
    statement = invoiced(desk, june)

    with pytest.raises(DayOutOfBounds, match="2025-07-05"), transaction.atomic():
        settlement.pay_statement(
            statement, bank_reference="ICBC 1", paid_on=date.fromisoformat(day), actor=desk.finance
        )

    statement.refresh_from_db()
    assert (statement.status, statement.bank_reference) == ("invoiced", "")


def test_a_note_is_of_no_month_to_come(desk: Desk) -> None:
    with pytest.raises(MonthToCome, match="2030-01") as refused:
        chargebacks.batch_chargebacks(desk.supplier, period=date(2030, 1, 1), actor=desk.finance)

    assert refused.value.field == "period"


def sent_back(desk: Desk) -> FailedPart:
    """A piece whose part is not the supplier's fault and that the station wants back."""
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="workmanship", findings="安装时接线端子未压紧，烧蚀", actor=desk.appraiser)
    piece.refresh_from_db()
    appraisal.dispose(piece, disposition="to_station", actor=desk.appraiser)
    piece.refresh_from_db()
    return piece


def test_a_station_bears_no_freight_above_the_limit(desk: Desk) -> None:
    piece = sent_back(desk)

    with pytest.raises(SendingTooDear, match=r"500\.00"), transaction.atomic():
        failed_parts.send_pieces(
            [piece], carrier="德邦快递", waybill="DPK1", cost=Decimal("500.01"), actor=desk.warehouse
        )

    assert not SettlementItem.objects.filter(kind="freight").exists()
    failed_parts.send_pieces([piece], carrier="德邦快递", waybill="DPK1", cost=Decimal(500), actor=desk.warehouse)


def test_what_never_came_is_not_lost_for_want_of_a_verdict(desk: Desk, june: Any) -> None:
    for arrives in (True, False):
        claim = make_granted_claim(desk.station, part=desk.part, qty=1)
        recovery.open_cases(claim)
        (piece,) = failed_parts.request_returns(claim)
        if arrives:
            failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    june("2026-05-01 09:00:00")

    recovery_keeping.lose_overdue(at=clock.now())

    reasons = RecoveryCase.objects.filter(status="lost").order_by("pk").values_list("lost_reason", flat=True)
    assert list(reasons) == ["no_verdict", "no_part"]


def test_the_steps_of_recovery_fall_to_what_was_received(desk: Desk) -> None:
    answered(desk, "0.5")
    waiting = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(waiting)

    picture = recovery_picture(clock.today())
    page = as_user(desk.finance).get("/warranty/recovery/figures/")

    falls = [value for _label, value in page.context["falls"]]
    assert picture.awaited > 0
    assert picture.awaited in [-value for value in falls]
    assert sum(falls) == picture.received
    assert falls[0] == picture.paid


def test_a_note_says_what_of_its_dispute_is_open(desk: Desk) -> None:
    note = answered(desk)
    part = first(note)
    chargebacks.resolve_dispute(part, outcome="written_off", note=NOTE, actor=desk.approver)

    stats = as_user(desk.finance).get(note.get_absolute_url()).context["stats"]

    disputed = next(stat for stat in stats if stat.label == "有异议")
    assert disputed.value.endswith("48.00")
    assert "96.00" in disputed.detail
