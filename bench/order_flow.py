"""An order of 10 and of 100 lines through its page's API, then allocated, picked, packed, shipped and received.

The limit of each step is the very statements it sends, through psycopg alone and without Django, in the same transaction
(P6: at most 2x); both sides are taken back each round. `sql` is the number of statements, savepoints left out (P5).
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any

from bench.figures import Figure, compare

ROUNDS = 9


def measure(size: str) -> Iterator[Figure]:
    """A station with credit, 100 parts in stock at headquarters; one figure a step."""
    from django.db import transaction
    from rest_framework.test import APIClient

    from parts import allocation, fulfillment, packing, taking
    from parts.models import PartsOrder
    from portal.accounts.roles import Role
    from tests.factories import parts as makers
    from tests.factories import stations

    for factory, counter in ((stations, "_next"), (makers, "_serial")):
        setattr(factory, counter, count(9_000_001))  # codes that the volume does not have
    with transaction.atomic():
        station = stations.make_station()
        owner = stations.make_member(Role.STATION_OWNER, station=station)
        clerk = stations.make_user(Role.WAREHOUSE)
        stocked = [makers.make_part(price="1.00") for _ in range(100)]
        for part in stocked:
            makers.stock_at_headquarters(part, 1_000)
        client = APIClient()
        client.force_authenticate(owner)
        keys = count()

        def order(lines: int) -> PartsOrder:
            body: dict[str, Any] = {
                "station": station.code,
                "kind": "stock",
                "lines": [{"part": part.number, "qty": "1"} for part in stocked[:lines]],
            }
            answer = client.post(
                "/api/v1/parts-orders/", body, "json", headers={"Idempotency-Key": f"bench-{next(keys)}"}
            )
            assert answer.status_code == 201, answer.content
            return PartsOrder.objects.get(number=answer.json()["number"])

        def ship(shipment: Any) -> Any:
            packed = packing.pack_shipment(shipment, boxes=[packing.Box("SF1", Decimal(1))], actor=clerk)
            return fulfillment.ship_shipment(packed, carrier="SF", actor=clerk)

        def receive(shipment: Any) -> Any:
            counts = {line.pk: fulfillment.Count(line.qty) for line in shipment.lines.all()}
            return fulfillment.receive_shipment(shipment, counts=counts, actor=owner)

        order(1)
        for lines in (10, 100):
            yield _step(f"order_{lines}_lines", size, lambda lines=lines: order(lines))
            placed = order(lines)
            chosen = [part.pk for part in stocked[:lines]]
            yield _step(
                f"allocate_{lines}_lines", size, lambda chosen=chosen: allocation.allocate(parts=chosen, actor=clerk)
            )
            allocation.allocate(parts=chosen, actor=clerk)
            yield _step(f"pick_{lines}_lines", size, lambda placed=placed: taking.pick_order(placed, actor=clerk))
            shipment = taking.pick_order(placed, actor=clerk)
            yield _step(f"ship_{lines}_lines", size, lambda shipment=shipment: ship(shipment))
            shipped = ship(shipment)
            yield _step(f"receive_{lines}_lines", size, lambda shipped=shipped: receive(shipped))
        transaction.set_rollback(True)


def _step(name: str, size: str, act: Callable[[], object]) -> Figure:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    def ours() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    ours()
    with CaptureQueriesContext(connection) as captured:
        ours()
    statements = [each["sql"] for each in captured.captured_queries if "SAVEPOINT" not in each["sql"]]

    def limit() -> None:
        with transaction.atomic():
            raw = connection.connection.cursor()
            for statement in statements:
                raw.execute(statement)
            transaction.set_rollback(True)

    return compare(name, size, ours, limit, goal_ratio=2.0, rounds=ROUNDS, sql=len(statements))
