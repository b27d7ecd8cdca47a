"""Ordering quickly: the draft that waits, templates of a station, stars, filling up to the minimum, stock around."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parts import order_aids
from parts.basket import assess, read_rows
from parts.models import FavoritePart, OrderDraft, OrderTemplate, PartsOrder, StockLevel
from parts.nearby import stock_around
from parts.ordering import Wanted, place_order
from parts.purchasing import orders
from portal.accounts.roles import Role
from portal.core import clock
from tests.conftest import as_user
from tests.factories.parts import (
    make_location,
    make_part,
    make_supersession,
    make_supplier,
    make_supplier_part,
    put_stock,
    stock_at_headquarters,
    stock_at_station,
)
from tests.factories.stations import make_center, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


class Desk:
    """A station's clerk, a colleague, and a station of the same region."""

    def __init__(self) -> None:
        self.station = make_station()
        self.clerk = make_member(Role.STATION_CLERK, station=self.station)
        self.owner = make_member(Role.STATION_OWNER, station=self.station)
        self.neighbor = make_station(center=self.station.center)
        self.stranger = make_member(Role.STATION_CLERK, station=self.neighbor)
        self.part = make_part(number="GW-100", price="200.00")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_typed_waits_on_the_server_and_is_gone_once_sent(desk: Desk) -> None:
    clerk = as_user(desk.clerk)
    form = {"station": desk.station.pk, "kind": "stock", "rows": "GW-100\t3\n", "reference": "R-1", "note": ""}

    assert clerk.post("/parts/orders/preview/", form).status_code == 200
    page = clerk.get("/parts/orders/new/?part=GW-200").content.decode()
    assert ("GW-100\t3" in page, "GW-200\t1" in page, "R-1" in page) == (True, True, True)
    assert "GW-100\t3" not in as_user(desk.owner).get("/parts/orders/new/").content.decode()
    down = clerk.post("/parts/orders/new/", form | {"kind": "machine_down", "reference": ""})
    assert (down.status_code, "请填写停机设备的序列号或工单号" in down.content.decode()) == (422, True)
    assert clerk.post("/parts/orders/new/", form).status_code == 302
    assert (OrderDraft.objects.count(), PartsOrder.objects.count()) == (0, 1)
    clerk.post("/parts/orders/preview/", form)
    clerk.post("/parts/orders/preview/", form | {"rows": "  "})
    assert not OrderDraft.objects.exists()


def test_templates_belong_to_the_station(desk: Desk) -> None:
    order = place_order(desk.station, lines=[Wanted("GW-100", D(4))], actor=desk.clerk)
    clerk, owner, stranger = as_user(desk.clerk), as_user(desk.owner), as_user(desk.stranger)

    assert "GW-100\t4" in clerk.get(f"/parts/templates/new/?order={order.pk}").content.decode()
    form = {"station": desk.station.pk, "name": "月度 易损件", "rows": "GW-100\t4\n"}
    assert clerk.post("/parts/templates/new/", form).status_code == 302
    made = OrderTemplate.objects.get()
    address = made.get_absolute_url()
    assert owner.post(address, form | {"name": "易损件"}).status_code == 302
    made = OrderTemplate.objects.get()
    assert (made.name, made.changed_by) == ("易损件", desk.owner)
    assert "GW-100\t4" in owner.get(f"/parts/orders/new/?template={made.pk}").content.decode()
    assert stranger.get(f"/parts/orders/new/?template={made.pk}").status_code == 404
    assert clerk.post("/parts/templates/new/", form | {"rows": "GW-100\tviele\n"}).status_code == 422
    with pytest.raises(order_aids.EmptyTemplate):
        order_aids.save_template(desk.station, name=" ", rows="GW-100", actor=desk.clerk)


def test_a_star_is_put_and_taken_back(desk: Desk) -> None:
    clerk = as_user(desk.clerk)

    clerk.post("/parts/catalog/GW-100/star/")
    assert order_aids.favorites(desk.clerk) == [desk.part]
    assert "★ GW-100" in clerk.get("/parts/orders/new/").content.decode()
    clerk.post("/parts/catalog/GW-100/star/")
    assert not FavoritePart.objects.exists()


def test_refill_orders_what_stands_below_a_minimum_up_to_the_target_in_whole_packs(desk: Desk) -> None:
    packed = make_part(number="PK-5", pack_qty=5)
    enough, gone = make_part(number="OK-1"), make_part(number="XX-1", lifecycle="discontinued")
    stock_at_station(desk.station, packed, 2)
    stock_at_station(desk.station, enough, 9)
    place = packed.stockbalance_set.first().location if hasattr(packed, "stockbalance_set") else None
    place = place or desk.station.stock_locations.get(kind="station")
    for part, low, high in ((packed, 4, 8), (enough, 4, 8), (gone, 4, 8), (desk.part, 3, None)):
        StockLevel.objects.create(
            part=part, location=place, minimum=low, target=high, reason="总部要求", valid_from=date(2020, 1, 1),
            set_at=clock.now(),
        )  # fmt: skip
    place_order(desk.station, lines=[Wanted("GW-100", D(1))], actor=desk.clerk)

    assert order_aids.refill_rows(desk.station) == [("GW-100", D(2)), ("PK-5", D(10))]
    assert "PK-5\t10" in as_user(desk.clerk).get("/parts/orders/new/?refill=1").content.decode()


def test_each_line_says_what_lies_around_and_when_it_leaves(desk: Desk) -> None:
    other_region = make_station(center=make_center())
    stock_at_headquarters(desk.part, 5)
    stock_at_station(desk.station, desk.part, 2)
    stock_at_station(desk.neighbor, desk.part, 7)
    stock_at_station(other_region, desk.part, 9)
    put_stock(make_location(region=desk.station.center.region), desk.part, 3)
    supplier = make_supplier()
    make_supplier_part(supplier, desk.part)
    draft = orders.draft_purchase_order(supplier, lines=[orders.Needed("GW-100", D(10))], actor=make_user())
    sent = orders.send_purchase_order(draft, actor=make_user())
    day = clock.today() + timedelta(days=9)
    sent.lines.update(promised_on=day)

    around = stock_around(desk.station, [desk.part.pk])[desk.part.pk]
    assert (around.own, around.central, around.regional, around.stations) == (2, 5, 3, 1)
    later, too_much = (assess(desk.station, read_rows(f"GW-100 {qty}")).lines[0].expected_on for qty in (15, 19))
    now = assess(desk.station, read_rows("GW-100 5")).lines[0]
    assert (later, too_much, now.stock_tone) == (day, None, "good")
    assert now.expected_on is not None
    assert now.expected_on > clock.today()


def test_a_part_that_runs_out_offers_its_successor_in_one_press(desk: Desk) -> None:
    old = make_part(number="OLD", lifecycle="phase_out")
    make_supersession(old, desk.part)
    make_supersession(desk.part, make_part(number="LATER"), valid_from=clock.today() + timedelta(days=1))

    (line,) = assess(desk.station, read_rows("OLD 2")).lines

    assert (line.substitute, line.is_running_out) == (desk.part, False)
    assert "GW-100" in str(line.problem)
    form: Any = {"station": desk.station.pk, "kind": "stock", "rows": "OLD\t2\n"}
    page = as_user(desk.clerk).post("/parts/orders/preview/", form).content.decode()
    assert 'data-swap="1" data-part="GW-100"' in page
