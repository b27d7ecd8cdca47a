"""The queue of requests with its buttons, and the jobs of all stations."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from service import dispatch, intake
from service.forms.desk import NoteForm, OfferForm, ReasonForm, ResultForm
from service.models import IssuedPart, RequestStatus, ServiceRequest, WorkedHours, WorkOrder

WAITING = (RequestStatus.NEW, RequestStatus.DISPATCHING)


def waits(row: ServiceRequest) -> bool:
    """Whether the request still needs a station."""
    return row.status in WAITING and not row.work_orders.open().exists()


def offer(row: ServiceRequest, values: dict[str, Any], actor: Any) -> None:
    """Offer to the chosen station."""
    dispatch.offer_to_station(row, values["station"], actor=actor, reasons={"chosen_by_hand": True})


class WorkOrderInline(ScopedTabularInline):
    model = WorkOrder
    fields: ClassVar = ["number", "station", "technician", "status", "offered_at", "visit_at", "completed_at"]
    readonly_fields: ClassVar = fields


@admin.register(ServiceRequest)
class ServiceRequestAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["number", "contact_name", "unit", "urgency", "station", "status", "created_at"]
    list_filter: ClassVar = ["status", "urgency", "category", "problem_class"]
    search_fields: ClassVar = ["number", "contact_name", "contact_phone", "unit__serial_number"]
    list_select_related: ClassVar = ["unit", "station"]
    inlines: ClassVar = [WorkOrderInline]
    ordering: ClassVar = ["-pk"]
    operations: ClassVar = [
        OperationButton(
            "dispatch", _("Offer to the best station"), lambda row, values, actor: dispatch.dispatch_best(row, actor=actor) and None,
            permission="service.dispatch_request", shown=waits, style="primary", success=_("The station has the request on offer."),
        ),
        OperationButton(
            "offer", _("Choose a station"), offer, permission="service.dispatch_request", form=OfferForm, shown=waits,
            success=_("The station has the request on offer."),
        ),
        OperationButton(
            "answer", _("Answered"), lambda row, values, actor: intake.answer_request(row, actor=actor, **values) and None,
            permission="service.take_request", form=NoteForm, shown=lambda row: row.answered_at is None and row.status in WAITING,
            success=_("The answer clock has stopped."),
        ),
        OperationButton(
            "close", _("Close the request"), lambda row, values, actor: intake.close_request(row, actor=actor, **values) and None,
            permission="service.close_request", form=ResultForm,
            shown=lambda row: row.status in (*WAITING, RequestStatus.COMPLETED), success=_("The request is closed."),
        ),
        OperationButton(
            "cancel", _("Cancel the request"), lambda row, values, actor: intake.cancel_request(row, actor=actor, **values) and None,
            permission="service.cancel_request", form=ReasonForm, shown=lambda row: row.is_open, style="danger",
            success=_("The request is cancelled."),
        ),
    ]  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The phone only masked."""
        return [
            "number", "status", "contact_name", "masked_phone", "address", "unit", "fault_text", "fault_code", "urgency",
            "category", "problem_class", "channel", "cover_text", "station", "created_at", "answer_due_at", "answered_at",
            "dispatched_at", "appointment_fixed_at", "arrived_at", "completed_at", "closed_at", "resolution",
        ]  # fmt: skip

    @admin.display(description=_("Cover in words"))
    def cover_text(self, row: ServiceRequest) -> str:
        """As it was when the request was taken, in the reader's language."""
        return row.cover_text

    @admin.display(description=_("Phone"))
    def masked_phone(self, row: ServiceRequest) -> str:
        """138****1234."""
        return row.masked_phone


class IssuedPartInline(ScopedTabularInline):
    model = IssuedPart
    fields: ClassVar = ["position", "part", "qty", "action", "removed_serial", "fitted_serial", "returned_at"]
    readonly_fields: ClassVar = fields


class WorkedHoursInline(ScopedTabularInline):
    model = WorkedHours
    fields: ClassVar = ["operation", "qty", "hours"]
    readonly_fields: ClassVar = fields


@admin.register(WorkOrder)
class WorkOrderAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["number", "root_number", "station", "technician", "status", "visit_at", "completed_at"]
    list_filter: ClassVar = ["status", "station__center__region"]
    search_fields: ClassVar = ["number", "root_number", "station__name", "technician__name"]
    list_select_related: ClassVar = ["station", "technician"]
    inlines: ClassVar = [IssuedPartInline, WorkedHoursInline]
    ordering: ClassVar = ["-pk"]
