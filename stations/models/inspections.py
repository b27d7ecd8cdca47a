"""Visits to premises: what is looked at, what was found, what must be put right. Not here: decisions (applications)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.applications import StationApplication
from stations.models.products import in_language
from stations.states import RECTIFICATION_MOVES, RectificationStatus

FULL_RATING = 5


class InspectionTemplate(models.Model):
    """A list of weighted items; a visit keeps the template it was done by, changes make a new one."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection template")
        verbose_name_plural = _("inspection templates")
        ordering = ["-is_active", "pk"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class InspectionItem(models.Model):
    """One thing to look at, rated 0–5; a veto item is either in order or not, and alone keeps a station out."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    template = models.ForeignKey(
        InspectionTemplate, on_delete=models.PROTECT, related_name="items", verbose_name=_("template")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_veto = models.BooleanField(_("veto item"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection item")
        verbose_name_plural = _("inspection items")
        ordering = ["template", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=100), name="inspection_weight_1_to_100"
            )
        ]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)


class InspectionOutcome(models.TextChoices):
    """What a visit's score means."""

    PASSED = "passed", _("Passed")
    RECTIFY = "rectify", _("Rectification needed")
    FAILED = "failed", _("Failed")


class SiteInspection(models.Model):
    """One visit, done once and never changed; the re-visit after a rectification is another."""

    SCOPE: ClassVar[dict[str, str]] = {
        "station": "application__station_id",
        "center": "application__center_id",
        "region": "application__center__region_id",
    }

    application = models.ForeignKey(
        StationApplication, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("application")
    )
    template = models.ForeignKey(
        InspectionTemplate, on_delete=models.PROTECT, related_name="+", verbose_name=_("template")
    )
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("inspector")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    veto_failed = models.BooleanField(_("a veto item failed"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=InspectionOutcome)
    findings = models.TextField(_("findings"), blank=True)
    inspected_at = models.DateTimeField(_("inspected at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("site inspection")
        verbose_name_plural = _("site inspections")
        ordering = ["application", "inspected_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=100), name="inspection_score_0_to_100"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=InspectionOutcome.values), name="inspection_outcome_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=InspectionOutcome.PASSED) | models.Q(veto_failed=False),
                name="failed_veto_never_passes",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inspection_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The application's chain."""
        return self.application.number


class InspectionAnswer(models.Model):
    """The rating of one item, with the item's words and weight as they were."""

    SCOPE: ClassVar[dict[str, str]] = {
        "station": "inspection__application__station_id",
        "center": "inspection__application__center_id",
        "region": "inspection__application__center__region_id",
    }

    inspection = models.ForeignKey(
        SiteInspection, on_delete=models.PROTECT, related_name="answers", verbose_name=_("inspection")
    )
    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_veto = models.BooleanField(_("veto item"), default=False)
    rating = models.PositiveSmallIntegerField(_("rating (0–5)"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection answer")
        verbose_name_plural = _("inspection answers")
        ordering = ["inspection", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="item_answered_once_per_inspection"),
            models.CheckConstraint(
                condition=models.Q(rating__gte=0, rating__lte=FULL_RATING), name="inspection_rating_0_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{in_language(self.text, self.text_en)}: {self.rating}"

    @property
    def failed(self) -> bool:
        """A veto item that is not in order."""
        return self.is_veto and self.rating < FULL_RATING


class RectificationOrder(models.Model):
    """What must be put right, and until when, before a re-visit."""

    MOVES: ClassVar[Moves] = RECTIFICATION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {
        "station": "application__station_id",
        "center": "application__center_id",
        "region": "application__center__region_id",
    }

    application = models.ForeignKey(
        StationApplication, on_delete=models.PROTECT, related_name="rectifications", verbose_name=_("application")
    )
    inspection = models.OneToOneField(
        SiteInspection, on_delete=models.PROTECT, related_name="rectification", verbose_name=_("inspection")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RectificationStatus, default=RectificationStatus.OPEN, editable=False
    )
    findings = models.TextField(_("findings"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification order")
        verbose_name_plural = _("rectification orders")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=RectificationStatus.values), name="rectification_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("issued_on")), name="rectification_due_after_issue"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(status=RectificationStatus.OPEN),
                name="one_open_rectification_per_application",
            ),
        ]
        triggers = [
            MovesGuard(
                name="rectification_moves_as_tabled", moves=RECTIFICATION_MOVES, initial=RectificationStatus.OPEN
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.due_on}"

    @property
    def number(self) -> str:
        """It is known by the visit that found it."""
        return self.inspection.number

    @property
    def root_number(self) -> str:
        """The application's chain."""
        return self.application.number
