"""enqueue(), steps, progress and the sweeper; hides the engine. Not here: any app's job."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from portal.core import clock, context
from portal.core.errors import Refusal
from portal.core.failpoints import failpoint
from portal.core.models.events import Delivery, Event
from portal.core.models.jobs import LIVE, JobRun, JobStatus
from portal.core.transactions import acting

_log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=8, wait=2, exponential_wait=3)
QUEUED = "queued"
SILENT_SECONDS = 60  # longer than the workers' heartbeat, or live jobs would run twice


class Cancelled(Exception):
    """The owner asked the job to stop."""


class RunIsOver(Refusal):
    """Nothing is left to cancel."""

    message = _("This job has already ended.")
    code = "run_is_over"


def task(name: str, **options: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job in <app>/jobs.py. It must be idempotent: a lost worker's job runs again."""

    def decorate(work: Callable[..., None]) -> Callable[..., None]:
        app.task(name=name, retry=RETRY, **options)(work)  # type: ignore[no-untyped-call]  # has no types
        return work

    return decorate


def periodic(name: str, cron: str, *, by_rows: bool = False) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare a job that runs by itself at `cron` (UTC, five fields).

    by_rows: it is not one transaction; what it does goes through each(), which makes one of every row.
    """

    def decorate(work: Callable[[], None]) -> Callable[[], None]:
        @wraps(work)
        def run(timestamp: int) -> None:
            if by_rows:
                return work()
            with acting(None, request_id=f"{name}:{timestamp}"):
                work()

        app.periodic(cron=cron)(app.task(name=name, retry=RETRY, queueing_lock=name)(run))
        return work

    return decorate


def each[Row, Answer](
    name: str, find: Callable[[], Iterable[Row]], act: Callable[[Row], Answer | None]
) -> list[Answer]:
    """Every row found was acted on in a transaction of its own, whatever error stopped others; the answers that say something.

    name: what the log and the audit call it. act decides under its own lock whether the row is still due, since others
    work meanwhile. Raises the first error after the last row, so that the job is tried again.
    """
    with acting(None, request_id=name):
        rows = list(find())
    answers, failed = [], list[Exception]()
    for row in rows:
        key = getattr(row, "pk", row)
        try:
            with acting(None, request_id=f"{name}:{key}"):
                answer = act(row)
        except Exception as error:  # whatever one row raises: the others are done
            _log.exception("%s: %s", name, key)
            failed.append(error)
        else:
            answers += [answer] if answer else []
    if failed:
        raise failed[0]
    return answers


def in_turn(*works: Callable[[], Any]) -> None:
    """Each of these was done, in this order, whatever error stopped another. Raises the first error at the end."""
    failed = list[Exception]()
    for work in works:
        try:
            work()
        except Exception as error:  # each() has logged whose it is
            failed.append(error)
    if failed:
        raise failed[0]


def subscriber(name: str) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Declare a job that deals with an event exactly once, however often it runs (key = event + subscriber)."""

    def decorate(effect: Callable[[Event], None]) -> Callable[[Event], None]:
        @wraps(effect)
        def once(event: int) -> None:
            with acting(None, request_id=f"{name}:{event}"):
                if _first_delivery(event, name):
                    effect(Event.objects.get(pk=event))

        app.task(name=name, retry=RETRY)(once)
        return effect

    return decorate


def enqueue(name: str, *, delay: timedelta | None = None, **arguments: Any) -> int:
    """The named job is queued if, and only if, the caller's transaction commits."""
    if (noted := context.notebook()) is not None:
        noted[QUEUED] = True
    schedule = {"schedule_at": clock.now() + delay} if delay else {}
    return int(app.configure_task(name, allow_unknown=False, **schedule).defer(**arguments))


def queued_here() -> bool:
    """Whether the request or job step under way has queued anything."""
    return QUEUED in (context.notebook() or {})


def _first_delivery(event: int, name: str) -> bool:
    """Whether this transaction is the one that delivers; waits for another that is at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Delivery._meta.db_table} (event_id, subscriber) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608
            [event, name],
        )
        return bool(cursor.rowcount == 1)


@transaction.atomic
def start_run(name: str, *, owner: Any | None, title: str, total: int = 0, key: str = "", **arguments: Any) -> JobRun:
    """A long job is queued and has a page; the job named `name` is called with run=<pk> and the arguments.

    key: what it makes; while a run of this key is under way, that one is answered and nothing is queued.
    """
    fields = {"name": name, "title": title[:200], "owner": owner, "total": total, "queued_at": clock.now()}
    if not key:
        run = JobRun.objects.create(**fields)
    else:
        run, begun = JobRun.objects.filter(status__in=LIVE).get_or_create(key=key, defaults=fields)
        if not begun:
            return run
    enqueue(name, run=run.pk, **arguments)
    return run


def begin(run_id: int, *, total: int | None = None) -> JobRun:
    """The run is under way, with so many steps; a step of its own, so that it shows at once."""
    with acting(None, request_id=f"job:{run_id}"):
        fields: dict[str, Any] = {"status": JobStatus.RUNNING}
        if total is not None:
            fields["total"] = total
        JobRun.objects.filter(pk=run_id, started_at=None).update(started_at=clock.now())
        JobRun.objects.filter(pk=run_id).update(**fields)
        return JobRun.objects.select_related("owner").get(pk=run_id)


def advance(run: JobRun, step: Callable[[], int]) -> None:
    """One step's work (it answers how many units it did) and its progress stand together. Raises Cancelled before."""
    with acting(run.owner, request_id=f"job:{run.pk}"):
        locked = JobRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
        if locked.cancel_requested:
            raise Cancelled(str(run))
        done = locked.done + step()
        JobRun.objects.filter(pk=run.pk).update(done=done, total=max(locked.total, done))
        failpoint("step.done")
    failpoint("step.committed")


def in_steps(run_id: int, total: int, work: Callable[[Callable[[], None]], Any], **told: str) -> None:
    """What is made from its beginning each time is made, or the run says why not.

    work: called with what it calls before each of its `total` steps, which raises Cancelled where it is to stop.
    told: message and result_url of a run that came through.
    """
    run = begin(run_id, total=total)
    with acting(None, request_id=f"job:{run_id}"):
        JobRun.objects.filter(pk=run_id).update(done=0)  # an earlier worker's steps are done again
    try:
        work(lambda: advance(run, lambda: 1))
    except Cancelled:
        finish(run, status=JobStatus.CANCELLED)
    except Exception as error:
        finish(run, status=JobStatus.FAILED, message=type(error).__name__)
        raise
    else:
        finish(run, **told)


def finish(run: JobRun, *, status: str = JobStatus.DONE, message: str = "", result_url: str = "") -> None:
    """The run has ended; a step of its own."""
    with acting(run.owner, request_id=f"job:{run.pk}"):
        JobRun.objects.filter(pk=run.pk).update(
            status=status, message=message, result_url=result_url, finished_at=clock.now()
        )


@transaction.atomic
def request_cancel(run: JobRun) -> None:
    """The run stops before its next step. Raises RunIsOver."""
    locked = JobRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
    if locked.is_over:
        raise RunIsOver
    JobRun.objects.filter(pk=run.pk).update(cancel_requested=True)


@transaction.atomic
def sweep(*, silent_seconds: float = SILENT_SECONDS) -> int:
    """Jobs of dead workers are queued again; how many. A worker is dead when its row is gone or its heart is silent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.status = 'doing'"
            " AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))"
            " FOR UPDATE OF job SKIP LOCKED",
            [silent_seconds],
        )
        lost = [job for (job,) in cursor.fetchall()]
        for job in lost:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job])
    return len(lost)


def drain(limit: int = 100_000) -> int:
    """Every queued job has run here, in order, and those they queued; how many. For tests and the demo network.

    A failing job raises at once: nothing is retried, nothing is hidden.
    """
    count = 0
    while count < limit and (job := _take_queued()):
        identifier, name, arguments = job
        found = app.tasks.get(name) or app.tasks[name]
        found.func(**arguments)
        _mark_succeeded(identifier)
        count += 1
    return count


def _take_queued() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= %s) ORDER BY priority DESC, id LIMIT 1",
            [clock.now()],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    app.perform_import_paths()
    arguments = row[2]
    if isinstance(arguments, str):
        import json

        arguments = json.loads(arguments)
    return row[0], row[1], arguments


def _mark_succeeded(identifier: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [identifier])
