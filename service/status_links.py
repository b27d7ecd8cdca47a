"""The customer's own link to a request: a signed token, no account. Not here: the page."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from service.models import ServiceRequest

SALT = "service.status"
SECONDS = 90 * 24 * 3600


def token_of(request: ServiceRequest) -> str:
    """A token that opens only this request, for 90 days."""
    return signing.dumps(request.pk, salt=SALT)


def link_to(request: ServiceRequest) -> str:
    """The whole address to send to the customer."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("request_status", args=[token_of(request)])


def find(token: str) -> ServiceRequest | None:
    """The request of a token; None for one that is forged or too old."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return ServiceRequest.objects.select_related("unit__product_model", "station").filter(pk=pk).first()
