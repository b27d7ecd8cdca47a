"""Dealer accounts: balances, entries, payments."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import payments
from stations.api.contracts import Bank
from stations.models import (
    AccountEntry,
    DealerAccount,
    Leg,
    Station,
)


class AccountRow(RowSerializer):
    """Balances, limit and what is available, CNY."""

    dealer = serializers.CharField(source="dealer.code")
    principal = serializers.CharField(source="principal.code")
    exposure = serializers.DecimalField(max_digits=14, decimal_places=2)
    available = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = DealerAccount
        fields = [
            "id", "dealer", "principal", "credit_limit", "override", "used", "committed", "warranty", "deposit", "exposure",
            "available",
        ]  # fmt: skip


class Accounts(ListEndpoint):
    """Dealer accounts of the caller's scope."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    row_class = AccountRow
    select_related = ("dealer", "principal")


class OneAccount(RecordEndpoint):
    """One account."""

    model = DealerAccount
    permission = "stations.view_dealeraccount"
    row_class = AccountRow
    select_related = ("dealer", "principal")


class EntryRow(RowSerializer):
    """One amount on one balance of an account."""

    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = AccountEntry
        fields = ["id", "account", "station", "leg", "kind", "source", "line", "amount", "reverses", "note", "at"]


class EntryFilter(ScopedFilterSet):
    """By account, station, balance and day."""

    account = django_filters.ModelChoiceFilter(queryset=DealerAccount.objects.all())
    station = by_code(Station.objects.all())
    leg = django_filters.ChoiceFilter(choices=Leg.choices)
    posted_from = FromDay(field_name="at")
    posted_to = ToDay(field_name="at")


class Entries(ListEndpoint):
    """Entries of the caller's accounts, the latest first."""

    model = AccountEntry
    permission = "stations.view_accountentry"
    row_class = EntryRow
    filterset_class = EntryFilter
    select_related = ("station",)


class Payment(Bank):
    """The same with a note, and the station it is for."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all(), allow_null=True, default=None)
    note = StrictText(max_length=200, allow_blank=True, default="")
    is_advance = StrictBoolean(default=False)


class RecordPayment(OperationEndpoint):
    """The dealer's transfer for parts; the same bank reference counts once."""

    model = DealerAccount
    permission = "stations.record_payment"
    row_class = AccountRow
    body_class = Payment
    select_related = ("dealer", "principal")

    def operate(self, values: dict[str, Any]) -> DealerAccount:
        payments.record_payment(self.record, actor=self.request.user, **values)
        found: DealerAccount = self.record
        return found
