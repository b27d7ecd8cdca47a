"""Who calls the API by token, sessions that lay idle, the language of the account, the second factor a session owes."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts import sessions, tokens
from portal.core import clock

API: Final = "/api/"
OWED: Final = "second_factor_owed"  # session key, set at login: "check" or "set_up"
IDLE_MINUTES: Final = "idle_minutes"  # session key, set at login for those who hold money and decisions
SEEN: Final = "seen"
OPEN_PREFIXES: Final = ("/login/", "/logout/", "/static/", "/i18n/", "/account/second-factor/")

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ApiBearer:
    """A personal token in the header of an API call decides who acts, before language, audit and scope are set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith(API) and scheme == "Token" and (bearer := tokens.bearer_of(token.strip())):
            request.user, request.api_token = bearer.user, bearer  # type: ignore[attr-defined]
        return self.get_response(request)


class Idle:
    """A session of headquarters in which nothing happened for too long is over; the page asks for the password again.

    How long is decided at login and kept in the session, so that no request asks for it; the clock moves once a minute.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        minutes = request.session.get(IDLE_MINUTES)
        if minutes and not hasattr(request, "api_token"):
            now = int(clock.now().timestamp())
            idle = now - request.session.get(SEEN, now)
            if idle >= 60 * minutes:
                return self._over(request, minutes)
            if idle >= 60 or SEEN not in request.session:
                request.session[SEEN] = now
        return self.get_response(request)

    def _over(self, request: HttpRequest, minutes: int) -> HttpResponseBase:
        translation.activate(getattr(request.user, "language", "") or "zh-hans")
        sessions.forget(str(request.session.session_key))
        logout(request)
        text = _("You were logged out: nothing happened for %(minutes)s minutes.") % {"minutes": minutes}
        if request.path.startswith(API):
            return problem(401, "session_idle", text)
        messages.info(request, text)
        return redirect_to_login(request.get_full_path())


class UserLanguage:
    """Pages come in the user's own language, whatever the browser prefers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or "zh-hans"
        return self.get_response(request)


def problem(status: int, code: str, detail: str) -> JsonResponse:
    """What the API says to a session that may not go on."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


class SecondFactor:
    """A session that owes its second factor opens nothing but the page that asks for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        owed = request.session.get(OWED) if not hasattr(request, "api_token") else None
        if owed and request.user.is_authenticated and not request.path.startswith(OPEN_PREFIXES):
            if request.path.startswith(API):
                return problem(403, "second_factor_owed", _("Complete the login with your second factor first."))
            return redirect("second_factor" if owed == "check" else "second_factor_setup")
        return self.get_response(request)
