"""The dealer account's ledger: posted once, balances kept by the database, the limit by its trigger."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.roles import Role
from stations import dealer_account, deposits, payments
from stations.dealer_account import LegAmount
from stations.models import AccountEntry, DealerAccount, Leg
from tests.conftest import race
from tests.factories.stations import make_account, make_station, make_user

D = Decimal


def order(account: DealerAccount, amount: str, source: str = "PO-1", **kw: Any) -> AccountEntry:
    values: dict[str, Any] = {"kind": "order", "leg": Leg.COMMITTED, "station": None, "actor": None} | kw
    return dealer_account.post_entry(account, source=source, amount=D(amount), **values)


@pytest.mark.django_db
def test_post_entry_moves_the_balance_once_per_document() -> None:
    account = make_account(credit_limit=D(1000))

    first = order(account, "300.005")
    again = order(account, "300.01")

    account.refresh_from_db()
    assert first == again
    assert (account.committed, account.exposure, account.available) == (D("300.01"), D("300.01"), D("699.99"))
    with pytest.raises(dealer_account.PostedOtherwise):
        order(account, "300.02")


@pytest.mark.django_db
def test_post_entry_refuses_to_pass_the_limit_and_changes_nothing() -> None:
    account = make_account(credit_limit=D(1000))
    order(account, "1000.00")

    with pytest.raises(dealer_account.CreditExceeded) as refused:
        order(account, "0.01", source="PO-2")

    account.refresh_from_db()
    assert refused.value.values == {"wanted": D("0.01"), "available": D(0)}
    assert account.committed == D(1000)
    assert AccountEntry.objects.count() == 1


@pytest.mark.django_db
def test_committed_becomes_used_although_the_limit_was_cut() -> None:
    account = make_account(credit_limit=D(1000))
    order(account, "900.00")
    dealer_account.set_credit_limit(account, credit_limit=D(500), reason="逾期", actor=None)

    legs = [LegAmount(Leg.COMMITTED, D("-900.00")), LegAmount(Leg.USED, D("900.00"))]
    dealer_account.post(account, kind="invoice", source="SH-1", legs=legs, station=None, actor=None)

    account.refresh_from_db()
    assert (account.used, account.committed, account.available) == (D(900), D(0), D(-400))


@pytest.mark.django_db
def test_signed_allowance_lets_one_order_pass() -> None:
    account = make_account(credit_limit=D(100))
    dealer_account.allow_above_limit(account, amount=D(50), reason="停机急件,财务批准", actor=None)

    order(account, "150.00")

    account.refresh_from_db()
    assert account.available == D(0)


@pytest.mark.django_db
def test_warranty_money_never_widens_the_limit() -> None:
    account = make_account(credit_limit=D(100))
    dealer_account.post_entry(
        account, kind="statement", source="BS-1", leg=Leg.WARRANTY, amount=D(5000), station=None, actor=None
    )

    with pytest.raises(dealer_account.CreditExceeded):
        order(account, "100.01")


@pytest.mark.django_db
def test_reverse_entry_posts_the_opposite_once() -> None:
    account = make_account()
    entry = order(account, "80.00")

    back = dealer_account.reverse_entry(entry, reason="录入错误", actor=None)

    account.refresh_from_db()
    assert (back.amount, back.reverses, account.committed) == (D("-80.00"), entry, D(0))
    for row in (entry, back):
        with pytest.raises(dealer_account.AlreadyReversed):
            dealer_account.reverse_entry(row, reason="再次", actor=None)


@pytest.mark.django_db
def test_correct_entry_takes_back_what_a_hand_entered_by_another_hand_and_nothing_else() -> None:
    account, station = make_account(), None
    first, second = make_user(Role.FINANCE), make_user(Role.FINANCE)
    paid = payments.record_payment(
        account, amount=D(500), bank_reference="ICBC-1", station=station, is_advance=True, actor=first
    )
    held = dealer_account.post_entry(
        account, kind="deposit", source="AU-1", leg=Leg.DEPOSIT, amount=D(100), station=None, actor=first
    )
    dealer_account.post_entry(
        account, kind="deposit_returned", source="AU-1", leg=Leg.DEPOSIT, amount=D(-60), station=None, actor=first
    )

    with pytest.raises(dealer_account.NotByHand):
        dealer_account.correct_entry(order(account, "80.00"), reason="录入错误", actor=second)
    with pytest.raises(dealer_account.ReasonMissing):
        dealer_account.correct_entry(paid, reason=" 错 ", actor=second)
    with pytest.raises(dealer_account.BalanceTooSmall):
        dealer_account.correct_entry(held, reason="录入错误", actor=second)
    back = dealer_account.correct_entry(paid, reason="录入错误", actor=second)
    with pytest.raises(dealer_account.AlreadyReversed):
        dealer_account.correct_entry(paid, reason="再次更正", actor=second)

    account.refresh_from_db()
    assert (back.amount, back.reverses, back.note, account.used, account.deposit) == (
        D(500),
        paid,
        "录入错误",
        D(0),
        D(40),
    )
    assert [user.has_perm("stations.correct_entry", paid) for user in (first, second)] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [D(0), D("0.001"), D("NaN"), D("Infinity"), D(100_000_000), D("-0.004")])
def test_post_entry_refuses_what_is_no_amount(amount: Decimal) -> None:
    with pytest.raises(dealer_account.AmountOutOfRange):
        dealer_account.post_entry(
            make_account(), kind="order", source="PO-9", leg=Leg.DEPOSIT, amount=amount, station=None, actor=None
        )


@pytest.mark.django_db
def test_post_entry_refuses_another_dealers_station() -> None:
    with pytest.raises(dealer_account.ForeignStation):
        order(make_account(), "10.00", station=make_station())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stations_accountentry SET amount = 1",
        "DELETE FROM stations_accountentry",
        "UPDATE stations_dealeraccount SET used = 0",
        "UPDATE stations_dealeraccount SET committed = 5",
        "INSERT INTO stations_dealeraccount (dealer_id, principal_id, credit_limit, override,"
        " override_reason, used, committed, warranty, deposit) SELECT dealer_id,"
        " principal_id, 1, 0, '', 7, 0, 0, 0 FROM stations_dealeraccount",
    ],
)
def test_the_database_refuses_what_no_operation_does(statement: str) -> None:
    order(make_account(), "10.00")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_check_books_finds_no_difference() -> None:
    order(make_account(), "10.00")

    assert list(dealer_account.check_balances()) == []
    assert list(dealer_account.check_stations()) == []


@pytest.mark.django_db
def test_account_of_prefers_the_main_principal() -> None:
    station = make_station()
    make_account(dealer=station.dealer, principal=make_account().principal)

    assert dealer_account.account_of(station).principal == station.dealer.principal


@pytest.mark.django_db(transaction=True)
def test_eight_orders_race_for_the_last_thousand() -> None:
    account = make_account(credit_limit=D(1000))

    results = race(8, lambda number: order(account, "400.00", source=f"PO-{number}"))

    account.refresh_from_db()
    assert sum(isinstance(result, AccountEntry) for result in results) == 2
    assert sum(isinstance(result, dealer_account.CreditExceeded) for result in results) == 6
    assert account.committed == D(800)


@pytest.mark.django_db(transaction=True)
def test_without_the_trigger_the_race_is_lost(switch: Any) -> None:
    """The negative control: it is the database that keeps the limit."""
    switch(
        "ALTER TABLE stations_accountentry DISABLE TRIGGER keep_account_balances",
        "ALTER TABLE stations_accountentry ENABLE TRIGGER keep_account_balances",
    )
    account = make_account(credit_limit=D(1000))

    results = race(4, lambda number: order(account, "400.00", source=f"PO-{number}"))

    assert all(isinstance(result, AccountEntry) for result in results)


@pytest.mark.django_db(transaction=True)
def test_the_same_document_from_eight_hands_is_posted_once() -> None:
    account = make_account()

    results = race(8, lambda number: order(account, "70.00"))

    account.refresh_from_db()
    assert len({result.pk for result in results}) == 1
    assert account.committed == D(70)


@pytest.mark.django_db
def test_one_transfer_counts_once_however_it_is_typed_and_for_one_dealer() -> None:
    account, other, finance = make_account(), make_account(), make_user(Role.FINANCE)
    order(account, "500.00", leg=Leg.USED)

    paid = payments.record_payment(account, amount=D(300), bank_reference="icbc 77", actor=finance)
    again = payments.record_payment(account, amount=D(300), bank_reference="ICBC77", actor=finance)
    with pytest.raises(payments.ReferenceElsewhere):
        payments.record_payment(other, amount=D(300), bank_reference="Icbc77", is_advance=True, actor=finance)
    with pytest.raises(payments.MoreThanOwed):
        payments.record_payment(account, amount=D("200.01"), bank_reference="ICBC-78", actor=finance)
    dealer_account.correct_entry(paid, reason="录入错误", actor=make_user(Role.FINANCE))
    with pytest.raises(payments.ReferenceReversed):
        payments.record_payment(account, amount=D(300), bank_reference="ICBC77", actor=finance)
    payments.record_payment(other, amount=D(300), bank_reference="ICBC77", is_advance=True, actor=finance)

    account.refresh_from_db()
    other.refresh_from_db()
    assert (again.pk, account.used, other.used) == (paid.pk, D(500), D(-300))


@pytest.mark.django_db
def test_no_more_is_deposited_than_the_contract_says() -> None:
    contract, finance = make_station().contracts.get(), make_user(Role.FINANCE)
    deposits.receive_deposit(contract, amount=contract.deposit_due - 1, bank_reference="CMB-1", actor=finance)

    with pytest.raises(deposits.MoreThanDue):
        deposits.receive_deposit(contract, amount=D(2), bank_reference="CMB-2", actor=finance)

    assert deposits.held_by(contract) == contract.deposit_due - 1
