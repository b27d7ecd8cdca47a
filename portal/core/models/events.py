"""The one append-only table of business events, and what subscribers have dealt with."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class Event(models.Model):
    """One business fact, for ever: nobody updates or deletes it (grant and trigger)."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    subject_type = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    subject_number = models.CharField(_("number"), max_length=40, blank=True)
    root = models.CharField(_("chain"), max_length=40, blank=True)
    kind = models.CharField(_("event"), max_length=80)
    from_status = models.CharField(_("from"), max_length=30, blank=True)
    to_status = models.CharField(_("to"), max_length=30, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    role = models.CharField(_("role"), max_length=30, blank=True)
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_by_subject"),
            models.Index(fields=["root", "at"], name="event_by_root"),
            models.Index(fields=["kind", "at"], name="event_by_kind"),
        ]
        triggers = [pgtrigger.Protect(name="event_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_number or self.subject_id}"


class Delivery(models.Model):
    """A subscriber has dealt with an event; written in the transaction of its effect."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    subscriber = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="event_delivered_once_per_subscriber")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} #{self.event_id}"
