"""Checklists in versions: a draft is put in use and retires the one before; what visits used never changes."""

from typing import Any

from django.db import transaction

from portal.core import events
from portal.core.states import lock, move
from stations.inspections.refusals import NoTemplate, TemplateEmpty, TemplateNotDraft
from stations.models import InspectionItem, InspectionTemplate, SiteInspection, TemplateStatus, VisitPurpose

COPIED = (
    "position", "section", "text", "text_en", "guidance", "guidance_en", "weight", "is_veto", "needs_photo",
)  # fmt: skip


def template_in_use(purpose: str = VisitPurpose.APPLICATION) -> InspectionTemplate | None:
    """The checklist for the next visit of that purpose: its own, else the one for all, else that of applications."""
    in_use = InspectionTemplate.objects.filter(status=TemplateStatus.IN_USE)
    for wanted in (purpose, "", VisitPurpose.APPLICATION):
        if found := in_use.filter(purpose=wanted).order_by("-pk").first():
            return found
    return None


def template_for(purpose: str, *, before: SiteInspection | None = None) -> InspectionTemplate:
    """The same, for a re-visit that of the visit before. Raises NoTemplate."""
    found = template_in_use(before.purpose if before is not None else purpose)
    if found is None:
        raise NoTemplate
    return found


@transaction.atomic
def new_version(template: InspectionTemplate, *, actor: Any) -> InspectionTemplate:
    """A draft with the same items stands beside the version in use, to be changed. Writes one Event."""
    lock(template)
    latest = InspectionTemplate.objects.filter(code=template.code).order_by("-version")[0]
    if latest.is_draft:
        return latest
    made = InspectionTemplate.objects.create(
        code=template.code, version=latest.version + 1, name=template.name, name_en=template.name_en,
        purpose=template.purpose, made_by=actor,
    )  # fmt: skip
    InspectionItem.objects.bulk_create(
        InspectionItem(template=made, **{name: getattr(item, name) for name in COPIED}) for item in template.items.all()
    )
    events.record(made, "inspectiontemplate.versioned", actor=actor, data={"from_version": template.version})
    return made


@transaction.atomic
def put_in_use(template: InspectionTemplate, *, actor: Any) -> InspectionTemplate:
    """New visits are done by this version; the one before is retired. Raises TemplateNotDraft, TemplateEmpty."""
    template = lock(template)
    if not template.is_draft:
        raise TemplateNotDraft(template=template, status=template.get_status_display())
    if not template.items.exists():
        raise TemplateEmpty(template=template)
    for before in InspectionTemplate.objects.filter(code=template.code, status=TemplateStatus.IN_USE).order_by("pk"):
        move(before, TemplateStatus.RETIRED, actor=actor)
    return move(template, TemplateStatus.IN_USE, actor=actor)


@transaction.atomic
def retire_template(template: InspectionTemplate, *, actor: Any) -> InspectionTemplate:
    """No further visit is done by it. Raises TransitionNotAllowed. Writes one Event."""
    return move(template, TemplateStatus.RETIRED, actor=actor)
