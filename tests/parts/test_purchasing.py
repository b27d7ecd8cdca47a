"""Orders to suppliers: drafting, sending, promises, receipts, what comes on top, cancelling, sending back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parts import books, stock
from parts.allocation import allocate
from parts.models import GoodsReceipt, PartSerial, PurchaseOrder, PurchaseOrderLine, PurchaseSuggestion, StockEntry
from parts.ordering import Wanted, place_order
from parts.purchasing import letters, orders, receipts
from parts.purchasing.orders import Needed
from parts.purchasing.receipts import Arrived
from parts.purchasing.revising import PriceReasonMissing, revise_purchase_order
from parts.receiving import NotForSuppliersGoods, SerialKnown, SerialsMissing
from parts.replenishment import decisions
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models import Event
from portal.core.models.notifications import MailOutbox, Notification
from portal.core.notifications import send_waiting
from portal.core.states import TransitionNotAllowed
from tests.factories.parts import make_location, make_part, make_supplier, make_supplier_part, stock_at_headquarters
from tests.factories.stations import make_station, make_user
from tests.permissions.parts import suggestion as suggestion_of_x

pytestmark = pytest.mark.django_db
D = Decimal


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    clock.set(at("2026-06-01T09:00"))
    yield
    clock.set(None)


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def bought(qty: str = "10", *, price: str = "40.00", **values: Any) -> PurchaseOrder:
    """A sent order over one line."""
    supplier = make_supplier(email="orders@example.com")
    part = make_part(**values)
    make_supplier_part(supplier, part, price, lead_days=10)
    draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(qty))], actor=make_user())
    return orders.send_purchase_order(draft, actor=make_user())


def line_of(order: PurchaseOrder) -> PurchaseOrderLine:
    return order.lines.select_related("part").get()


def receive(order: PurchaseOrder, qty: str, **values: Any) -> GoodsReceipt:
    line = line_of(order)
    return receipts.receive_purchase(order, arrived=[Arrived(line.pk, D(qty), **values)], actor=None)


def test_draft_purchase_order_takes_the_suppliers_price_pack_and_minimum() -> None:
    supplier, part = make_supplier(), make_part()
    make_supplier_part(supplier, part, "12.50", supplier_part_number="X-1", pack_qty=6, min_order_qty=20)

    order = orders.draft_purchase_order(
        supplier, lines=[Needed(part.number, D(5)), Needed(part.number, D(4))], actor=None
    )

    line = line_of(order)
    assert (line.ordered_qty, line.open_qty, line.unit_price, line.amount) == (24, 24, D("12.50"), D("300.00"))
    assert (line.supplier_part_number, order.number, order.status) == ("X-1", "", "draft")
    assert order.total == D("300.00")


def test_draft_purchase_order_refuses_what_it_cannot_price() -> None:
    supplier, part = make_supplier(), make_part()

    with pytest.raises(orders.NoSupplierPrice, match=part.number):
        orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(5))], actor=None)
    with pytest.raises(orders.PartsUnknown, match="NO-SUCH"):
        orders.draft_purchase_order(supplier, lines=[Needed("NO-SUCH", D(5))], actor=None)
    with pytest.raises(orders.EmptyPurchase):
        orders.draft_purchase_order(supplier, lines=[], actor=None)
    with pytest.raises(stock.QuantityNotPositive):
        orders.draft_purchase_order(supplier, lines=[Needed(part.number, D("NaN"), D(1))], actor=None)

    order = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(5), D("3.10"))], actor=None)
    assert order.total == D("15.50")


def test_revise_purchase_order_changes_adds_and_drops_lines_of_a_draft_and_keeps_the_reason() -> None:
    supplier, actor = make_supplier(), make_user()
    kept, dropped, added = (make_part(number=number) for number in ("KEPT-1", "DROP-1", "NEW-1"))
    for part in (kept, dropped, added):
        make_supplier_part(supplier, part, "40.00", pack_qty=6)
    needs = [Needed("KEPT-1", D(6)), Needed("DROP-1", D(6))]
    draft = orders.draft_purchase_order(supplier, lines=needs, actor=actor)
    line = draft.lines.get(part=kept)
    cheaper = [Needed("KEPT-1", D(7), D("35.00")), Needed("NEW-1", D(1))]

    with pytest.raises(PriceReasonMissing, match="KEPT-1"):
        revise_purchase_order(draft, lines=cheaper, actor=actor)
    order = revise_purchase_order(draft, lines=cheaper, actor=actor, reason="电话议价", note="分两车送")

    rows = list(order.lines.values_list("pk", "part__number", "ordered_qty", "open_qty", "unit_price", "amount"))
    assert rows[0] == (line.pk, "KEPT-1", 12, 12, D("35.00"), D("420.00"))
    assert rows[1][1:] == ("NEW-1", 6, 6, D("40.00"), D("240.00"))
    assert (len(rows), order.total, order.note) == (2, D("660.00"), "分两车送")
    event = Event.objects.get(kind="purchaseorder.revised")
    assert (event.note, [change["part"] for change in event.data["lines"]]) == (
        "电话议价",
        ["KEPT-1", "NEW-1", "DROP-1"],
    )
    same = [Needed("KEPT-1", D(12), D("35.00")), Needed("NEW-1", D(6))]
    revise_purchase_order(order, lines=same, actor=actor)
    assert Event.objects.filter(kind="purchaseorder.revised").count() == 1
    with pytest.raises(orders.EmptyPurchase):
        revise_purchase_order(order, lines=[], actor=actor)
    sent = orders.send_purchase_order(order, actor=actor)
    with pytest.raises(TransitionNotAllowed):
        revise_purchase_order(sent, lines=same, actor=actor)


def test_a_line_that_planning_asked_for_is_cancelled_not_dropped_and_not_sent(cast: Any) -> None:
    suggestion = PurchaseSuggestion.objects.get(pk=suggestion_of_x(cast)[0])
    decisions.accept_suggestion(suggestion, actor=cast.warehouse)
    draft = decisions.order_suggestions(actor=cast.warehouse)[0]
    other = make_part(number="OTHER-1")

    order = revise_purchase_order(draft, lines=[Needed("OTHER-1", D(2), D("5.00"))], actor=cast.warehouse)
    sent = orders.send_purchase_order(order, actor=cast.warehouse)

    asked = sent.lines.get(part=suggestion.part)
    assert (asked.open_qty, asked.cancelled_qty) == (0, asked.ordered_qty)
    facts = documents_of(sent, letters.PURCHASE_ORDER).get().facts
    assert ([line["part"] for line in facts["lines"]], facts["amount"]) == ([other.number], "10.00")
    assert violations() == []


def test_send_purchase_order_numbers_freezes_and_mails_it_in_the_suppliers_language(mailoutbox: Any) -> None:
    supplier, part = make_supplier(email="a@example.com", language="en", name_en="Acme"), make_part(name_en="Lock")
    make_supplier_part(supplier, part, "40.00", lead_days=10)
    draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, D(3))], actor=None)

    order = orders.send_purchase_order(draft, actor=None)

    assert (order.number, order.status) == ("PU-202606-000001", "sent")
    assert line_of(order).wanted_on == date(2026, 6, 11)
    paper = documents_of(order, letters.PURCHASE_ORDER).get()
    assert (paper.language, paper.facts["amount"]) == ("en", "120.00")
    mail = MailOutbox.objects.get()
    assert (mail.to, mail.subject) == ("a@example.com", "Purchase order PU-202606-000001")
    assert send_waiting() == 1
    name, attached, kind = mailoutbox[0].attachments[0]
    assert (name, kind, attached) == ("PU-202606-000001.pdf", "application/pdf", pdf_bytes(paper))
    assert attached.startswith(b"%PDF")
    with pytest.raises(TransitionNotAllowed):
        orders.send_purchase_order(order, actor=None)


def test_confirm_purchase_order_keeps_a_promise_per_line_and_tells_of_late_ones(cast: Any) -> None:
    order = bought()
    line = line_of(order)

    with pytest.raises(orders.PromiseMissing, match="2026-06-01"):
        orders.confirm_purchase_order(order, promises={line.pk: date(2026, 5, 31)}, actor=None)
    with pytest.raises(orders.PromiseMissing):
        orders.confirm_purchase_order(order, promises={}, actor=None)
    confirmed = orders.confirm_purchase_order(
        order, promises={line.pk: date(2026, 6, 20)}, reference="SO-77", actor=None
    )

    line.refresh_from_db()
    assert (confirmed.status, confirmed.supplier_reference, line.promised_on) == (
        "confirmed",
        "SO-77",
        date(2026, 6, 20),
    )
    assert line.is_late
    assert Notification.objects.get(user=cast.warehouse).kind == "purchaseorder.late"
    again = orders.confirm_purchase_order(confirmed, promises={line.pk: date(2026, 6, 9)}, actor=None)
    assert again.status == "confirmed"


def test_receive_purchase_takes_parts_of_a_line_and_serves_backorders_at_once() -> None:
    order = bought("10")
    part = line_of(order).part
    station_order = place_order(make_station(), lines=[Wanted(part.number, D(3))], actor=make_user())
    allocate(actor=None)

    receipt = receive(order, "4", batch="B-7", shelf="A-01-3")

    order.refresh_from_db()
    line = line_of(order)
    assert (order.status, line.open_qty, line.received_qty) == ("partially_received", 6, 4)
    assert station_order.lines.get().allocated_qty == 3
    row = receipt.lines.get()
    assert (row.purchase_line_id, row.batch, row.shelf, row.unit_cost) == (line.pk, "B-7", "A-01-3", D("40.00"))
    assert stock.available(part, stock.central_warehouse()) == 1
    receive(order, "6")
    order.refresh_from_db()
    assert order.status == "received"
    assert orders.close_purchase_order(order, actor=None).status == "closed"
    assert violations() == []


def test_receive_purchase_into_a_regional_warehouse_serves_no_backorder_and_goes_back_from_there() -> None:
    order, place = bought("10"), make_location()
    part = line_of(order).part
    station_order = place_order(make_station(), lines=[Wanted(part.number, D(3))], actor=make_user())
    allocate(actor=None)

    with pytest.raises(NotForSuppliersGoods):
        receipts.receive_purchase(
            order, arrived=[Arrived(line_of(order).pk, D(4))], place=make_location(kind="scrap"), actor=None
        )
    receipt = receipts.receive_purchase(order, arrived=[Arrived(line_of(order).pk, D(4))], place=place, actor=None)
    receipts.return_to_supplier(
        order, quantities={line_of(order).pk: D(1)}, reason="批次不良", place=place, actor=make_user()
    )

    assert (receipt.location, stock.on_hand(part, place)) == (place, 3)
    assert stock.on_hand(part, stock.central_warehouse()) == 0
    assert station_order.lines.get().allocated_qty == 0
    receive(order, "6")
    assert station_order.lines.get().allocated_qty == 3
    assert violations() == []


def test_receive_purchase_keeps_five_percent_on_top_with_a_note_and_refuses_more() -> None:
    order = bought("100")

    with pytest.raises(receipts.OverReceipt, match="105"):
        receive(order, "106", note="供方多发")
    with pytest.raises(receipts.OverReceiptNoteMissing):
        receive(order, "105")
    receive(order, "105", note="供方多发")

    line = line_of(order)
    assert (line.open_qty, line.received_qty, line.over_qty) == (0, 100, 5)
    with pytest.raises(receipts.OverReceipt):
        receive(order, "1", note="再多一件")
    assert violations() == []


def test_receive_purchase_wants_a_new_serial_number_for_every_piece() -> None:
    order = bought("2", is_serialised=True)

    with pytest.raises(SerialsMissing, match="2"):
        receive(order, "2", serials=("S1",))
    with pytest.raises(SerialsMissing):
        receive(order, "2", serials=("S1", "S1"))
    receive(order, "1", serials=("S1",))
    with pytest.raises(SerialKnown, match="S1"):
        receive(order, "1", serials=("S1",))

    assert list(PartSerial.objects.values_list("serial", flat=True)) == ["S1"]
    assert line_of(order).open_qty == 1


def test_receive_purchase_refuses_drafts_and_lines_of_others() -> None:
    order, other = bought(), bought()
    draft = orders.draft_purchase_order(order.supplier, lines=[Needed(line_of(order).part.number, D(1))], actor=None)

    with pytest.raises(TransitionNotAllowed):
        receive(draft, "1")
    with pytest.raises(orders.LineOfAnotherOrder):
        receipts.receive_purchase(order, arrived=[Arrived(line_of(other).pk, D(1))], actor=None)


def test_cancel_purchase_rest_ends_what_is_open_and_tells_the_supplier() -> None:
    order = bought("10")
    receive(order, "4")
    line = line_of(order)

    with pytest.raises(orders.CancelTooMuch, match="6"):
        orders.cancel_purchase_rest(order, quantities={line.pk: D(7)}, reason="不再需要", actor=None)
    order = orders.cancel_purchase_rest(order, quantities={line.pk: D(2)}, reason="不再需要", actor=None)
    assert (order.status, line_of(order).open_qty) == ("partially_received", 4)
    order = orders.cancel_purchase_rest(order, reason="不再需要", actor=None)

    assert (order.status, line_of(order).cancelled_qty) == ("received", 6)
    with pytest.raises(orders.NothingOpen):
        orders.cancel_purchase_rest(order, reason="不再需要", actor=None)
    assert MailOutbox.objects.count() == 3
    whole = bought("3")
    assert orders.cancel_purchase_rest(whole, reason="不再需要", actor=None).status == "cancelled"
    assert violations() == []


def test_return_to_supplier_takes_the_goods_out_and_charges_them() -> None:
    order = bought("10", price="12.34")
    receive(order, "5")
    line = line_of(order)
    part = line.part

    with pytest.raises(receipts.ReturnTooMuch, match="5"):
        receipts.return_to_supplier(order, quantities={line.pk: D(6)}, reason="批次不良", actor=None)
    made = receipts.return_to_supplier(order, quantities={line.pk: D(2)}, reason="批次不良", actor=None)

    assert (made.number, made.amount) == ("DN-202606-000001", D("24.68"))
    assert stock.on_hand(part, stock.central_warehouse()) == 3
    assert documents_of(made, letters.DEBIT_NOTE).get().facts["order"] == order.number
    assert StockEntry.objects.get(posting__source=made.number, location=order.location).value == D("-24.68")
    assert violations() == []


def test_return_to_supplier_leaves_what_is_set_aside() -> None:
    order = bought("3")
    receive(order, "3")
    line = line_of(order)
    place_order(make_station(), lines=[Wanted(line.part.number, D(2))], actor=make_user())
    allocate(actor=None)

    with pytest.raises(stock.NotEnoughStock):
        receipts.return_to_supplier(order, quantities={line.pk: D(2)}, reason="批次不良", actor=None)
    assert violations() == []


def test_lead_time_is_measured_on_receipts() -> None:
    order = bought("10")
    for days, qty in ((8, "2"), (10, "3"), (12, "5")):
        clock.set(at("2026-06-01T09:00") + timedelta(days=days))
        receive(order, qty)

    offer = order.supplier.parts.get()
    assert (offer.measured_receipts, offer.measured_lead_days, offer.measured_lead_sd_days) == (
        3,
        D("10.00"),
        D("1.63"),
    )


def test_moving_average_takes_the_purchase_price() -> None:
    order = bought("10", price="40.00")
    part = line_of(order).part
    stock_at_headquarters(part, 10, unit_cost="60.00")

    receive(order, "10")

    balance = part.balances.get(location=stock.central_warehouse())
    assert (balance.on_hand, balance.value) == (20, D("1000.00"))
