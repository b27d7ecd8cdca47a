"""A list page asks the database as often for fifty rows as for one; the baseline stands in tests/query_counts.json."""

import pytest

from portal.core import clock
from portal.core.models import JobRun, Notification
from tests.cast import Cast
from tests.counting import assert_as_many_queries


def test_job_list(cast: Cast) -> None:
    def grow(count: int) -> None:
        for number in range(count):
            JobRun.objects.create(name="x", title=f"x{number}", owner=cast.clerk_a, queued_at=clock.now())

    assert_as_many_queries("job_list", cast.service_manager, grow)


def test_notification_list(cast: Cast) -> None:
    def grow(count: int) -> None:
        for number in range(count):
            Notification.objects.create(user=cast.clerk_a, kind="x", text=f"x{number}", created_at=clock.now())

    assert_as_many_queries("notification_list", cast.clerk_a, grow)


@pytest.mark.parametrize("name", ["today", "search", "scan"])
def test_pages_without_rows(cast: Cast, name: str) -> None:
    assert_as_many_queries(name, cast.clerk_a, lambda count: None)
