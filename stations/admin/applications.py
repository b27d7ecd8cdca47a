"""The queue of applications with its decisions, and what they are judged by."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from stations import applications, onboarding
from stations.forms.applications import ContractForm, NoteForm, ReasonForm
from stations.models import (
    ApplicationInvitation,
    ApplicationStatus,
    InspectionAnswer,
    InspectionItem,
    InspectionTemplate,
    RectificationOrder,
    RequiredDocument,
    SiteInspection,
    StationApplication,
)
from stations.states import SENDABLE_BACK
from stations.views.application_context import application_context, application_facts

S = ApplicationStatus


def _decide(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.decide_application(row, actor=actor, **values)


def _send_back(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.send_back(row, actor=actor, **values)


def _refuse(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.refuse_application(row, actor=actor, **values)


def _sign(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    onboarding.sign_contract(row, actor=actor, **values)


@admin.register(StationApplication)
class StationApplicationAdmin(ReadOnlyAdmin):
    """Applications: papers, inspections, deciders on one page."""

    list_display = ["number", "company_name", "station_name", "center", "kind", "status", "submitted_at"]
    list_filter = ["status", "kind", "center__region"]
    list_select_related = ["center"]
    search_fields = ["number", "company_name", "station_name", "license_number", "phone"]
    ordering = ["-created_at"]
    detail_template = "stations/admin_application.html"
    operations = [
        OperationButton(
            "decide", _("Approve for headquarters"), _decide, permission="stations.decide_application", form=NoteForm,
            shown=lambda row: row.status == S.HQ_DECISION, style="primary",
            intro=_("The second approval. The contract can then be signed."),
            success=_("Approved. Next: the contract."),
        ),
        OperationButton(
            "sign", _("Sign the contract"), _sign, permission="stations.sign_contract", form=ContractForm,
            shown=lambda row: row.status == S.CONTRACTING, style="primary",
            intro=_("With the signature the station is made, active and on probation, and its certificate is issued."),
            success=_("Signed: the station is active. Next: invite its owner."),
        ),
        OperationButton(
            "send_back", _("Send back"), _send_back, permission="stations.return_application", form=ReasonForm,
            shown=lambda row: row.status in SENDABLE_BACK, success=_("Sent back."),
            intro=_("The applicant corrects it by the same link and sends it again; the number stays."),
        ),
        OperationButton(
            "refuse", _("Refuse"), _refuse, permission="stations.return_application", form=ReasonForm,
            shown=lambda row: row.status in SENDABLE_BACK, style="danger", success=_("Refused."),
            intro=_("The application ends here, and the company may not apply again before the pause is over."),
        ),
    ]  # fmt: skip

    def extra_detail(self, request: HttpRequest, row: StationApplication) -> dict[str, Any]:
        """Papers beside facts, likenesses, place, visits, and who holds it."""
        return application_context(row) | {"facts": application_facts(row)}


@admin.register(ApplicationInvitation)
class ApplicationInvitationAdmin(ReadOnlyAdmin):
    """Links given out."""

    list_display = ["company_name", "phone", "center", "kind", "invited_by", "invited_at", "expires_at"]
    list_select_related = ["center", "invited_by"]
    search_fields = ["company_name", "phone"]


@admin.register(RequiredDocument)
class RequiredDocumentAdmin(ScopedAdmin):
    """What applicants must show, by kind of station."""

    list_display = ["station_kind", "wanted_grade", "document_type", "is_required", "needs_number", "needs_expiry"]
    list_filter = ["station_kind", "wanted_grade", "is_required"]


class ItemInline(ScopedTabularInline):
    """Items of a template."""

    model = InspectionItem
    read_only = False
    fields = ["position", "section", "text", "text_en", "guidance", "guidance_en", "weight", "is_veto", "needs_photo"]


@admin.register(InspectionTemplate)
class InspectionTemplateAdmin(ScopedAdmin):
    """Templates; a visit keeps the words and weights it was done by."""

    list_display = ["code", "version", "name", "purpose", "status"]
    search_fields = ["name", "name_en"]
    inlines = [ItemInline]


class AnswerInline(ScopedTabularInline):
    """Ratings."""

    model = InspectionAnswer
    fields = ["text", "weight", "is_veto", "rating"]


@admin.register(SiteInspection)
class SiteInspectionAdmin(ReadOnlyAdmin):
    """Visits."""

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


@admin.register(RectificationOrder)
class RectificationOrderAdmin(ReadOnlyAdmin):
    """Rectification orders."""

    list_display = ["number", "place", "status", "verified_by", "issued_on", "due_on"]
    list_filter = ["status", "verified_by"]
    list_select_related = ["application", "station", "inspection"]
    search_fields = ["application__company_name", "inspection__number", "station__code", "station__name"]
