"""What is looked at on a visit: checklists in versions. Not here: visits (inspections)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.products import in_language
from stations.states import TEMPLATE_MOVES, TemplateStatus

FULL_RATING = 5


class VisitPurpose(models.TextChoices):
    """Why somebody visits premises."""

    APPLICATION = "application", _("Site inspection of an application")
    REVISIT = "revisit", _("Re-visit after a rectification")
    SUPERVISION = "supervision", _("Supervision visit")
    SURPRISE = "surprise", _("Surprise visit")
    YEARLY = "yearly", _("Yearly re-evaluation")


class Section(models.TextChoices):
    """What an item is about; items of one section stand together."""

    PREMISES = "premises", _("Premises")
    IMAGE = "image", _("Image and identity")
    EQUIPMENT = "equipment", _("Equipment and tools")
    PEOPLE = "people", _("People")
    PROCESS = "process", _("Knowledge of the processes")
    SAFETY = "safety", _("Safety and law")


class InspectionTemplate(models.Model):
    """One version of a checklist. Visits keep the version they were done by; a change makes the next version."""

    MOVES: ClassVar[Moves] = TEMPLATE_MOVES
    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(
        _("code"), max_length=20, default="SITE", db_default="SITE", help_text=_("The same in all versions.")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, db_default=1, editable=False)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    purpose = models.CharField(
        _("for visits of"), max_length=20, choices=VisitPurpose, blank=True, default="", db_default="",
        help_text=_("Left empty: for every visit that has no checklist of its own."),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=20, choices=TemplateStatus, default=TemplateStatus.DRAFT,
        db_default=TemplateStatus.DRAFT, editable=False,
    )  # fmt: skip
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("made by"), editable=False,
    )  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection template")
        verbose_name_plural = _("inspection templates")
        ordering = ["code", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=TemplateStatus.values), name="inspection_template_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["", *VisitPurpose.values]), name="inspection_template_purpose_known"
            ),
            models.UniqueConstraint("code", "version", name="version_of_a_checklist_made_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(status=TemplateStatus.IN_USE),
                name="one_version_of_a_checklist_in_use",
            ),
        ]
        triggers = [MovesGuard(name="template_moves_as_tabled", moves=TEMPLATE_MOVES, initial=TemplateStatus.DRAFT)]

    def __str__(self) -> str:
        return f"{in_language(self.name, self.name_en)} V{self.version}"

    @property
    def number(self) -> str:
        """What events call it."""
        return f"{self.code}-V{self.version}"

    @property
    def is_draft(self) -> bool:
        """Its items may still change."""
        return self.status == TemplateStatus.DRAFT


class InspectionItem(models.Model):
    """One thing to look at, rated 0–5; a veto item is either in order or not, and alone keeps a station out."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    template = models.ForeignKey(
        InspectionTemplate, on_delete=models.PROTECT, related_name="items", verbose_name=_("template")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    section = models.CharField(
        _("section"), max_length=20, choices=Section, default=Section.PREMISES, db_default=Section.PREMISES
    )
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    guidance = models.CharField(_("how to judge"), max_length=300, blank=True, default="", db_default="")
    guidance_en = models.CharField(_("how to judge (English)"), max_length=300, blank=True, default="", db_default="")
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_veto = models.BooleanField(_("veto item"), default=False)
    needs_photo = models.BooleanField(_("photo required"), default=False, db_default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection item")
        verbose_name_plural = _("inspection items")
        ordering = ["template", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=100), name="inspection_weight_1_to_100"
            ),
            models.CheckConstraint(condition=models.Q(section__in=Section.values), name="inspection_section_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="items_change_in_drafts_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("item", "stations_inspectionitem")],
                func="""
                    item := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    IF EXISTS (SELECT 1 FROM stations_inspectiontemplate t
                               WHERE t.id = item.template_id AND t.status <> 'draft') THEN
                        RAISE EXCEPTION 'items of a checklist change only while it is a draft'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'items_change_in_drafts_only';
                    END IF;
                    RETURN item;
                """,
            )
        ]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)

    @property
    def local_guidance(self) -> str:
        """How to judge it, in the reader's language."""
        return in_language(self.guidance, self.guidance_en)
