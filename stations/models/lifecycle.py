"""Suspensions of a station, and its way out of the network. Not here: how it gets in (applications)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.network import Station
from stations.states import EXIT_ITEM_MOVES, EXIT_MOVES, ExitItemStatus, ExitStatus


class StationSuspension(models.Model):
    """The station is out of service from `began_at` until `ended_at`; open while nobody took it back."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="suspensions", verbose_name=_("station")
    )
    reason = models.CharField(_("reason"), max_length=300)
    end_reason = models.CharField(_("reason of its end"), max_length=300, blank=True)
    began_at = models.DateTimeField(_("suspended at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["station", "-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["station"], condition=models.Q(ended_at__isnull=True), name="one_open_suspension_per_station"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("began_at")),
                name="suspension_ends_after_its_beginning",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.began_at:%Y-%m-%d}"


class StationExit(models.Model):
    """A terminated station's way out: complete when every item is done or waived."""

    MOVES: ClassVar[Moves] = EXIT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.OneToOneField(Station, on_delete=models.PROTECT, related_name="exit", verbose_name=_("station"))
    terminated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("completed by"),
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=ExitStatus, default=ExitStatus.OPEN, editable=False)
    reason = models.CharField(_("reason"), max_length=300)
    terminated_at = models.DateTimeField(_("authorization ended at"))
    held_until = models.DateField(_("last statement held until (first free day)"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("station exit")
        verbose_name_plural = _("station exits")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=ExitStatus.values), name="exit_status_known"),
            models.CheckConstraint(
                condition=~models.Q(status="completed") | models.Q(completed_at__isnull=False),
                name="completed_exit_says_when",
            ),
        ]
        triggers = [MovesGuard(name="exit_moves_as_tabled", moves=EXIT_MOVES, initial=ExitStatus.OPEN)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("exit_detail", args=[self.pk])


class ExitItem(models.Model):
    """One thing that has to be done before an exit is complete; apps register the kinds."""

    MOVES: ClassVar[Moves] = EXIT_ITEM_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "exit__station_id"}

    exit = models.ForeignKey(StationExit, on_delete=models.PROTECT, related_name="items", verbose_name=_("exit"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    key = models.CharField(_("item"), max_length=40)
    status = models.CharField(
        _("status"), max_length=10, choices=ExitItemStatus, default=ExitItemStatus.PENDING, editable=False
    )
    amount = money_field(_("amount"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    evidence = models.CharField(_("evidence"), max_length=120, blank=True)
    found = models.JSONField(_("what was found"), default=dict, blank=True)
    decided_at = models.DateTimeField(_("at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit item")
        verbose_name_plural = _("exit items")
        ordering = ["exit", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["exit", "key"], name="exit_item_stands_once"),
            models.CheckConstraint(condition=models.Q(status__in=ExitItemStatus.values), name="exit_item_status_known"),
            models.CheckConstraint(
                condition=models.Q(status="pending") | models.Q(decided_at__isnull=False),
                name="decided_exit_item_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="waived") | ~models.Q(note=""), name="waived_exit_item_says_why"
            ),
            bounded("amount", 0, BOUND, name="exit_item_amount_in_bounds", null=True),
        ]
        triggers = [MovesGuard(name="exit_item_moves_as_tabled", moves=EXIT_ITEM_MOVES, initial=ExitItemStatus.PENDING)]

    def __str__(self) -> str:
        return f"{self.exit_id} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("exit_detail", args=[self.exit_id])
