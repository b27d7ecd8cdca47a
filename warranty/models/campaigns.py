"""Recalls and service campaigns: what is done, on which serial numbers, and how far each unit has come."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core.scope import EVERYONE, HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from service.models import InstalledUnit, LaborOperation
from stations.models import Station
from stations.models.products import in_language
from warranty.campaign_states import CAMPAIGN_MOVES, CAMPAIGN_TONES, CampaignStatus, UnitStage

USER = settings.AUTH_USER_MODEL
TERMS_FROZEN = """
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'valid_to' - 'status') = (to_jsonb(OLD) - 'valid_to' - 'status') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a released campaign keeps its terms'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'released_campaign_keeps_its_terms';
"""


class CampaignKind(models.TextChoices):
    """Why it is made."""

    RECALL = "recall", pgettext_lazy("campaign", "Recall")
    SERVICE = "service", pgettext_lazy("campaign", "Service campaign")


class Campaign(models.Model):
    """A recall or service campaign: named operations on named serials are paid in full when start <= repair day < end.

    A draft until another person than its author releases it; then it keeps its terms, may get more units, and ends.
    """

    SCOPE: ClassVar[object] = EVERYONE
    MOVES: ClassVar[Moves] = CAMPAIGN_MOVES
    TONES: ClassVar[dict[str, str]] = CAMPAIGN_TONES

    created_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by"), editable=False
    )
    released_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("released by"), editable=False
    )
    operations = models.ManyToManyField(LaborOperation, related_name="+", verbose_name=_("operations"))
    parts = models.ManyToManyField(Part, related_name="+", blank=True, verbose_name=_("parts"))
    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=CampaignKind, default=CampaignKind.SERVICE, db_default=CampaignKind.SERVICE
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT,
        db_default=CampaignStatus.DRAFT, editable=False,
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    instructions = models.TextField(_("what is done"), max_length=2000, blank=True, db_default="")
    valid_from = models.DateField(_("open from"))
    valid_to = models.DateField(_("closed from"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service campaign")
        verbose_name_plural = _("service campaigns")
        ordering = ["-valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(status__in=CampaignStatus.values), name="campaign_status_known"),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("created_by")), name="campaign_released_by_another"
            ),
        ]
        triggers = [
            MovesGuard(name="campaign_moves", moves=CAMPAIGN_MOVES, initial=CampaignStatus.DRAFT),
            pgtrigger.Trigger(
                name="released_campaign_keeps_its_terms",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=[CampaignStatus.RELEASED, CampaignStatus.ENDED]),
                func=TERMS_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    def get_absolute_url(self) -> str:
        return reverse("campaign_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return self.code

    @property
    def local_name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def tone(self) -> str:
        return CAMPAIGN_TONES[self.status]

    @property
    def is_draft(self) -> bool:
        """Whether its terms may still be changed."""
        return self.status == CampaignStatus.DRAFT


class ScopeWay(models.TextChoices):
    """How serial numbers are named."""

    LISTED = "listed", _("Serial numbers, pasted or from a file")
    RANGE = "range", _("From one serial number to another")
    PRODUCED = "produced", _("A product model, by day of production")


class CampaignScope(models.Model):
    """One addition to a campaign's units: first counted, then carried out in the background, or dropped.

    counted: what it would add, when it was drawn up; added: what it did. given: the serials, the range, or model and days.
    """

    SCOPE: ClassVar[object] = HEADQUARTERS

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("campaign"))
    job_run = models.ForeignKey(
        "core.JobRun", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("job")
    )
    drawn_up_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    way = models.CharField(_("how units are named"), max_length=10, choices=ScopeWay)
    given = models.JSONField(_("given"), default=dict)
    counted = models.JSONField(_("counted"), default=dict)
    added = models.PositiveIntegerField(_("units added"), default=0)
    reached = models.BigIntegerField(_("done up to"), default=0)
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("addition to a campaign")
        verbose_name_plural = _("additions to a campaign")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.campaign.code}-{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("campaign_scope", args=[self.pk])


class CampaignUnit(models.Model):
    """A serial number in the scope of a campaign; once a claim used it, the campaign no longer covers it.

    booked_at, done_at and station are brought up to date from the jobs on the unit (campaigns.progress).
    """

    SCOPE: ClassVar[object] = EVERYONE

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units", verbose_name=_("campaign"))
    scope = models.ForeignKey(
        CampaignScope, null=True, on_delete=models.PROTECT, related_name="units", verbose_name=_("addition"),
        editable=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        InstalledUnit, null=True, on_delete=models.PROTECT, related_name="campaign_units", verbose_name=_("unit"),
        editable=False,
    )  # fmt: skip
    station = models.ForeignKey(
        Station, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"), editable=False
    )
    serial_number = models.CharField(_("serial number"), max_length=60, db_index=True)
    used_by = models.CharField(_("used by claim"), max_length=30, blank=True, editable=False)
    notified_at = models.DateTimeField(_("notified at"), null=True, editable=False)
    booked_at = models.DateTimeField(_("booked at"), null=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    stage = models.GeneratedField(
        expression=Case(
            When(~Q(used_by=""), then=Value("claimed")),
            When(done_at__isnull=False, then=Value("done")),
            When(booked_at__isnull=False, then=Value("booked")),
            When(notified_at__isnull=False, then=Value("notified")),
            default=Value("open"),
        ),
        output_field=models.CharField(_("status"), max_length=10),
        db_persist=True,
        choices=UnitStage.choices,
        verbose_name=_("status"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a campaign")
        verbose_name_plural = _("units of a campaign")
        ordering = ["campaign", "serial_number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "serial_number"], name="campaign_names_a_serial_once")
        ]
        indexes = [models.Index(fields=["campaign", "stage", "-id"], name="campaign_unit_by_stage")]

    def __str__(self) -> str:
        return self.serial_number
