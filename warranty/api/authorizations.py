"""Prior authorizations: list, record, asking, granting, refusing, withdrawing."""

from decimal import Decimal
from typing import Any

import django_filters
from rest_framework import serializers

from parts.models import Part
from portal.core.api import ScopedField, StrictDay, StrictDecimal, StrictSerializer, StrictText, unexpected
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import Files, UploadEndpoint
from service.models import LaborOperation, WorkOrder
from stations.models import Station
from warranty import authorizations
from warranty.api.reasons import ReasonField, Words
from warranty.api.subjects import asked_about
from warranty.authorizations import Wanted
from warranty.forms.authorizations import KINDS, MOST_PHOTOS
from warranty.models import AuthorizationStatus, AuthorizedLine, PriorAuthorization, ReasonUse


class AuthorizationRow(RowSerializer):
    """A prior authorization as lists show it; amounts are CNY without tax."""

    station = serializers.CharField(source="station.code")
    work_order = serializers.CharField(source="work_order.number", allow_null=True, default=None)
    serial_number = serializers.CharField(source="unit.serial_number")
    claim = serializers.CharField(source="claim.number", allow_null=True, default=None)

    class Meta:
        model = PriorAuthorization
        fields = [
            "id", "number", "status", "station", "work_order", "serial_number", "estimated", "amount", "authorized_on",
            "valid_until", "claim", "requested_at", "decided_at",
        ]  # fmt: skip


class AuthorizedLineRow(serializers.ModelSerializer[AuthorizedLine]):
    """What the station wants to do."""

    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    operation = serializers.CharField(source="operation.code", allow_null=True, default=None)

    class Meta:
        model = AuthorizedLine
        fields = ["position", "kind", "part", "operation", "description", "qty", "amount"]


class AuthorizationRecord(AuthorizationRow):
    """With its lines and the answer."""

    lines = AuthorizedLineRow(many=True)
    reason_code = serializers.CharField(source="reason_code.code", allow_null=True, default=None)

    class Meta(AuthorizationRow.Meta):
        fields = [*AuthorizationRow.Meta.fields, "reason", "answer", "reason_code", "lines"]


class AuthorizationFilter(ScopedFilterSet):
    """By status, station and serial number."""

    status = django_filters.ChoiceFilter(choices=AuthorizationStatus.choices)
    station = by_code(Station.objects.all())
    serial_number = django_filters.CharFilter(field_name="unit__serial_number", max_length=60)


class AuthorizationLine(StrictSerializer):
    """A part by number, an operation by code, or a service described; amount: by the price of the day if not said."""

    kind = serializers.ChoiceField(choices=KINDS)
    part = StrictText(max_length=60, required=False)
    operation = StrictText(max_length=60, required=False)
    description = StrictText(max_length=200, required=False, allow_blank=True, default="")
    qty = StrictDecimal(max_digits=8, decimal_places=3, min_value=0, required=False, default=Decimal(1))
    amount = StrictDecimal(max_digits=12, decimal_places=2, min_value=0, required=False)


class NewAuthorization(StrictSerializer):
    """For a work order, or for a unit at a station."""

    work_order = ScopedField(
        slug_field="number", queryset=WorkOrder.objects.select_related("request__unit", "station"), required=False
    )
    serial_number = StrictText(max_length=60, required=False)
    station = ScopedField(slug_field="code", queryset=Station.objects.all(), required=False)
    reason = Words(max_length=1000)
    lines = AuthorizationLine(many=True, allow_empty=False, max_length=30)  # type: ignore[call-arg]


RELATED = ("station", "work_order", "unit", "claim", "reason_code")
LINES = ("lines__part", "lines__operation")


class Authorizations(ListEndpoint):
    """Prior authorizations of the caller's scope, the newest first; POST asks for one, its pictures follow by their own act."""

    model = PriorAuthorization
    permission = "warranty.view_priorauthorization"
    create_permission = "warranty.request_authorization"
    row_class = AuthorizationRow
    body_class = NewAuthorization
    made_class = AuthorizationRecord
    filterset_class = AuthorizationFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> PriorAuthorization:
        unit, station, job = asked_about(values)
        return authorizations.request_authorization(
            station=station, unit=unit, work_order=job, reason=values["reason"],
            lines=_wanted(values["lines"]), actor=self.request.user,
        )  # fmt: skip


def _wanted(rows: list[dict[str, Any]]) -> list[Wanted]:
    """Raises ValidationError at the line whose part or operation is not known."""
    parts = {part.number: part for part in Part.objects.filter(number__in=[row.get("part", "") for row in rows])}
    codes = [row.get("operation", "") for row in rows]
    operations = {each.code: each for each in LaborOperation.objects.filter(code__in=codes, is_active=True)}
    wrong, found = {}, []
    for position, row in enumerate(rows):
        for name, known in (("part", parts), ("operation", operations)):
            if row.get(name) and row[name] not in known:
                expected = "a part number of the catalog" if name == "part" else "an operation code in use"
                wrong[f"lines.{position}.{name}"] = unexpected(row[name], expected).detail
        found.append(
            Wanted(
                row["kind"], row["description"], parts.get(row.get("part", "")), operations.get(row.get("operation", "")),
                row["qty"], row.get("amount"),
            )
        )  # fmt: skip
    if wrong:
        raise serializers.ValidationError(wrong)
    return found


class OneAuthorization(RecordEndpoint):
    """One prior authorization."""

    model = PriorAuthorization
    permission = "warranty.view_priorauthorization"
    row_class = AuthorizationRecord
    select_related = RELATED
    prefetch_related = LINES


class AuthorizationAct(OperationEndpoint):
    """An act about one prior authorization."""

    model = PriorAuthorization
    row_class = AuthorizationRecord
    select_related = RELATED
    prefetch_related = LINES


class AuthorizationPhotos(StrictSerializer):
    """Pictures or a quotation (PDF)."""

    photos = Files(most=MOST_PHOTOS)


class AddAuthorizationPhotos(UploadEndpoint):
    """The station shows what it means, while headquarters has not answered."""

    model = PriorAuthorization
    permission = "warranty.request_authorization"
    row_class = AuthorizationRecord
    body_class = AuthorizationPhotos
    select_related = RELATED
    prefetch_related = LINES

    def operate(self, values: dict[str, Any]) -> PriorAuthorization:
        return authorizations.add_photos(self.record, photos=values["photos"], actor=self.request.user)


class AuthorizationGrant(StrictSerializer):
    """Up to how much, for work done through which day."""

    amount = StrictDecimal(max_digits=12, decimal_places=2, min_value=0)
    valid_until = StrictDay()
    answer = StrictText(max_length=1000, required=False, allow_blank=True, default="")


class GrantAuthorization(AuthorizationAct):
    """Headquarters pays up to an amount."""

    permission = "warranty.decide_authorization"
    body_class = AuthorizationGrant

    def operate(self, values: dict[str, Any]) -> PriorAuthorization:
        return authorizations.grant_authorization(self.record, actor=self.request.user, **values)


class AuthorizationRefusal(StrictSerializer):
    """A reason of the list, and a text."""

    reason_code = ReasonField(ReasonUse.AUTHORIZATION)
    answer = Words(max_length=1000)


class RefuseAuthorization(AuthorizationAct):
    """Headquarters does not pay."""

    permission = "warranty.decide_authorization"
    body_class = AuthorizationRefusal

    def operate(self, values: dict[str, Any]) -> PriorAuthorization:
        return authorizations.refuse_authorization(self.record, actor=self.request.user, **values)


class AuthorizationWithdrawal(StrictSerializer):
    """Why it is no longer wanted."""

    reason = StrictText(max_length=1000, required=False, allow_blank=True, default="")


class WithdrawAuthorization(AuthorizationAct):
    """The station no longer wants it."""

    permission = "warranty.withdraw_authorization"
    body_class = AuthorizationWithdrawal

    def operate(self, values: dict[str, Any]) -> PriorAuthorization:
        return authorizations.withdraw_authorization(self.record, actor=self.request.user, **values)
