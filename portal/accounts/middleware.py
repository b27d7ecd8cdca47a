"""The language kept with the account, and the second factor that a session still owes."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation

OWED: Final = "second_factor_owed"  # session key, set at login: "check" or "set_up"
OPEN_PREFIXES: Final = ("/login/", "/logout/", "/static/", "/i18n/", "/account/second-factor/")

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


class UserLanguage:
    """Pages come in the user's own language, whatever the browser prefers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or "zh-hans"
        return self.get_response(request)


class SecondFactor:
    """A session that owes its second factor opens nothing but the page that asks for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        owed = request.session.get(OWED)
        if owed and request.user.is_authenticated and not request.path.startswith(OPEN_PREFIXES):
            return redirect("second_factor" if owed == "check" else "second_factor_setup")
        return self.get_response(request)
