"""Pages of the roof."""

from typing import Any

from portal.core import clock
from portal.core.models import JobRun
from tests.permissions import ALL, HQ, Row, everybody, only, users


def run_of_clerk_a(cast: Any) -> list[Any]:
    """A job of clerk_a's; headquarters sees all."""
    return [JobRun.objects.create(name="x", title="x", owner=cast.clerk_a, queued_at=clock.now()).pk]


OTHERS = tuple(name for name in ALL if name != "clerk_a" and name not in HQ)
ROWS = [
    Row("today", get=users(), post=users(405)),
    Row("menu", get=users()),
    Row("search", get=users(), query={"q": "WO-2026"}),
    Row("scan", get=users(), query={"code": "FP-000001"}),
    Row("trail", args=lambda cast: ["SR-000000-000000"], get=users(404)),
    Row("job_list", get=users()),
    Row("job_detail", args=run_of_clerk_a, get=only(*HQ, "clerk_a", hidden=OTHERS)),
    Row("job_cancel", args=run_of_clerk_a, get=everybody(405), post=only(*HQ, "clerk_a", ok=302, hidden=OTHERS)),
]
