"""The pages of parts for those who use them: they open, act, and keep the outsider out."""

from decimal import Decimal
from typing import Any

import pytest

from parts.allocation import allocate
from parts.fulfillment import ship_shipment
from parts.models import Carrier, PartsOrder
from parts.ordering import Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.taking import pick_order
from portal.accounts.roles import Role
from tests.conftest import as_user
from tests.factories.parts import make_part, make_supplier, stock_at_headquarters
from tests.factories.stations import make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


class Stage:
    """One station with its clerk, another with its own, and headquarters."""

    def __init__(self) -> None:
        self.station, self.other = make_station(), make_station()
        make_grade(station=self.station, grade="B")
        self.clerk = make_member(Role.STATION_CLERK, station=self.station)
        self.stranger = make_member(Role.STATION_CLERK, station=self.other)
        self.warehouse, self.finance = make_user(Role.WAREHOUSE), make_user(Role.FINANCE)
        self.part = make_part(number="GW-100", name="智能网关主板", pinyin_key="znwgzb", price="200.00")
        stock_at_headquarters(self.part, 10)

    def order(self, qty: int = 2) -> PartsOrder:
        return place_order(self.station, lines=[Wanted("GW-100", D(qty))], actor=self.clerk)

    def shipped(self) -> Any:
        order = self.order()
        allocate(actor=self.warehouse)
        shipment = pack_shipment(
            pick_order(order, actor=self.warehouse), boxes=[Box("SF1", D(1))], actor=self.warehouse
        )
        return ship_shipment(shipment, carrier="顺丰", actor=self.warehouse)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_clerk_opens_every_page_and_the_stranger_finds_none_of_the_records(stage: Stage) -> None:
    shipment = stage.shipped()
    clerk, stranger = as_user(stage.clerk), as_user(stage.stranger)
    records = [
        f"/parts/orders/{shipment.order_id}/",
        f"/parts/orders/{shipment.order_id}/cancel/",
        f"/parts/shipments/{shipment.pk}/",
        f"/parts/shipments/{shipment.pk}/receive/",
    ]
    lists = [
        "/parts/",
        "/parts/orders/",
        "/parts/orders/new/",
        "/parts/shipments/",
        "/parts/stock/",
        "/parts/catalog/GW-100/",
    ]

    assert {url: clerk.get(url).status_code for url in records + lists} == dict.fromkeys(records + lists, 200)
    assert {url: stranger.get(url).status_code for url in records} == dict.fromkeys(records, 404)
    assert shipment.order.number not in stranger.get("/parts/orders/").content.decode()


def test_parts_clerk_opens_every_admin_page(stage: Stage) -> None:
    shipment, supplier = stage.shipped(), make_supplier()
    order = stage.order()
    pages = [f"/admin/parts/{name}/" for name in (
        "part", "partcategory", "listprice", "supersession", "partvariant", "supplier", "supplierpart", "location",
        "stockbalance", "posting", "goodsreceipt", "allocationrun", "partsorder", "shipment",
    )]  # fmt: skip
    pages += [
        f"/admin/parts/partsorder/{order.pk}/change/",
        f"/admin/parts/partsorder/{order.pk}/do/allocate/",
        f"/admin/parts/shipment/{shipment.pk}/change/",
        f"/admin/parts/supplier/{supplier.pk}/change/",
        f"/admin/parts/supplier/{supplier.pk}/do/receive_goods/",
        f"/admin/parts/part/{stage.part.pk}/change/",
        "/admin/parts/partsorder/?queue=to_pick",
        "/admin/parts/part/?q=znwg",
        "/admin/parts/part/add/",
    ]
    client = as_user(stage.warehouse)

    assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 200)


def test_ordering_in_the_browser_prices_checks_and_places_once(stage: Stage) -> None:
    clerk = as_user(stage.clerk)
    form = {
        "station": stage.station.pk,
        "kind": "stock",
        "rows": "配件编码\t数量\nGW-100\t3\n",
        "idempotency_key": "k1",
    }

    preview = clerk.post("/parts/orders/preview/", form)
    answers = [clerk.post("/parts/orders/new/", form) for _ in range(2)]

    assert "¥450.00" in preview.content.decode()
    assert [answer.status_code for answer in answers] == [302, 302]
    order = PartsOrder.objects.get()
    assert answers[1].headers["Location"] == order.get_absolute_url()
    assert order.lines.get().ordered_qty == 3


def test_bad_rows_are_named_by_line_and_nothing_is_ordered(stage: Stage) -> None:
    form = {"station": stage.station.pk, "kind": "stock", "rows": "GW-100 -5\nNO-SUCH 1\nGW-100 NaN\nGW-100 1e400\n"}

    answer = as_user(stage.clerk).post("/parts/orders/new/", form)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert all(f"{word}" in text for word in ("-5", "NO-SUCH", "NaN", "1e400"))
    assert not PartsOrder.objects.exists()


def test_a_foreign_station_is_unknown(stage: Stage) -> None:
    form = {"station": stage.other.pk, "kind": "stock", "rows": "GW-100 1"}

    assert as_user(stage.clerk).post("/parts/orders/new/", form).status_code == 422
    assert not PartsOrder.objects.exists()


def test_receiving_in_the_browser_puts_the_parts_into_stock(stage: Stage) -> None:
    shipment = stage.shipped()
    line = shipment.lines.get()
    form = {
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-line": line.pk, "lines-0-received": 2,
        "lines-0-damaged": 0, "lines-0-note": "",
    }  # fmt: skip

    answer = as_user(stage.clerk).post(f"/parts/shipments/{shipment.pk}/receive/", form)

    assert answer.status_code == 302
    shipment.refresh_from_db()
    assert shipment.status == "received"
    assert "GW-100" in as_user(stage.clerk).get("/parts/stock/").content.decode()


def test_headquarters_works_the_queue_by_buttons(stage: Stage) -> None:
    order, client = stage.order(), as_user(stage.warehouse)

    client.post(f"/admin/parts/partsorder/{order.pk}/do/allocate/")
    client.post(f"/admin/parts/partsorder/{order.pk}/do/pick/")
    shipment = order.shipments.get()
    client.post(f"/admin/parts/shipment/{shipment.pk}/do/pack/", {"parcels": "1.5 SF1 GW-100=1\n2 GW-100=1"})
    carrier = Carrier.objects.get(code="SF").pk
    tracking = {"tracking_1": "SF1", "tracking_2": "SF2"}
    client.post(f"/admin/parts/shipment/{shipment.pk}/do/ship/", {"carrier": carrier} | tracking)

    shipment.refresh_from_db()
    assert shipment.status == "shipped"
    assert [parcel.tracking_number for parcel in shipment.parcels.order_by("position")] == ["SF1", "SF2"]


def test_goods_are_received_from_pasted_rows(stage: Stage) -> None:
    supplier, client = make_supplier(), as_user(stage.warehouse)
    address = f"/admin/parts/supplier/{supplier.pk}/do/receive_goods/"

    wrong = client.post(address, {"rows": "GW-100\t5\nNO-SUCH 1 2\n", "delivery_note": "DN-1"})
    right = client.post(address, {"rows": "GW-100\t5\t88.50\n", "delivery_note": "DN-1"})
    again = client.post(address, {"rows": "GW-100\t5\t88.50\n", "delivery_note": "DN-1"})

    assert [wrong.status_code, right.status_code, again.status_code] == [422, 302, 409]


def test_anybody_looks_up_national_prices_and_sees_no_net_price(client: Any, stage: Stage) -> None:
    for text in ("GW-100", "网关", "znwg"):
        page = client.get("/parts/prices/", {"q": text}).content.decode()
        assert "¥226.00" in page  # with 13 % value added tax
        assert "¥200.00" in page
        assert "¥150.00" not in page
    assert client.get("/parts/prices/", {"q": "a\x00b"}).status_code == 400
    assert client.get("/parts/prices/", {"nonsense": "1"}).status_code == 400
