"""A transfer pays one statement, however its reference was typed."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_station
from tests.warranty_settlement.test_hold import JUNE, invoiced
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.settlement.refusals import InvoiceUsed, ReferencePaidAnother

JULY = date(2025, 7, 1)


def test_a_reference_that_paid_a_statement_pays_no_other(desk: Desk, june: Any) -> None:
    other = make_station()
    posting.credit_claim(make_granted_claim(other, part=desk.part))
    first = invoiced(desk, june)
    row = settlement.issue_statement(settlement.build_statement(other, JUNE, actor=None), actor=desk.finance)
    row = settlement.confirm_statement(row, actor=desk.owner)
    second = settlement.record_invoice(row, invoice_number="F-2", amount=row.gross, actor=desk.finance)
    first = settlement.pay_statement(first, bank_reference="ICBC 2025-1", actor=desk.finance)

    with pytest.raises(ReferencePaidAnother) as refused:
        settlement.pay_statement(second, bank_reference=" icbc2025-1", actor=desk.finance)

    assert first.number in str(refused.value)
    second.refresh_from_db()
    assert (second.status, second.bank_reference) == ("invoiced", "")
    assert settlement.pay_statement(second, bank_reference="ICBC2025-1/2", actor=desk.finance).status == "paid"


def test_an_invoice_of_a_dealer_stands_for_one_statement(desk: Desk, june: Any) -> None:
    first = invoiced(desk, june)
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-08-05 09:00:00")
    row = settlement.issue_statement(settlement.build_statement(desk.station, JULY, actor=None), actor=desk.finance)
    row = settlement.confirm_statement(row, actor=desk.owner)

    with pytest.raises(InvoiceUsed) as refused, transaction.atomic():
        settlement.record_invoice(row, invoice_number=" f-1 ", amount=row.gross, actor=desk.finance)

    assert first.number in str(refused.value)
    assert refused.value.field == "invoice_number"
    assert (
        settlement.record_invoice(row, invoice_number="F-2", amount=row.gross, actor=desk.finance).status == "invoiced"
    )
