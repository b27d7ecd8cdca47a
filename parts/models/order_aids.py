"""What makes ordering quick: a draft that waits on the server, a station's named lists, starred parts. Not here: orders."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from parts.models.ordering import OrderKind
from portal.core.scope import ScopedQuerySet

MAX_ROWS_LENGTH = 60_000


class OrderDraft(models.Model):
    """What a user has typed for a station and not sent yet; one each, on whatever device it was typed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="order_drafts", verbose_name=_("user")
    )
    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="order_drafts", verbose_name=_("station")
    )
    kind = models.CharField(_("order kind"), max_length=24, choices=OrderKind, default=OrderKind.STOCK)
    rows = models.TextField(_("parts"), max_length=MAX_ROWS_LENGTH, blank=True)
    no_partial = models.BooleanField(_("no partial delivery"), default=False)
    reference = models.CharField(_("your reference"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    updated_at = models.DateTimeField(_("changed at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    class Meta:
        ordering: ClassVar = ["-updated_at"]
        verbose_name = _("draft of an order")
        verbose_name_plural = _("drafts of orders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "station"], name="one_order_draft_per_user_and_station"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.station_id}"


class OrderTemplate(models.Model):
    """A list of parts that a station orders again and again, under a name; everybody of the station uses and changes it."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="order_templates", verbose_name=_("station")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    name = models.CharField(_("name"), max_length=60)
    rows = models.TextField(_("parts"), max_length=MAX_ROWS_LENGTH)
    updated_at = models.DateTimeField(_("changed at"))

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    class Meta:
        ordering: ClassVar = ["station", "name"]
        verbose_name = _("order template")
        verbose_name_plural = _("order templates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "name"], name="order_template_named_once_in_a_station"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("order_template_change", args=[self.pk])

    @property
    def line_count(self) -> int:
        """How many lines it has."""
        return len([line for line in self.rows.splitlines() if line.strip()])


class FavoritePart(models.Model):
    """The user has starred the part."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="favorite_parts", verbose_name=_("user")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="favorites", verbose_name=_("part"))

    class Meta:
        ordering: ClassVar = ["user", "part"]
        verbose_name = _("favorite part")
        verbose_name_plural = _("favorite parts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "part"], name="part_starred_once_by_a_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ★ {self.part_id}"
