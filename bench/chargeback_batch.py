"""200,000 recoverable lines of one supplier come on one note, as finance's button and the monthly job do it (LINES says other).

Needs as many open cases in the volume (`SIZE=S` has 213,000, XS 21,000). The limit is the bare statement that puts the same lines,
evidence and all, into the same table at once. Everything is taken back.
"""

import os
import resource
import time
from collections.abc import Iterator
from typing import Any

from bench.figures import Figure

LATER = """
    UPDATE warranty_recoverycase SET last_day = DATE '2000-01-01' WHERE id > (
        SELECT max(id) FROM (SELECT id FROM warranty_recoverycase WHERE status = 'open' ORDER BY id LIMIT %s) AS first)
"""
AT_ONCE = """
    INSERT INTO warranty_chargebackline (chargeback_id, case_id, claim_line_id, position, kind, text, facts, base, share,
                                         claimed, answer_reason, outcome, is_live, is_supplement)
    SELECT %s, case_id, claim_line_id, position, kind, text, facts, base, share, claimed, answer_reason, outcome, FALSE, FALSE
    FROM warranty_chargebackline WHERE chargeback_id = %s
"""


def measure(size: str) -> Iterator[Figure]:
    """Seconds of the whole note, its deferred check of the sums included."""
    from django.db import connection, transaction

    from parts.models import Supplier
    from warranty import chargebacks

    asked: list[None] = []

    def count_statements(execute: Any, *of: Any) -> Any:
        asked.append(None)
        return execute(*of)

    wanted = int(os.environ.get("LINES", "200000"))
    with transaction.atomic():
        supplier = Supplier.objects.get(code="BENCH-CB")
        with connection.cursor() as cursor:
            cursor.execute(LATER, [wanted])  # those beyond are not touched again
        started = time.perf_counter()
        with connection.execute_wrapper(count_statements):
            note = chargebacks.batch_chargebacks(supplier, actor=None)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        mine = time.perf_counter() - started
        lines = note.lines.count()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            other = _beside(note)
            started = time.perf_counter()
            cursor.execute(AT_ONCE, [other, note.pk])
            floor = time.perf_counter() - started
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            checked = time.perf_counter() - started
        detail = {
            "lines": lines,
            "statements": len(asked),
            "limit_with_references_checked": round(checked, 3),
            "lines_a_second": round(lines / mine, 1),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
        yield Figure("chargeback_batch", size, mine, floor, 10.0, round(mine / floor, 2), detail)
        transaction.set_rollback(True)


def _beside(note: Any) -> int:
    """Another note of the same supplier, empty."""
    from warranty.models import Chargeback

    other = Chargeback.objects.create(
        supplier_id=note.supplier_id, period=note.period, number="CB-BENCH-2", batched_at=note.batched_at
    )
    return other.pk
