"""The network at 2,000 stations and 40,000 technicians (SIZE=N): its list, the region board, eligibility of all for a day.

Each limit is the least SQL that answers the same, through psycopg and dumped to JSON; the pages render HTML besides.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bench.figures import Figure, compare

DAY = date(2026, 11, 20)
GRADE = (
    "LEFT JOIN LATERAL (SELECT g.grade, g.valid_from FROM stations_stationgrade g WHERE g.station_id = s.id"
    " AND g.valid_from <= %(day)s ORDER BY g.valid_from DESC LIMIT 1) g ON true"
)
LIST = (
    "SELECT s.code, s.name, s.kind, s.status, s.address, s.phone, s.opened_on, g.grade, d.name, c.name, r.name"
    " FROM stations_station s JOIN stations_dealer d ON d.id = s.dealer_id"
    " JOIN stations_operationcenter c ON c.id = s.center_id JOIN stations_region r ON r.id = c.region_id"
    f" {GRADE} ORDER BY s.code LIMIT 50"
)
BOARD = (
    f"SELECT s.status, g.grade, count(*) FROM stations_station s {GRADE} GROUP BY 1, 2",
    "SELECT left(division, 2), count(*), count(*) FILTER (WHERE status IN ('suspended', 'expired'))"
    " FROM stations_station WHERE status <> 'terminated' GROUP BY 1",
    "SELECT c.region_id, count(*), count(*) FILTER (WHERE s.status = 'active') FROM stations_station s"
    " JOIN stations_operationcenter c ON c.id = s.center_id GROUP BY 1",
    "SELECT code, name, status FROM stations_station WHERE status IN ('suspended', 'expired') ORDER BY status, code LIMIT 12",
)
REGION = (
    *(statement for statement in BOARD),
    f"SELECT s.code, s.name, s.status, s.longitude, s.latitude, g.grade FROM stations_station s"
    f" JOIN stations_operationcenter c ON c.id = s.center_id {GRADE}"
    " WHERE c.region_id = 2 AND s.status <> 'terminated' AND s.longitude IS NOT NULL LIMIT 500",
)
ELIGIBLE = (
    "SELECT s.id, s.status, p.number, p.valid_from, p.valid_to,"
    " EXISTS (SELECT 1 FROM stations_dealeraccount a WHERE a.dealer_id = s.dealer_id)"
    " FROM stations_station s LEFT JOIN stations_contract p ON p.station_id = s.id"
    " AND p.valid_from <= %(day)s AND p.valid_to > %(day)s ORDER BY s.id"
)


def measure(size: str) -> Iterator[Figure]:
    """Four figures: list, board of the country, board of a region, eligibility."""
    from django.test import Client
    from django.urls import reverse

    from bench.list_page import reader
    from stations.contracts import eligibility_on

    client = Client()
    client.force_login(reader(), backend="portal.accounts.backends.Password")

    def page(address: str) -> Callable[[], object]:
        def ours() -> None:
            assert client.get(address).status_code == 200

        return ours

    board = reverse("region_board")
    yield _compared("station_list", size, page(reverse("station_list")), [LIST])
    yield _compared("station_list grade D", size, page(f"{reverse('station_list')}?grade=D"), [LIST])
    yield _compared("region_board country", size, page(board), BOARD)
    yield _compared("region_board region", size, page(f"{board}?region=2"), REGION)
    yield _compared("eligibility_on all", size, lambda: eligibility_on(DAY), [ELIGIBLE])


def _compared(name: str, size: str, ours: Callable[[], object], statements: Any) -> Figure:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def limit() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, {"day": DAY})
                json.dumps(cursor.fetchall(), default=str)

    ours()
    with CaptureQueriesContext(connection) as queries:
        ours()
    return compare(f"network {name}", size, ours, limit, goal_ratio=3.0, rounds=15, sql=len(queries))
