"""Certificates, equipment and what is required of stations."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import gaps, people
from stations.forms.people import ReasonForm
from stations.models import (
    Equipment,
    EquipmentItem,
    EquipmentRequirement,
    SkillCertificate,
    SkillRequirement,
    StationGap,
    TechnicianTransfer,
)


def _revoke(certificate: SkillCertificate, values: dict[str, Any], actor: Any) -> None:
    people.revoke_certificate(certificate, actor=actor, **values)


def _approve(transfer: TechnicianTransfer, _values: dict[str, Any], actor: Any) -> None:
    people.approve_transfer(transfer, actor=actor)


def _refuse(transfer: TechnicianTransfer, values: dict[str, Any], actor: Any) -> None:
    people.refuse_transfer(transfer, actor=actor, **values)


@admin.register(SkillCertificate)
class SkillCertificateAdmin(ReadOnlyAdmin):
    """Certificates, the first to end first; issued and revoked by operations."""

    list_display = ["number", "technician", "family", "level", "source", "valid_from", "valid_to", "revoked_on"]
    list_filter = ["family", "level", "source"]
    list_select_related = ["technician", "family"]
    search_fields = ["number", "technician__name"]
    date_hierarchy = "valid_to"
    ordering = ["valid_to"]
    operations = [
        OperationButton(
            "revoke", _("Revoke the certificate"), _revoke, permission="stations.revoke_certificate", form=ReasonForm,
            intro=_("From today it is worth nothing; the technician and the owner are told."), success=_("Revoked."),
        ),
    ]  # fmt: skip


class RequiringMixin:
    """What is changed here changes what stations lack."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Called once per saved page, when the record and its lines are written."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            gaps.note_requirements()


@admin.register(SkillRequirement)
class SkillRequirementAdmin(RequiringMixin, ScopedAdmin):
    """How many technicians of which level a station needs; an empty kind or grade means any."""

    list_display = ["family", "level", "technicians", "kind", "grade", "valid_from", "valid_to"]
    list_filter = ["family", "level", "kind", "grade"]
    list_select_related = ["family"]
    autocomplete_fields = ["family"]


class EquipmentRequirementInline(ScopedTabularInline):
    """How many pieces which stations need."""

    model = EquipmentRequirement
    fields = ["kind", "grade", "quantity", "is_compulsory"]
    read_only = False


@admin.register(EquipmentItem)
class EquipmentItemAdmin(RequiringMixin, ScopedAdmin):
    """Kinds of tools with their calibration interval and who needs them."""

    list_display = ["code", "name", "name_en", "calibration_months", "is_active"]
    search_fields = ["code", "name", "name_en"]
    inlines = [EquipmentRequirementInline]


@admin.register(Equipment)
class EquipmentAdmin(ReadOnlyAdmin):
    """Pieces at stations, the first calibration due first."""

    list_display = ["serial_number", "item", "station", "status", "commissioned_on", "calibration_due_on"]
    list_filter = ["status", "item"]
    list_select_related = ["item", "station"]
    search_fields = ["serial_number", "station__name", "station__code"]
    ordering = ["calibration_due_on"]


@admin.register(StationGap)
class StationGapAdmin(ReadOnlyAdmin):
    """What stations lack, written by the system."""

    list_display = ["station", "kind", "family", "level", "item", "needed", "held", "since"]
    list_filter = ["kind", "family", "item"]
    list_select_related = ["station", "family", "item"]
    search_fields = ["station__name", "station__code"]
    date_hierarchy = "since"


@admin.register(TechnicianTransfer)
class TechnicianTransferAdmin(ReadOnlyAdmin):
    """Wishes to consent to."""

    list_display = ["technician", "from_station", "to_station", "status", "asked_at", "decided_by"]
    list_filter = ["status"]
    list_select_related = ["technician", "from_station", "to_station", "decided_by"]
    search_fields = ["technician__name"]
    operations = [
        OperationButton(
            "approve", _("Approve"), _approve, permission="stations.decide_transfer",
            shown=lambda row: can_move(row, "approved"), style="primary",
            success=_("Approved."),
        ),
        OperationButton(
            "refuse", _("Refuse"), _refuse, permission="stations.decide_transfer",
            shown=lambda row: can_move(row, "refused"), form=ReasonForm,
            success=_("Refused."),
        ),
    ]  # fmt: skip
