"""Decided claims are judged twice on a draft policy, as the replay's job does it (SIZE=C: 100,000 claims; CLAIMS says other).

The limit is reading the same stored inputs and parsing them as JSON: what is above 1 is turning them into values and the rules,
twice.
"""

import json
import os
import time
from collections.abc import Iterator
from datetime import date, timedelta

from bench.figures import Figure

COPIES = """
    INSERT INTO warranty_claimversion (claim_id, version, content, inputs, submitted_by_id, submitted_at)
    SELECT claim.id, 1, version.content, version.inputs, version.submitted_by_id, version.submitted_at
    FROM warranty_claimversion AS version
    CROSS JOIN (SELECT id FROM warranty_warrantyclaim WHERE decided_at IS NOT NULL ORDER BY id LIMIT %s) AS claim
    WHERE version.claim_id = %s
"""


def measure(size: str) -> Iterator[Figure]:
    """Seconds of all; everything is taken back."""
    from django.db import connection, transaction

    from bench.claim_makers import bench_beside_the_volume
    from portal.accounts.roles import Role
    from portal.core import clock
    from tests.factories.stations import make_user
    from warranty import policies
    from warranty.models import ReplayRun
    from warranty.replays.drafts import Drafts
    from warranty.replays.running import start_replay, step

    count = int(os.environ.get("CLAIMS", "100000"))
    with transaction.atomic():
        bench, today = bench_beside_the_volume(), clock.today()
        claim = bench.submitted(bench.unit(today - timedelta(days=100)), failed_on=today)
        with connection.cursor() as cursor:
            cursor.execute(COPIES, [count, claim.pk])
        draft = policies.draw_up_policy(
            code="BENCH", level="model", product_model=bench.model, valid_from=date(2030, 1, 1), months={"whole_unit": 1},
            actor=make_user(Role.SERVICE_MANAGER),
        )  # fmt: skip
        since = date(2024, 10, 1)
        run = start_replay(policy=draft, since=since, before=since + timedelta(days=730), actor=bench.owner)
        run, drafts = ReplayRun.objects.get(pk=run.pk), Drafts.of(run)
        started = time.perf_counter()
        while step(run, drafts):
            pass
        mine = time.perf_counter() - started
        floor = _read(run)
        detail = {
            "claims": run.claim_count,
            "changed": run.changed_count,
            "claims_a_second": round(run.claim_count / mine, 1),
        }
        yield Figure("claim_replay", size, mine, floor, 20.0, round(mine / floor, 2), detail)
        transaction.set_rollback(True)


def _read(run: object) -> float:
    """Seconds to read every stored input and parse it."""
    from django.db import connection

    raw = connection.connection.cursor()
    started = time.perf_counter()
    raw.execute("SELECT inputs::text FROM warranty_claimversion WHERE inputs IS NOT NULL ORDER BY id")
    for (text,) in raw:
        json.loads(text)
    return time.perf_counter() - started
