"""200,000 recoverable lines of one supplier come on one note, as finance's button and the monthly job do it (LINES says other).

Needs as many claim lines in the volume (`SIZE=S` has 300,000). The limit is the bare statement that puts the same lines,
evidence and all, into the same table at once. Everything is taken back.
"""

import os
import resource
import time
from collections.abc import Iterator
from typing import Any

from bench.figures import Figure

GRANTED = """
    UPDATE warranty_claimline SET approved_amount = claimed_amount, approved_qty = qty
    WHERE claimed_amount > 0 AND id <= %s
"""
CASES = """
    INSERT INTO warranty_recoverycase (claim_id, line_id, part_id, number, status, approved_on, is_provisional, defect_qty,
                                       expected, close_reason)
    SELECT claim_id, id, part_id, 'BENCH/' || id, 'unassigned', %s, FALSE, 0, 0, ''
    FROM warranty_claimline WHERE claimed_amount > 0 AND id <= %s
"""
OPEN = """
    UPDATE warranty_recoverycase SET status = 'open', supplier_id = %s, agreement_id = %s, last_day = %s, appraised_on = %s,
           defect_qty = 1
    WHERE number LIKE 'BENCH/%%'
"""
AT_ONCE = """
    INSERT INTO warranty_chargebackline (chargeback_id, case_id, claim_line_id, position, kind, text, facts, base, share,
                                         claimed, answer_reason, outcome, is_live, is_supplement)
    SELECT %s, case_id, claim_line_id, position, kind, text, facts, base, share, claimed, answer_reason, outcome, FALSE, FALSE
    FROM warranty_chargebackline WHERE chargeback_id = %s
"""


def measure(size: str) -> Iterator[Figure]:
    """Seconds of the whole note, its deferred check of the sums included."""
    from datetime import timedelta

    from django.db import connection, transaction

    from portal.core import clock
    from tests.factories.parts import make_supplier
    from tests.factories.settlement import make_agreement
    from warranty import chargebacks

    asked: list[None] = []

    def count_statements(execute: Any, *of: Any) -> Any:
        asked.append(None)
        return execute(*of)

    wanted, today = int(os.environ.get("LINES", "200000")), clock.today()
    with transaction.atomic():
        supplier = make_supplier(code="BENCH-CB")
        agreement = make_agreement(supplier, number="BENCH-CB")
        with connection.cursor() as cursor:
            cursor.execute(GRANTED, [wanted])
            cursor.execute(CASES, [today, wanted])
            cursor.execute(OPEN, [supplier.pk, agreement.pk, today + timedelta(days=60), today])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("ANALYZE warranty_recoverycase")
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
        detail = {
            "lines": lines,
            "statements": len(asked),
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
