"""Where a request comes from, as far as that can be believed: behind our own proxies, what they say; else the socket."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The caller's address. settings.PROXIES proxies of ours each add one entry; entries before those are the caller's word."""
    told = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    if settings.PROXIES and len(told) >= settings.PROXIES:
        return str(told[-settings.PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))
