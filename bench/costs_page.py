"""The page of a year's warranty cost, whole, told apart by each thing, and what is expected against what came (S: 100,000 claims).

The fleet is counted once before, as it is every night; detail.count_seconds says how long that took.
The limit is one aggregate over the same rows through psycopg alone, as JSON: no share of the rest, no units, no page.
"""

import json
from collections.abc import Iterator
from typing import Any

from bench.figures import Figure, compare, seconds
from bench.list_page import reader
from bench.statement_month import COLUMNS

ROUNDS = 5
ITEMS = f"""
    INSERT INTO warranty_settlementitem ({COLUMNS})
    SELECT station_id, id, 'claim', number || '/1', '电源模块', '', approved_total, 0, 0, 0, approved_total, 0.06, decided_at,
        date_trunc('month', decided_at)::date, false
    FROM warranty_warrantyclaim WHERE status IN ('approved', 'settled', 'paid') AND decided_at IS NOT NULL
"""
BARE = """
    SELECT {key}, sum(line.approved_amount), count(DISTINCT item.id)
    FROM warranty_settlementitem item
    JOIN warranty_warrantyclaim claim ON claim.id = item.claim_id
    JOIN warranty_claimline line ON line.claim_id = claim.id
    {join}
    WHERE item.at >= %s AND item.at < %s AND line.approved_amount > 0
    GROUP BY 1 ORDER BY 2 DESC
"""
REGION = (
    "JOIN stations_station station ON station.id = item.station_id"
    " LEFT JOIN stations_operationcenter center ON center.id = station.center_id"
)
KEYS = {  # dimension: the column it is told apart by, and what must be joined for it
    "month": ("date_trunc('month', item.at AT TIME ZONE 'Asia/Shanghai')", ""),
    "line": ("model.family_id", "LEFT JOIN stations_productmodel model ON model.id = claim.product_model_id"),
    "model": ("claim.product_model_id", ""),
    "part": ("line.part_id", ""),
    "fault": ("claim.fault_code_id", ""),
    "station": ("item.station_id", ""),
    "region": ("center.region_id", REGION),
    "supplier": ("one.supplier_id", "LEFT JOIN warranty_recoverycase one ON one.line_id = line.id"),
    "kind": ("line.kind", ""),
    "accrual": ("claim.product_model_id", ""),
}


def measure(size: str) -> Iterator[Figure]:
    """A figure per dimension; everything is taken back."""
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from portal.core import clock
    from portal.core.calendar import add_months
    from warranty.costs import Asked, count_fleet

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ITEMS)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ANALYZE warranty_settlementitem")
            cursor.execute("SELECT max(at), count(*) FROM warranty_settlementitem")
            last, items = cursor.fetchone()
        counted = seconds(count_fleet)
        client = Client()
        client.force_login(_finance(), backend="portal.accounts.backends.Password")
        asked = Asked.usual(add_months(clock.local_date(last).replace(day=1), -1))
        between = [clock.start_of(asked.since), clock.start_of(asked.end)]
        months = "&".join(f"{name}={value}" for name, value in asked.parameters().items())
        for by, (key, join) in KEYS.items():
            address = f"{reverse('costs')}?by={by}&{months}"

            def ours(address: str = address) -> None:
                assert client.get(address).status_code == 200

            def limit(statement: str = BARE.format(key=key, join=join)) -> None:
                with connection.cursor() as cursor:
                    cursor.execute(statement, between)
                    json.dumps(cursor.fetchall(), default=str)

            ours()
            with CaptureQueriesContext(connection) as queries:
                ours()
            detail = {"sql": len(queries), "items": items, "count_seconds": round(counted, 2)}
            yield compare(f"costs_page {by}", size, ours, limit, goal_ratio=3.0, rounds=ROUNDS, **detail)
        transaction.set_rollback(True)


def _finance() -> Any:
    """A reader who sees all costs, suppliers as well."""
    from portal.accounts.models import RoleGrant
    from portal.accounts.roles import Role

    user = reader()
    RoleGrant.objects.get_or_create(user=user, role=Role.FINANCE)
    return user
