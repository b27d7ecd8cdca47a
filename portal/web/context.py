"""What every page of the shell shows besides its own content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.accounts.roles import roles_of
from portal.core import registries
from portal.web import navigation, worklists


class Shell:
    """The frame of one page for one user; everything is found only when the frame is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        user = request.user
        waiting = worklists.waiting_for(request)
        self.groups, self.tabs = navigation.menu(user, request.path, waiting.by_address)
        self.unread = waiting.unread
        self.who = self._who()
        self.where = _("Yizhan")
        self.demo = bool(getattr(settings, "DEMO", False))

    def _who(self) -> str:
        """Where the user works, and their name: 杭州西湖服务站 · 陈敏."""
        user = self.request.user
        if not user.is_authenticated:
            return ""
        places = list(dict.fromkeys(str(each) for provider in registries.place_providers for each in provider(user)))
        place = places[0] if len(places) == 1 else _("%(count)d places") % {"count": len(places)} if places else ""
        return " · ".join(part for part in (place or navigation.labels(list(roles_of(user))[:1]), str(user)) if part)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values for base.html."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
