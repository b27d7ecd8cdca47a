"""The way out: items that settle themselves, items people confirm or waive, stock bought back, money held."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parts import ordering, stock
from parts.ordering import Wanted
from parts.states import OrderStatus
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import pdf_bytes
from portal.core.states import TransitionNotAllowed
from stations import dealer_account, deposits, exits, lifecycle
from stations.documents import exit_record_of
from stations.models import ExitItem, ExitItemStatus, ExitStatus, Station, StationExit
from tests.factories.parts import make_part, stock_at_station
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


def leave(station: Station) -> StationExit:
    lifecycle.terminate_station(station, reason="双方协商解除合同", actor=make_user(Role.SERVICE_MANAGER))
    return StationExit.objects.get(station=station)


def item(found: StationExit, key: str) -> ExitItem:
    return found.items.get(key=key)


def test_what_needs_nothing_is_done_at_once_and_the_rest_waits() -> None:
    found = leave(make_station())

    states = {each.key: each.status for each in found.items.all()}
    assert states == {
        "old_parts": "done", "equipment": "pending", "stock": "done", "last_statement": "pending", "log_ins": "done",
        "deposit": "done",
    }  # fmt: skip


def test_stock_is_bought_back_at_80_percent_once() -> None:
    station, part = make_station(), make_part(price="100.00")
    stock_at_station(station, part, 5, unit_cost="60.00")
    found, finance = leave(station), make_user(Role.FINANCE)

    settled = exits.confirm_item(item(found, "stock"), actor=finance, evidence="入库单 88")
    with pytest.raises(TransitionNotAllowed):
        exits.confirm_item(item(found, "stock"), actor=finance)

    account = dealer_account.account_of(station)
    assert (settled.amount, account.used) == (D("240.00"), D("-240.00"))
    assert stock.on_hand(part, stock.station_location(station)) == 0
    assert stock.on_hand(part, stock.central_warehouse()) == 5
    assert settled.found["lines"][0]["amount"] == "240.00"


def test_the_books_decide_where_they_can() -> None:
    station = make_station()
    contract = station.contracts.get()
    finance = make_user(Role.FINANCE)
    deposits.receive_deposit(contract, amount=D(20_000), bank_reference="ICBC-1", actor=finance)
    found = leave(station)

    with pytest.raises(exits.ItemStillOpen):
        exits.confirm_item(item(found, "deposit"), actor=finance)
    with pytest.raises(exits.ItemStillOpen):
        exits.confirm_item(item(found, "last_statement"), actor=finance)
    deposits.return_deposit(contract, amount=D(20_000), bank_reference="ICBC-2", actor=finance)
    exits.settle_found(found)

    assert item(found, "deposit").status == ExitItemStatus.DONE


def test_an_exit_is_complete_only_when_every_item_is_decided() -> None:
    found, manager = leave(make_station()), make_user(Role.SERVICE_MANAGER)

    with pytest.raises(exits.ItemsPending) as refused:
        exits.complete_exit(found, actor=manager)
    exits.confirm_item(item(found, "equipment"), actor=manager, evidence="设备交接单 2026-11")
    with pytest.raises(exits.WaiverUnexplained):
        exits.waive_item(item(found, "last_statement"), reason=" ", actor=manager)
    exits.waive_item(item(found, "last_statement"), reason="账已结清，无争议", actor=manager)
    done = exits.complete_exit(found, actor=manager)

    assert "、" in str(refused.value)
    assert (done.status, done.completed_by) == (ExitStatus.COMPLETED, manager)
    record = exit_record_of(done)
    assert record is not None
    assert pdf_bytes(record).startswith(b"%PDF")
    assert pdf_bytes(record, "en").startswith(b"%PDF")


def test_the_last_statement_is_held_90_days_and_no_earlier_one() -> None:
    station = make_station()
    lifecycle.terminate_station(station, reason="合同解除", actor=None, at=clock.start_of(date(2026, 5, 20)))

    def held(on: date, period: date | None = None) -> Any:
        return exits.statement_hold(Station.objects.get(pk=station.pk), on, period=period)

    assert held(date(2026, 8, 17)) == date(2026, 8, 18)
    assert held(date(2026, 8, 18)) is None
    assert held(date(2026, 6, 10), period=date(2026, 5, 1)) == date(2026, 8, 18)
    assert held(date(2026, 6, 10), period=date(2026, 4, 1)) is None


def test_an_item_is_done_by_the_system_when_its_day_has_come() -> None:
    found = leave(make_station())

    exits.settle_exits(at=clock.now() + timedelta(days=91))

    held = item(found, "last_statement")
    assert (held.status, held.decided_by) == (ExitItemStatus.DONE, None)


def test_a_suspended_station_orders_against_cash_only() -> None:
    station, part, clerk = make_station(), make_part(price="10.00"), make_user()
    lifecycle.suspend_station(station, reason="停业整顿", actor=None)
    station.refresh_from_db()

    order = ordering.place_order(station, lines=[Wanted(part.number, D(1))], actor=clerk)
    tested = ordering.retest_holds(dealer_account.account_of(station))
    released = ordering.release_hold(order, actor=make_user(Role.FINANCE), reason="现款已到账 ICBC-9")

    assert order.status == OrderStatus.ON_HOLD
    assert clock.today().isoformat() in order.hold_reason
    assert tested == []
    assert released.status == OrderStatus.CONFIRMED
