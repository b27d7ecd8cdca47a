"""One deposit entered by several hands at once stands in the ledger once; without the lock and the wall it would not."""

from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from portal.accounts.roles import Role
from stations import deposits, payments
from stations.models import AccountEntry, DealerAccount
from tests.conftest import race
from tests.factories.stations import make_account, make_station, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def enter(contract: Any, finance: Any) -> Any:
    return deposits.receive_deposit(contract, amount=Decimal(20_000), bank_reference="ICBC-77", actor=finance)


def test_one_deposit_posted_by_eight_hands_is_one_entry() -> None:
    contract, finance = make_station().contracts.get(), make_user(Role.FINANCE)

    results = race(8, lambda number: enter(contract, finance))

    assert len({result.pk for result in results}) == 1
    assert AccountEntry.objects.count() == 1
    assert DealerAccount.objects.get().deposit == Decimal(20_000)


def test_without_lock_and_wall_the_deposit_is_counted_twice(monkeypatch: pytest.MonkeyPatch, switch: Any) -> None:
    """The negative control: it is the account's lock and the unique key that keep it one."""
    switch(
        "ALTER TABLE stations_accountentry DROP CONSTRAINT account_entry_posted_once_per_source",
        "TRUNCATE stations_accountentry; ALTER TABLE stations_accountentry ADD CONSTRAINT account_entry_posted_once_per_source"
        " UNIQUE (account_id, kind, source, line, leg)",
    )
    from stations import dealer_account

    monkeypatch.setattr(dealer_account, "_posted", lambda *_asked: [])
    contract, finance = make_station().contracts.get(), make_user(Role.FINANCE)

    race(4, lambda number: enter(contract, finance))

    assert AccountEntry.objects.count() == 4


def pay(account: DealerAccount, finance: Any) -> Any:
    return payments.record_payment(
        account, amount=Decimal(100), bank_reference="ICBC-78", is_advance=True, actor=finance
    )


def test_one_transfer_entered_for_two_dealers_at_once_stands_for_one() -> None:
    accounts, finance = [make_account(), make_account()], make_user(Role.FINANCE)

    results = race(2, lambda number: pay(accounts[number], finance))

    assert sorted(type(result).__name__ for result in results) == ["AccountEntry", "ReferenceElsewhere"]
    assert AccountEntry.objects.count() == 1


def test_without_waiting_for_each_other_both_dealers_have_the_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both have looked before either writes."""
    accounts, finance, both_looked = [make_account(), make_account()], make_user(Role.FINANCE), Barrier(2)
    look = payments.claim_reference

    def looked(*asked: Any) -> bool:
        found = look(*asked)
        both_looked.wait()
        return found

    monkeypatch.setattr(payments, "one_after_another", lambda _reference: None)
    monkeypatch.setattr(payments, "claim_reference", looked)

    race(2, lambda number: pay(accounts[number], finance))

    assert AccountEntry.objects.count() == 2
