"""Contracts with their deposits, and renewals on their way."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDay, StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.models import Division
from portal.core.uploads import PdfRow
from stations import deposits, onboarding, renewals
from stations.api.standing import Reason
from stations.documents import certificate_of
from stations.models import (
    Brand,
    Contract,
    ProductFamily,
    Renewal,
    RenewalStatus,
    Station,
)
from stations.terms import Terms

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": 0, "max_value": 99_999_999}


class ContractRow(RowSerializer):
    """A contract as lists show it; valid_to is the first day without."""

    station = serializers.CharField(source="station.code")
    deposit_held = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = Contract
        fields = [
            "id", "number", "station", "signatory", "signed_on", "valid_from", "valid_to", "deposit_due", "deposit_held",
        ]  # fmt: skip


class ContractRecord(ContractRow):
    """All of a contract; no family named is all of the brands'."""

    brands: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    families: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    divisions: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    certificate = serializers.SerializerMethodField()

    class Meta(ContractRow.Meta):
        fields = [*ContractRow.Meta.fields, "brands", "families", "divisions", "certificate"]

    @extend_schema_field(PdfRow(allow_null=True))
    def get_certificate(self, row: Contract) -> Any:
        """The authorization certificate, which anybody can verify."""
        found = certificate_of(row)
        return PdfRow(found).data if found else None


class ContractFilter(ScopedFilterSet):
    """By station and day of the end."""

    station = by_code(Station.objects.all())
    ends_from = FromDay(field_name="valid_to")
    ends_to = ToDay(field_name="valid_to")


class TermsBody(StrictSerializer):
    """What a following contract covers; left out: as in the last one."""

    months = StrictInteger(min_value=1, max_value=120, required=False)
    deposit = StrictDecimal(**MONEY, required=False)
    brands = serializers.ListField(
        child=ScopedField(slug_field="code", queryset=Brand.objects.all()), required=False, max_length=50
    )
    families = serializers.ListField(
        child=ScopedField(slug_field="code", queryset=ProductFamily.objects.all()), required=False, max_length=100
    )
    divisions = serializers.ListField(
        child=ScopedField(slug_field="code", queryset=Division.objects.all()), required=False, max_length=200
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Terms as one value."""
        named = [list(attrs.pop(name, ())) for name in ("brands", "families", "divisions")]
        return attrs | {"terms": Terms(*named)}


class RenewBody(TermsBody):
    """Signed on the spot; valid_from left out: where the last contract ends, or today."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    signatory = StrictText(max_length=60)
    valid_from = StrictDay(allow_null=True, default=None)


class PrepareBody(TermsBody):
    """For the station to agree to."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    note = StrictText(max_length=300, allow_blank=True, default="")


class Contracts(ListEndpoint):
    """Contracts of the caller's scope, the latest first; POST signs a following one."""

    model = Contract
    permission = "stations.view_contract"
    create_permission = "stations.renew_contract"
    row_class = ContractRow
    body_class = RenewBody
    made_class = ContractRecord
    filterset_class = ContractFilter
    ordering = ("-pk",)
    select_related = ("station",)

    def get_queryset(self) -> Any:
        return deposits.with_deposit(super().get_queryset())

    def operate(self, values: dict[str, Any]) -> Contract:
        return onboarding.renew_contract(values.pop("station"), actor=self.request.user, **values)


class OneContract(RecordEndpoint):
    """One contract."""

    model = Contract
    permission = "stations.view_contract"
    row_class = ContractRecord
    select_related = ("station",)
    prefetch_related = ("brands", "families", "divisions")

    def get_queryset(self) -> Any:
        return deposits.with_deposit(super().get_queryset())


class Bank(StrictSerializer):
    """Money that came or went, CNY."""

    amount = StrictDecimal(**MONEY)
    bank_reference = StrictText(max_length=40)


class DepositOperation(OperationEndpoint):
    """Money of a contract's deposit."""

    model = Contract
    row_class = ContractRecord
    body_class = Bank
    select_related = ("station__dealer",)

    def get_queryset(self) -> Any:
        return deposits.with_deposit(super().get_queryset())


class ReceiveDeposit(DepositOperation):
    """The deposit has arrived; the same bank reference counts once."""

    permission = "stations.receive_deposit"

    def operate(self, values: dict[str, Any]) -> Contract:
        deposits.receive_deposit(self.record, actor=self.request.user, **values)
        found: Contract = self.record
        return found


class ReturnDeposit(DepositOperation):
    """The deposit went back; at most what is held."""

    permission = "stations.return_deposit"

    def operate(self, values: dict[str, Any]) -> Contract:
        deposits.return_deposit(self.record, actor=self.request.user, **values)
        found: Contract = self.record
        return found


class RenewalRow(RowSerializer):
    """A following contract on its way."""

    station = serializers.CharField(source="station.code")
    contract = serializers.CharField(source="contract.number", allow_null=True, default=None)

    class Meta:
        model = Renewal
        fields = [
            "id", "number", "station", "status", "months", "deposit_due", "signatory", "note", "prepared_at",
            "agreed_at", "contract",
        ]  # fmt: skip


class RenewalFilter(ScopedFilterSet):
    """By station and state."""

    station = by_code(Station.objects.all())
    status = django_filters.ChoiceFilter(choices=RenewalStatus.choices)


class Renewals(ListEndpoint):
    """Renewals of the caller's scope, the latest first; POST prepares one."""

    model = Renewal
    permission = "stations.view_renewal"
    create_permission = "stations.prepare_renewal"
    row_class = RenewalRow
    body_class = PrepareBody
    filterset_class = RenewalFilter
    select_related = ("station", "contract")

    def operate(self, values: dict[str, Any]) -> Renewal:
        return renewals.prepare_renewal(values.pop("station"), actor=self.request.user, **values)


class OneRenewal(RecordEndpoint):
    """One renewal."""

    model = Renewal
    permission = "stations.view_renewal"
    row_class = RenewalRow
    select_related = ("station", "contract")


class Signatory(StrictSerializer):
    """Who signs for the station."""

    signatory = StrictText(max_length=60)


class RenewalOperation(OperationEndpoint):
    """An act on a renewal."""

    model = Renewal
    row_class = RenewalRow
    select_related = ("station__dealer", "contract")


class AgreeRenewal(RenewalOperation):
    """The station agrees to the terms."""

    permission = "stations.agree_renewal"
    body_class = Signatory

    def operate(self, values: dict[str, Any]) -> Renewal:
        return renewals.agree_renewal(self.record, actor=self.request.user, **values)


class SignRenewal(RenewalOperation):
    """The following contract is signed with the terms agreed."""

    permission = "stations.renew_contract"

    def operate(self, values: dict[str, Any]) -> Renewal:
        renewals.sign_renewal(self.record, actor=self.request.user)
        found: Renewal = self.record
        return found


class DropRenewal(RenewalOperation):
    """The renewal is off."""

    permission = "stations.drop_renewal"
    body_class = Reason

    def operate(self, values: dict[str, Any]) -> Renewal:
        return renewals.drop_renewal(self.record, actor=self.request.user, **values)
