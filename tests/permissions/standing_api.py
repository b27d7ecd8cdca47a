"""Programs on contracts, standing, exits and accounts: the rows of the pages."""

from typing import Any

from stations.models import Renewal, StationExit
from tests.permissions import FIELD, HQ, STATION, STATION_A, Row
from tests.permissions.api import FOREIGN, api
from tests.permissions.standing import (
    EXIT_READERS,
    OFFICE_A,
    OFFICE_B,
    account,
    agreed,
    entry,
    item,
    left,
    renewal,
    settled_exit,
    statement,
)
from tests.permissions.stations import ACCOUNT_READERS, MANAGER, REGION, WATCH

HIDDEN = (*FOREIGN, "clerk_a", "technician_a")
GONE = (*STATION, "outsider", "supplier_x", "supplier_y")


def code(cast: Any) -> list[Any]:
    return [cast.station_a.code]


def contract(cast: Any) -> list[Any]:
    return [cast.station_a.contracts.get().number]


def prepared(cast: Any) -> list[Any]:
    return [renewal(cast).number]


def to_sign(cast: Any) -> list[Any]:
    return [Renewal.objects.get(pk=agreed(cast)[0]).number]


def exit_number(cast: Any) -> list[Any]:
    return [left(cast).number]


def settled(cast: Any) -> list[Any]:
    return [StationExit.objects.get(pk=settled_exit(cast)[0]).number]


JANUARY = {"first": "2026-01-01", "last": "2026-01-31"}
READERS = (*WATCH, "finance", *FIELD)
ROWS = [
    Row("api_station_standing", args=code, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN)),
    Row("api_station_suspend", args=code, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_station_resume", args=code, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_station_terminate", args=code, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row(
        "api_grades", get=api(*HQ, *FIELD, *OFFICE_A, *OFFICE_B), post=api(MANAGER, ok=415),
    ),
    Row("api_contracts", get=api(*READERS, *OFFICE_A, *OFFICE_B), post=api(MANAGER, ok=415)),
    Row("api_contract", args=contract, get=api(*READERS, *OFFICE_A, hidden=FOREIGN)),
    Row("api_contract_deposit", args=contract, post=api("finance", ok=415, hidden=FOREIGN)),
    Row("api_contract_deposit_return", args=contract, post=api("finance", ok=415, hidden=FOREIGN)),
    Row("api_renewals", get=api(*WATCH, *FIELD, *OFFICE_A, *OFFICE_B), post=api(MANAGER, ok=415)),
    Row("api_renewal", args=prepared, get=api(*WATCH, *FIELD, *OFFICE_A, hidden=FOREIGN)),
    Row("api_renewal_agree", args=prepared, post=api("owner_a", ok=415, hidden=FOREIGN)),
    Row("api_renewal_sign", args=to_sign, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_renewal_drop", args=prepared, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_exits", get=api(*EXIT_READERS)),
    Row("api_exit", args=exit_number, get=api(*EXIT_READERS, hidden=GONE)),
    Row("api_exit_complete", args=settled, post=api(MANAGER, ok=415, hidden=GONE)),
    Row("api_exit_item_confirm", args=item, post=api(MANAGER, REGION, ok=400, hidden=GONE)),
    Row("api_exit_item_waive", args=item, post=api(MANAGER, "approver", ok=415, hidden=GONE)),
    Row("api_dealer_accounts", get=api(*ACCOUNT_READERS, "owner_b")),
    Row("api_dealer_account", args=account, get=api(*ACCOUNT_READERS, hidden=HIDDEN)),
    Row("api_dealer_account_payment", args=account, post=api("finance", ok=415, hidden=HIDDEN)),
    Row("api_account_period", args=account, query=JANUARY, get=api(*ACCOUNT_READERS, hidden=HIDDEN)),
    Row("api_account_issue", args=account, post=api("finance", "owner_a", ok=415, hidden=HIDDEN)),
    Row("api_account_limit", args=account, post=api("finance", ok=415, hidden=HIDDEN)),
    Row("api_account_override", args=account, post=api("finance", ok=415, hidden=HIDDEN)),
    Row("api_account_statements", get=api(*ACCOUNT_READERS, "owner_b")),
    Row("api_account_statement", args=statement, get=api(*ACCOUNT_READERS, hidden=HIDDEN)),
    Row("api_account_entry_reverse", args=entry, post=api("finance", ok=415, hidden=HIDDEN)),
    Row("api_station_grade_certificate", args=code, post=api(MANAGER, REGION, "owner_a", ok=415, hidden=FOREIGN)),
    Row("api_account_entries", get=api(*ACCOUNT_READERS, "owner_b")),
]  # fmt: skip
