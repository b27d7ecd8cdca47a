"""Many claims are submitted and decided one after the other, with the volume's claims behind them (SIZE=C: 2,000,000).

Coverage, price, duplicates, peers, risk and decision, with number, version, letter and events, on one core. The limit is the
very statements of a part of them, through psycopg alone; both are given a claim. CLAIMS says how many (10,000).
"""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from bench.figures import Figure

LOOKED_AT = 25


def measure(size: str) -> Iterator[Figure]:
    """Seconds a claim, and how many there are in a second; everything is taken back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from bench.claim_makers import bench_beside_the_volume, many_drafts
    from portal.core import clock

    count = int(os.environ.get("CLAIMS", "10000"))
    with transaction.atomic():
        bench, today = bench_beside_the_volume(), clock.today()
        drafts = many_drafts(bench, count + LOOKED_AT, sold_on=today - timedelta(days=100), failed_on=today)
        statements: list[list[str]] = []
        for claim in drafts[:LOOKED_AT]:
            with CaptureQueriesContext(connection) as captured:
                mark = transaction.savepoint()
                submitted(claim, bench.owner)
            transaction.savepoint_rollback(mark)
            statements.append([each["sql"] for each in captured.captured_queries if "SAVEPOINT" not in each["sql"]])
        floor = sum(map(_replayed, statements)) / LOOKED_AT
        started = time.perf_counter()
        outcomes = [submitted(claim, bench.owner) for claim in drafts[LOOKED_AT:]]
        mine = (time.perf_counter() - started) / count
        detail: dict[str, Any] = {
            "claims": count,
            "claims_a_second": round(1 / mine, 1),
            "sql_a_claim": round(sum(map(len, statements)) / LOOKED_AT, 1),
            "outcomes": {state: outcomes.count(state) for state in sorted(set(outcomes))},
        }
        yield Figure("claim_adjudication", size, mine, floor, 2.0, round(mine / floor, 2), detail)
        transaction.set_rollback(True)


def submitted(claim: Any, owner: Any) -> str:
    """The state that follows, as one request of the station brings it about."""
    from portal.core.transactions import acting
    from warranty import claims

    with acting(owner):
        return str(claims.submit_claim(claim, actor=owner).status)


type Replayable = str | tuple[str, list[Any]]
"""The text, of a COPY with its rows."""


def _replayed(statements: Sequence[Replayable]) -> float:
    """Seconds of these statements through psycopg alone; they are taken back."""
    from django.db import connection, transaction

    mark = transaction.savepoint()
    raw = connection.connection.cursor()
    started = time.perf_counter()
    for statement in statements:
        if isinstance(statement, str):
            raw.execute(statement)
            continue
        text, rows = statement
        with raw.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    taken = time.perf_counter() - started
    transaction.savepoint_rollback(mark)
    return taken
