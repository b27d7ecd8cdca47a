"""Installed units: list, record, and what one is entitled to."""

from typing import Any

import django_filters
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parts.models import Part
from portal.core import clock
from portal.core.api import ScopedField, StrictSerializer, StrictText
from portal.core.api_filters import ISO, by_code
from portal.core.endpoints import Endpoint, ListEndpoint, RecordEndpoint, RowSerializer, refuse_parameters
from portal.core.listing import ScopedFilterSet
from service import entitlement
from service.models import InstalledUnit, UnitStatus
from service.models.customers import normal_serial
from stations.models import ProductModel


class UnitRow(RowSerializer):
    """A unit; the customer by name, the phone masked."""

    product_model = serializers.CharField(source="product_model.code")
    customer = serializers.CharField(source="customer.name", allow_null=True, default=None)
    customer_phone = serializers.CharField(source="customer.masked_phone", allow_null=True, default=None)

    class Meta:
        model = InstalledUnit
        fields = [
            "id", "serial_number", "product_model", "status", "customer", "customer_phone", "produced_on", "ship_date",
            "sold_on", "invoice_on", "installed_on",
        ]  # fmt: skip


class UnitRecord(UnitRow):
    """A unit with its address and last readings."""

    readings = serializers.SerializerMethodField()

    class Meta(UnitRow.Meta):
        fields = [*UnitRow.Meta.fields, "address", "readings"]

    def get_readings(self, unit: InstalledUnit) -> list[dict[str, str]]:
        """The last 20, newest first: value and instant."""
        rows = unit.readings.order_by("-read_at")[:20]
        return [{"value": str(row.value), "read_at": row.read_at.isoformat()} for row in rows]


class UnitFilter(ScopedFilterSet):
    """By whole serial number, status and model."""

    serial_number = django_filters.CharFilter(method="known_as", max_length=60)
    status = django_filters.ChoiceFilter(choices=UnitStatus.choices)
    product_model = by_code(ProductModel.objects.all())

    def known_as(self, rows: Any, name: str, value: str) -> Any:
        """However it is typed."""
        return rows.filter(serial_number=normal_serial(value))


class Units(ListEndpoint):
    """Units of the caller's scope, by serial number."""

    model = InstalledUnit
    permission = "service.view_installedunit"
    row_class = UnitRow
    filterset_class = UnitFilter
    ordering = ("serial_number",)
    select_related = ("product_model", "customer")


class OneUnit(RecordEndpoint):
    """One unit."""

    model = InstalledUnit
    permission = "service.view_installedunit"
    row_class = UnitRecord
    select_related = ("product_model", "customer")


class CoverQuestion(StrictSerializer):
    """Which unit, which part (none: the unit as a whole), on which day (none: today)."""

    serial_number = StrictText(max_length=60)
    part = ScopedField(slug_field="number", queryset=Part.objects.all(), required=False)
    on = serializers.DateField(input_formats=ISO, required=False)


class CoverAnswer(serializers.Serializer[Any]):
    """covered, refused, review or unknown; a sentence in the caller's language; the policy it rests on."""

    verdict = serializers.CharField()
    text = serializers.CharField()
    reference = serializers.CharField()
    on = serializers.DateField()


class Coverage(Endpoint):
    """What a unit of the caller's scope is entitled to; nothing is written."""

    model = InstalledUnit
    permission = "service.view_installedunit"
    row_class = CoverAnswer
    question_class = CoverQuestion
    select_related = ("product_model__family", "customer")
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The answer."""
        refuse_parameters(request, tuple(CoverQuestion().fields))
        question = CoverQuestion(
            data={name: value for name, value in request.query_params.items() if name != "format"},
            context=self.get_serializer_context(),
        )
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        unit = self.get_queryset().filter(serial_number=normal_serial(asked["serial_number"])).first()
        if unit is None:
            raise Http404
        day = asked.get("on") or clock.today()
        answer = entitlement.ask(unit, part=asked.get("part"), on=day)
        shown = {"verdict": answer.verdict, "text": answer.text, "reference": answer.reference, "on": day}
        return Response(CoverAnswer(shown).data)
