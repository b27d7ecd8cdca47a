"""A list asks as often for 50 rows as for one."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from parts.ordering import Wanted, place_order
from parts.purchasing import orders
from portal.core import clock
from tests.cast import Cast
from tests.corpus.settlement_bodies import disposed
from tests.counting import assert_as_many_queries
from tests.factories import service as desk
from tests.factories.claims import make_bench
from tests.factories.library import make_waiting_reward
from tests.factories.parts import make_part, make_supplier, make_supplier_part
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_grade, make_station
from tests.factories.visits import planned_visit, rectified
from tests.permissions.parts import planned_count, wave_of_a
from tests.permissions.parts_api import loaded_van, moving
from tests.permissions.warranty_claims import report
from tests.permissions.warranty_settlement import box, piece, sent_to_x, unnamed
from warranty.models import Chargeback, Statement


def many(make: Callable[[], Any]) -> Callable[[int], Any]:
    """So many of them."""
    return lambda count: [make() for _number in range(count)]


def order(cast: Cast) -> Any:
    """An order of station a."""
    return place_order(cast.station_a, lines=[Wanted(make_part().number, Decimal(1))], actor=cast.clerk_a)


def note(cast: Cast) -> Any:
    """A note to supplier X."""
    number = f"CB-{Chargeback.objects.count():06d}"
    now = clock.now()
    return Chargeback.objects.create(supplier=cast.supplier_x_co, number=number, period=now.date(), batched_at=now)


def owing(cast: Cast) -> Any:
    """A supplier that was sent a note."""
    supplier, now, number = make_supplier(), clock.now(), f"CB-{Chargeback.objects.count():06d}"
    sent = {"batched_at": now, "sent_at": now}
    return Chargeback.objects.create(supplier=supplier, number=number, period=now.date(), **sent)


def statement(cast: Cast) -> Any:
    """A draft of another station."""
    now = clock.now()
    return Statement.objects.create(
        station=make_station(), number=f"D-{now}", period=now.date().replace(day=1), built_at=now
    )


def visit(cast: Cast) -> Any:
    """A visit planned in the East."""
    return planned_visit(make_station(center=cast.center_a), actor=cast.region_manager)


def put_right(cast: Cast) -> Any:
    """An order of the East, open."""
    return rectified(make_station(center=cast.center_a), actor=cast.region_manager)


def purchase(cast: Cast) -> Any:
    """A draft for a supplier of its own."""
    supplier, part = make_supplier(), make_part()
    make_supplier_part(supplier, part)
    return orders.draft_purchase_order(supplier, lines=[orders.Needed(part.number, Decimal(10))], actor=cast.warehouse)


FEW = {
    "api_rectifications": 6,
    "api_visits": 10,
    "api_incentives": 8,
    "api_shipments": 6,
    "api_pick_waves": 6,
    "api_stock_transfers": 8,
    "api_vans": 8,
    "api_old_parts": 8,
    "api_old_parts_to_fetch": 6,
    "api_part_boxes": 6,
    "api_piece_shipments": 6,
    "api_statements": 6,
    "api_recovery_cases": 6,
}  # each row is a story of its own


@pytest.mark.parametrize(
    ("name", "member", "make"),
    [
        ("api_stations", "agent", lambda cast: make_station()),
        ("api_parts", "clerk_a", lambda cast: make_part()),
        ("api_parts_orders", "clerk_a", order),
        ("api_units", "agent", lambda cast: desk.make_unit()),
        ("api_requests", "agent", lambda cast: desk.make_request()),
        ("api_work_orders", "clerk_a", lambda cast: desk.make_offer(cast.station_a)),
        ("api_claims", "clerk_a", lambda cast: make_granted_claim(cast.station_a)),
        ("api_chargebacks", "finance", note),
        ("api_old_parts", "clerk_a", piece),
        ("api_old_parts_to_fetch", "supplier_x", disposed),
        ("api_part_boxes", "clerk_a", box),
        ("api_piece_shipments", "supplier_x", sent_to_x),
        ("api_statements", "finance", statement),
        ("api_recovery_cases", "finance", unnamed),
        ("api_supplier_statements", "finance", owing),
        ("api_claim_reports", "clerk_a", report),
        ("api_contracts", "service_manager", lambda cast: make_station()),
        ("api_incentives", "finance", lambda cast: make_waiting_reward(cast.station_a, amount=100)),
        ("api_visits", "region_manager", visit),
        ("api_rectifications", "region_manager", put_right),
        ("api_purchase_orders", "warehouse", purchase),
        ("api_stock_counts", "warehouse", planned_count),
        ("api_shipments", "clerk_a", wave_of_a),
        ("api_pick_waves", "warehouse", wave_of_a),
        ("api_stock_transfers", "clerk_a", lambda cast: moving(cast, until="", gives=False)),
        ("api_vans", "clerk_a", loaded_van),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("api") else "",
)
def test_a_list_asks_as_often_for_many_rows(cast: Cast, name: str, member: str, make: Any) -> None:
    make_grade(station=cast.station_a, grade="B")

    assert_as_many_queries(name, cast.get(member), many(lambda: make(cast)), many=FEW.get(name, 50))


def test_a_claim_asks_as_often_with_more_lines(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="B")
    bench = make_bench(station=cast.station_a)
    claim = bench.draft()

    assert_as_many_queries("api_claim", cast.clerk_a, lambda count: None, args=[claim.pk])
