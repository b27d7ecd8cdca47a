"""Checklists in versions, visits and rectifications. Not here: the applications they belong to."""

from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import inspections
from stations.forms.visits import CancelForm
from stations.models import (
    InspectionAnswer,
    InspectionItem,
    InspectionTemplate,
    RectificationFinding,
    RectificationOrder,
    Section,
    SiteInspection,
    TemplateStatus,
    VisitStatus,
)


class ItemInline(ScopedTabularInline):
    """Items of a version, as long as it is a draft."""

    model = InspectionItem
    read_only = False
    can_delete = True
    fields = ["position", "section", "text", "text_en", "guidance", "guidance_en", "weight", "is_veto", "needs_photo"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft's item may go: no visit has used it yet."""
        return obj is not None and bool(obj.is_draft) and self.has_change_permission(request, obj)


def _new_version(row: InspectionTemplate, values: dict[str, Any], actor: Any) -> str:
    made = inspections.new_version(row, actor=actor)
    return f"/admin/stations/inspectiontemplate/{made.pk}/change/"


def _put_in_use(row: InspectionTemplate, values: dict[str, Any], actor: Any) -> None:
    inspections.put_in_use(row, actor=actor)


def _retire(row: InspectionTemplate, values: dict[str, Any], actor: Any) -> None:
    inspections.retire_template(row, actor=actor)


@admin.register(InspectionTemplate)
class InspectionTemplateAdmin(ScopedAdmin):
    """Versions: a draft is changed and put in use; what visits have used stays as it was."""

    list_display = ["code", "version", "name", "purpose", "status"]
    list_filter = ["status", "purpose"]
    search_fields = ["code", "name", "name_en"]
    inlines = [ItemInline]
    detail_template = "stations/admin_template.html"
    operations = [
        OperationButton(
            "put_in_use", _("Put in use"), _put_in_use, permission="stations.change_inspectiontemplate",
            shown=lambda row: row.status == TemplateStatus.DRAFT, style="primary", success=_("In use."),
            intro=_("New visits are done by this version; the one before is retired. It can no longer be changed."),
        ),
        OperationButton(
            "new_version", _("New version"), _new_version, permission="stations.change_inspectiontemplate",
            shown=lambda row: row.status != TemplateStatus.DRAFT, success=_("A draft with the same items."),
            intro=_("A draft with the same items is made, to be changed and put in use."),
        ),
        OperationButton(
            "retire", _("Retire"), _retire, permission="stations.change_inspectiontemplate", style="danger",
            shown=lambda row: can_move(row, TemplateStatus.RETIRED), success=_("Retired."),
        ),
    ]  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or bool(obj.is_draft)) and super().has_change_permission(request, obj)

    def extra_detail(self, request: HttpRequest, row: InspectionTemplate) -> dict[str, Any]:
        """The checklist as the telephone will show it."""
        by_section: dict[str, list[InspectionItem]] = {}
        for item in row.items.order_by("position", "pk"):
            by_section.setdefault(item.section, []).append(item)
        return {
            "sections": [(Section(section).label, items) for section, items in by_section.items()],
            "total_weight": row.items.aggregate(total=Sum("weight"))["total"] or 0,
        }


class AnswerInline(ScopedTabularInline):
    """Ratings."""

    model = InspectionAnswer
    fields = ["section", "text", "weight", "is_veto", "rating", "finding"]


def _cancel(row: SiteInspection, values: dict[str, Any], actor: Any) -> None:
    inspections.cancel_visit(row, actor=actor, **values)


@admin.register(SiteInspection)
class SiteInspectionAdmin(ReadOnlyAdmin):
    """Visits of every purpose."""

    list_display = [
        "number",
        "purpose",
        "place",
        "inspector",
        "status",
        "planned_on",
        "score",
        "outcome",
        "inspected_at",
    ]
    list_filter = ["status", "purpose", "outcome"]
    list_select_related = ["application", "station", "inspector"]
    search_fields = ["number", "application__number", "application__company_name", "station__code", "station__name"]
    inlines = [AnswerInline]
    operations = [
        OperationButton(
            "cancel", _("Cancel the visit"), _cancel, permission="stations.cancel_visit", form=CancelForm,
            shown=lambda row: can_move(row, VisitStatus.CANCELLED), style="danger", success=_("Cancelled."),
        ),
    ]  # fmt: skip


class FindingInline(ScopedTabularInline):
    """What is to be put right."""

    model = RectificationFinding
    fields = ["position", "clause", "finding", "due_on", "status", "evidence", "remark", "verifier"]


@admin.register(RectificationOrder)
class RectificationOrderAdmin(ReadOnlyAdmin):
    """Rectification orders."""

    list_display = ["number", "place", "status", "term", "verified_by", "issued_on", "due_on"]
    list_filter = ["status", "verified_by", "term"]
    list_select_related = ["application", "station", "inspection"]
    search_fields = ["application__company_name", "inspection__number", "station__code", "station__name"]
    inlines = [FindingInline]
