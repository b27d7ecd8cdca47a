"""One allocation run over 50,000 open lines, against the sharing-out of the same lines in a single statement.

The limit ranks lines by stopped machine and time with a window sum, sets what each gets and writes it to the lines; it knows
no supersession, no grade, no whole-or-nothing line, no reservation and no reasons. OPEN_LINES says how many lines.
"""

import os
import resource
from collections.abc import Iterator

from psycopg.conninfo import conninfo_to_dict

from bench.figures import Figure, seconds
from bench.volume import owner_url

SCENERY = (
    "INSERT INTO parts_partsorder (station_id, created_by_id, number, kind, status, reference, note, created_at,"
    " submitted_at, confirmed_at, hold_reason, release_reason, total) SELECT {station}, {user}, 'BENCH-' || n,"
    " CASE n % 9 WHEN 0 THEN 'machine_down' ELSE 'stock' END, 'confirmed', 'bench', '', now(),"
    " now() - n * interval '1 minute', now(), '', '', 0 FROM generate_series(1, {orders}) n",
    "INSERT INTO parts_partsorderline (order_id, part_id, position, ordered_qty, open_qty, allocated_qty, picked_qty,"
    " shipped_qty, backordered_qty, cancelled_qty, received_qty, no_partial, net_price, price_reason, amount,"
    " shipped_amount) SELECT orders.id, 1 + (orders.id * 10 + position) * 7919 % {parts}, position, 4, 4, 0, 0, 0, 0, 0,"
    " 0, position = 10, 1, '{{}}', 4, 0 FROM parts_partsorder orders CROSS JOIN generate_series(1, 10) position"
    " WHERE orders.reference = 'bench'",
    "INSERT INTO parts_stockbalance (location_id, part_id, batch, on_hand, reserved, value, is_world)"
    " SELECT {hq}, n, '', 80, 0, 80, false FROM generate_series(1, {parts}) n ON CONFLICT DO NOTHING",
    "ANALYZE parts_partsorder",
    "ANALYZE parts_partsorderline",
)
BARE = """
    WITH ranked AS (
        SELECT line.id, line.part_id, line.open_qty, sum(line.open_qty) OVER (PARTITION BY line.part_id
            ORDER BY orders.kind <> 'machine_down', orders.submitted_at, line.id) AS until
        FROM parts_partsorderline line JOIN parts_partsorder orders ON orders.id = line.order_id
        WHERE line.open_qty > 0 AND orders.reference = 'bench'),
    shared AS (
        SELECT ranked.id, least(ranked.open_qty, greatest(0, balance.on_hand - balance.reserved
            - (ranked.until - ranked.open_qty))) AS got
        FROM ranked JOIN parts_stockbalance balance ON balance.part_id = ranked.part_id AND balance.location_id = {hq})
    UPDATE parts_partsorderline line SET allocated_qty = shared.got, backordered_qty = line.open_qty - shared.got,
        open_qty = 0 FROM shared WHERE shared.id = line.id
"""


def measure(size: str) -> Iterator[Figure]:
    """One round each, taken back: a run of this size happens when a container has come in."""
    from django.db import connection, transaction

    from parts import stock
    from parts.allocation import allocate
    from parts.models import Part
    from stations.models import Station

    lines = int(os.environ.get("OPEN_LINES", "50000"))
    connection.close()
    connection.settings_dict["USER"] = conninfo_to_dict(owner_url())["user"]  # the scenery skips triggers
    with transaction.atomic(), connection.cursor() as cursor:
        values = {
            "station": Station.objects.earliest("pk").pk,
            "user": 1,
            "orders": lines // 10,
            "parts": Part.objects.count(),
            "hq": stock.central_warehouse().pk,
        }
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in SCENERY:
            cursor.execute(statement.format(**values))
        cursor.execute("SET LOCAL session_replication_role = origin")

        def limit() -> None:
            with transaction.atomic():
                cursor.execute(BARE.format(**values))
                transaction.set_rollback(True)

        def ours() -> None:
            with transaction.atomic():
                run = allocate(cause="bench")
                assert run is not None
                assert run.line_count >= lines
                transaction.set_rollback(True)

        limit()
        mine, floor = seconds(ours), seconds(limit)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        detail = {"lines": lines, "peak_rss_mib": peak}
        yield Figure("allocation_run", size, mine, floor, 10.0, round(mine / floor, 2), detail)
        transaction.set_rollback(True)
