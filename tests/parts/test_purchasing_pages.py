"""Purchase orders on the portal's pages and by program."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from parts import books, stock, work
from parts.four_eyes import SecondPersonNeeded
from parts.purchasing import orders
from parts.purchasing.orders import Needed
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models.notifications import Notification
from tests.api.calls import Program
from tests.factories.parts import make_location, make_part, make_supplier_part
from tests.factories.stations import make_station, make_user
from tests.parts.test_purchasing import bought, line_of, today  # noqa: F401 today: the clock of these tests

pytestmark = pytest.mark.django_db
D = Decimal


def test_programs_receive_cancel_send_back_and_close(cast: Any) -> None:
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part)
    draft = orders.draft_purchase_order(cast.supplier_x_co, lines=[Needed(part.number, D(10))], actor=cast.warehouse)
    order = orders.send_purchase_order(draft, actor=cast.warehouse)
    program = Program(cast.warehouse)

    def act(name: str, **body: Any) -> tuple[int, str]:
        answer = program.post(f"purchase-orders/{order.pk}/{name}/", body)
        return answer.status_code, answer.json().get("status", "")

    place, day = make_location(code="WH-EAST"), (clock.today() + timedelta(days=5)).isoformat()
    promised = [{"position": position, "promised_on": day} for position in (1, 9, 7)]
    refused = program.post(f"purchase-orders/{order.pk}/confirm/", {"lines": promised})
    assert (refused.status_code, refused.json()["code"]) == (422, "line_of_another_order")
    assert "7, 9" in refused.json()["detail"]
    assert order.lines.get().promised_on is None
    assert act("receive", lines=[{"position": 9, "qty": "1"}])[0] == 422
    assert act("receive", lines=[{"position": 1, "qty": "1"}], warehouse=stock.quarantine().code)[0] == 400
    assert act("receive", lines=[{"position": 1, "qty": "1"}], warehouse="WH-EAST") == (200, "partially_received")
    assert act("return", reason="批次不良", lines=[{"position": 1, "qty": "1"}], warehouse="WH-EAST")[0] == 200
    assert stock.on_hand(part, place) == 0
    assert act("receive", lines=[{"position": 1, "qty": "6"}]) == (200, "partially_received")
    assert act("cancel", reason="不再需要", lines=[{"position": 9, "qty": "1"}])[0] == 422
    assert act("cancel", reason="不再需要") == (200, "received")
    assert act("return", reason="批次不良", lines=[{"position": 1, "qty": "7"}])[0] == 422
    assert act("return", reason="批次不良", lines=[{"position": 1, "qty": "2"}]) == (200, "received")
    assert act("close") == (200, "closed")
    assert stock.on_hand(part, stock.central_warehouse()) == 4
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


def test_the_page_of_a_draft_changes_its_lines(client: Client, cast: Any) -> None:
    part, more = make_part(), make_part(number="MORE-1")
    for each in (part, more):
        make_supplier_part(cast.supplier_x_co, each, "40.00")
    draft = orders.draft_purchase_order(cast.supplier_x_co, lines=[Needed(part.number, D(6))], actor=cast.warehouse)
    line = line_of(draft)
    client.force_login(cast.warehouse)
    page = reverse("purchase_order_revise", args=[draft.pk])

    assert client.get(page).status_code == 200
    values = {f"qty_{line.pk}": "8", f"unit_price_{line.pk}": "", "more": "MORE-1 x", "note": "", "reason": ""}
    assert client.post(page, values).status_code == 422
    answer = client.post(page, values | {"more": "MORE-1 3"})
    assert (answer.status_code, answer.headers["Location"]) == (302, draft.get_absolute_url())
    assert list(draft.lines.values_list("part__number", "open_qty")) == [(part.number, 8), ("MORE-1", 3)]
    answer = Program(cast.warehouse).post(
        f"purchase-orders/{draft.pk}/revise/", {"lines": [{"part": "MORE-1", "qty": "4", "unit_price": "1.00"}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "price_reason_missing")


def test_the_page_receives_into_the_warehouse_chosen(client: Client, cast: Any) -> None:
    order, place = bought("10"), make_location()
    line = line_of(order)
    client.force_login(cast.warehouse)
    page = reverse("purchase_order_receive", args=[order.pk])

    shown = client.get(page).context["form"]
    assert shown["place"].value() == order.location_id
    elsewhere = {f"qty_{line.pk}": "4", "place": stock.transit_location(make_station()).pk}
    assert client.post(page, elsewhere).status_code == 422
    assert client.post(page, {f"qty_{line.pk}": "4", "place": place.pk}).status_code == 302
    assert client.post(page, {f"qty_{line.pk}": "1"}).status_code == 302
    assert (stock.on_hand(line.part, place), stock.on_hand(line.part, order.location)) == (4, 1)


def test_a_supplier_declines_with_a_reason_and_the_buyer_knows(cast: Any) -> None:
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part)
    draft = orders.draft_purchase_order(cast.supplier_x_co, lines=[Needed(part.number, D(10))], actor=cast.warehouse)
    order = orders.send_purchase_order(draft, actor=cast.warehouse)
    ours, theirs = Program(cast.supplier_x), Program(cast.supplier_y)
    page = f"purchase-orders/{order.pk}/decline/"

    part_of_it = ours.post(page, {"reason": "产能不足", "lines": [{"position": 1, "qty": "4"}]}).json()
    foreign = theirs.post(page, {"reason": "产能不足"})
    wordless = ours.post(page, {"reason": "嗯"})
    rest = ours.post(page, {"reason": "原厂停产"}).json()
    again = ours.post(page, {"reason": "原厂停产"})

    assert (part_of_it["status"], part_of_it["lines"][0]["open_qty"]) == ("sent", "6.000")
    assert (foreign.status_code, wordless.status_code, rest["status"], again.status_code) == (
        404,
        422,
        "cancelled",
        409,
    )
    told = Notification.objects.filter(kind="purchaseorder.declined", user=cast.warehouse)
    assert [row.facts["reason"] for row in told.order_by("pk")] == ["产能不足", "原厂停产"]


def test_who_drew_up_a_large_order_does_not_send_it_and_the_page_says_who_may(client: Client, cast: Any) -> None:
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part, "2001.00")
    draft = orders.draft_purchase_order(cast.supplier_x_co, lines=[Needed(part.number, D(10))], actor=cast.warehouse)
    client.force_login(cast.warehouse)

    shown = client.get(draft.get_absolute_url()).text, client.get(reverse("purchase_order_send", args=[draft.pk])).text

    assert all("¥20,010.00" in text and "¥20,000.00" in text for text in shown)
    assert "idempotency_key" not in shown[1]
    assert draft not in next(each for each in work.worklists(cast.warehouse) if each.key == "purchase_drafts").rows
    with pytest.raises(SecondPersonNeeded, match="20,010"):
        orders.send_purchase_order(draft, actor=cast.warehouse)
    other = make_user(Role.WAREHOUSE)
    assert draft in next(each for each in work.worklists(other) if each.key == "purchase_drafts").rows
    assert orders.send_purchase_order(draft, actor=other).status == "sent"
