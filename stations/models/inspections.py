"""Visits to premises: planned, under way, recorded for good. Not here: checklists, what must be put right."""

from decimal import Decimal
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import Attachment
from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard
from stations.models.applications import StationApplication
from stations.models.inspection_templates import FULL_RATING, InspectionItem, InspectionTemplate, VisitPurpose
from stations.models.network import OperationCenter, Station
from stations.models.products import in_language
from stations.states import VISIT_MOVES, VisitStatus

ABOUT_ONE = Q(application__isnull=False, station__isnull=True) | Q(application__isnull=True, station__isnull=False)


def latitude_field(**options: Any) -> Any:
    """Where a telephone was, north."""
    bounds = [MinValueValidator(-90), MaxValueValidator(90)]
    return models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=6, null=True, blank=True, validators=bounds, **options
    )


def longitude_field(**options: Any) -> Any:
    """Where a telephone was, east."""
    bounds = [MinValueValidator(-180), MaxValueValidator(180)]
    return models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=bounds, **options
    )


class InspectionOutcome(models.TextChoices):
    """What a visit's score means."""

    PASSED = "passed", _("Passed")
    RECTIFY = "rectify", _("Rectification needed")
    FAILED = "failed", pgettext_lazy("inspection", "Failed")


class VisitQuerySet(ScopedQuerySet["SiteInspection"]):
    """Visits by who may see them, and what is to be done."""

    def visible_to(self, user: Any) -> Self:
        """By center and region; a mystery customer's own; a station's own, but no surprise before it is recorded."""
        scope = scope_of(user)
        if scope.everything:
            return self
        stations = scope.of("station")
        own = Q(station_id__in=stations) | Q(application__station_id__in=stations)
        above = Q(center_id__in=scope.of("center")) | Q(center__region_id__in=scope.of("region"))
        hidden = Q(purpose=VisitPurpose.SURPRISE) & ~Q(status=VisitStatus.RECORDED)
        return self.filter(above | Q(inspector_id__in=scope.of("mystery")) | (own & ~hidden))

    def open(self) -> Self:
        """Planned or under way."""
        return self.filter(status__in=[VisitStatus.PLANNED, VisitStatus.UNDER_WAY])

    def recorded(self) -> Self:
        """Done."""
        return self.filter(status=VisitStatus.RECORDED)


class SiteInspection(models.Model):
    """One visit to an applicant's or a station's premises. What is recorded never changes: a re-visit is another."""

    MOVES: ClassVar[Moves] = VISIT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {
        "station": "station_id",
        "center": "center_id",
        "region": "center__region_id",
        "mystery": "inspector_id",
    }

    application = models.ForeignKey(
        StationApplication, null=True, blank=True, on_delete=models.PROTECT, related_name="inspections",
        verbose_name=_("application"),
    )  # fmt: skip
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("station")
    )
    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation center"), editable=False
    )
    template = models.ForeignKey(
        InspectionTemplate, on_delete=models.PROTECT, related_name="visits", verbose_name=_("template")
    )
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("inspector"),
    )  # fmt: skip
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("planned by"), editable=False,
    )  # fmt: skip
    checks = models.ForeignKey(
        "stations.RectificationOrder", null=True, blank=True, on_delete=models.PROTECT, related_name="revisits",
        verbose_name=_("rectification order that it checks"), editable=False,
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=VisitPurpose, default=VisitPurpose.APPLICATION,
        db_default=VisitPurpose.APPLICATION,
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=20, choices=VisitStatus, default=VisitStatus.PLANNED, db_default=VisitStatus.PLANNED,
        editable=False,
    )  # fmt: skip
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True, editable=False)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    veto_failed = models.BooleanField(_("a veto item failed"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=InspectionOutcome, blank=True, default="")
    findings = models.TextField(_("findings"), blank=True)
    due_on = models.DateField(_("put right by"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("inspected at"), null=True, blank=True)
    longitude = longitude_field()
    latitude = latitude_field()
    inspector_signed_as = models.CharField(_("signed by the inspector"), max_length=60, blank=True, db_default="")
    host_signed_as = models.CharField(_("signed by the visited"), max_length=60, blank=True, db_default="")
    unsigned_reason = models.CharField(_("why the visited did not sign"), max_length=200, blank=True, db_default="")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("site inspection")
        verbose_name_plural = _("site inspections")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=ABOUT_ONE, name="visit_to_an_application_or_a_station"),
            models.CheckConstraint(condition=Q(status__in=VisitStatus.values), name="visit_status_known"),
            models.CheckConstraint(condition=Q(purpose__in=VisitPurpose.values), name="visit_purpose_known"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="inspection_score_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *InspectionOutcome.values]), name="inspection_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=InspectionOutcome.PASSED) | Q(veto_failed=False), name="failed_veto_never_passes"
            ),
            models.CheckConstraint(
                condition=~Q(status=VisitStatus.RECORDED)
                | (Q(score__isnull=False, inspected_at__isnull=False, inspector__isnull=False) & ~Q(outcome="")),
                name="recorded_visit_has_score_outcome_and_inspector",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status__in=[VisitStatus.PLANNED, VisitStatus.UNDER_WAY]),
                name="one_open_visit_per_application",
            ),
            models.UniqueConstraint(
                fields=["station"],
                condition=Q(purpose=VisitPurpose.YEARLY, status__in=[VisitStatus.PLANNED, VisitStatus.UNDER_WAY]),
                name="one_open_re_evaluation_per_station",
            ),
        ]
        triggers = [
            MovesGuard(name="visit_moves_as_tabled", moves=VISIT_MOVES, initial=VisitStatus.PLANNED),
            pgtrigger.Trigger(
                name="recorded_visits_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=[VisitStatus.RECORDED, VisitStatus.CANCELLED]),
                func="""
                    RAISE EXCEPTION 'a recorded or cancelled visit does not change'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'recorded_visits_stay';
                """,
            ),
        ]
        indexes = [models.Index(fields=["status", "planned_on"], name="visits_due")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inspection_detail", args=[self.pk])

    @property
    def subject(self) -> StationApplication | Station:
        """Whom it visits."""
        found = self.application or self.station
        assert found is not None  # noqa: S101 the database keeps it so
        return found

    @property
    def root_number(self) -> str:
        """The application's chain, or its own."""
        return self.application.number if self.application else self.number

    @property
    def place(self) -> str:
        """The outlet's name, in the reader's language."""
        if self.station is not None:
            return str(self.station)
        return self.application.local_station_name if self.application else ""

    @property
    def is_surprise(self) -> bool:
        """Nobody at the station knows of it before, nor by whom afterwards."""
        return self.purpose == VisitPurpose.SURPRISE


class OfVisitQuerySet[M: models.Model](ScopedQuerySet[M]):
    """Rows of a visit: whoever sees the visit sees them."""

    visit: ClassVar[str] = "inspection"

    def visible_to(self, user: Any) -> Self:
        """Those of the visits that the user sees."""
        if scope_of(user).everything:
            return self
        seen = SiteInspection.objects.visible_to(user).order_by().values("pk")
        return self.filter(**{f"{self.visit}__in": seen})


class InspectionAnswer(models.Model):
    """The rating of one item, with the item's words and weight as they were; photos hang on it."""

    SCOPE: ClassVar[dict[str, str]] = {"center": "inspection__center_id", "region": "inspection__center__region_id"}

    inspection = models.ForeignKey(
        SiteInspection, on_delete=models.PROTECT, related_name="answers", verbose_name=_("inspection")
    )
    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    section = models.CharField(_("section"), max_length=20, blank=True, default="", db_default="")
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_veto = models.BooleanField(_("veto item"), default=False)
    needs_photo = models.BooleanField(_("photo required"), default=False, db_default=False)
    rating = models.PositiveSmallIntegerField(_("rating (0–5)"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=500, blank=True, default="", db_default="")

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection answer")
        verbose_name_plural = _("inspection answers")
        ordering = ["inspection", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="item_answered_once_per_inspection"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=0, rating__lte=FULL_RATING),
                name="inspection_rating_0_to_5",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answers_of_recorded_visits_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (SELECT 1 FROM stations_siteinspection v
                               WHERE v.id = NEW.inspection_id AND v.status IN ('recorded', 'cancelled')) THEN
                        RAISE EXCEPTION 'a recorded or cancelled visit does not change'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_of_recorded_visits_stay';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.local_text}: {self.rating}"

    @property
    def local_text(self) -> str:
        """The item's words, in the reader's language."""
        return in_language(self.text, self.text_en)

    @property
    def number(self) -> str:
        """What events call it."""
        return self.inspection.number

    @property
    def failed(self) -> bool:
        """A veto item that is not in order."""
        return self.is_veto and self.rating is not None and self.rating < FULL_RATING


class InspectionPhoto(models.Model):
    """A picture taken for an item: when it arrived, and where the telephone then was, if it said so."""

    SCOPE: ClassVar[dict[str, str]] = {
        "center": "answer__inspection__center_id",
        "region": "answer__inspection__center__region_id",
    }

    answer = models.ForeignKey(
        InspectionAnswer, on_delete=models.PROTECT, related_name="photos", verbose_name=_("answer")
    )
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("picture"))
    received_at = models.DateTimeField(_("received at"))
    longitude = longitude_field()
    latitude = latitude_field()
    distance_meters = models.PositiveIntegerField(_("distance to the premises (m)"), null=True, blank=True)

    class PhotoQuerySet(OfVisitQuerySet["InspectionPhoto"]):
        visit = "answer__inspection"

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection photo")
        verbose_name_plural = _("inspection photos")
        ordering = ["answer", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__gte=Decimal(-180), longitude__lte=Decimal(180),
                    latitude__gte=Decimal(-90), latitude__lte=Decimal(90),
                ),
                name="inspection_photo_is_on_earth",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.attachment_id)
