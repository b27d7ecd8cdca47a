"""Acceptance 8: scarce stock goes to the stopped machine first, and a goods receipt serves the backorder by itself."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum

from parts import books, stock
from parts.allocation import allocate
from parts.models import OrderKind, Part, StockBalance, StockEntry
from parts.ordering import Wanted, place_order
from parts.receiving import Delivered, receive_goods
from portal.core import clock
from tests.factories.parts import make_part, make_supplier, stock_at_headquarters
from tests.factories.stations import make_grade, make_station, make_user

pytestmark = pytest.mark.django_db


def at(time: str) -> datetime:
    """An instant of the day, in Shanghai."""
    return datetime.fromisoformat(f"2026-06-01T{time}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    clock.set(at("08:00"))
    yield
    clock.set(None)


def ledger_agrees(part: Part) -> bool:
    """The sum of the entries is on hand everywhere."""
    sums = dict(StockEntry.objects.filter(part=part).values_list("location").annotate(sum=Sum("qty")))
    rows = StockBalance.objects.filter(part=part).values_list("location", "on_hand")
    return all(sums.get(location, 0) == on_hand for location, on_hand in rows) and not list(books.balances_agree())


def test_stopped_machine_first_and_goods_receipt_serves_the_backorder() -> None:
    part, hq = make_part(), stock.central_warehouse()
    station_a, station_b = make_station(), make_station()
    for station in (station_a, station_b):
        make_grade(station=station, grade="B")
    clerk, warehouse = make_user(), make_user()
    stock_at_headquarters(part, 7)
    assert ledger_agrees(part)

    order_a = place_order(station_a, lines=[Wanted(part.number, Decimal(5))], actor=clerk, at=at("09:00"))
    order_b = place_order(
        station_b, lines=[Wanted(part.number, Decimal(4))], kind=OrderKind.MACHINE_DOWN, actor=clerk, at=at("09:05")
    )
    run = allocate(actor=warehouse, at=at("09:10"))

    line_a, line_b = order_a.lines.get(), order_b.lines.get()
    assert (line_b.allocated_qty, line_b.backordered_qty) == (4, 0)
    assert (line_a.allocated_qty, line_a.backordered_qty) == (3, 2)
    assert stock.available(part, hq) == 0
    assert [row["order"] for row in run.ranking] == [order_b.number, order_a.number]
    assert ledger_agrees(part)

    receipt = receive_goods(make_supplier(), lines=[Delivered(part, Decimal(10), Decimal("60.00"))], actor=warehouse)

    line_a.refresh_from_db()
    order_a.refresh_from_db()
    assert (line_a.allocated_qty, line_a.backordered_qty) == (5, 0)
    assert order_a.status == "allocated"
    assert stock.available(part, hq) == 8
    assert stock.on_hand(part, hq) == 17
    assert ledger_agrees(part)
    assert receipt.number.startswith("GR-202606-")
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []
