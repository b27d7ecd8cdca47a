"""Backordered pieces get the day their goods are expected; receipts of any size keep every piece in one column."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parts import books
from parts.allocation import allocate
from parts.models import OrderKind
from parts.ordering import Wanted, place_order
from parts.promises import promised_days
from parts.purchasing import orders, receipts
from parts.purchasing.orders import Needed
from portal.core import clock
from portal.core.errors import Refusal
from tests.factories.parts import make_part, make_supplier, make_supplier_part
from tests.factories.stations import make_station, make_user

D = Decimal


@pytest.fixture
def today() -> Iterator[None]:
    clock.set(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    yield
    clock.set(None)


@pytest.mark.django_db
def test_stopped_machines_are_promised_the_first_goods_and_the_uncovered_nothing(today: None) -> None:
    part, supplier, clerk = make_part(), make_supplier(), make_user()
    make_supplier_part(supplier, part, lead_days=10)
    first = place_order(make_station(), lines=[Wanted(part.number, D(5))], actor=clerk)
    stopped = place_order(make_station(), lines=[Wanted(part.number, D(4))], kind=OrderKind.MACHINE_DOWN, actor=clerk)
    last = place_order(make_station(), lines=[Wanted(part.number, D(50))], actor=clerk)
    allocate(actor=clerk)
    for qty, day in ((4, date(2026, 6, 8)), (6, date(2026, 6, 20))):
        draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(qty))], actor=clerk)
        order = orders.send_purchase_order(draft, actor=clerk)
        orders.confirm_purchase_order(order, promises={order.lines.get().pk: day}, actor=clerk)

    lines = [order.lines.get() for order in (first, stopped, last)]

    assert promised_days(lines) == {lines[0].pk: date(2026, 6, 20), lines[1].pk: date(2026, 6, 8)}


class Receipts(TestCase):  # type: ignore[misc]
    """Any receipts, cancellations and returns in any order."""

    @settings(max_examples=15)
    @given(
        acts=st.lists(
            st.tuples(st.sampled_from(["receive", "cancel", "return"]), st.integers(1, 130)), min_size=1, max_size=6
        )
    )
    def test_every_piece_stands_in_one_column_whatever_happens(self, acts: list[tuple[str, int]]) -> None:
        supplier, part = make_supplier(), make_part()
        make_supplier_part(supplier, part)
        draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(100))], actor=None)
        order = orders.send_purchase_order(draft, actor=None)
        pk = order.lines.get().pk

        for act, qty in acts:
            try:
                if act == "receive":
                    arrived = [receipts.Arrived(pk, D(qty), note="供方多发")]
                    receipts.receive_purchase(order, arrived=arrived, actor=None)
                elif act == "cancel":
                    orders.cancel_purchase_rest(order, quantities={pk: D(qty)}, reason="不再需要", actor=None)
                else:
                    receipts.return_to_supplier(order, quantities={pk: D(qty)}, reason="批次不良", actor=None)
            except Refusal:
                continue

        line = order.lines.get()
        assert line.ordered_qty == line.open_qty + line.received_qty + line.cancelled_qty
        assert line.over_qty <= 5
        assert [sentence for check in books.CHECKS.values() for sentence in check()] == []
