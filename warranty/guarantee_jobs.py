"""Headquarters are called in where the law offers the customer more than a repair; imported by jobs.py."""

from portal.core import jobs
from portal.core.models import Event
from service.models import ServiceRequest
from warranty.guarantees import call_in


@jobs.subscriber("warranty.call_for_guarantee")
def call_for_guarantee(event: Event) -> None:
    """By the request just taken."""
    request = ServiceRequest.objects.select_related("unit__product_model").get(pk=event.subject_id)
    call_in(request, at=event.at)
