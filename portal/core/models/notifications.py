"""What people are told: in-app messages, and mails waiting to be sent."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import registries
from portal.core.models.documents import Document
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class NotificationQuerySet(ScopedQuerySet["Notification"]):
    """Messages; everybody sees only their own, headquarters no others' either."""

    def visible_to(self, user: object) -> Self:
        return self.filter(user_id=getattr(user, "pk", None) or 0)

    def unread(self) -> Self:
        """Not opened yet."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One message to one person, and the page it is about; `text` is what it said first, `words` what it says today."""

    SCOPE: ClassVar[dict[str, str]] = {}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications", verbose_name=_("to")
    )
    kind = models.CharField(_("kind"), max_length=80)
    text = models.CharField(_("text"), max_length=500)
    facts = models.JSONField(_("facts"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    url = models.CharField(_("page"), max_length=300, blank=True)
    subject_type = models.CharField(_("kind of record"), max_length=60, blank=True)
    subject_id = models.BigIntegerField(_("record"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_by_user"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The message in the reader's language; one without facts, or of a kind given up since, as it was written."""
        known = self.facts and self.kind in registries.notices
        return registries.say_notice(self.kind, self.facts) if known else self.text


class MailStatus(models.TextChoices):
    """From the wish to the end; a dead mail is one that was given up."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")


class MailOutbox(models.Model):
    """A mail written in the transaction of its cause and sent after it, with retries; document: goes along as a PDF."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("attached document")
    )
    key = models.CharField(_("key"), max_length=120, unique=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    status = models.CharField(_("status"), max_length=10, choices=MailStatus, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail outbox")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="mail_waiting", condition=models.Q(status="waiting")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=MailStatus.values), name="mail_status_known"),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False), name="sent_mail_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
