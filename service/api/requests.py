"""Service requests: list, record, taking one."""

from contextlib import suppress
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.errors import Refusal
from portal.core.listing import ScopedFilterSet
from service import dispatch, intake
from service.models import Category, Channel, FaultCode, RequestStatus, ServiceRequest, Urgency
from service.models.customers import Customer, InstalledUnit
from stations.models import ProductModel, Station


class RequestRow(RowSerializer):
    """A request as lists show it; the phone is masked."""

    unit = serializers.CharField(source="unit.serial_number", allow_null=True, default=None)
    product_model = serializers.CharField(source="unit.product_model.code", allow_null=True, default=None)
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    contact_phone = serializers.SerializerMethodField()

    class Meta:
        model = ServiceRequest
        fields = [
            "number", "status", "category", "channel", "urgency", "problem_class", "fault_text", "unit", "product_model",
            "station", "contact_name", "contact_phone", "created_at", "answer_due_at", "completion_due_at",
        ]  # fmt: skip

    def get_contact_phone(self, row: ServiceRequest) -> str:
        """138****1234."""
        return row.masked_phone


class RequestRecord(RequestRow):
    """A request with its clocks and cover; the phone in full only to the desk, while the request is open."""

    fault_code = serializers.CharField(source="fault_code.code", allow_null=True, default=None)

    class Meta(RequestRow.Meta):
        fields = [
            *RequestRow.Meta.fields, "fault_code", "address", "cover_verdict", "cover_text", "cover_reference",
            "resolution", "answered_at", "dispatch_due_at", "dispatched_at", "appointment_due_at",
            "appointment_fixed_at", "arrival_due_at", "arrived_at", "completed_at", "closed_at",
        ]  # fmt: skip

    def get_contact_phone(self, row: ServiceRequest) -> str:
        """As the page shows it."""
        desk = self.context["request"].user.has_perm("service.take_request", row)
        return row.contact_phone if row.is_open and desk else row.masked_phone


class RequestFilter(ScopedFilterSet):
    """By status, urgency, category, station and day."""

    status = django_filters.ChoiceFilter(choices=RequestStatus.choices)
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices)
    category = django_filters.ChoiceFilter(choices=Category.choices)
    station = by_code(Station.objects.all())
    created_from = FromDay(field_name="created_at")
    created_to = ToDay(field_name="created_at")


class NewRequest(StrictSerializer):
    """A call. The customer is the one of the unit, else the one on file by phone and name, else a new one."""

    name = StrictText(max_length=80)
    phone = StrictText(max_length=30)
    address = StrictText(max_length=200)
    serial_number = StrictText(max_length=60, allow_blank=True, default="")
    product_model = ScopedField(
        slug_field="code", queryset=ProductModel.objects.filter(is_active=True), required=False, allow_null=True
    )
    fault_text = StrictText(max_length=1000)
    fault_code = ScopedField(
        slug_field="code", queryset=FaultCode.objects.filter(is_active=True), required=False, allow_null=True
    )
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.FUNCTION_FAULT)
    category = serializers.ChoiceField(choices=Category.choices, default=Category.URGENT_REPAIR)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.ONLINE)
    problem_class = StrictInteger(min_value=1, max_value=3, default=1)
    offer_now = StrictBoolean(default=True)


class ModelMissing(Refusal):
    """A unit that is not on file needs its model."""

    message = _("Name the model of a unit that is not on file.")
    code = "model_missing"


class Requests(ListEndpoint):
    """Requests of the caller's scope, the newest first; POST takes a call and offers it to the best station."""

    model = ServiceRequest
    permission = "service.view_servicerequest"
    create_permission = "service.take_request"
    row_class = RequestRow
    body_class = NewRequest
    made_class = RequestRecord
    filterset_class = RequestFilter
    ordering = ("-pk",)
    select_related = ("unit__product_model", "station", "fault_code")

    def operate(self, values: dict[str, Any]) -> ServiceRequest:
        actor = self.request.user
        unit = intake.unit_by_serial(values["serial_number"])
        customer = self._customer(unit, values)
        if unit is None and values["serial_number"].strip():
            unit = self._unit(customer, values)
        request = intake.take_request(
            customer=customer,
            unit=unit,
            contact_name=values["name"],
            contact_phone=values["phone"],
            fault_code=values.get("fault_code"),
            actor=actor,
            **{
                name: values[name]
                for name in ("address", "fault_text", "urgency", "category", "channel", "problem_class")
            },
        )
        if values["offer_now"]:
            with suppress(dispatch.NobodyEligible):  # the request stands; the desk chooses by hand
                dispatch.dispatch_best(request, actor=actor)
        return request

    def _customer(self, unit: InstalledUnit | None, values: dict[str, Any]) -> Customer:
        if unit is not None and unit.customer is not None:
            return unit.customer
        known = [each for each in intake.customers_by_phone(values["phone"]) if each.name == values["name"]]
        if known:
            return known[0]
        return intake.add_customer(
            name=values["name"], phone=values["phone"], address=values["address"], actor=self.request.user
        )

    def _unit(self, customer: Customer, values: dict[str, Any]) -> InstalledUnit:
        model = values.get("product_model")
        if model is None:
            raise ModelMissing(field="product_model")
        return intake.add_unit(
            serial_number=values["serial_number"], product_model=model, customer=customer, actor=self.request.user
        )


class OneRequest(RecordEndpoint):
    """One request."""

    model = ServiceRequest
    permission = "service.view_servicerequest"
    row_class = RequestRecord
    select_related = ("unit__product_model", "station", "fault_code")
