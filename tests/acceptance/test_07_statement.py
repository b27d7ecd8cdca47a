"""Scenario 7: June of a station, disputed, revised, confirmed by silence."""
# ruff: noqa: F811 the fixtures are imported

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from stations.models import DealerAccount
from tests.desks import desk, june  # noqa: F401 fixtures
from tests.factories.settlement import at, make_granted_claim
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import SettlementItem, Statement

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)


def granted(desk: Any, amount: str, instant: str) -> Any:
    """A claim approved at an instant, credited."""
    claim = make_granted_claim(
        desk.station, part=desk.part, part_amount=amount, labor="0", travel="0", decided_at=at(instant)
    )
    posting.credit_claim(claim)
    return claim


@pytest.fixture
def june_books(desk: Any) -> dict[str, Any]:
    """465.00 on the last second of June, 1,280.50, freight 90.00, a debit of 200.00; 70.00 in the first second of July."""
    claims = {
        "465": granted(desk, "465.00", "2025-06-30 23:59:59"),
        "1280.50": granted(desk, "1280.50", "2025-06-10 10:00:00"),
        "70": granted(desk, "70.00", "2025-07-01 00:00:00"),
    }
    for kind, source, amount in (("freight", "BX-1", "90.00"), ("pnr", "FP-1", "-200.00")):
        posting.post_item(
            desk.station, kind=kind, source=source, at=at("2025-06-12 10:00:00"), amounts={"other": Decimal(amount)}
        )
    return claims


def money(statement: Statement) -> tuple[Decimal, Decimal, Decimal]:
    return statement.net, statement.tax, statement.gross


def test_statement_of_june(desk: Any, june: Any, june_books: dict[str, Any]) -> None:
    june("2025-07-05 09:00:00")
    draft = settlement.build_statement(desk.station, JUNE, actor=desk.finance)
    assert money(draft) == (Decimal("1635.50"), Decimal("98.13"), Decimal("1733.63"))
    assert f"{june_books['70'].number}/1" not in draft.lines.values_list("source", flat=True)

    first = settlement.issue_statement(draft, actor=desk.finance)
    assert settlement.rebuilt_fingerprint(first) == first.fingerprint
    with pytest.raises(settlement.AlreadyIssued):
        settlement.build_statement(desk.station, JUNE, actor=desk.finance)

    june("2025-07-06 09:00:00")
    line = first.lines.get(source=f"{june_books['1280.50'].number}/1")
    revision = settlement.dispute_lines(first, reasons={line.pk: "工时金额与实际派工不符"}, actor=desk.owner)
    assert money(revision) == (Decimal("355.00"), Decimal("21.30"), Decimal("376.30"))
    assert revision.number == f"{first.number}-R1"
    frozen = Statement.objects.get(pk=first.pk)
    assert (frozen.status, frozen.fingerprint, money(frozen)) == ("superseded", first.fingerprint, money(first))
    assert settlement.rebuilt_fingerprint(frozen) == first.fingerprint
    july = settlement.preview(desk.station, JULY)
    assert {entry.amount for entry in july.lines} == {Decimal("1280.50"), Decimal("70.00")}

    assert settlement.confirm_silent(at=at("2025-07-13 23:59:00")) == 0
    june("2025-07-14 00:40:00")
    assert settlement.confirm_silent() == 1
    revision.refresh_from_db()
    assert (revision.status, revision.confirmed_silently) == ("confirmed", True)
    account = DealerAccount.objects.get(dealer=desk.station.dealer)
    assert account.warranty == Decimal("376.30")


def test_late_edit_of_a_june_claim_is_refused(desk: Any, june: Any, june_books: dict[str, Any]) -> None:
    june("2025-07-05 09:00:00")
    settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)

    with pytest.raises(IntegrityError, match="issued statement"), transaction.atomic():
        june_books["465"].lines.update(approved_amount=Decimal(1))
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        SettlementItem.objects.create(
            station=desk.station, kind="freight", source="BX-2", amount=1, other_amount=1, tax_rate=0, at=at("2025-06-20 10:00:00"),
            period=JUNE,
        )  # fmt: skip
    late = posting.post_item(
        desk.station, kind="freight", source="BX-3", at=at("2025-06-20 10:00:00"), amounts={"other": Decimal(5)}
    )
    assert late is not None
    assert late.period == JULY


def test_invoice_payment_and_claims(desk: Any, june: Any, june_books: dict[str, Any]) -> None:
    june("2025-07-05 09:00:00")
    statement = settlement.issue_statement(
        settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance
    )
    statement = settlement.confirm_statement(statement, actor=desk.owner)
    with pytest.raises(settlement.InvoiceDiffers):
        settlement.record_invoice(statement, invoice_number="F-1", amount=Decimal("1733.61"), actor=desk.finance)

    statement = settlement.record_invoice(
        statement, invoice_number="F-1", amount=Decimal("1733.62"), actor=desk.finance
    )
    statement = settlement.pay_statement(statement, bank_reference="ICBC-1", actor=desk.finance)

    june_books["465"].refresh_from_db()
    assert (statement.status, june_books["465"].status) == ("paid", "paid")
    assert DealerAccount.objects.get(dealer=desk.station.dealer).warranty == Decimal("0.00")


def test_negative_statement_is_carried(desk: Any, june: Any) -> None:
    posting.post_item(
        desk.station, kind="pnr", source="FP-9", at=at("2025-06-12 10:00:00"), amounts={"other": Decimal(-500)}
    )
    june("2025-07-05 09:00:00")
    june_statement = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=None)
    june_statement = settlement.confirm_statement(june_statement, actor=desk.owner)
    assert (june_statement.status, money(june_statement)) == ("carried", (Decimal(-500), Decimal(0), Decimal(-500)))
    assert DealerAccount.objects.get(dealer=desk.station.dealer).warranty == Decimal("0.00")

    granted(desk, "800.00", "2025-07-10 10:00:00")
    june("2025-08-05 09:00:00")
    july_statement = settlement.build_statement(desk.station, JULY, actor=None)
    assert money(july_statement) == (Decimal("300.00"), Decimal("18.00"), Decimal("318.00"))
    assert july_statement.tax_groups.get().brought_forward == Decimal("-500.00")
