"""A token by which a program acts as a person."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.scope import ScopedQuerySet


class ApiTokenQuerySet(ScopedQuerySet["ApiToken"]):
    """One's own tokens, whoever one is."""

    def visible_to(self, user: Any) -> "ApiTokenQuerySet":
        return self.filter(user_id=getattr(user, "pk", None) or 0)

    def in_force(self) -> "ApiTokenQuerySet":
        """Tokens that still open the API."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class ApiToken(models.Model):
    """A program holds the token and acts as the user; only its hash is kept, it ends by itself and can be revoked."""

    SCOPE: ClassVar[dict[str, str]] = {}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=60)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    may_write = models.BooleanField(_("may change things"), default=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name
