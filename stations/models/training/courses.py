"""What is taught, and the material it is taught from, version by version, with who opened it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet
from stations.models.network import Station
from stations.models.people import SkillLevel, Technician
from stations.models.products import ProductFamily, in_language


class CourseTopic(models.TextChoices):
    """The course families of the training center. Source: requirements.md 77."""

    REPAIR = "repair", _("Repair")
    PROCESS = "process", _("After-sales process")
    MANNERS = "manners", _("Manners and service standard")
    OPERATION = "operation", _("Station operation")
    POLICY = "policy", _("Policy")
    PREPARATION = "preparation", _("Service preparation")
    COMMUNICATION = "communication", _("Communication")
    WARRANTY = "warranty", _("Three-guarantees judgment and warranty claim")


class Course(models.Model):
    """A course; with a product family and a level its exam makes a skill certificate."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    family = models.ForeignKey(
        ProductFamily, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product family"),
    )  # fmt: skip
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    topic = models.CharField(_("course family"), max_length=20, choices=CourseTopic)
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel, null=True, blank=True)
    questions_per_paper = models.PositiveSmallIntegerField(_("questions per paper"), default=10)
    practical_points = models.PositiveSmallIntegerField(_("points of the practical part"), default=0)
    description = models.TextField(_("description"), blank=True)
    is_active = models.BooleanField(_("taught"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=CourseTopic.values), name="course_topic_known"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__in=SkillLevel.values), name="course_level_known"),
            models.CheckConstraint(
                condition=Q(questions_per_paper__gte=1, questions_per_paper__lte=100),
                name="paper_has_1_to_100_questions",
            ),
            models.CheckConstraint(condition=Q(practical_points__lte=100), name="practical_points_at_most_100"),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("course_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return self.code

    @property
    def certifies(self) -> bool:
        """Whether passing its exam gives a skill certificate."""
        return self.family_id is not None and self.level is not None


class MaterialVersion(models.Model):
    """The files of a course as published once, with what changed; the latest is taught."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="materials", verbose_name=_("course"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    version = models.PositiveIntegerField(_("version"))
    changes = models.TextField(_("what changed"))
    changes_en = models.TextField(_("what changed (English)"), blank=True)
    published_at = models.DateTimeField(_("published at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course material")
        verbose_name_plural = _("course material")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="material_version_from_1"),
            models.UniqueConstraint(fields=["course", "version"], name="one_material_per_version"),
        ]
        triggers = [pgtrigger.Protect(name="material_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.course} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("material_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"{self.course.code}-v{self.version}"

    @property
    def local_changes(self) -> str:
        """What changed, in the reader's language."""
        return in_language(self.changes, self.changes_en)


class MaterialReading(models.Model):
    """A person opened this version, first at this instant, while at this station."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    material = models.ForeignKey(
        MaterialVersion, on_delete=models.PROTECT, related_name="readings", verbose_name=_("course material")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    station = models.ForeignKey(
        Station, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    opened_at = models.DateTimeField(_("opened at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("material opened")
        verbose_name_plural = _("material opened")
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(fields=["material", "user"], name="material_opened_once_per_person")]
        triggers = [pgtrigger.Protect(name="reading_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.material_id} {self.user_id}"


class MaterialReminder(models.Model):
    """A technician was reminded, once, of a version not opened."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "technician__station_id"}

    material = models.ForeignKey(
        MaterialVersion, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("course material")
    )
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="+", verbose_name=_("technician"))
    sent_at = models.DateTimeField(_("sent at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("material reminder")
        verbose_name_plural = _("material reminders")
        constraints = [
            models.UniqueConstraint(fields=["material", "technician"], name="material_reminded_once_per_technician")
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.technician_id}"
