"""The customer's page: where the request stands, by a signed link, without an account and without personal data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core import show
from service import status_links
from service.models import RequestStatus, ServiceRequest


@never_cache
@require_safe
def request_status(request: HttpRequest, token: str) -> HttpResponse:
    """The steps of one request; 404 for a token that is forged or too old."""
    found = status_links.find(token)
    if found is None:
        return render(request, "service/status_over.html", status=404)
    job = found.work_orders.exclude(status__in=["offered", "declined", "expired", "cancelled"]).order_by("-pk").first()
    return render(request, "service/status.html", {"object": found, "job": job, "steps": _steps(found, job)})


def _steps(found: ServiceRequest, job: Any) -> list[dict[str, Any]]:
    visit = show.moment(job.visit_at) if job and job.visit_at else ""
    rows = [
        (_("Received"), show.moment(found.created_at), True),
        (_("Station found"), str(job.station) if job else "", bool(job)),
        (_("Visit agreed"), visit, bool(visit)),
        (
            _("Technician on site"),
            show.moment(job.arrived_at) if job and job.arrived_at else "",
            bool(job and job.arrived_at),
        ),
        (_("Repaired"), show.moment(found.completed_at) if found.completed_at else "", bool(found.completed_at)),
    ]
    if found.status in (RequestStatus.CANCELLED, RequestStatus.MERGED):
        rows = [*rows[:1], (str(found.get_status_display()), "", True)]
    if found.status == RequestStatus.CLOSED and not found.completed_at:
        rows = [*rows[:1], (_("Answered and closed"), show.moment(found.closed_at), True)]
    return [{"text": text, "detail": detail, "done": done} for text, detail, done in rows]
