"""Request ids, the two content security policies, and refusals that no page caught."""

import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portal.core.errors import Refusal

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

LONGEST_TEXT: Final = 500_000  # characters; a page with a longer field says so by `longest_text`
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
STRICT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
# unfold's Alpine evaluates expressions and sets styles; its scripts are files of ours all the same.
ADMIN_POLICY = STRICT_POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)


class RequestId:
    """Every request has an id: the caller's if it is harmless, else a new one; it comes back in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class ContentSecurityPolicy:
    """Strict everywhere, relaxed in the admin only as far as unfold needs; pages of a person are not kept by caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else STRICT_POLICY
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response


class Refusals:
    """A refusal, a too large body or a busy row that no page dealt with becomes a clear 4xx page, never a 500.

    A text longer than any field takes is refused before a page reads it: reading it, and showing it again beside its
    refusal, took seconds.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """413 that names the field of a form; programs send JSON, which has its own bound (portal.core.api)."""
        if request.method != "POST" or request.path.startswith("/api/"):
            return None
        most = getattr(getattr(view, "view_class", None), "longest_text", LONGEST_TEXT)
        for name, values in request.POST.lists():
            if (longest := max(map(len, values), default=0)) > most:
                field = {"name": name[:60], "got": f"{longest:,}", "most": f"{most:,}"}
                return render(request, "413.html", {"field": field}, status=413)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """409 for a rule's no or a locked row, 413 for a body beyond the bound; None leaves the rest to Django."""
        if isinstance(exception, Refusal):
            return render(request, "409.html", {"refusal": exception}, status=409)
        if isinstance(exception, RequestDataTooBig):
            return render(request, "413.html", status=413)
        if isinstance(exception, OperationalError) and "lock timeout" in str(exception):
            return render(request, "409.html", {"refusal": None}, status=409)
        return None
