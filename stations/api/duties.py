"""Dealers who must build a station: by when, how far they are."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import duties
from stations.models import Dealer, DealerClass, DealerDuty, OperationCenter

RELATED = ("dealer", "dealer_class", "center__region")


class DutyRow(RowSerializer):
    """A dealer's class; where that one must build, the day by which, and whether a station stands."""

    dealer = serializers.CharField(source="dealer.code")
    dealer_class = serializers.CharField(source="dealer_class.code")
    must_build = serializers.BooleanField(source="dealer_class.must_build")
    center = serializers.CharField(source="center.code")
    region = serializers.CharField(source="center.region.code")
    has_built = serializers.BooleanField()

    class Meta:
        model = DealerDuty
        fields = ["id", "dealer", "dealer_class", "must_build", "center", "region", "build_by", "has_built", "note"]


class DutyFilter(ScopedFilterSet):
    """By class, center, day, and whether it is owed still."""

    dealer_class = by_code(DealerClass.objects.all())
    center = by_code(OperationCenter.objects.all())
    build_from = FromDay(field_name="build_by")
    build_to = ToDay(field_name="build_by")
    has_built = django_filters.BooleanFilter()


class NewDuty(StrictSerializer):
    """A dealer's class; the day where the class must build, and none where it need not."""

    dealer = ScopedField(slug_field="code", queryset=Dealer.objects.all())
    dealer_class = ScopedField(slug_field="code", queryset=DealerClass.objects.all())
    center = ScopedField(slug_field="code", queryset=OperationCenter.objects.all())
    build_by = StrictDay(allow_null=True, default=None)
    note = StrictText(max_length=200, allow_blank=True, default="")


class Duties(ListEndpoint):
    """Dealers of the caller's scope, the most urgent first; POST sets a dealer's class and day, anew or for the first time."""

    model = DealerDuty
    permission = "stations.view_dealerduty"
    create_permission = "stations.set_duty"
    row_class = DutyRow
    body_class = NewDuty
    filterset_class = DutyFilter
    ordering = ("build_by", "pk")
    select_related = RELATED

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(has_built=duties.built())

    def operate(self, values: dict[str, Any]) -> DealerDuty:
        return duties.set_duty(values.pop("dealer"), actor=self.request.user, **values)


class OneDuty(RecordEndpoint):
    """What one dealer owes."""

    model = DealerDuty
    permission = "stations.view_dealerduty"
    row_class = DutyRow
    select_related = RELATED

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(has_built=duties.built())
