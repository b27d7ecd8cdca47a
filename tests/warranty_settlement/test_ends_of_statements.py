"""Statements that nobody can invoice end all the same: below 0 by their tax they are carried, at 0.00 they are paid at once.

Claims on a statement that was carried are paid with the one that takes its balance up.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.core.models import JobRun
from portal.core.money import total
from portal.core.states import TransitionNotAllowed
from stations.models import AccountEntry
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import at, confirmed_below, gross_not_carried, make_granted_claim
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


def two_rates(desk: Desk, june: Any) -> tuple[WarrantyClaim, Statement]:
    """A draft of June with a net of 5.00 whose tax is below 0, and the claim it credits."""
    claim = credited(desk, "1000.00", "0.01", "2025-06-02 09:00:00")
    posted(desk, "-995.00", "0.06", "2025-06-03 09:00:00")
    june("2025-07-05 09:00:00")
    with gross_not_carried():
        return claim, settlement.build_statement(desk.station, JUNE, actor=None)


def owed(desk: Desk) -> Decimal:
    return total(AccountEntry.objects.filter(station=desk.station, leg="warranty").values_list("amount", flat=True))


def test_what_was_confirmed_below_0_before_it_was_carried_has_an_end(desk: Desk, june: Any) -> None:
    claim, draft = two_rates(desk, june)
    below = confirmed_below(draft, actor=desk.finance)
    assert (below.gross, owed(desk), said()) == (Decimal("-44.70"), Decimal("-44.70"), [])

    carried = settlement.carry_confirmed(below, actor=desk.finance)

    assert (carried.status, owed(desk), said()) == ("carried", Decimal("0.00"), [])
    june("2025-07-20 09:00:00")
    credited(desk, "2000.00", "0.06", "2025-07-20 09:00:00")
    june("2025-08-05 09:00:00")
    july = confirmed(desk, JULY)
    assert (july.net, july.tax) == (Decimal("2005.00"), Decimal("70.30"))  # 1,000.00 at 1 %, 1,005.00 at 6 %
    settlement.record_invoice(july, invoice_number="F-7", amount=july.gross, actor=desk.finance)
    settlement.pay_statement(july, bank_reference="ICBC-7", actor=desk.finance)
    assert (status_of(claim), said()) == ("paid", [])
    with pytest.raises(settlement.NothingToCarry):
        settlement.carry_confirmed(july, actor=desk.finance)


def test_a_draft_from_before_that_is_issued_now_is_carried_when_it_is_confirmed(desk: Desk, june: Any) -> None:
    _claim, draft = two_rates(desk, june)
    issued = settlement.issue_statement(draft, actor=desk.finance)

    ended = settlement.confirm_statement(issued, actor=desk.owner)

    assert (ended.status, owed(desk), said()) == ("carried", Decimal(0), [])
    assert sorted(group.handed_on for group in ended.tax_groups.all()) == [Decimal("-995.00"), Decimal("1000.00")]


def test_the_page_offers_finance_to_carry_what_nobody_can_invoice(desk: Desk, june: Any) -> None:
    _claim, draft = two_rates(desk, june)
    below = confirmed_below(draft, actor=desk.finance)
    finance, address = as_user(desk.finance), f"/warranty/statements/{below.pk}/carry/"

    page = finance.get(below.get_absolute_url()).content.decode()

    assert (address in page, f"/warranty/statements/{below.pk}/invoice/" in page) == (True, False)
    assert finance.post(address).status_code == 302
    assert finance.post(address).status_code == 409
    assert Statement.objects.get(pk=below.pk).status == "carried"


def test_no_month_is_built_for_all_stations_before_it_is_over(desk: Desk, june: Any) -> None:
    june("2025-06-30 23:59:59")
    with pytest.raises(settlement.MonthNotOver):
        settlement.build_month(JUNE, actor=desk.finance)
    page = as_user(desk.finance).post("/warranty/statements/build/", {"period": "2025-06"})

    assert (page.status_code, "2025-06 尚未结束" in page.content.decode()) == (409, True)
    assert not JobRun.objects.exists()
