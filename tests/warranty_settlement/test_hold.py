"""The last statement of a station that has left waits 90 days D for its money; earlier ones do not. Source: rules.md 3.10."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from stations import exits, lifecycle
from stations.models import DealerAccount, Station, StationExit
from tests.desks import Desk, at
from tests.factories.settlement import make_granted_claim
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import Statement
from warranty.settlement.refusals import StatementHeld

JUNE = date(2025, 6, 1)


def invoiced(desk: Desk, june: Any) -> Statement:
    """June's statement, confirmed and with its invoice, on 5 July."""
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    row = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)
    row = settlement.confirm_statement(row, actor=desk.owner)
    return settlement.record_invoice(row, invoice_number="F-1", amount=row.gross, actor=desk.finance)


def left_on(desk: Desk, day: str) -> Station:
    station = Station.objects.get(pk=desk.station.pk)
    return lifecycle.terminate_station(station, reason="合同解除", actor=None, at=at(f"{day} 10:00:00"))


def balance(desk: Desk) -> Decimal:
    return DealerAccount.objects.get(dealer=desk.station.dealer).warranty


def test_the_last_statement_is_paid_on_the_day_the_hold_ends_and_not_before(desk: Desk, june: Any) -> None:
    statement = invoiced(desk, june)
    left_on(desk, "2025-06-20")

    june("2025-09-17 23:59:59")
    with pytest.raises(StatementHeld) as refused:
        settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance)
    statement.refresh_from_db()
    assert (statement.status, statement.paid_on, balance(desk)) == ("invoiced", None, statement.gross)
    assert "2025-09-18" in str(refused.value)

    june("2025-09-18 00:00:00")
    paid = settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance)
    assert (paid.status, balance(desk)) == ("paid", Decimal("0.00"))


def test_a_statement_of_a_month_before_the_leaving_or_of_a_waived_hold_is_paid_at_once(desk: Desk, june: Any) -> None:
    statement = invoiced(desk, june)
    left_on(desk, "2025-07-05")
    with transaction.atomic():  # July is not June: paid, and taken back to be tried the other way
        assert settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance).status == "paid"
        transaction.set_rollback(True)

    StationExit.objects.update(terminated_at=at("2025-06-20 10:00:00"))
    held = StationExit.objects.get().items.get(key="last_statement")
    statement = Statement.objects.get(pk=statement.pk)
    with pytest.raises(StatementHeld):
        settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance)
    exits.waive_item(held, reason="账已结清，无争议", actor=desk.approver)

    assert settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance).status == "paid"
