"""Statements that nobody can invoice end all the same: below 0 by their tax they are carried, at 0.00 they are paid at once.

Claims on a statement that was carried are paid with the one that takes its balance up.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.core.states import TransitionNotAllowed
from stations.models import AccountEntry
from tests.desks import Desk
from tests.factories.settlement import at, make_granted_claim
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import ItemKind, Statement, WarrantyClaim
from warranty.settlement_checks import CHECKS
from warranty.settlement_rules import Amount, statement_totals

JUNE, JULY, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)


def credited(desk: Desk, amount: str, rate: str, on: str) -> WarrantyClaim:
    """A claim of this amount, posted at this rate."""
    claim = make_granted_claim(
        desk.station, part=desk.part, qty=1, part_amount=amount, labor="0", travel="0", decided_at=at(on)
    )
    posted(desk, amount, rate, on, kind=ItemKind.CLAIM, source=f"{claim.number}/1", claim=claim)
    return claim


def posted(desk: Desk, amount: str, rate: str, on: str, **kw: Any) -> None:
    given = {"kind": ItemKind.REROUTE, "source": f"T/{on}/{rate}"} | kw
    posting.post_item(desk.station, at=at(on), amounts={"parts": Decimal(amount)}, rate=Decimal(rate), **given)


def confirmed(desk: Desk, period: date) -> Statement:
    draft = settlement.build_statement(desk.station, period, actor=None)
    return settlement.confirm_statement(settlement.issue_statement(draft, actor=desk.finance), actor=desk.owner)


def status_of(claim: WarrantyClaim) -> str:
    return WarrantyClaim.objects.get(pk=claim.pk).status


def said() -> list[str]:
    return [each for check in CHECKS.values() for each in check()]


def test_a_tax_that_takes_the_gross_below_0_carries_both_groups_untaxed() -> None:
    high, low = Decimal("0.06"), Decimal("0.01")

    foot = statement_totals([Amount(Decimal("1000.00"), low), Amount(Decimal("-995.00"), high)])

    assert (foot.net, foot.tax, foot.payable) == (Decimal("5.00"), Decimal("0.00"), Decimal("0.00"))
    assert foot.carried == (Amount(Decimal("1000.00"), low), Amount(Decimal("-995.00"), high))
    exact = statement_totals([Amount(Decimal("106.00"), Decimal(0)), Amount(Decimal("-100.00"), high)])
    assert (exact.gross, exact.payable, exact.carried) == (Decimal("0.00"), Decimal("0.00"), ())


@pytest.mark.parametrize("debit", ["-995.00", "-1000.00"])
def test_what_is_carried_is_taxed_and_its_claims_paid_by_the_statement_that_takes_it_up(
    desk: Desk, june: Any, debit: str
) -> None:
    first = credited(desk, "1000.00", "0.01", "2025-06-02 09:00:00")
    posted(desk, debit, "0.06", "2025-06-03 09:00:00")
    june("2025-07-05 09:00:00")
    below = confirmed(desk, JUNE)
    assert (below.status, below.payable, AccountEntry.objects.count()) == ("carried", Decimal("0.00"), 0)
    second = credited(desk, "10.00", "0.06", "2025-07-06 09:00:00")
    june("2025-08-05 09:00:00")
    below = confirmed(desk, JULY)
    assert below.status == "carried"
    third = credited(desk, "2000.00", "0.06", "2025-08-06 09:00:00")
    june("2025-09-05 09:00:00")

    row = confirmed(desk, AUGUST)
    assert row.gross == Decimal("1010.00") + (Decimal("2010.00") + Decimal(debit)) * Decimal("1.06")
    row = settlement.record_invoice(row, invoice_number="F-1", amount=row.gross, actor=desk.finance)
    assert [status_of(each) for each in (first, second, third)] == ["settled"] * 3
    settlement.pay_statement(row, bank_reference="ICBC-1", actor=desk.finance)

    assert [status_of(each) for each in (first, second, third)] == ["paid"] * 3
    assert said() == []


def test_a_gross_of_0_needs_no_invoice_and_no_transfer(desk: Desk, june: Any) -> None:
    claim = credited(desk, "330.00", "0.06", "2025-06-02 09:00:00")
    posted(desk, "-330.00", "0.06", "2025-06-03 09:00:00")
    june("2025-07-05 09:00:00")

    row = confirmed(desk, JUNE)

    assert (row.status, row.gross, row.paid_on, row.bank_reference) == ("paid", Decimal("0.00"), date(2025, 7, 5), "")
    assert (status_of(claim), AccountEntry.objects.count()) == ("paid", 0)
    assert said() == []


def test_a_statement_that_owes_something_is_not_paid_without_its_invoice(desk: Desk, june: Any) -> None:
    credited(desk, "330.00", "0.06", "2025-06-02 09:00:00")
    june("2025-07-05 09:00:00")

    with pytest.raises(TransitionNotAllowed):
        settlement.pay_statement(confirmed(desk, JUNE), bank_reference="ICBC-1", actor=desk.finance)
