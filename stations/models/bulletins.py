"""What headquarters tells its stations: documents by version, whom they reach, who has read them, who was reminded.

Not here: who the readers of an audience are (stations.bulletins).
"""

from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import HEADQUARTERS, ScopedQuerySet, scope_of
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models.network import GradeLetter, Station, StationKind
from stations.models.products import in_language
from stations.states import BULLETIN_MOVES, BulletinStatus

FROZEN = (
    "number", "version", "supersedes_id", "kind", "title", "title_en", "body", "body_en", "change_note",
    "change_note_en", "must_read", "read_by", "region_codes", "station_kinds", "grades", "family_codes",
    "published_at",
)  # fmt: skip


class BulletinKind(models.TextChoices):
    """What a document is for."""

    TECHNICAL = "technical", _("Technical document")
    BULLETIN = "bulletin", _("Service bulletin")
    NOTICE = "notice", _("Notice")
    POLICY = "policy", _("Policy")


class BulletinQuerySet(ScopedQuerySet["Bulletin"]):
    """Documents by who they reach."""

    def visible_to(self, user: Any) -> Self:
        """Headquarters sees all; others what was ever published to a station of theirs, and so never a draft."""
        scope = scope_of(user)
        if scope.everything:
            return self
        reached = BulletinRecipient.objects.filter(station_id__in=scope.of("station"))
        return self.filter(pk__in=reached.values("bulletin"))

    def in_force(self) -> Self:
        """The versions to go by."""
        return self.filter(status=BulletinStatus.PUBLISHED)

    def unread_by(self, user: Any) -> Self:
        """Those that this user has not confirmed."""
        return self.exclude(pk__in=BulletinReading.objects.filter(user_id=user.pk).values("bulletin"))


class Bulletin(models.Model):
    """One version of a document. A published one is never edited: a new version supersedes it, or it is withdrawn.

    The audience is the stations that fit all four lists; an empty list leaves nobody out. It is kept as codes, with the
    other facts, as it was published.
    """

    MOVES: ClassVar[Moves] = BULLETIN_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "recipients__station_id"}

    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("revises")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
    )
    number = models.CharField(_("number"), max_length=30)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(
        _("status"), max_length=12, choices=BulletinStatus, default=BulletinStatus.DRAFT, editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=BulletinKind, default=BulletinKind.TECHNICAL)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    body = models.TextField(_("text"), max_length=20_000, blank=True)
    body_en = models.TextField(_("English text"), max_length=20_000, blank=True)
    change_note = models.CharField(_("what has changed"), max_length=300, blank=True)
    change_note_en = models.CharField(_("what has changed, in English"), max_length=300, blank=True)
    must_read = models.BooleanField(_("must be read"), default=False)
    read_by = models.DateField(_("to be read until"), null=True, blank=True)
    region_codes = ArrayField(models.CharField(max_length=20), verbose_name=_("regions"), default=list, blank=True)
    station_kinds = ArrayField(
        models.CharField(max_length=20, choices=StationKind),
        verbose_name=_("kinds of station"),
        default=list,
        blank=True,
    )
    grades = ArrayField(
        models.CharField(max_length=10, choices=GradeLetter), verbose_name=_("grades"), default=list, blank=True
    )
    family_codes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("product families"), default=list, blank=True
    )
    written_at = models.DateTimeField(_("written at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("superseded or withdrawn at"), null=True, blank=True)
    withdraw_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("document or bulletin")
        verbose_name_plural = _("documents and bulletins")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="bulletin_version_once_per_number"),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(status=BulletinStatus.PUBLISHED),
                name="one_published_version_per_bulletin",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(status=BulletinStatus.DRAFT), name="one_draft_per_bulletin"
            ),
            models.CheckConstraint(condition=Q(status__in=BulletinStatus.values), name="bulletin_status_known"),
            models.CheckConstraint(condition=Q(kind__in=BulletinKind.values), name="bulletin_kind_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="bulletin_version_from_one"),
            models.CheckConstraint(
                condition=Q(must_read=True, read_by__isnull=False) | Q(must_read=False, read_by__isnull=True),
                name="bulletin_to_be_read_names_its_day",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(supersedes__isnull=False), name="later_bulletin_version_names_the_one_before"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[BulletinStatus.PUBLISHED, BulletinStatus.SUPERSEDED])
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_bulletin_names_its_publisher",
            ),
            models.CheckConstraint(
                condition=~Q(status=BulletinStatus.WITHDRAWN) | ~Q(withdraw_reason=""),
                name="withdrawn_bulletin_says_why",
            ),
        ]
        indexes = [search_index("bulletin_search", "number", "title", "title_en")]
        triggers = [
            MovesGuard(name="bulletin_moves_as_tabled", moves=BULLETIN_MOVES, initial=BulletinStatus.DRAFT),
            pgtrigger.Protect(name="bulletin_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="published_bulletin_keeps_its_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status <> 'draft' AND ({", ".join(f"OLD.{name}" for name in FROZEN)})
                        IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in FROZEN)}) THEN
                        RAISE EXCEPTION 'a published document keeps its text' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'published_bulletin_keeps_its_text';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.local_title

    def get_absolute_url(self) -> str:
        return reverse("bulletin_detail", args=[self.pk])

    @property
    def local_title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)

    @property
    def local_body(self) -> str:
        """The text in the reader's language."""
        return in_language(self.body, self.body_en)

    @property
    def local_change_note(self) -> str:
        """What has changed, in the reader's language."""
        return in_language(self.change_note, self.change_note_en)

    @property
    def is_draft(self) -> bool:
        """Whether it was never published and may be edited."""
        return self.status == BulletinStatus.DRAFT


class BulletinRecipient(models.Model):
    """The version reaches the station, which should have read it by the end of due_on. Kept when it leaves the audience."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, related_name="recipients", verbose_name=_("document")
    )
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    addressed_at = models.DateTimeField(_("sent to the station at"))
    due_on = models.DateField(_("to be read until"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader station")
        verbose_name_plural = _("reader stations")
        ordering = ["bulletin", "station"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "station"], name="bulletin_reaches_a_station_once"),
        ]
        indexes = [models.Index(fields=["station", "due_on"], name="bulletin_due_by_station")]
        triggers = [
            pgtrigger.Protect(name="bulletin_recipient_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.station_id}"


class BulletinReading(models.Model):
    """This person confirmed to have read the version, for this station of theirs; written once, never changed."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, related_name="readings", verbose_name=_("document")
    )
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reader")
    )
    read_at = models.DateTimeField(pgettext_lazy("bulletin", "read at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading receipt")
        verbose_name_plural = _("reading receipts")
        ordering = ["bulletin", "station", "read_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "station", "user"], name="bulletin_read_once_per_person_and_station"
            ),
        ]
        indexes = [models.Index(fields=["user", "bulletin"], name="bulletin_reading_by_user")]
        triggers = [pgtrigger.Protect(name="bulletin_reading_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.station_id} {self.user_id}"


class BulletinReminder(models.Model):
    """The person was reminded of the version; nobody is twice."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="+", verbose_name=_("document"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reader")
    )
    reminded_at = models.DateTimeField(_("reminded at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a document")
        verbose_name_plural = _("reminders of documents")
        ordering = ["bulletin", "user"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="nobody_is_reminded_twice")]
        triggers = [pgtrigger.Protect(name="bulletin_reminder_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.user_id}"
