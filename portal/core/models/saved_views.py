"""A list's filters under a name, for oneself or for all of headquarters."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.scope import ScopedQuerySet, scope_of


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    """One's own views; at headquarters those that others share as well."""

    def visible_to(self, user: object) -> Self:
        own = Q(owner_id=getattr(user, "pk", None) or 0)
        return self.filter(own | Q(is_shared=True) if scope_of(user).everything else own)


class SavedView(models.Model):
    """The address of a list with its filters, search and order; the rows it shows are always the reader's own scope."""

    SCOPE: ClassVar[dict[str, str]] = {}

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views", verbose_name=_("owner")
    )
    page = models.CharField(_("page"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000)
    is_shared = models.BooleanField(_("shared"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_named_once"),
        ]
        indexes = [models.Index(fields=["page", "name"], name="saved_view_by_page")]

    def __str__(self) -> str:
        return self.name
