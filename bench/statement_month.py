"""A month's statements of all stations, 50 lines each: built, then issued, a transaction each (SIZE=C: 2,000 stations).

Of the 50 lines up to 40 are claims of the volume, the others freight. The limit is the very statements of a part of the
stations, through psycopg alone. STATIONS says of how many stations (all).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from bench.claim_adjudication import Replayable, _replayed
from bench.figures import Figure

LINES, CLAIMS, LOOKED_AT = 50, 40, 3
PERIOD, LATER = date(2026, 1, 1), date(2026, 2, 1)
COLUMNS = (
    "station_id, claim_id, kind, source, text, reason, parts_amount, labor_amount, travel_amount, other_amount, amount,"
    " tax_rate, at, period, was_disputed"
)
CREDITS = f"""
    INSERT INTO warranty_settlementitem ({COLUMNS})
    SELECT station_id, id, 'claim', number || '/1', '电源模块', '', approved_total, 0, 0, 0, approved_total, 0.06, decided_at,
        CASE WHEN row_number() OVER (PARTITION BY station_id ORDER BY id) <= %s THEN %s ELSE %s END, false
    FROM warranty_warrantyclaim WHERE status IN ('approved', 'partially_approved') AND decided_at IS NOT NULL
"""
FREIGHT = f"""
    INSERT INTO warranty_settlementitem ({COLUMNS})
    SELECT s.id, NULL, 'freight', 'BX-' || s.id || '-' || n, '顺丰', '', 0, 0, 0, 90 + n, 90 + n, 0.06,
        timestamptz '2026-01-15 10:00+08', %s, false
    FROM stations_station s CROSS JOIN generate_series(1, %s) AS n
    WHERE n <= %s - (SELECT count(*) FROM warranty_settlementitem i WHERE i.station_id = s.id AND i.period = %s)
"""


def measure(size: str) -> Iterator[Figure]:
    """Seconds a statement to build and to issue; everything is taken back."""
    from django.db import connection, transaction

    from warranty import settlement
    from warranty.models import Statement, StatementLine
    from warranty.settlement_queries import stations_to_build

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CREDITS, [CLAIMS, PERIOD, LATER])
            cursor.execute(FREIGHT, [PERIOD, LINES, LINES, PERIOD])
        started = time.perf_counter()
        stations = list(stations_to_build(PERIOD, since=_long_ago()))[: int(os.environ.get("STATIONS", "100000"))]
        found = time.perf_counter() - started
        yield _timed(
            "statement_build",
            size,
            stations,
            lambda station: settlement.build_statement(station, PERIOD, actor=None),
            stations_found_seconds=round(found, 3),
        )
        drafts = list(Statement.objects.filter(period=PERIOD, status="draft").order_by("pk"))
        lines = StatementLine.objects.filter(statement__in=drafts).count()
        yield _timed(
            "statement_issue",
            size,
            drafts,
            lambda draft: settlement.issue_statement(draft, actor=None),
            lines_a_statement=round(lines / len(drafts), 1),
        )
        transaction.set_rollback(True)


@contextmanager
def _copies_kept() -> Iterator[list[list[Any]]]:
    """The rows of each COPY, in their order."""
    from warranty.settlement import building

    kept, really = list[list[Any]](), building.copy_rows

    def noted(model: Any, fields: Any, rows: Any) -> None:
        kept.append(list(rows))
        really(model, fields, kept[-1])

    building.copy_rows = noted
    try:
        yield kept
    finally:
        building.copy_rows = really


def _long_ago() -> Any:
    from portal.core import clock

    return clock.start_of(PERIOD)


def _timed(name: str, size: str, rows: list[Any], act: Callable[[Any], object], **detail: Any) -> Figure:
    """All rows, each as a step of the job does it; first a part of them is done, looked at and taken back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from portal.core.transactions import acting

    statements: list[list[Replayable]] = []
    for row in rows[:LOOKED_AT]:
        with CaptureQueriesContext(connection) as captured, _copies_kept() as copies:
            mark = transaction.savepoint()
            with acting(None):
                act(row)
        transaction.savepoint_rollback(mark)
        asked = [each["sql"] for each in captured.captured_queries if "SAVEPOINT" not in each["sql"]]
        statements.append([(sql, copies.pop(0)) if sql.startswith("COPY") else sql for sql in asked])
    floor = sum(map(_replayed, statements)) / len(statements)
    started = time.perf_counter()
    for row in rows:
        with acting(None):
            act(row)
    mine = (time.perf_counter() - started) / len(rows)
    facts = {
        "statements": len(rows),
        "sql_a_statement": round(sum(map(len, statements)) / len(statements), 1),
        "whole_month_seconds": round(mine * len(rows), 1),
    }
    return Figure(name, size, mine, floor, 2.0, round(mine / floor, 2), facts | detail)
