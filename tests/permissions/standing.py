"""Pages of contracts, renewals, exits and statements of account. Records hang on station A and its dealer."""

from datetime import date
from decimal import Decimal
from typing import Any

from stations import account_statements, deposits, exits, lifecycle, renewals
from stations.models import ExitItem, StationExit
from tests.factories.stations import make_station
from tests.permissions import FIELD, STATION_A, STATION_B, Row, only
from tests.permissions.stations import (
    ACCOUNT_READERS,
    MANAGER,
    REGION,
    WATCH,
    at_dealer,
    at_station,
    contract,
    form,
    station,
)

OFFICE_A = ("owner_a", "clerk_a")
OFFICE_B = ("owner_b", "clerk_b")
EXIT_READERS = (*WATCH, "finance", "warehouse", "appraiser", "approver", *FIELD)


def account(cast: Any) -> list[Any]:
    return [cast.dealer_a.accounts.get().pk]


def expired(cast: Any) -> list[Any]:
    cast.station_a.contracts.update(valid_to=date(2026, 12, 31))
    return [cast.station_a.pk]


def renewal(cast: Any) -> Any:
    cast.station_a.contracts.update(valid_to=date(2026, 12, 31))
    return renewals.prepare_renewal(cast.station_a, actor=cast.service_manager)


def prepared(cast: Any) -> list[Any]:
    return [renewal(cast).pk]


def agreed(cast: Any) -> list[Any]:
    return [renewals.agree_renewal(renewal(cast), signatory="刘建国", actor=cast.owner_a).pk]


def left(cast: Any) -> StationExit:
    """Another station of the East has left, so that the cast's own people can still log in."""
    gone = make_station(center=cast.center_a)
    lifecycle.terminate_station(gone, reason="合同解除", actor=cast.admin)
    return StationExit.objects.get(station=gone)


def exit_of(cast: Any) -> list[Any]:
    return [left(cast).pk]


def settled_exit(cast: Any) -> list[Any]:
    found = left(cast)
    for item in found.items.filter(status="pending"):
        exits.waive_item(item, reason="无遗留事项", actor=cast.approver)
    return [found.pk]


def item(cast: Any) -> list[Any]:
    return [ExitItem.objects.get(exit=left(cast), key="equipment").pk]


def entry(cast: Any) -> list[Any]:
    paid = deposits.receive_deposit(
        cast.station_a.contracts.get(), amount=Decimal(100), bank_reference="ICBC-1", actor=cast.admin
    )
    return [paid.pk]


def statement(cast: Any) -> list[Any]:
    made = account_statements.issue_account_statement(
        cast.dealer_a.accounts.get(), first=date(2026, 1, 1), last=date(2026, 1, 31), actor=cast.finance
    )
    return [made.pk]


def of_exit(*members: str, ok: int = 200) -> Any:
    """A record of a station that has left: nobody of a station sees it."""
    return only(*members, ok=ok, hidden=(*STATION_A, *STATION_B, "outsider", "supplier_x", "supplier_y"))


ROWS = [
    Row("contract_list", get=only(*WATCH, "finance", *FIELD, *OFFICE_A, *OFFICE_B)),
    form("contract_deposit_return", at_station("finance"), at_station("finance", ok=422), contract),
    form("renewal_prepare", at_station(MANAGER), at_station(MANAGER, ok=302), expired),
    Row("renewal_list", get=only(*WATCH, *FIELD, *OFFICE_A, *OFFICE_B)),
    Row("renewal_detail", args=prepared, get=at_station(*WATCH, *FIELD, *OFFICE_A)),
    form("renewal_agree", at_station("owner_a"), at_station("owner_a", ok=422), prepared),
    Row("renewal_sign", args=agreed, get=at_station(MANAGER), post=at_station(MANAGER, ok=302)),
    form("renewal_drop", at_station(MANAGER), at_station(MANAGER, ok=422), prepared),
    form(
        "station_grade_certificate", at_station(MANAGER, REGION, "owner_a"),
        at_station(MANAGER, REGION, "owner_a", ok=302), station,
    ),
    Row("exit_list", get=only(*EXIT_READERS)),
    Row("exit_detail", args=exit_of, get=of_exit(*EXIT_READERS)),
    Row("exit_complete", args=settled_exit, get=of_exit(MANAGER), post=of_exit(MANAGER, ok=302)),
    Row("exit_item_confirm", args=item, get=of_exit(MANAGER, REGION), post=None),
    form("exit_item_waive", of_exit(MANAGER, "approver"), of_exit(MANAGER, "approver", ok=422), item),
    Row("dealer_account_period", args=account, get=at_dealer(*ACCOUNT_READERS)),
    form("dealer_account_issue", at_dealer("finance", "owner_a"), at_dealer("finance", "owner_a", ok=422), account),
    form("dealer_account_payment", at_dealer("finance"), at_dealer("finance", ok=422), account),
    form("account_entry_correct", at_dealer("finance"), at_dealer("finance", ok=422), entry),
    Row("account_statement_detail", args=statement, get=at_dealer(*ACCOUNT_READERS)),
]  # fmt: skip
