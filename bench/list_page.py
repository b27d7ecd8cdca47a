"""Each list page, whole, with login, scope and permissions, against psycopg + JSON of the same rows (P1: at most 3x).

The limit is the minimal SQL of a page of 50 and its dump to JSON; it renders no HTML, so the ratio holds that as well.
"""

import json
from collections.abc import Iterator
from typing import Any

from bench.figures import Figure, compare

PAGES = {  # URL name: the minimal SQL of its first page, as a user of headquarters sees it
    "station_stock": "SELECT p.number, p.name, b.on_hand, b.reserved, b.value, l.name FROM parts_stockbalance b"
    " JOIN parts_part p ON p.id = b.part_id JOIN parts_location l ON l.id = b.location_id ORDER BY b.id LIMIT 50",
    "part_list?q=门锁 12": "SELECT p.number, p.name, p.unit, c.name FROM parts_part p"
    " JOIN parts_partcategory c ON c.id = p.category_id WHERE lower(p.number || ' ' || p.name || ' ' || p.name_en || ' '"
    " || p.pinyin_key) LIKE '%门锁%' AND lower(p.number || ' ' || p.name || ' ' || p.name_en || ' ' || p.pinyin_key)"
    " LIKE '%12%' ORDER BY p.number LIMIT 50",
    "public_prices?q=P00123": "SELECT p.number, p.name, p.unit FROM parts_part p WHERE p.number LIKE 'P00123%'"
    " ORDER BY p.number LIMIT 50",
    "part_list": "SELECT p.number, p.name, p.unit, c.name FROM parts_part p"
    " JOIN parts_partcategory c ON c.id = p.category_id ORDER BY p.number LIMIT 50",
    "parts_order_list": "SELECT o.number, o.status, o.total, o.created_at, s.name FROM parts_partsorder o"
    " JOIN stations_station s ON s.id = o.station_id ORDER BY o.id DESC LIMIT 50",
    "work_order_list": "SELECT w.number, w.status, s.name, r.fault_text FROM service_workorder w"
    " JOIN stations_station s ON s.id = w.station_id JOIN service_servicerequest r ON r.id = w.request_id"
    " ORDER BY w.id DESC LIMIT 50",
    "claim_list": "SELECT c.number, c.status, c.claimed_total, s.name FROM warranty_warrantyclaim c"
    " JOIN stations_station s ON s.id = c.station_id ORDER BY c.id DESC LIMIT 50",
}


def measure(size: str) -> Iterator[Figure]:
    """One figure for each page that exists."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import NoReverseMatch, reverse

    client = Client()
    client.force_login(reader(), backend="portal.accounts.backends.Password")
    for name, statement in PAGES.items():
        page, _mark, query = name.partition("?")
        try:
            address = f"{reverse(page)}?{query}"
        except NoReverseMatch:
            print(json.dumps({"name": f"list_page {name}", "skipped": "no such page"}))
            continue

        def ours(address: str = address) -> None:
            assert client.get(address).status_code == 200

        def limit(statement: str = statement) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                json.dumps(cursor.fetchall(), default=str)

        ours()
        with CaptureQueriesContext(connection) as queries:
            ours()
        yield compare(f"list_page {name}", size, ours, limit, goal_ratio=3.0, rounds=15, sql=len(queries))


def reader() -> Any:
    """A user of headquarters who may read everything."""
    from portal.accounts.models import RoleGrant, User
    from portal.accounts.roles import Role

    user, _ = User.objects.get_or_create(username="bench-auditor", defaults={"display_name": "Bench"})
    for role in (Role.AUDITOR, Role.SERVICE_MANAGER, Role.REVIEWER, Role.WAREHOUSE):
        RoleGrant.objects.get_or_create(user=user, role=role)
    return user
