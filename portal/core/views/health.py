"""For machines: alive, ready, metrics."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from portal.core import clock
from portal.core.client import address_of


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and its clock agrees with ours."""
    drift = clock.drift()
    ready = drift <= clock.ALARM_AFTER or clock.is_set()
    answer = {"ready": ready, "clock_drift_seconds": round(drift.total_seconds(), 3)}
    return JsonResponse(answer, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Queue length by status and database time drift, in Prometheus' text format; for this machine only."""
    if address_of(request) not in {"127.0.0.1", "::1"}:
        return HttpResponse(status=403)
    registry = CollectorRegistry()
    jobs = Gauge("yizhan_jobs", "Jobs by status", ["status"], registry=registry)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        for status, count in cursor.fetchall():
            jobs.labels(status).set(count)
    drift = Gauge("yizhan_clock_drift_seconds", "This machine's clock against the database's", registry=registry)
    drift.set(clock.drift().total_seconds())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
