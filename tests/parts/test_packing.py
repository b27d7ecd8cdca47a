"""Every piece in exactly one parcel, every parcel with its weight, its carrier and its link; on the page as in the operation."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from parts import packing
from parts.allocation import allocate
from parts.carriers import tracking_url
from parts.fulfillment import ship_shipment
from parts.models import Carrier, ParcelLine, Shipment
from parts.ordering import Wanted, place_order
from parts.packing import Box, contents_by_part, pack_shipment, picked_lines
from parts.taking import pick_order
from portal.accounts.roles import Role
from portal.core.documents import documents_of
from portal.core.states import TransitionNotAllowed
from tests.factories.parts import make_part, stock_at_headquarters
from tests.factories.stations import make_grade, make_member, make_station, make_user
from tests.parts.test_pages import as_user

pytestmark = pytest.mark.django_db
D = Decimal


class Bench:
    """Three boards and two belts picked for a station."""

    def __init__(self) -> None:
        self.station, self.clerk = make_station(), make_user(Role.WAREHOUSE)
        make_grade(station=self.station, grade="B")
        self.board = make_part(number="BOARD", name="主板", price="100.00", gross_weight_kg=D("0.5"))
        self.belt = make_part(number="BELT", name="皮带", price="10.00", gross_weight_kg=D("0.2"))
        stock_at_headquarters(self.board, 3)
        stock_at_headquarters(self.belt, 2)
        lines = [Wanted("BOARD", D(3)), Wanted("BELT", D(2))]
        self.order = place_order(self.station, lines=lines, actor=self.clerk)
        allocate(actor=self.clerk)
        self.shipment = pick_order(self.order, actor=self.clerk)
        self.boards, self.belts = (row.pk for row in picked_lines(self.shipment))

    def two(self, first: str = "1", second: str = "2") -> list[Box]:
        """One board in the first parcel, the rest in the second."""
        rest = {self.boards: D(2), self.belts: D(2)}
        return [Box("SF1", D(first), "纸箱 A", {self.boards: D(1)}), Box("SF2", D(second), "", rest)]

    def address(self, act: str) -> str:
        return f"/parts/shipments/{self.shipment.pk}/{act}/"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def contents(shipment: Shipment) -> list[tuple[int, str, str]]:
    rows = ParcelLine.objects.filter(parcel__shipment=shipment).order_by("parcel__position", "pk")
    return [(row.parcel.position, row.shipment_line.part.number, f"{row.qty:f}".rstrip("0.")) for row in rows]


def test_one_parcel_holds_everything_and_several_say_what_lies_in_each(bench: Bench) -> None:
    pack_shipment(bench.shipment, boxes=[Box(weight_kg=D("1.9"))], actor=bench.clerk)
    assert contents(bench.shipment) == [(1, "BOARD", "3"), (1, "BELT", "2")]

    pack_shipment(bench.shipment, boxes=bench.two(), actor=bench.clerk)
    shipped = ship_shipment(bench.shipment, carrier="顺丰速运", tracking={2: "SF99"}, actor=bench.clerk)

    assert contents(shipped) == [(1, "BOARD", "1"), (2, "BOARD", "2"), (2, "BELT", "2")]
    parcels = documents_of(shipped, "parts.delivery_note").get().facts["parcels"]
    assert [(row["tracking_number"], row["weight_kg"], row["carton"]) for row in parcels] == [
        ("SF1", "1", "纸箱 A"),
        ("SF99", "2", ""),
    ]
    assert [line["part"] for line in parcels[1]["lines"]] == ["BOARD", "BELT"]
    with pytest.raises(TransitionNotAllowed):
        pack_shipment(bench.shipment, boxes=bench.two(), actor=bench.clerk)


@pytest.mark.parametrize(
    ("boxes", "refusal", "field"),
    [
        (lambda bench: [], packing.ParcelsMissing, "parcels"),
        (lambda bench: [Box(weight_kg=D(1))] * 100, packing.ParcelsMissing, "parcels"),
        (lambda bench: [Box()], packing.WeightMissing, "weight_1"),
        (lambda bench: [Box(weight_kg=D("NaN"))], packing.WeightMissing, "weight_1"),
        (lambda bench: bench.two(second="0"), packing.WeightMissing, "weight_2"),
        (lambda bench: [*bench.two(), Box(weight_kg=D(1))], packing.ParcelEmpty, "weight_3"),
        (lambda bench: bench.two()[1:], packing.PiecesNotPacked, None),
        (lambda bench: [*bench.two(), bench.two()[0]], packing.PiecesNotPacked, None),
        (
            lambda bench: [replace(box, tracking_number="SF1") for box in bench.two()],
            packing.TrackingTwice,
            "tracking_2",
        ),
        (lambda bench: [Box("", D(1), "", {-1: D(1)})], packing.NotInShipment, "parcels"),
    ],
)
def test_packing_refuses_what_is_not_whole(bench: Bench, boxes: Any, refusal: Any, field: str | None) -> None:
    with pytest.raises(refusal) as refused:
        pack_shipment(bench.shipment, boxes=boxes(bench), actor=bench.clerk)

    assert refused.value.field == (field or f"in_{bench.boards}_1")
    bench.shipment.refresh_from_db()
    assert bench.shipment.status == "picking"


def test_contents_said_by_part_number_use_up_the_lines_in_turn(bench: Bench) -> None:
    rows = picked_lines(bench.shipment)

    assert contents_by_part(rows, [{"board": D(1)}, {"BOARD": D(2), "BELT": D(2)}]) == [
        {bench.boards: D(1)},
        {bench.boards: D(2), bench.belts: D(2)},
    ]
    with pytest.raises(packing.NotInShipment):
        contents_by_part(rows, [{"NO-SUCH": D(1)}])
    with pytest.raises(packing.PiecesNotPacked):
        contents_by_part(rows, [{"BELT": D(3)}])


def test_the_pages_pack_ship_and_show_the_station_what_lies_where(bench: Bench) -> None:
    client = as_user(bench.clerk)
    unpicked = client.get(bench.address("pack"))
    assert unpicked["Location"] == bench.address("pick")
    assert client.post(bench.address("pick"), {})["Location"] == bench.address("pack")
    page = client.get(bench.address("pack"))
    assert page.context["form"].initial["weight_1"] == "1.9"  # the catalog knows every weight

    more = client.post(bench.address("pack"), {"parcels": "1", "more": "1", "weight_1": "1.25"})
    assert more.status_code == 200
    assert more.context["form"].count == 2
    assert 'value="1.25"' in more.content.decode()
    typed = {"parcels": "2", "weight_1": "1.25", "weight_2": "0.8", f"in_{bench.boards}_1": "3"}
    short = client.post(bench.address("pack"), typed)
    assert (short.status_code, set(short.context["form"].errors)) == (422, {f"in_{bench.belts}_1", "weight_2"})
    packed = client.post(bench.address("pack"), typed | {f"in_{bench.belts}_2": "2"})
    assert packed["Location"] == bench.address("ship")
    carrier = Carrier.objects.get(code="ZTO")
    client.post(bench.address("ship"), {"carrier": carrier.pk, "tracking_1": "7312 1", "tracking_2": ""})

    bench.shipment.refresh_from_db()
    assert (bench.shipment.status, bench.shipment.carrier) == ("shipped", "中通快递")
    seen = as_user(make_member(Role.STATION_CLERK, station=bench.station)).get(f"/parts/shipments/{bench.shipment.pk}/")
    assert "com=zhongtong&amp;nu=7312%201" in seen.content.decode()
    assert contents(bench.shipment) == [(1, "BOARD", "3"), (2, "BELT", "2")]


def test_goods_are_put_back_by_the_portal(bench: Bench) -> None:
    as_user(bench.clerk).post(bench.address("put-back"), {"note": "客户取消"})

    bench.shipment.refresh_from_db()
    assert bench.shipment.status == "cancelled"


@pytest.mark.parametrize(
    ("carrier", "number", "address"),
    [
        ("顺丰", "SF1", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/SF1"),
        ("SF Express", "SF1", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/SF1"),
        ("顺丰特快", "a/b c", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/a%2Fb%20c"),
        ("德邦快递", "DPK1", "https://www.kuaidi100.com/chaxun?com=debangkuaidi&nu=DPK1"),
        ("自送", "1", ""),
        ("顺丰", " ", ""),
        ("", "1", ""),
    ],
)
def test_a_tracking_number_leads_to_the_carriers_page(carrier: str, number: str, address: str) -> None:
    assert tracking_url(carrier, number) == address


@pytest.mark.parametrize(
    "template",
    [
        "https://example.com/",
        "{number}",
        "ftp://x.cn/{number}",
        "https://x.cn/{number}/{number}",
        "https://x.cn/{a}{number}",
    ],
)
def test_a_bad_template_is_a_problem_of_its_field(template: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Carrier(code="X", name="甲", tracking_url=template).full_clean()

    assert set(refused.value.message_dict) == {"tracking_url"}


def test_a_program_picks_packs_and_ships(bench: Bench) -> None:
    client = as_user(bench.clerk)

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"/api/v1/{path}/", body, content_type="application/json", headers={"Idempotency-Key": key})

    record = f"shipments/{bench.shipment.pk}"
    heavy = post(f"{record}/pack", {"parcels": [{"weight_kg": "0"}]}, "k1")
    boxes = [
        {"weight_kg": "1.5", "contents": [{"part": "BOARD", "qty": "3"}]},
        {"weight_kg": "0.4", "carton": "袋", "contents": [{"part": "BELT", "qty": "2"}]},
    ]
    packed = post(f"{record}/pack", {"parcels": boxes}, "k2")
    nobody = post(f"{record}/ship", {"carrier": "NOBODY"}, "k3")
    sent = post(f"{record}/ship", {"carrier": "YTO", "tracking": [{"position": 2, "tracking_number": "YT2"}]}, "k4")

    assert [answer.status_code for answer in (heavy, packed, nobody, sent)] == [422, 200, 400, 200]
    shown = client.get(f"/api/v1/{record}/").json()
    assert (shown["status"], shown["carrier"]) == ("shipped", "圆通速递")
    assert shown["parcels"][1]["tracking_url"].endswith("com=yuantong&nu=YT2")
    assert shown["parcels"][1]["contents"] == [{"part": "BELT", "qty": "2.000"}]
    stock_at_headquarters(bench.board, 4)
    again = place_order(bench.station, lines=[Wanted("BOARD", D(4))], actor=bench.clerk)
    allocate(actor=bench.clerk)
    too_many = post(f"parts-orders/{again.pk}/pick", {"lines": [{"position": 1, "qty": "5"}]}, "k5")
    part = post(f"parts-orders/{again.pk}/pick", {"lines": [{"position": 1, "qty": "1"}]}, "k6")
    wave = post("pick-waves", {"orders": [again.number]}, "k7")
    assert [answer.status_code for answer in (too_many, part, wave)] == [422, 200, 201]
    assert [len(row["shipments"]) for row in client.get("/api/v1/pick-waves/").json()["results"]] == [1]
