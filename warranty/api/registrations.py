"""Unit registrations: list, record, filing a sale, approving and refusing it."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import ISO, Day, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from service.models.customers import normal_serial
from stations.models import ProductModel, Station
from warranty import registration
from warranty.models import RegistrationStatus, UnitRegistration

RELATED = ("unit__product_model", "station", "customer")


class RegistrationRow(RowSerializer):
    """A registration as lists show it; the customer by name, the phone masked; too_late: it does not start the cover."""

    number = serializers.CharField()
    serial_number = serializers.CharField(source="unit.serial_number")
    product_model = serializers.CharField(source="unit.product_model.code")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    customer = serializers.CharField(source="customer.name", allow_null=True, default=None)
    customer_phone = serializers.CharField(source="customer.masked_phone", allow_null=True, default=None)
    too_late = serializers.SerializerMethodField()
    disagreeing_days = serializers.SerializerMethodField()

    class Meta:
        model = UnitRegistration
        fields = [
            "id", "number", "status", "serial_number", "product_model", "station", "sale_date", "handed_over_on",
            "invoice_number", "invoice_on", "customer", "customer_phone", "filed_on", "too_late", "disagreeing_days",
            "version", "decided_at",
        ]  # fmt: skip

    def get_too_late(self, filed: UnitRegistration) -> bool:
        """Filed later than the limit after the sale."""
        return registration.is_late(filed)

    def get_disagreeing_days(self, filed: UnitRegistration) -> dict[str, str]:
        """Days on file that the sale day does not agree with: invoice, unit_invoice, unit_hand_over."""
        return {what: day.isoformat() for what, day in registration.disagreements(filed).items()}


class RegistrationFilter(ScopedFilterSet):
    """By status, station, whole serial number and day of sale."""

    status = django_filters.ChoiceFilter(choices=RegistrationStatus.choices)
    station = by_code(Station.objects.all())
    serial_number = django_filters.CharFilter(method="known_as", max_length=60)
    sold_from = Day(field_name="sale_date", lookup_expr="gte")
    sold_to = Day(field_name="sale_date", lookup_expr="lte")

    def known_as(self, rows: Any, name: str, value: str) -> Any:
        """However it is typed."""
        return rows.filter(unit__serial_number=normal_serial(value))


class NewRegistration(StrictSerializer):
    """A sale: the unit by its serial number, the customer by name and phone (taken from the file where known)."""

    serial_number = StrictText(max_length=60)
    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    sale_date = StrictDay(input_formats=ISO)
    handed_over_on = StrictDay(input_formats=ISO, required=False)
    product_model = ScopedField(slug_field="code", queryset=ProductModel.objects.all(), required=False)
    invoice_number = StrictText(max_length=60, required=False)
    invoice_on = StrictDay(input_formats=ISO, required=False)
    customer_name = StrictText(max_length=80)
    customer_phone = StrictText(max_length=30)
    customer_address = StrictText(max_length=200, required=False)


class Registrations(ListEndpoint):
    """Registrations of the caller's scope, the newest first; POST files one, headquarters approves it."""

    model = UnitRegistration
    permission = "warranty.view_unitregistration"
    create_permission = "warranty.file_registration"
    row_class = RegistrationRow
    body_class = NewRegistration
    filterset_class = RegistrationFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> UnitRegistration:
        buyer = registration.Buyer(
            values["customer_name"], values["customer_phone"], values.get("customer_address", "")
        )
        sale = registration.Sale(
            values["sale_date"],
            values.get("handed_over_on"),
            values.get("invoice_number", ""),
            values.get("invoice_on"),
            values.get("product_model"),
        )
        return registration.register_sale(
            values["serial_number"], sale=sale, buyer=buyer, station=values["station"], actor=self.request.user
        )


class OneRegistration(RecordEndpoint):
    """One registration."""

    model = UnitRegistration
    permission = "warranty.view_unitregistration"
    row_class = RegistrationRow
    select_related = RELATED


class ApproveRegistration(OperationEndpoint):
    """Cover starts with it."""

    model = UnitRegistration
    permission = "warranty.approve_registration"
    row_class = RegistrationRow
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> UnitRegistration:
        return registration.approve_registration(self.record, actor=self.request.user)


class RegistrationRefusal(StrictSerializer):
    """Why; the station reads it."""

    reason = StrictText(max_length=1000)


class RefuseRegistration(OperationEndpoint):
    """It does not count."""

    model = UnitRegistration
    permission = "warranty.approve_registration"
    row_class = RegistrationRow
    body_class = RegistrationRefusal
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> UnitRegistration:
        return registration.refuse_registration(self.record, actor=self.request.user, note=values["reason"])
