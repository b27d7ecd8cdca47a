"""One deposit entered by several hands at once stands in the ledger once; without the lock and the wall it would not."""

from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.roles import Role
from stations import deposits
from stations.models import AccountEntry, DealerAccount
from tests.conftest import race
from tests.factories.stations import make_station, make_user

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
