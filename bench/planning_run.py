"""A planning run over parts × 24 months of shipments, against one bare aggregate of the same ledger by part and month.

Ours reads the ledger, merges supersession, computes every figure by the pure rules and writes figures and suggestions; the
limit only sums. PLANNED_PARTS says how many parts (default 100,000); the ledger is made anew and taken back.
"""

import os
import resource
from collections.abc import Iterator

from psycopg.conninfo import conninfo_to_dict

from bench.figures import Figure, seconds
from bench.volume import owner_url

BARE = (
    "SELECT entry.part_id, date_trunc('month', posting.at), sum(-entry.qty) FROM parts_stockentry entry"
    " JOIN parts_posting posting ON posting.id = entry.posting_id JOIN parts_location place ON place.id = entry.location_id"
    " WHERE posting.kind = 'ship' AND place.kind = 'hq' GROUP BY 1, 2"
)
SCENERY = (
    "INSERT INTO parts_part (category_id, number, name, name_en, part_class, unit, pack_qty, min_order_qty, is_serialised,"
    " must_return, lifecycle, pinyin_key, source) SELECT {category}, 'PLAN-' || n, 'plan', '', 'core', '件', 1, 1, false, false,"
    " 'active', '', 'bench' FROM generate_series(1, {parts}) n",
    "INSERT INTO parts_posting (kind, source, at) SELECT 'ship', 'bench-' || month, TIMESTAMPTZ '2026-06-15' -"
    " make_interval(months => month) FROM generate_series(1, 24) month",
    "INSERT INTO parts_stockentry (posting_id, location_id, part_id, batch, qty, reserved, value)"
    " SELECT posting.id, place.id, part.id, '', side * (1 + (part.id * posting.id) % 37), 0, 0 FROM parts_part part"
    " CROSS JOIN parts_posting posting CROSS JOIN (VALUES ({hq}, -1), ({way}, 1)) AS place (id, side)"
    " WHERE part.source = 'bench' AND posting.source LIKE 'bench-%'",
    "ANALYZE parts_stockentry",
    "ANALYZE parts_part",
)


def measure(size: str) -> Iterator[Figure]:
    """One round each: a run takes a minute, and both read the same warm pages."""
    from datetime import UTC, datetime

    from django.db import connection, transaction

    from parts import stock
    from parts.models import Location, LocationKind, PartCategory
    from parts.replenishment import run as planning
    from portal.core import clock

    parts = int(os.environ.get("PLANNED_PARTS", "100000"))
    clock.set(datetime(2026, 6, 15, tzinfo=UTC))
    connection.close()
    connection.settings_dict["USER"] = conninfo_to_dict(owner_url())["user"]  # the scenery skips triggers
    with transaction.atomic(), connection.cursor() as cursor:
        category, _made = PartCategory.objects.get_or_create(code="PLAN", defaults={"name": "plan"})
        way, _made = Location.objects.get_or_create(
            code="PLAN-WAY", defaults={"name": "plan", "kind": LocationKind.REGIONAL}
        )
        values = {"category": category.pk, "parts": parts, "hq": stock.central_warehouse().pk, "way": way.pk}
        cursor.execute("ALTER TABLE parts_stockentry DISABLE TRIGGER USER")
        for statement in SCENERY:
            cursor.execute(statement.format(**values))

        def ours() -> None:
            run = planning.start_planning(actor=None)
            planning.collect(run)
            rules, letters, ended = planning.Rules.of(run), planning.abc_of(run), planning.not_ordered()
            while planning.compute_chunk(run, rules, letters, ended):
                pass
            planning.finish_planning(run)

        def limit() -> None:
            cursor.execute(BARE)
            cursor.fetchall()

        limit()
        mine, floor = seconds(ours), seconds(limit)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield Figure(
            "planning_run", size, mine, floor, 20.0, round(mine / floor, 2), {"parts": parts, "peak_rss_mib": peak}
        )
        transaction.set_rollback(True)
    clock.set(None)
