"""Pages of the service desk."""

from decimal import Decimal
from typing import Any

from service import status_links, work_orders
from tests.factories import service as desk
from tests.permissions import FIELD, HQ, STATION, STATION_A, STATION_B, SUPPLIERS, Row, everybody, only

DESK = ("agent", "service_manager")
OFFICE_A = ("owner_a", "clerk_a")
ADMIN = ("admin",)
OUTSIDE = (*STATION_B, *SUPPLIERS, "outsider")
SEES_A = (*HQ, *FIELD, *STATION_A)


def request_of_a(cast: Any) -> list[Any]:
    """A request that station A has on offer."""
    return [desk.make_offer(cast.station_a).request.number]


def new_request(cast: Any) -> list[Any]:
    """A request nobody was asked for yet."""
    return [desk.make_request().number]


def offered(cast: Any) -> list[Any]:
    return [desk.make_offer(cast.station_a).number]


def accepted(cast: Any) -> list[Any]:
    return [desk.make_accepted(cast.station_a, technician=cast.engineer_a).number]


def on_site(cast: Any) -> list[Any]:
    return [desk.make_on_site(cast.station_a, technician=cast.engineer_a).number]


def part_line(cast: Any) -> list[Any]:
    job = desk.make_on_site(cast.station_a, technician=cast.engineer_a)
    row = work_orders.issue_part(job, desk.make_stocked_part(cast.station_a), qty=Decimal(1), actor=None)
    return [job.number, row.pk]


def hours_line(cast: Any) -> list[Any]:
    job = desk.make_on_site(cast.station_a, technician=cast.engineer_a)
    row = work_orders.record_hours(job, desk.make_operation(), hours=Decimal(1), actor=None)
    return [job.number, row.pk]


ROWS = [
    Row("intake", get=only(*DESK), post=only(*DESK, ok=422)),
    Row("fault_suggestions", get=only(*DESK), query={"fault_text": "指纹没有反应", "unit": "", "serial_number": ""}),
    Row("request_list", get=only(*HQ, *FIELD, *STATION)),
    Row("request_detail", args=request_of_a, get=only(*SEES_A, hidden=OUTSIDE)),
    Row(
        "request_dispatch",
        args=new_request,
        get=only(*DESK, hidden=(*FIELD, *STATION, *SUPPLIERS, "outsider")),
        post=only(*DESK, ok=409, hidden=(*FIELD, *STATION, *SUPPLIERS, "outsider")),
    ),
    Row(
        "request_offer",
        args=new_request,
        get=only(*DESK, hidden=(*FIELD, *STATION, *SUPPLIERS, "outsider")),
        post=only(*DESK, ok=422, hidden=(*FIELD, *STATION, *SUPPLIERS, "outsider")),
    ),
    Row("request_answer", args=request_of_a, get=only(*DESK, hidden=OUTSIDE)),
    Row("request_close", args=request_of_a, get=only(*DESK, hidden=OUTSIDE), post=only(*DESK, ok=422, hidden=OUTSIDE)),
    Row("request_cancel", args=request_of_a, get=only(*DESK, hidden=OUTSIDE), post=only(*DESK, ok=422, hidden=OUTSIDE)),
    Row("unit_list", get=only(*HQ, *FIELD, *STATION)),
    Row(
        "unit_detail",
        args=lambda cast: [desk.make_offer(cast.station_a).request.unit.pk],
        get=only(*SEES_A, hidden=OUTSIDE),
    ),
    Row("my_jobs", get=only(*STATION)),
    Row("work_order_list", get=only(*HQ, *FIELD, *STATION)),
    Row(
        "work_order_detail", args=offered, get=only(*SEES_A, hidden=OUTSIDE), post=only(*SEES_A, ok=405, hidden=OUTSIDE)
    ),
    Row("work_order_accept", args=offered, get=only(*OFFICE_A, hidden=OUTSIDE)),
    Row(
        "work_order_decline",
        args=offered,
        get=only(*OFFICE_A, hidden=OUTSIDE),
        post=only(*OFFICE_A, ok=422, hidden=OUTSIDE),
    ),
    Row(
        "work_order_assign",
        args=accepted,
        get=only(*OFFICE_A, hidden=OUTSIDE),
        post=only(*OFFICE_A, ok=422, hidden=OUTSIDE),
    ),
    Row(
        "work_order_appoint",
        args=accepted,
        get=only(*STATION_A, hidden=OUTSIDE),
        post=only(*STATION_A, ok=422, hidden=OUTSIDE),
    ),
    Row("work_order_check_in", args=accepted, get=only(*STATION_A, hidden=OUTSIDE)),
    Row(
        "work_order_part",
        args=on_site,
        get=only(*STATION_A, hidden=OUTSIDE),
        post=only(*STATION_A, ok=422, hidden=OUTSIDE),
    ),
    Row("work_order_part_back", args=part_line, get=only(*STATION_A, hidden=OUTSIDE)),
    Row(
        "work_order_hours",
        args=on_site,
        get=only(*STATION_A, hidden=OUTSIDE),
        post=only(*STATION_A, ok=422, hidden=OUTSIDE),
    ),
    Row("work_order_hours_remove", args=hours_line, get=only(*STATION_A, hidden=OUTSIDE)),
    Row(
        "work_order_photos",
        args=on_site,
        get=only(*STATION_A, hidden=OUTSIDE),
        post=only(*STATION_A, ok=422, hidden=OUTSIDE),
    ),
    Row(
        "work_order_complete",
        args=on_site,
        get=only(*STATION_A, hidden=OUTSIDE),
        post=only(*STATION_A, ok=422, hidden=OUTSIDE),
    ),
    Row("request_status", args=lambda cast: [status_links.token_of(desk.make_request())], get=everybody()),
    Row("request_status", label="request_status forged", args=lambda cast: ["forged"], get=everybody(404)),
]
