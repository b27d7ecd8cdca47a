"""Two at once on a purchase order: pieces come once, and what came is not cancelled; and what happens without the lock."""

from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from parts import books
from parts.models import PurchaseOrder, PurchaseOrderLine
from parts.purchasing import orders, receipts
from parts.purchasing.orders import Needed
from portal.core.errors import Refusal
from tests.conftest import race
from tests.factories.parts import make_part, make_supplier, make_supplier_part
from tests.factories.stations import make_user

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def sent() -> PurchaseOrder:
    """Ten pieces are on order."""
    supplier, part, clerk = make_supplier(), make_part(), make_user()
    make_supplier_part(supplier, part)
    draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(10))], actor=clerk)
    return orders.send_purchase_order(draft, actor=clerk)


def receive(order: PurchaseOrder) -> Any:
    line = order.lines.get()
    arrived = [receipts.Arrived(line.pk, D(10))]
    return receipts.receive_purchase(PurchaseOrder.objects.get(pk=order.pk), arrived=arrived, actor=None)


def line_of(order: PurchaseOrder) -> PurchaseOrderLine:
    return order.lines.get()


def without_locks(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Orders and lines are read as they stand, kept from nobody; so many have read before anybody writes."""
    everybody = Barrier(count, timeout=60)

    def lines_of(order: PurchaseOrder) -> dict[int, PurchaseOrderLine]:
        lines = {line.pk: line for line in order.lines.select_related("part").order_by("pk")}
        everybody.wait()
        return lines

    for module in (orders, receipts):
        monkeypatch.setattr(module, "lock_lines", lines_of)
        monkeypatch.setattr(module.states, "lock", lambda row, *related: type(row)._base_manager.get(pk=row.pk))


def test_of_eight_receipts_of_one_line_one_wins() -> None:
    order = sent()

    results = race(8, lambda _n: receive(order))

    assert sum(isinstance(result, Refusal) for result in results) == 7, results
    assert (line_of(order).received_qty, line_of(order).open_qty) == (10, 0)
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


def test_without_the_lock_pieces_come_twice_and_the_books_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: three receipts of three pieces each, of ten, and only one of them is counted."""
    order = sent()
    pk = order.lines.get().pk
    receipts.receive_purchase(order, arrived=[receipts.Arrived(pk, D(1))], actor=None)
    without_locks(monkeypatch, 3)

    def three(_number: int) -> Any:
        seen = PurchaseOrder.objects.get(pk=order.pk)
        return receipts.receive_purchase(seen, arrived=[receipts.Arrived(pk, D(3))], actor=None)

    results = race(3, three)

    assert sum(not isinstance(result, Exception) for result in results) == 3, results
    assert line_of(order).received_qty == 4
    assert list(books.purchase_lines_add_up()) != []


def test_a_receipt_and_a_cancellation_never_both_take_the_pieces() -> None:
    order = sent()

    def act(number: int) -> Any:
        if number % 2:
            return orders.cancel_purchase_rest(order, reason="不再需要", actor=None)
        return receive(order)

    results = race(6, act)

    line = line_of(order)
    assert sum(not isinstance(result, Exception) for result in results) == 1, results
    assert (line.open_qty, line.received_qty + line.cancelled_qty) == (0, 10)
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []
