"""What programs do with goods: count blind, give each other parts, fill vans, report and return, with the pages' own figures."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts import stock
from parts.basket import assess, read_rows
from parts.counts import entry, planning
from parts.models import Location, PartsReturn, Shipment, StockTransfer
from portal.accounts.roles import Role
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.claims import photo
from tests.factories.parts import make_location, make_part, put_stock, stock_at_station
from tests.factories.stations import make_grade, make_technician, make_user
from tests.permissions.parts import received_by_a, return_of_a


def test_a_count_is_blind_until_it_is_handed_in_and_posted_by_a_third(cast: Cast) -> None:
    place, part = make_location(code="W9", kind="regional"), make_part()
    put_stock(place, part, 5)
    first, second = Program(cast.warehouse), Program(make_user(role=Role.WAREHOUSE))
    said = {"lines": [{"bin": "W9", "part": part.number, "qty": "3"}]}

    made = first.post("stock-counts/", {"location": "W9", "reason": "whole"}).json()
    begun = first.post(f"stock-counts/{made['id']}/start/", {}).json()
    twice = [first.post(f"stock-counts/{made['id']}/enter/", said, key="k") for _ in range(2)]
    waiting = first.post(f"stock-counts/{made['id']}/hand-in/", {}).json()
    own = first.post(f"stock-counts/{made['id']}/enter/", said)
    second.post(f"stock-counts/{made['id']}/enter/", said)
    done = second.post(f"stock-counts/{made['id']}/hand-in/", {}).json()
    posted = Program(cast.finance).post(f"stock-counts/{made['id']}/approve/", {}).json()
    wrong = first.post(f"stock-counts/{made['id']}/enter/", {"lines": [{"bin": "X", "part": "X", "qty": "1"}]})

    assert (made["status"], begun["status"], waiting["status"], done["status"]) == (
        "planned", "counting", "recount", "to_approve",
    )  # fmt: skip
    assert (begun["lines"][0]["book_qty"], begun["lines"][0]["is_counted"]) == (None, False)
    assert [answer.status_code for answer in twice] == [200, 200]
    assert own.json()["code"] == "second_counter_needed"
    assert set(wrong.json()["errors"]) == {"lines.0.bin", "lines.0.part"}
    assert (posted["status"], posted["lines"][0]["book_qty"], stock.on_hand(part, place)) == ("posted", "5.000", 3)


def test_a_list_of_a_hundred_lines_asks_as_often_as_one(cast: Cast) -> None:
    place = Location.objects.get(pk=make_location(kind="regional").pk)
    parts = [make_part() for _ in range(100)]
    for part in parts:
        put_stock(place, part, 1)
    count = planning.plan_count(place, reason="whole", actor=None)
    entry.start_count(count, actor=None)
    program, clerk, asked = Program(cast.warehouse), Program(cast.clerk_a), {}

    for many in (1, 2, 100):
        lines = [{"part": part.number, "qty": "1"} for part in parts[:many]]
        entered = {"lines": [line | {"bin": place.code} for line in lines]}
        with CaptureQueriesContext(connection) as counting:
            assert program.post(f"stock-counts/{count.pk}/enter/", entered).status_code == 200
        with CaptureQueriesContext(connection) as preview:
            answer = clerk.post("parts-orders/preview/", {"station": cast.station_a.code, "lines": lines})
        assert answer.status_code == 200
        asked[many] = (len(counting), len(preview))

    assert asked[2] == asked[100]


def test_a_preview_says_what_the_ordering_page_says(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    make_part(number="GW-100", price="200.00", pack_qty=Decimal(5))
    lines = [{"part": "GW-100", "qty": "3"}, {"part": "NO-SUCH", "qty": "1"}]

    shown = Program(cast.clerk_a).post("parts-orders/preview/", {"station": cast.station_a.code, "lines": lines}).json()
    basket = assess(cast.station_a, read_rows("GW-100\t3\nNO-SUCH\t1\n"), user=cast.clerk_a)
    foreign = Program(cast.clerk_b).post("parts-orders/preview/", {"station": cast.station_a.code, "lines": lines})

    assert (shown["total"], [row["amount"] for row in shown["lines"]]) == (
        str(basket.total), [f"{row.amount:.2f}" for row in basket.lines],
    )  # fmt: skip
    assert (shown["lines"][0]["qty"], shown["lines"][1]["problem"]) == ("5.000", "Not in the catalog")
    assert foreign.status_code == 400


def test_templates_and_stars_are_kept_by_program(cast: Cast) -> None:
    part, program = make_part(), Program(cast.clerk_a)
    body = {"station": cast.station_a.code, "name": "常备件", "lines": [{"part": part.number, "qty": "2"}]}

    made = program.post("order-templates/", body).json()
    starred = [program.post(f"parts/{part.number}/star/", {"is_starred": True}).status_code for _ in range(2)]
    mine = program.get("favorite-parts/").json()["results"]
    gone = program.post(f"order-templates/{made['id']}/delete/", {})

    assert made["lines"] == [{"part": part.number, "qty": "2"}]
    assert (starred, [row["number"] for row in mine]) == ([200, 200], [part.number])
    assert (gone.status_code, program.get("order-templates/").json()["results"]) == (200, [])
    assert Program(cast.clerk_b).get("favorite-parts/").json()["results"] == []


def test_stations_give_each_other_parts_by_program(cast: Cast) -> None:
    for station in (cast.station_a, cast.station_b):
        make_grade(station=station, grade="B")
    part = make_part(price="100.00")
    stock_at_station(cast.station_b, part, 3)
    taker, giver, office = Program(cast.clerk_a), Program(cast.clerk_b), Program(cast.warehouse)
    body = {
        "station": cast.station_a.code, "giver": cast.station_b.code, "reason": "设备停机",
        "lines": [{"part": part.number, "qty": "2"}],
    }  # fmt: skip

    key = taker.post("stock-transfers/", body).json()["id"]
    early = taker.post(f"stock-transfers/{key}/agree/", {})
    states = [
        program.post(f"stock-transfers/{key}/{act}/", said).json()["status"]
        for program, act, said in (
            (giver, "agree", {}), (office, "approve", {}), (giver, "send", {"carrier": "顺丰"}),
            (taker, "receive", {"lines": [{"part": part.number, "qty": "2"}]}),
        )
    ]  # fmt: skip
    ours, theirs = taker.get(f"stock-transfers/{key}/").json(), giver.get(f"stock-transfers/{key}/").json()

    assert (early.status_code, states) == (409, ["agreed", "approved", "shipped", "received"])
    assert (ours["credit"], theirs["charge"]) == (None, None)
    assert StockTransfer.objects.get().charge == Decimal(ours["charge"])


def test_a_van_is_loaded_and_emptied_by_program(cast: Cast) -> None:
    technician, part = make_technician(station=cast.station_a), make_part()
    stock_at_station(cast.station_a, part, 3)
    program, line = Program(cast.clerk_a), {"lines": [{"part": part.number, "qty": "2"}]}

    loaded = program.post(f"vans/{technician.pk}/load/", line).json()
    emptied = program.post(f"vans/{technician.pk}/unload/", line).json()
    again = program.post(f"vans/{technician.pk}/unload/", line)

    assert ([row["on_hand"] for row in loaded["load"]], emptied["load"]) == (["2.000"], [])
    assert (again.status_code, Program(cast.clerk_b).get(f"vans/{technician.pk}/").status_code) == (409, 404)


def test_a_station_reports_shows_withdraws_and_returns_by_program(cast: Cast) -> None:
    program, [shipment] = Program(cast.clerk_a), received_by_a(cast)
    number = Shipment.objects.get(pk=shipment).lines.get().part.number
    row = {"part": number, "kind": "damaged", "qty": "1"}
    unknown = program.post(f"shipments/{shipment}/differences/", {"lines": [row | {"part": "NO-SUCH"}]})
    case = program.post(f"shipments/{shipment}/differences/", {"lines": [row]}).json()
    shown = program.send(f"receiving-cases/{case['id']}/photos/", {"position": "1", "photos": [photo()]}).json()
    gone = program.post(f"receiving-cases/{case['id']}/withdraw/", {"reason": "在另一箱中找到"}).json()
    [other] = received_by_a(cast)
    unused = Shipment.objects.get(pk=other).lines.get().part.number
    asked = program.send(
        f"shipments/{other}/return/",
        {"lines": [f"{unused} 1"], "reason": "客户改约", "closed_pack": "true", "photos": [photo()]},
    ).json()

    assert set(unknown.json()["errors"]) == {"lines.0.part"}
    assert (case["status"], shown["status"], gone["status"]) == ("photos_wanted", "open", "withdrawn")
    assert (asked["status"], asked["lines"][0]["qty"]) == ("requested", "1.000")


def test_a_return_goes_its_way_by_program(cast: Cast) -> None:
    [key], office = return_of_a(cast), Program(cast.warehouse)
    number = PartsReturn.objects.get().lines.get().part.number

    states = [
        program.post(f"parts-returns/{key}/{act}/", said).json()["status"]
        for program, act, said in (
            (office, "approve", {}), (Program(cast.clerk_a), "send", {"carrier": "顺丰"}),
            (office, "inspect", {"lines": [{"part": number, "accepted": "1"}]}),
        )
    ]  # fmt: skip

    assert states == ["approved", "shipped", "inspected"]
