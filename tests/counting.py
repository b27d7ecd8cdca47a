"""Query counts: each list page is tried with 2 and with 50 rows, and compared with tests/query_counts.json.

    def test_claim_list(cast):
        assert_as_many_queries("claim_list", cast.clerk_a, lambda count: [make_claim(station=cast.station_a) for _ in range(count)])

Counted are questions, not the marks of a transaction. A page that has no baseline yet writes it when YIZHAN_WRITE_COUNTS=1
is set; a page may become cheaper, never dearer.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core.parameters import param
from portal.core.transactions import acting
from tests.conftest import as_user

TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT")
BASELINE = Path(__file__).with_name("query_counts.json")


def assert_as_many_queries(
    name: str, user: Any, grow: Callable[[int], Any], *, args: Sequence[Any] = (), label: str = "", many: int = 50
) -> None:
    """With many rows the page asks as often as with 2, and not more often than its baseline."""
    grow(2)
    first = _count(name, user, args)
    grow(many - 2)
    second = _count(name, user, args)

    assert second == first, f"{name}: {first} queries for 2 rows, {second} for {many}"
    known = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    key = label or name
    if os.environ.get("YIZHAN_WRITE_COUNTS"):
        BASELINE.write_text(json.dumps(dict(sorted((known | {key: first}).items())), indent=1) + "\n")
        return
    assert key in known, f"{key} has no baseline: run once with YIZHAN_WRITE_COUNTS=1"
    assert first <= known[key], f"{key}: {first} queries, the baseline is {known[key]}"


def _count(name: str, user: Any, args: Sequence[Any]) -> int:
    cache.clear()
    with acting(None):
        param("accounts.idle_minutes")  # a process reads the parameters again only after one is entered
    browser = as_user(user)
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return sum(not entry["sql"].startswith(TRANSACTION) for entry in captured)
