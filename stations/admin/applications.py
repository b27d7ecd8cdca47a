"""The queue of applications with its decisions, and the papers they must show."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin
from stations import applications, onboarding
from stations.forms.applications import NoteForm, ReasonForm
from stations.forms.contracts import ContractForm
from stations.models import (
    ApplicationInvitation,
    ApplicationStatus,
    RequiredDocument,
    StationApplication,
)
from stations.states import SENDABLE_BACK
from stations.terms import named_terms
from stations.views.application_context import application_context, application_facts

S = ApplicationStatus


def _decide(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.decide_application(row, actor=actor, **values)


def _send_back(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.send_back(row, actor=actor, **values)


def _refuse(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    applications.refuse_application(row, actor=actor, **values)


def _sign(row: StationApplication, values: dict[str, Any], actor: Any) -> None:
    onboarding.sign_contract(row, actor=actor, **named_terms(values))


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
