"""What programs do: read their own rows, order parts, take calls, claim, answer notes; through the pages' operations."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts.models import PartsOrder
from portal.core import clock
from service.models import ServiceRequest
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories import service as desk
from tests.factories.claims import make_bench
from tests.factories.parts import make_part, stock_at_headquarters, stock_at_station
from tests.factories.stations import make_grade, make_product_model
from tests.permissions.warranty_settlement import sent
from warranty.models import WarrantyClaim


def test_a_station_lists_its_own_rows_only(cast: Cast) -> None:
    ours, theirs = desk.make_accepted(cast.station_a), desk.make_accepted(cast.station_b)
    program = Program(cast.clerk_a)

    jobs = program.get("work-orders/").json()["results"]
    requests = program.get("requests/").json()["results"]
    units = program.get("units/").json()["results"]
    stations = program.get("stations/").json()["results"]

    assert [row["number"] for row in jobs] == [ours.number]
    assert [row["number"] for row in requests] == [ours.request.number]
    assert [row["serial_number"] for row in units] == [ours.request.unit.serial_number]
    assert [row["code"] for row in stations] == [cast.station_a.code]
    assert program.get(f"work-orders/{theirs.number}/").status_code == 404
    assert program.get("work-orders/", station=cast.station_b.code).status_code == 400


def test_the_outsider_reads_nothing(cast: Cast) -> None:
    desk.make_accepted(cast.station_a)
    program = Program(cast.outsider)

    statuses = {
        path: program.get(f"{path}/").status_code
        for path in ("stations", "parts", "parts-orders", "units", "requests", "work-orders", "claims", "chargebacks")
    }

    assert set(statuses.values()) == {403}


def test_parts_show_price_and_stock_of_the_station_to_the_station_only(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    part = make_part(number="GW-100", name="智能网关主板", price="200.00")
    stock_at_station(cast.station_a, part, 3)

    ours = Program(cast.clerk_a).get("parts/", q="GW-100").json()["results"][0]
    theirs = Program(cast.supplier_x).get("parts/GW-100/").json()

    assert (ours["list_price"], Decimal(ours["own_stock"])) == ("200.00", 3)
    assert Decimal(ours["net_price"]) > 0
    assert "net_price" not in theirs
    assert "own_stock" not in theirs


def test_the_phone_is_in_full_for_the_desk_and_on_a_job_under_way_only(cast: Cast) -> None:
    job = desk.make_accepted(cast.station_a)
    phone = job.request.contact_phone

    def shown(program: Program, path: str) -> str:
        return str(program.get(path).json()["contact_phone"])

    station, desk_agent = Program(cast.clerk_a), Program(cast.agent)
    assert shown(desk_agent, f"requests/{job.request.number}/") == phone
    assert shown(station, f"requests/{job.request.number}/") != phone
    assert shown(station, f"work-orders/{job.number}/") == phone
    assert station.get("requests/").json()["results"][0]["contact_phone"] != phone


def test_placing_an_order_answers_it_with_frozen_prices(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    part = make_part(number="GW-100", price="200.00", pack_qty=2)
    stock_at_headquarters(part, 10)
    body = {"station": cast.station_a.code, "reference": "ERP-1", "lines": [{"part": "GW-100", "qty": "3"}]}

    answer = Program(cast.clerk_a).post("parts-orders/", body)

    order = PartsOrder.objects.get()
    assert answer.status_code == 201
    assert answer.json()["number"] == order.number
    assert [(line["part"], Decimal(line["ordered_qty"])) for line in answer.json()["lines"]] == [("GW-100", 4)]
    assert (order.created_by, order.reference) == (cast.clerk_a, "ERP-1")


def test_placing_an_order_asks_as_often_for_many_lines_as_for_two(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    parts = [make_part(price="2.00") for _ in range(30)]
    program = Program(cast.clerk_a)

    def statements(count: int) -> int:
        lines = [{"part": part.number, "qty": "1"} for part in parts[:count]]
        with CaptureQueriesContext(connection) as queries:
            assert program.post("parts-orders/", {"station": cast.station_a.code, "lines": lines}).status_code == 201
        return len(queries)

    statements(1)
    assert statements(2) == statements(30)


def test_an_order_for_a_foreign_station_or_an_unknown_part_is_refused_at_its_field(cast: Cast) -> None:
    make_part(number="GW-100")
    program = Program(cast.clerk_a)

    foreign = program.post("parts-orders/", {"station": cast.station_b.code, "lines": [{"part": "GW-100", "qty": "1"}]})
    unknown = program.post("parts-orders/", {"station": cast.station_a.code, "lines": [{"part": "NO", "qty": "1"}]})

    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["station"])
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_parts")
    assert PartsOrder.objects.count() == 0


def call(**values: Any) -> dict[str, Any]:
    """What the desk heard."""
    said = {"name": "王女士", "phone": "138 0000 4321", "address": "文定路 88 号", "fault_text": "指纹没有反应"}
    return {**said, "offer_now": False, **values}


def test_a_call_becomes_a_request_of_the_customer_on_file(cast: Cast) -> None:
    customer = desk.make_customer(name="王女士", phone="13800004321")

    answer = Program(cast.agent).post("requests/", call())

    request = ServiceRequest.objects.get()
    assert (answer.status_code, answer.json()["number"]) == (201, request.number)
    assert (request.customer, request.taken_by) == (customer, cast.agent)


def test_a_call_about_a_unit_that_is_not_on_file_needs_its_model(cast: Cast) -> None:
    model, program = make_product_model(), Program(cast.agent)

    refused = program.post("requests/", call(serial_number="G3A29-99999"))
    taken = program.post("requests/", call(serial_number="g3a29-99999", product_model=model.code))

    assert (refused.status_code, refused.json()["code"]) == (422, "model_missing")
    assert taken.json()["unit"] == "G3A29-99999"
    assert ServiceRequest.objects.count() == 1


def test_a_claim_is_drafted_and_submitted_with_its_decision(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    bench = make_bench(station=cast.station_a)
    today, program = clock.today(), Program(cast.clerk_a)
    job = bench.job(bench.unit(today - timedelta(days=100)), failed_on=today)

    drafted = program.post("claims/", {"work_order": job.number})
    answer = program.post(f"claims/{drafted.json()['id']}/submit/", {})

    assert (drafted.status_code, drafted.json()["status"], drafted.json()["refusals"]) == (201, "draft", [])
    assert answer.status_code == 200
    assert answer.json()["number"] == WarrantyClaim.objects.get().number
    assert answer.json()["decision"]
    assert "risk_score" not in answer.json()
    assert "risk_score" in Program(cast.reviewer).get(f"claims/{drafted.json()['id']}/").json()


def test_coverage_is_answered_for_a_unit_of_ones_own_scope(cast: Cast) -> None:
    bench = make_bench(station=cast.station_a)
    unit = bench.job().request.unit

    ours = Program(cast.clerk_a).get("coverage/", serial_number=unit.serial_number, part=bench.part.number)
    theirs = Program(cast.clerk_b).get("coverage/", serial_number=unit.serial_number)

    assert ours.json()["verdict"] == "covered"
    assert theirs.status_code == 404
    assert Program(cast.agent).get("coverage/", serial_number=unit.serial_number, on="01/02/2026").status_code == 400


def test_a_supplier_answers_its_note_line_by_line(cast: Cast) -> None:
    note, program = sent(cast), Program(cast.supplier_x)
    lines = program.get(f"chargebacks/{note.pk}/").json()["lines"]

    def answer(accepted: str, reason: str = "") -> list[dict[str, Any]]:
        return [{"position": line["position"], "accepted": accepted, "reason": reason} for line in lines]

    too_much = program.post(f"chargebacks/{note.pk}/answer/", {"lines": answer("999999.00")})
    twice = program.post(f"chargebacks/{note.pk}/answer/", {"lines": [*answer("0"), *answer("0")]})
    done = program.post(f"chargebacks/{note.pk}/answer/", {"lines": answer("0", "故障不在供货范围之内，检测报告附后")})

    assert (too_much.status_code, too_much.json()["code"]) == (422, "amount_above_claimed")
    assert (twice.status_code, twice.json()["code"]) == (422, "unknown_line")
    assert (done.status_code, done.json()["status"]) == (200, "disputed")
    assert Program(cast.supplier_y).post(f"chargebacks/{note.pk}/answer/", {"lines": []}).status_code == 404
    assert all("customer" not in line["evidence"] for line in lines)


def test_pages_follow_each_other(cast: Cast) -> None:
    for _number in range(60):
        make_part(price=None)
    program = Program(cast.agent)

    first = program.get("parts/").json()
    second = program.client.get(first["next"]).json()

    numbers = [row["number"] for row in first["results"] + second["results"]]
    assert (len(first["results"]), len(numbers), second["next"]) == (50, len(set(numbers)), None)


def test_the_description_and_its_page_name_every_endpoint(cast: Cast) -> None:
    program = Program(cast.clerk_a)
    schema = program.client.get("/api/schema/").json()
    program.client.force_login(cast.clerk_a, backend="portal.accounts.backends.Password")
    page = program.client.get("/api/docs/").content.decode()

    assert len(schema["paths"]) >= 19
    assert [path for path in schema["paths"] if path not in page] == []
    assert "<script>" not in page
