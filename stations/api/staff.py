"""Who acts for a station: memberships ended, taken up again, changed; transfers of technicians; what stations lack."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.accounts.roles import Role
from portal.core.api import ScopedField, StrictDay, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import people
from stations.api.people import TechnicianField, TechnicianRow, Why
from stations.gap_words import sentence_of
from stations.models import GapKind, Membership, Station, StationGap, Technician, TechnicianTransfer, TransferStatus

MEMBER = ("user", "station", "dealer", "center", "region")
TRANSFER = ("technician__station", "from_station", "to_station", "asked_by", "decided_by")


class MemberRow(RowSerializer):
    """A person in a role at one node of the tree; valid_to is the first day without."""

    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.display_name")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    dealer = serializers.CharField(source="dealer.code", allow_null=True, default=None)
    center = serializers.CharField(source="center.code", allow_null=True, default=None)
    region = serializers.CharField(source="region.code", allow_null=True, default=None)

    class Meta:
        model = Membership
        fields = ["id", "username", "name", "role", "station", "dealer", "center", "region", "valid_from", "valid_to"]


class MemberFilter(ScopedFilterSet):
    """By station and role."""

    station = by_code(Station.objects.all())
    role = django_filters.ChoiceFilter(choices=Role.choices)


class Members(ListEndpoint):
    """Memberships of the caller's scope, the latest first; people are invited on the page, which shows their link once."""

    model = Membership
    permission = "stations.view_membership"
    row_class = MemberRow
    filterset_class = MemberFilter
    select_related = MEMBER


class MemberAct(OperationEndpoint):
    """An act on a membership; answers the one that holds now."""

    model = Membership
    permission = "stations.manage_staff"
    row_class = MemberRow
    select_related = MEMBER


class EndMembership(MemberAct):
    """From this instant the person does not act there; every browser and token of theirs asks for a log-in."""

    body_class = Why

    def operate(self, values: dict[str, Any]) -> Membership:
        return people.end_membership(self.record, actor=self.request.user, **values)


class ReactivateMember(MemberAct):
    """From today the person acts there again."""

    def operate(self, values: dict[str, Any]) -> Membership:
        return people.reactivate_member(self.record, actor=self.request.user)


class NewRole(StrictSerializer):
    """A clerk or a technician."""

    role = serializers.ChoiceField(choices=[(role.value, role.label) for role in (Role.STATION_CLERK, Role.TECHNICIAN)])


class ChangeRole(MemberAct):
    """The person acts in the other role from today."""

    body_class = NewRole

    def operate(self, values: dict[str, Any]) -> Membership:
        return people.change_role(self.record, actor=self.request.user, **values)


class RevokeInvitation(MemberAct):
    """The link of who has not come yet opens nothing, and the person is no member."""

    def operate(self, values: dict[str, Any]) -> Membership:
        return people.revoke_invitation(self.record, actor=self.request.user)


# Technicians


class TechnicianAct(OperationEndpoint):
    """An act on a technician."""

    model = Technician
    row_class = TechnicianRow
    select_related = ("station", "user")


class Stars(StrictSerializer):
    """1 to 5, from a day on."""

    stars = StrictInteger(min_value=1, max_value=5)
    reason = StrictText(max_length=200)
    valid_from = StrictDay(allow_null=True, default=None)


class Rate(TechnicianAct):
    """The technician has so many stars."""

    permission = "stations.rate_technician"
    body_class = Stars

    def operate(self, values: dict[str, Any]) -> Technician:
        people.rate_technician(self.record, actor=self.request.user, **values)
        return self.record  # type: ignore[no-any-return]


class Retire(TechnicianAct):
    """No longer at work, and out of every browser."""

    permission = "stations.manage_staff"
    body_class = Why

    def operate(self, values: dict[str, Any]) -> Technician:
        technician, _jobs = people.retire_technician(self.record, actor=self.request.user, **values)
        return technician


class Reinstate(TechnicianAct):
    """At work again, with their log-in if they had one."""

    permission = "stations.manage_staff"

    def operate(self, values: dict[str, Any]) -> Technician:
        return people.reinstate_technician(self.record, actor=self.request.user)


class TransferRow(RowSerializer):
    """A wish that a technician goes to another station of the same dealer, and its answer."""

    technician = serializers.IntegerField(source="technician_id")
    name = serializers.CharField(source="technician.name")
    from_station = serializers.CharField(source="from_station.code")
    to_station = serializers.CharField(source="to_station.code")

    class Meta:
        model = TechnicianTransfer
        fields = [
            "id",
            "technician",
            "name",
            "from_station",
            "to_station",
            "status",
            "reason",
            "asked_at",
            "decided_at",
        ]


class TransferFilter(ScopedFilterSet):
    """By state."""

    status = django_filters.ChoiceFilter(choices=TransferStatus.choices)


class NewTransfer(StrictSerializer):
    """Who goes where, and why."""

    technician = TechnicianField()
    to_station = ScopedField(slug_field="code", queryset=Station.objects.active())
    reason = StrictText(max_length=200)


class Transfers(ListEndpoint):
    """Transfers of the caller's scope, the latest first; POST asks for one."""

    model = TechnicianTransfer
    permission = "stations.view_techniciantransfer"
    create_permission = "stations.ask_transfer"
    row_class = TransferRow
    body_class = NewTransfer
    filterset_class = TransferFilter
    select_related = TRANSFER

    def operate(self, values: dict[str, Any]) -> TechnicianTransfer:
        return people.ask_transfer(values.pop("technician"), actor=self.request.user, **values)


class OneTransfer(RecordEndpoint):
    """One transfer."""

    model = TechnicianTransfer
    permission = "stations.view_techniciantransfer"
    row_class = TransferRow
    select_related = TRANSFER


class TransferAct(OperationEndpoint):
    """A decision about a transfer."""

    model = TechnicianTransfer
    permission = "stations.decide_transfer"
    row_class = TransferRow
    select_related = TRANSFER


class ApproveTransfer(TransferAct):
    """The technician works at the other station at once."""

    def operate(self, values: dict[str, Any]) -> TechnicianTransfer:
        return people.approve_transfer(self.record, actor=self.request.user)


class RefuseTransfer(TransferAct):
    """The technician stays."""

    body_class = Why

    def operate(self, values: dict[str, Any]) -> TechnicianTransfer:
        return people.refuse_transfer(self.record, actor=self.request.user, **values)


class WithdrawTransfer(TransferAct):
    """The wish is taken back."""

    permission = "stations.ask_transfer"

    def operate(self, values: dict[str, Any]) -> TechnicianTransfer:
        return people.withdraw_transfer(self.record, actor=self.request.user)


class GapRow(RowSerializer):
    """What a station lacks from a day on, as codes and as a sentence."""

    station = serializers.CharField(source="station.code")
    family = serializers.CharField(source="family.code", allow_null=True, default=None)
    item = serializers.CharField(source="item.code", allow_null=True, default=None)
    text = serializers.SerializerMethodField()

    class Meta:
        model = StationGap
        fields = ["id", "station", "kind", "family", "level", "item", "equipment", "needed", "held", "since", "text"]

    def get_text(self, row: StationGap) -> str:
        """The sentence of the page."""
        return str(sentence_of(row))


class GapFilter(ScopedFilterSet):
    """By station and kind."""

    station = by_code(Station.objects.all())
    kind = django_filters.ChoiceFilter(choices=GapKind.choices)


class Gaps(ListEndpoint):
    """What the caller's stations lack, the most urgent first."""

    model = StationGap
    permission = "stations.view_stationgap"
    row_class = GapRow
    filterset_class = GapFilter
    ordering = ("since", "pk")
    select_related = ("station", "family", "item", "equipment__item")
