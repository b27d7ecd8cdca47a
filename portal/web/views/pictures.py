"""One drawing of the first page, made over the user's own rows and kept for some minutes."""

import hashlib
from typing import Any, Final

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views import View

from portal.accounts.roles import roles_of
from portal.core import clock, registries
from portal.core.registries import Picture
from portal.core.scope import scope_of

KEEP_SECONDS: Final = 600  # sums of a year do not change while one looks at them


def pictures_of(user: Any) -> list[Picture]:
    """The drawings this user may see, in the order of the apps."""
    return [each for each in registries.pictures.values() if _may_see(user, each)]


def _may_see(user: Any, picture: Picture) -> bool:
    return bool(roles_of(user) & picture.roles) and user.has_perm(picture.permission)


class PictureView(LoginRequiredMixin, View):
    """The SVG with its table. 404 for an unknown one, 403 for one of other roles."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        picture = registries.pictures.get(key)
        if picture is None:
            raise Http404
        if not _may_see(request.user, picture):
            raise PermissionDenied
        kept = f"picture:{key}:{get_language()}:{clock.today()}:{_scope_key(request.user)}"
        drawn = cache.get(kept)
        if drawn is None:
            drawn = str(picture.draw(request.user))
            cache.set(kept, drawn, KEEP_SECONDS)
        return HttpResponse(drawn)


def _scope_key(user: Any) -> str:
    scope = scope_of(user)
    held = sorted((kind, *sorted(ids)) for kind, ids in scope.ids.items())
    return hashlib.sha256(f"{scope.everything}{held}".encode()).hexdigest()[:32]
