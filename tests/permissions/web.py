"""Pages of the roof."""

from typing import Any

from portal.core import clock
from portal.core.models import JobRun, Notification
from tests.permissions import ALL, HQ, Row, everybody, only, users


def run_of_clerk_a(cast: Any) -> list[Any]:
    """A job of clerk_a's; headquarters sees all."""
    return [JobRun.objects.create(name="x", title="x", owner=cast.clerk_a, queued_at=clock.now()).pk]


def message_to_clerk_a(cast: Any) -> list[Any]:
    """A message; not even headquarters reads another's."""
    return [Notification.objects.create(user=cast.clerk_a, kind="x", text="x", created_at=clock.now()).pk]


OTHERS = tuple(name for name in ALL if name != "clerk_a" and name not in HQ)
ROWS = [
    Row("today", get=users(), post=users(405)),
    Row("menu", get=users()),
    Row("search", get=users(), query={"q": "WO-2026"}),
    Row("scan", get=users(), query={"code": "FP-000001"}),
    Row("trail", args=lambda cast: ["SR-000000-000000"], get=users(404)),
    Row("notification_list", get=users()),
    Row(
        "notification_open",
        args=message_to_clerk_a,
        get=only("clerk_a", ok=405, otherwise=405),
        post=only("clerk_a", ok=302, otherwise=404),
    ),
    Row("notification_read_all", get=users(405), post=users(302)),
    Row("job_list", get=users()),
    Row("job_detail", args=run_of_clerk_a, get=only(*HQ, "clerk_a", hidden=OTHERS)),
    Row("job_cancel", args=run_of_clerk_a, get=everybody(405), post=only(*HQ, "clerk_a", ok=302, hidden=OTHERS)),
]
