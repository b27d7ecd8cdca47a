"""What every page has: who may open it, a title, buttons."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.generic import TemplateView

from portal.core.pieces import Action, Text


def visible_or_404[M: models.Model](rows: type[M] | models.QuerySet[M], user: Any, **lookup: Any) -> M:
    """The one row of the user's scope; a foreign or missing one is the same 404."""
    query: Any = rows._default_manager.all() if isinstance(rows, type) else rows
    found: M | None = query.visible_to(user).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


class PermissionRequiredMixin:
    """Logged in, and `permission` held: on the record where the page has one, else by role. Empty: whoever is logged in."""

    permission: ClassVar[str] = ""
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.require(self.get_permission_object())
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def get_permission_object(self) -> models.Model | None:
        """The record the permission is asked on."""
        return None

    def require(self, record: models.Model | None) -> None:
        """Raises PermissionDenied."""
        if self.permission and not self.request.user.has_perm(self.permission, record):
            raise PermissionDenied


class PageMixin(PermissionRequiredMixin):
    """A page in the frame: title, subtitle, buttons."""

    title: ClassVar[Text] = ""
    subtitle_text: ClassVar[Text] = ""

    def get_title(self) -> Text:
        """The head line."""
        return self.title

    def get_subtitle(self) -> Text:
        """The lighter line under it."""
        return self.subtitle_text

    def get_actions(self) -> Sequence[Action]:
        """Buttons; those without permission are left out."""
        return []

    def allowed_actions(self) -> list[Action]:
        """The buttons this user may press."""
        record, user = self.get_permission_object(), self.request.user
        return [each for each in self.get_actions() if not each.permission or user.has_perm(each.permission, record)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        title = self.get_title()
        return {"page_title": title, "subtitle": self.get_subtitle(), "actions": self.allowed_actions(), **context}


class ScopedPage(PageMixin, TemplateView):
    """A page that is neither list nor record; its rows start at visible_to all the same."""
