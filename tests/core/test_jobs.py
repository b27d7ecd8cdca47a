"""Jobs: queued with their transaction, subscribers once per event, progress and cancel, the sweeper."""

import pytest
from django.db import connection, transaction

from portal.accounts.models import User
from portal.core import clock, events, jobs
from portal.core.models import Delivery, Event, JobRun
from portal.core.models.jobs import JobStatus

pytestmark = pytest.mark.django_db

seen: list[str] = []


@jobs.subscriber("test.note_event")
def note_event(event: Event) -> None:
    seen.append(event.kind)


@jobs.task("test.count_up")
def count_up(run: int, pause_at: int = 0) -> None:
    started = jobs.begin(run, total=3)
    for step in range(3):
        if pause_at and step == pause_at:
            jobs.request_cancel(started)
        try:
            jobs.advance(started, lambda: 1)
        except jobs.Cancelled:
            return jobs.finish(started, status=JobStatus.CANCELLED)
    return jobs.finish(started, message="counted")


@pytest.fixture(autouse=True)
def subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen.clear()
    monkeypatch.setitem(events._subscribers, "user.waved", {"test.note_event": None})


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def test_an_event_reaches_its_subscriber_once_however_often_the_job_runs() -> None:
    user = User.objects.create(username="ann")

    event = events.record(user, "user.waved", actor=user)
    jobs.enqueue("test.note_event", event=event.pk)

    assert jobs.drain() == 2
    assert seen == ["user.waved"]
    assert Delivery.objects.filter(event=event, subscriber="test.note_event").count() == 1


def test_a_rolled_back_transaction_leaves_no_job() -> None:
    user = User.objects.create(username="ann")

    with pytest.raises(RuntimeError), transaction.atomic():
        events.record(user, "user.waved", actor=user)
        raise RuntimeError

    assert queued() == 0


def test_a_run_counts_its_steps_and_ends_with_a_message() -> None:
    run = jobs.start_run("test.count_up", owner=None, title="Count")

    jobs.drain()

    run.refresh_from_db()
    assert (run.status, run.done, run.total, run.percent, run.message) == (JobStatus.DONE, 3, 3, 100, "counted")


def test_a_run_stops_before_its_next_step_when_cancel_was_asked_for() -> None:
    run = jobs.start_run("test.count_up", owner=None, title="Count", pause_at=2)

    jobs.drain()

    run.refresh_from_db()
    assert (run.status, run.done) == (JobStatus.CANCELLED, 2)
    with pytest.raises(jobs.RunIsOver):
        jobs.request_cancel(run)


def test_the_sweeper_requeues_the_job_of_a_worker_that_is_gone() -> None:
    JobRun.objects.create(name="x", title="x", queued_at=clock.now())
    identifier = jobs.enqueue("test.count_up", run=JobRun.objects.get().pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [identifier])
    assert queued() == 0

    assert jobs.sweep() == 1

    assert queued() == 1
