"""Goodwill: list, record, asking, authorizing, refusing, withdrawing, cancelling."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import (
    ScopedField,
    StrictDay,
    StrictDecimal,
    StrictInteger,
    StrictSerializer,
    StrictText,
)
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from service.models import WorkOrder
from stations.models import Station
from warranty import goodwill
from warranty.api.reasons import Words
from warranty.api.subjects import asked_about
from warranty.models import GoodwillAuthorization, GoodwillStatus

SHARES = goodwill.SHARES


class GoodwillRow(RowSerializer):
    """Goodwill as lists show it; budget and consumed are CNY without tax, shares are percent."""

    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    work_order = serializers.CharField(source="work_order.number", allow_null=True, default=None)
    serial_number = serializers.CharField(source="unit.serial_number")

    class Meta:
        model = GoodwillAuthorization
        fields = [
            "id", "number", "status", "station", "work_order", "serial_number", "budget", "consumed", *SHARES,
            "expires_on", "requested_at", "authorized_at",
        ]  # fmt: skip


class GoodwillRecord(GoodwillRow):
    """With what was asked and answered."""

    class Meta(GoodwillRow.Meta):
        fields = [*GoodwillRow.Meta.fields, "reason", "answer"]


class GoodwillFilter(ScopedFilterSet):
    """By status, station and serial number."""

    status = django_filters.ChoiceFilter(choices=GoodwillStatus.choices)
    station = by_code(Station.objects.all())
    serial_number = django_filters.CharFilter(field_name="unit__serial_number", max_length=60)


class NewGoodwill(StrictSerializer):
    """For a work order, or for a unit at a station; amount: CNY without tax."""

    work_order = ScopedField(
        slug_field="number", queryset=WorkOrder.objects.select_related("request__unit", "station"), required=False
    )
    serial_number = StrictText(max_length=60, required=False)
    station = ScopedField(slug_field="code", queryset=Station.objects.all(), required=False)
    amount = StrictDecimal(max_digits=10, decimal_places=2, min_value=1)
    reason = Words(max_length=500)


RELATED = ("station", "work_order", "unit")


class Goodwill(ListEndpoint):
    """Goodwill of the caller's scope, the newest first; POST asks headquarters for one."""

    model = GoodwillAuthorization
    permission = "warranty.view_goodwillauthorization"
    create_permission = "warranty.request_goodwill"
    row_class = GoodwillRow
    body_class = NewGoodwill
    made_class = GoodwillRecord
    filterset_class = GoodwillFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> GoodwillAuthorization:
        unit, station, job = asked_about(values)
        return goodwill.request_goodwill(
            unit, station=station, amount=values["amount"], reason=values["reason"], work_order=job,
            actor=self.request.user,
        )  # fmt: skip


class OneGoodwill(RecordEndpoint):
    """One goodwill."""

    model = GoodwillAuthorization
    permission = "warranty.view_goodwillauthorization"
    row_class = GoodwillRecord
    select_related = RELATED


class GoodwillAct(OperationEndpoint):
    """An act about one goodwill; those of headquarters unless said otherwise."""

    model = GoodwillAuthorization
    permission = "warranty.authorize_goodwill"
    row_class = GoodwillRecord
    select_related = RELATED


class GoodwillGrant(StrictSerializer):
    """Which shares in percent, up to how much, through which day."""

    part_share_percent = StrictInteger(min_value=0, max_value=100, required=False, default=0)
    labor_share_percent = StrictInteger(min_value=0, max_value=100, required=False, default=0)
    travel_share_percent = StrictInteger(min_value=0, max_value=100, required=False, default=0)
    budget = StrictDecimal(max_digits=12, decimal_places=2, min_value=1)
    expires_on = StrictDay()
    answer = StrictText(max_length=500, required=False, allow_blank=True, default="")


class AuthorizeGoodwill(GoodwillAct):
    """Headquarters pays a share; above the person's own limit it waits for a second one, who sends the same act."""

    body_class = GoodwillGrant

    def operate(self, values: dict[str, Any]) -> GoodwillAuthorization:
        shares = {name: values.pop(name) for name in SHARES}
        return goodwill.authorize_request(self.record, actor=self.request.user, shares=shares, **values)


class GoodwillAnswer(StrictSerializer):
    """Why not."""

    answer = Words(max_length=500)


class RefuseGoodwill(GoodwillAct):
    """Headquarters pays nothing."""

    body_class = GoodwillAnswer

    def operate(self, values: dict[str, Any]) -> GoodwillAuthorization:
        return goodwill.refuse_goodwill(self.record, actor=self.request.user, **values)


class GoodwillReason(StrictSerializer):
    """Why it ends."""

    reason = StrictText(min_length=1, max_length=500)


class WithdrawGoodwill(GoodwillAct):
    """The station no longer asks."""

    permission = "warranty.withdraw_goodwill"
    body_class = GoodwillReason

    def operate(self, values: dict[str, Any]) -> GoodwillAuthorization:
        return goodwill.withdraw_goodwill(self.record, actor=self.request.user, **values)


class CancelGoodwill(GoodwillAct):
    """It pays nothing any more; what it held of the budget is free again."""

    body_class = GoodwillReason

    def operate(self, values: dict[str, Any]) -> GoodwillAuthorization:
        return goodwill.cancel_goodwill(self.record, actor=self.request.user, **values)
