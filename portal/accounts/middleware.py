"""The language of a logged-in user is the one kept with their account."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class UserLanguage:
    """Pages come in the user's own language, whatever the browser prefers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or "zh-hans"
        return self.get_response(request)
