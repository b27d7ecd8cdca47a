"""Corrections of registrations: list, record, filing one, applying and refusing it."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import ISO, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations.models import ProductModel, Station
from warranty import corrections, registration
from warranty.models import CorrectionStatus, RegistrationCorrection, UnitRegistration

RELATED = ("registration__unit", "registration__station")


class CorrectionRow(RowSerializer):
    """A correction: what stood before and what is wanted, by field."""

    registration = serializers.CharField(source="registration.number")
    registration_id = serializers.IntegerField()
    serial_number = serializers.CharField(source="registration.unit.serial_number")
    station = serializers.CharField(source="registration.station.code", allow_null=True, default=None)
    before = serializers.DictField()
    after = serializers.DictField()

    class Meta:
        model = RegistrationCorrection
        fields = [
            "id", "number", "status", "registration", "registration_id", "serial_number", "station", "before", "after",
            "reason", "changes_money", "filed_at", "decided_at",
        ]  # fmt: skip


class CorrectionFilter(ScopedFilterSet):
    """By status, station and registration."""

    status = django_filters.ChoiceFilter(choices=CorrectionStatus.choices)
    station = by_code(Station.objects.all(), field_name="registration__station")
    registration = django_filters.NumberFilter(field_name="registration_id")


class Corrections(ListEndpoint):
    """Corrections of the caller's scope, the newest first."""

    model = RegistrationCorrection
    permission = "warranty.view_registrationcorrection"
    row_class = CorrectionRow
    filterset_class = CorrectionFilter
    ordering = ("-pk",)
    select_related = RELATED


class OneCorrection(RecordEndpoint):
    """One correction."""

    model = RegistrationCorrection
    permission = "warranty.view_registrationcorrection"
    row_class = CorrectionRow
    select_related = RELATED


class WantedValues(StrictSerializer):
    """What shall stand instead, and why; a field that is not sent stays as it is."""

    reason = StrictText(max_length=1000)
    sale_date = StrictDay(input_formats=ISO, required=False)
    handed_over_on = StrictDay(input_formats=ISO, required=False)
    invoice_number = StrictText(max_length=60, required=False)
    invoice_on = StrictDay(input_formats=ISO, required=False)
    serial_number = StrictText(max_length=60, required=False)
    product_model = ScopedField(slug_field="code", queryset=ProductModel.objects.all(), required=False)


class FileCorrection(OperationEndpoint):
    """It waits for somebody else; from headquarters and without effect on money it is applied at once."""

    model = UnitRegistration
    permission = "warranty.file_correction"
    row_class = CorrectionRow
    body_class = WantedValues
    select_related = ("unit__product_model", "unit__customer", "customer")

    def operate(self, values: dict[str, Any]) -> RegistrationCorrection:
        wanted = dict(values)
        reason, serial = wanted.pop("reason"), wanted.pop("serial_number", "")
        if serial:
            unit = registration.unit_named(serial)
            wanted = {"product_model": unit.product_model, **wanted, "unit": unit}
        after = corrections.replaced(corrections.values_of(self.record), wanted)
        return corrections.file_correction(self.record, after=after, reason=reason, actor=self.request.user)


class CorrectionAct(OperationEndpoint):
    """What is decided about a correction."""

    model = RegistrationCorrection
    permission = "warranty.decide_correction"
    row_class = CorrectionRow
    select_related = RELATED


class ApplyCorrection(CorrectionAct):
    """The registration and its unit say it; open claims are judged again."""

    def operate(self, values: dict[str, Any]) -> RegistrationCorrection:
        return corrections.apply_correction(self.record, actor=self.request.user)


class CorrectionRefusal(StrictSerializer):
    """Why; who filed it reads it."""

    reason = StrictText(max_length=1000)


class RefuseCorrection(CorrectionAct):
    """Nothing changes."""

    body_class = CorrectionRefusal

    def operate(self, values: dict[str, Any]) -> RegistrationCorrection:
        return corrections.refuse_correction(self.record, actor=self.request.user, note=values["reason"])
