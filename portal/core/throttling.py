"""over_limit(): how often somebody without an account may ask. Counted in each web process; the API has its own throttles."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from portal.core.client import address_of


def over_limit(scope: str, who: str, *, most: int, seconds: int) -> bool:
    """Whether this is more than the `most`-th time within the seconds since the first; counts this one."""
    key = f"limit:{scope}:{who}"
    if cache.add(key, 1, seconds):
        return most < 1
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # it ended between the two calls
        return False


def refused_for_now(request: HttpRequest, seconds: int) -> HttpResponseBase:
    """429, with the time to wait."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def limited(scope: str, *, most: int, seconds: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A view that one address may ask for so often."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if over_limit(scope, address_of(request), most=most, seconds=seconds):
                return refused_for_now(request, seconds)
            return view(request, *args, **kwargs)

        return asked

    return wrap
