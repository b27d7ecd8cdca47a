"""Where a user is logged in, so that they can see it and end it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.scope import ScopedQuerySet


class LoginSessionQuerySet(ScopedQuerySet["LoginSession"]):
    """One's own sessions, whoever one is."""

    def visible_to(self, user: Any) -> "LoginSessionQuerySet":
        return self.filter(user_id=getattr(user, "pk", None) or 0)


class LoginSession(models.Model):
    """A browser in which the user logged in; the row goes with the session."""

    SCOPE: ClassVar[dict[str, str]] = {}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="login_sessions", verbose_name=_("user")
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    began_at = models.DateTimeField(_("logged in at"), default=clock.now)

    objects = LoginSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M}"
