"""The tree, the stations and their people."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.admin import OperationButton, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import board, grading, lifecycle, onboarding, people
from stations.forms.applications import RenewForm
from stations.forms.lifecycle import WhyForm
from stations.forms.people import GradeForm, ReasonForm
from stations.models import (
    ClosedDays,
    Contract,
    Dealer,
    GradeLetter,
    Membership,
    OperationCenter,
    Region,
    ServiceArea,
    SkillCertificate,
    Station,
    StationGrade,
    StationHours,
    StationStatus,
    Technician,
)


def _grade(station: Station, values: dict[str, Any], actor: Any) -> None:
    grading.set_grade(station, actor=actor, **values)


def _renew(station: Station, values: dict[str, Any], actor: Any) -> None:
    onboarding.renew_contract(station, actor=actor, **values)


def _suspend(station: Station, values: dict[str, Any], actor: Any) -> None:
    lifecycle.suspend_station(station, actor=actor, **values)


def _resume(station: Station, values: dict[str, Any], actor: Any) -> None:
    lifecycle.resume_station(station, actor=actor, **values)


def _terminate(station: Station, values: dict[str, Any], actor: Any) -> None:
    lifecycle.terminate_station(station, actor=actor, **values)


def _end(membership: Membership, values: dict[str, Any], actor: Any) -> None:
    people.end_membership(membership, actor=actor, **values)


class HeldGradeFilter(admin.SimpleListFilter):
    """The grade held today."""

    title = _("grade")
    parameter_name = "grade"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Every letter, and probation."""
        return list(GradeLetter.choices)

    def queryset(self, _request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Stations that hold it."""
        return queryset.filter(held_grade=self.value()) if self.value() in GradeLetter.values else queryset


class CenterInline(ScopedTabularInline):
    """The centers of a region."""

    model = OperationCenter
    fields = ["code", "name", "name_en"]


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    """Sales regions."""

    list_display = ["code", "name", "name_en"]
    search_fields = ["code", "name", "name_en"]
    inlines = [CenterInline]
    detail_template = "stations/admin_region.html"

    def extra_detail(self, request: HttpRequest, row: Region) -> dict[str, Any]:
        """The region's stations by state and grade, as on the region board."""
        matrix = board.by_state_and_grade(board.scope_of_board(request.user, row), clock.today())
        return {
            "matrix": matrix.rows,
            "grades": [(letter, GradeLetter(letter).label) for letter in board.GRADES],
            "total": matrix.of(),
        }


@admin.register(OperationCenter)
class OperationCenterAdmin(ScopedAdmin):
    """Operation centers."""

    list_display = ["code", "name", "region"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["code", "name", "name_en"]


@admin.register(Dealer)
class DealerAdmin(ScopedAdmin):
    """Legal persons behind stations."""

    list_display = ["code", "name", "taxpayer_type", "principal", "phone"]
    list_filter = ["taxpayer_type"]
    list_select_related = ["principal"]
    search_fields = ["code", "name", "license_number"]
    autocomplete_fields = ["principal"]


class GradeInline(ScopedTabularInline):
    """Grades by date."""

    model = StationGrade
    fields = ["grade", "valid_from", "source", "reason"]


class ContractInline(ScopedTabularInline):
    """Contracts by date."""

    model = Contract
    fields = ["number", "signatory", "valid_from", "valid_to"]


class TechnicianInline(ScopedTabularInline):
    """Technicians."""

    model = Technician
    fields = ["name", "phone", "is_active"]


class AreaInline(ScopedTabularInline):
    """Divisions served besides the radius."""

    model = ServiceArea
    fields = ["division"]


class HoursInline(ScopedTabularInline):
    """The week."""

    model = StationHours
    fields = ["kind", "weekday", "opens_at", "closes_at"]


class ClosedInline(ScopedTabularInline):
    """Days without business."""

    model = ClosedDays
    fields = ["first_day", "last_day", "reason", "is_on_call"]


@admin.register(Station)
class StationAdmin(ScopedAdmin):
    """Service stations."""

    list_display = ["code", "name", "center", "dealer", "kind", "status", "grade", "opened_on"]
    list_filter = ["status", HeldGradeFilter, "kind", "center__region"]
    list_select_related = ["center", "dealer"]
    search_fields = ["code", "name", "name_en", "dealer__name", "phone"]
    autocomplete_fields = ["center", "dealer"]
    inlines = [ContractInline, GradeInline, TechnicianInline, AreaInline, HoursInline, ClosedInline]
    operations = [
        OperationButton("grade", _("Set the grade"), _grade, permission="stations.grade_station", form=GradeForm),
        OperationButton(
            "renew", _("Renew the contract"), _renew, permission="stations.renew_contract", form=RenewForm,
            success=_("Signed."),
        ),
        OperationButton(
            "suspend", _("Suspend"), _suspend, permission="stations.suspend_station", form=WhyForm,
            shown=lambda row: can_move(row, StationStatus.SUSPENDED), success=_("Suspended."),
        ),
        OperationButton(
            "resume", _("Take back into service"), _resume, permission="stations.resume_station", form=WhyForm,
            shown=lambda row: row.status == StationStatus.SUSPENDED, success=_("In service again."),
        ),
        OperationButton(
            "terminate", _("End the authorization"), _terminate, permission="stations.terminate_station", form=WhyForm,
            shown=lambda row: can_move(row, StationStatus.TERMINATED), success=_("The station has left the network."),
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Each with the grade it holds today, in the same query."""
        return board.with_grade(super().get_queryset(request), clock.today())  # type: ignore[no-any-return]

    @admin.display(description=_("grade"), ordering="held_grade")
    def grade(self, row: Any) -> str:
        """The letter held today."""
        return str(GradeLetter(row.held_grade).label)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """A station comes from a signed contract."""
        return False


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """Who acts where."""

    list_display = ["user", "role", "region", "center", "dealer", "station", "valid_from", "valid_to"]
    list_filter = ["role"]
    list_select_related = ["user", "region", "center", "dealer", "station"]
    search_fields = ["user__username", "user__display_name"]
    autocomplete_fields = ["user", "region", "center", "dealer", "station"]
    operations = [
        OperationButton(
            "end", _("End the membership"), _end, permission="stations.end_membership", form=ReasonForm, style="danger",
            shown=lambda row: row.valid_to is None or row.valid_to > clock.today(),
            intro=_("From now on the person does not act there any more; every browser of theirs is logged out."),
            success=_("Ended. Every browser of theirs is logged out."),
        ),
    ]  # fmt: skip


class CertificateInline(ScopedTabularInline):
    """Certificates."""

    model = SkillCertificate
    fields = ["number", "family", "level", "valid_from", "valid_to", "revoked_on"]
    readonly_fields = fields

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Certificates are issued by operations, with a number and a document."""
        return False


@admin.register(Technician)
class TechnicianAdmin(ScopedAdmin):
    """Technicians and what they may work on."""

    list_display = ["name", "station", "phone", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["station"]
    search_fields = ["name", "phone", "station__name"]
    autocomplete_fields = ["station", "user"]
    inlines = [CertificateInline]
