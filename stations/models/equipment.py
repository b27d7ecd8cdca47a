"""Tools a station must have and those it has, with their calibrations; what it lacks. Not here: spare parts (parts)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.network import GradeLetter, Station, StationKind
from stations.models.people import SkillLevel
from stations.models.products import ProductFamily, in_language
from stations.states import EQUIPMENT_HELD, EQUIPMENT_MOVES, EquipmentStatus


class SkillRequirement(models.Model):
    """So many technicians with a certificate of the level or above, per station of the kind and grade; empty is any."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, related_name="+", verbose_name=_("product family")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel)
    technicians = models.PositiveSmallIntegerField(_("technicians needed"), default=1)
    kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind, blank=True)
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill requirement")
        verbose_name_plural = _("skill requirements")
        ordering = ["family", "level", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="required_level_known"),
            models.CheckConstraint(condition=Q(technicians__gte=1, technicians__lte=99), name="required_1_to_99"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="skill_requirement_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id} {self.level} × {self.technicians}"


class EquipmentItem(models.Model):
    """A kind of tool or instrument that headquarters knows; with a calibration interval where it must be checked."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    calibration_months = models.PositiveSmallIntegerField(_("calibration every (months)"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment item")
        verbose_name_plural = _("equipment items")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(calibration_months=None) | Q(calibration_months__gte=1, calibration_months__lte=120),
                name="calibration_interval_1_to_120_months",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class EquipmentRequirement(models.Model):
    """So many pieces of an item per station of the kind and grade; empty is any. The largest that fits counts."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    item = models.ForeignKey(
        EquipmentItem, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("equipment item")
    )
    kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind, blank=True)
    grade = models.CharField(_("grade"), max_length=10, choices=GradeLetter, blank=True)
    quantity = models.PositiveSmallIntegerField(_("pieces needed"), default=1)
    is_compulsory = models.BooleanField(_("compulsory"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment requirement")
        verbose_name_plural = _("equipment requirements")
        ordering = ["item", "kind", "grade"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=99), name="equipment_needed_1_to_99"),
            models.UniqueConstraint(fields=["item", "kind", "grade"], name="item_required_once_per_kind_and_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} × {self.quantity}"


class EquipmentQuerySet(ScopedQuerySet["Equipment"]):
    """Equipment by standing."""

    def held(self) -> "EquipmentQuerySet":
        """Pieces at the station or on their way back to it: neither lost nor gone."""
        return self.filter(status__in=sorted(EQUIPMENT_HELD))


@tracked()
class Equipment(models.Model):
    """One piece at one station; its status is moved by operations."""

    MOVES: ClassVar[Moves] = EQUIPMENT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="equipment", verbose_name=_("station"))
    item = models.ForeignKey(
        EquipmentItem, on_delete=models.PROTECT, related_name="pieces", verbose_name=_("equipment item")
    )
    serial_number = models.CharField(_("serial number"), max_length=60)
    status = models.CharField(
        _("status"), max_length=20, choices=EquipmentStatus, default=EquipmentStatus.IN_USE, editable=False
    )
    bought_on = models.DateField(_("bought on"), null=True, blank=True)
    commissioned_on = models.DateField(_("in use since"))
    calibration_due_on = models.DateField(_("calibration due on"), null=True, blank=True, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of equipment")
        verbose_name_plural = _("equipment")
        ordering = ["station", "item", "serial_number"]
        indexes = [models.Index(fields=["calibration_due_on"], name="equipment_by_calibration_due")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EquipmentStatus.values), name="equipment_status_known"),
            models.CheckConstraint(
                condition=Q(bought_on=None) | Q(bought_on__lte=models.F("commissioned_on")),
                name="equipment_bought_before_use",
            ),
            models.UniqueConstraint(fields=["item", "serial_number"], name="equipment_serial_known_once_per_item"),
        ]
        triggers = [MovesGuard(name="equipment_moves_as_tabled", moves=EQUIPMENT_MOVES, initial=EquipmentStatus.IN_USE)]

    def __str__(self) -> str:
        return f"{self.item} {self.serial_number}"

    def get_absolute_url(self) -> str:
        return reverse("equipment_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return self.serial_number


class Calibration(models.Model):
    """A piece was checked on a day and is good until its due day; a failed check gives no due day."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "equipment__station_id"}

    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, related_name="calibrations", verbose_name=_("piece of equipment")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    calibrated_on = models.DateField(_("calibrated on"))
    due_on = models.DateField(_("next due on"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), default=True)
    laboratory = models.CharField(_("laboratory"), max_length=80, blank=True)
    certificate_number = models.CharField(_("certificate number"), max_length=60, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ["-calibrated_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gt=models.F("calibrated_on")), name="calibration_due_after_its_day"
            ),
            models.CheckConstraint(condition=Q(passed=True) | Q(due_on=None), name="failed_calibration_has_no_due_day"),
        ]
        triggers = [pgtrigger.Protect(name="calibration_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.calibrated_on}"


class CalibrationAlarm(models.Model):
    """The owner was told, once, that a calibration is due in so many days."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "equipment__station_id"}

    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("piece of equipment")
    )
    due_on = models.DateField(_("calibration due on"))
    days = models.PositiveSmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("sent at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration alarm")
        verbose_name_plural = _("calibration alarms")
        constraints = [
            models.UniqueConstraint(fields=["equipment", "due_on", "days"], name="calibration_alarm_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.due_on} {self.days}"


class GapKind(models.TextChoices):
    """What a station lacks."""

    SKILL = "skill", _("Certified technician")
    MISSING = "missing", _("Equipment missing")
    CALIBRATION = "calibration", _("Calibration overdue")


class StationGap(models.Model):
    """What a station lacks, or will lack from a day on: written anew from the facts, never by hand."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="gaps", verbose_name=_("station"))
    kind = models.CharField(_("kind"), max_length=20, choices=GapKind)
    family = models.ForeignKey(
        ProductFamily, null=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("product family")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel, null=True)
    item = models.ForeignKey(
        EquipmentItem, null=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("equipment item")
    )
    equipment = models.ForeignKey(
        Equipment, null=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("piece of equipment")
    )
    needed = models.PositiveSmallIntegerField(_("needed"), default=1)
    held = models.PositiveSmallIntegerField(_("there"), default=0)
    since = models.DateField(_("first uncovered day"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["since", "station", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=GapKind.values), name="gap_kind_known"),
            models.CheckConstraint(condition=Q(needed__gt=models.F("held")), name="gap_lacks_something"),
            models.UniqueConstraint(
                fields=["station", "kind", "family", "level", "item", "equipment"],
                nulls_distinct=False,
                name="one_gap_of_a_kind_per_station",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind} {self.since}"
