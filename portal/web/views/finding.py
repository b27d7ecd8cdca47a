"""Search across the apps, scanning, and the one trail of a chain."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from portal.core import events, registries
from portal.core.pages import ScopedPage
from portal.core.pieces import Text
from portal.core.registries import Hit
from portal.core.scope import scope_of
from portal.core.timeline import entries_of, numbers_in
from portal.web.trails import addresses_of

MAX_LENGTH = 80


def clean(text: str) -> str:
    """The text as people meant it: no control characters, no spaces around, not endless."""
    return "".join(letter for letter in text[: MAX_LENGTH * 2] if letter.isprintable()).strip()[:MAX_LENGTH]


def find(user: Any, text: str) -> list[Hit]:
    """What the apps find in the user's scope; exact numbers first."""
    hits = [hit for provider in registries.search_providers for hit in provider(user, text)]
    return sorted(hits, key=lambda hit: hit.number.lower() != text.lower())


class Search(ScopedPage):
    """Hits by kind."""

    template_name = "web/search.html"
    title = _("Search")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = clean(self.request.GET.get("q", ""))
        hits = find(self.request.user, text) if len(text) >= 2 else []
        kinds: dict[str, list[Hit]] = {}
        for hit in hits:
            kinds.setdefault(str(hit.kind), []).append(hit)
        return super().get_context_data(**kwargs) | {
            "search_text": text,
            "kinds": kinds.items(),
            "too_short": 0 < len(text) < 2,
        }


class Scan(ScopedPage):
    """A code from a camera, a wedge scanner or fingers leads to its record."""

    template_name = "web/scan.html"
    title = _("Scan")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = clean(request.GET.get("code", ""))
        number = text.rstrip("/").rpartition("/")[2] if "/" in text else text
        number = number.partition(";")[0].strip()  # a part label says the part number, then batch or serial number
        self.code = number
        self.hits = find(request.user, number) if len(number) >= 2 else []
        exact = [hit for hit in self.hits if hit.number.lower() == number.lower()]
        if len(exact) == 1:
            return HttpResponseRedirect(exact[0].url)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"code": self.code, "hits": self.hits}


class Trail(ScopedPage):
    """Everything that happened in one chain, from the call to the supplier's cash, as far as the reader may see."""

    template_name = "web/trail.html"

    def get_title(self) -> Text:
        return str(self.kwargs["root"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = events.trail(self.kwargs["root"], self.request.user)
        if not found:
            raise Http404
        user = self.request.user
        entries = entries_of(found, urls=addresses_of(found, user), inside=scope_of(user).everything)
        numbers = {entry.number: entry.url for entry in entries if entry.number}
        for number in dict.fromkeys(number for event in found for number in numbers_in(event)):
            hits = (hit for hit in find(self.request.user, number) if hit.number == number)
            if number not in numbers and (hit := next(hits, None)):
                numbers[number] = hit.url
        return super().get_context_data(**kwargs) | {
            "entries": entries,
            "numbers": numbers.items(),
            "began": found[0].at,
            "lasted": found[-1].at - found[0].at,
        }
