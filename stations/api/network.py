"""Candidate outlets: found, talked to, cared for, invited, lost."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.accounts.models import User
from portal.core import clock
from portal.core.api import (
    ScopedField,
    StrictBoolean,
    StrictDay,
    StrictDecimal,
    StrictInteger,
    StrictMoment,
    StrictSerializer,
    StrictText,
    unexpected,
)
from portal.core.api_filters import Day, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.models import Division
from stations import recruiting
from stations.api.fields import OwnCenterField
from stations.models import (
    CandidateContact,
    CandidateOutlet,
    CandidateStatus,
    LostReason,
    Membership,
    NegotiationEntry,
    OperationCenter,
    Region,
    StationKind,
    TalkChannel,
)

RELATED = ("center__region", "owner", "division", "invitation")
INNER = ("contacts", "entries__actor", "entries__contact")


class ContactRow(RowSerializer):
    """A person of an outlet."""

    class Meta:
        model = CandidateContact
        fields = ["id", "name", "position", "phone", "email", "is_main"]


class TalkRow(RowSerializer):
    """What was said."""

    actor = serializers.CharField(source="actor.username")
    contact = serializers.CharField(source="contact.name", allow_null=True, default=None)

    class Meta:
        model = NegotiationEntry
        fields = ["talked_at", "actor", "channel", "contact", "summary", "next_step", "next_step_on", "recorded_at"]


class CandidateRow(RowSerializer):
    """A candidate as lists show it."""

    center = serializers.CharField(source="center.code")
    region = serializers.CharField(source="center.region.code")
    division = serializers.CharField(source="division.code")
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)

    class Meta:
        model = CandidateOutlet
        fields = [
            "id", "number", "name", "name_en", "kind", "status", "center", "region", "division", "owner", "next_step",
            "next_step_on", "last_talk_at",
        ]  # fmt: skip


class CandidateRecord(CandidateRow):
    """A candidate with its contacts and the log."""

    contacts = ContactRow(many=True)
    entries = TalkRow(many=True)

    class Meta(CandidateRow.Meta):
        fields = [
            *CandidateRow.Meta.fields, "address", "longitude", "latitude", "premises_square_meters", "staff_count",
            "brands_sold", "lost_reason", "found_at", "contacts", "entries",
        ]  # fmt: skip


class CandidateFilter(ScopedFilterSet):
    """By stage, kind, center, region, and the day of the next step."""

    status = django_filters.ChoiceFilter(choices=CandidateStatus.choices)
    kind = django_filters.ChoiceFilter(choices=StationKind.choices)
    center = by_code(OperationCenter.objects.all())
    region = by_code(Region.objects.all(), field_name="center__region")
    next_step_to = Day(field_name="next_step_on", lookup_expr="lte")


class NewContact(StrictSerializer):
    """A person with telephone or email."""

    name = StrictText(max_length=60)
    position = StrictText(max_length=60, allow_blank=True, default="")
    phone = StrictText(max_length=30, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")


class CandidateFacts(StrictSerializer):
    """What is known of an outlet; coordinates in degrees, both or neither."""

    name = StrictText(max_length=120)
    name_en = StrictText(max_length=120, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=StationKind.choices, default=StationKind.DEALER)
    address = StrictText(max_length=200, allow_blank=True, default="")
    longitude = StrictDecimal(max_digits=9, decimal_places=6, allow_null=True, default=None)
    latitude = StrictDecimal(max_digits=8, decimal_places=6, allow_null=True, default=None)
    premises_square_meters = StrictInteger(min_value=0, max_value=100_000, allow_null=True, default=None)
    staff_count = StrictInteger(min_value=0, max_value=10_000, allow_null=True, default=None)
    brands_sold = StrictText(max_length=200, allow_blank=True, default="")


class NewCandidate(CandidateFacts):
    """An outlet with its center, its place and at least one person to call."""

    center = OwnCenterField()
    division = ScopedField(slug_field="code", queryset=Division.objects.all())
    contacts = NewContact(many=True, allow_empty=False)


class Candidates(ListEndpoint):
    """Candidate outlets of the caller's scope, the newest first; POST enters one."""

    model = CandidateOutlet
    permission = "stations.view_candidateoutlet"
    create_permission = "stations.recruit_candidate"
    row_class = CandidateRow
    body_class = NewCandidate
    made_class = CandidateRecord
    filterset_class = CandidateFilter
    ordering = ("-pk",)
    select_related = RELATED

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        facts = dict(values)
        center, division, contacts = facts.pop("center"), facts.pop("division"), facts.pop("contacts")
        return recruiting.add_candidate(
            center=center, division=division, facts=facts, contacts=contacts, actor=self.request.user
        )


class OneCandidate(RecordEndpoint):
    """One candidate with its contacts and the log."""

    model = CandidateOutlet
    permission = "stations.view_candidateoutlet"
    row_class = CandidateRecord
    select_related = RELATED
    prefetch_related = INNER


class CandidateAct(OperationEndpoint):
    """Something done to a candidate; answers it."""

    model = CandidateOutlet
    permission = "stations.recruit_candidate"
    row_class = CandidateRecord
    select_related = RELATED
    prefetch_related = INNER


class ChangedCandidate(CandidateFacts):
    """The same; division: where it turned out to be."""

    division = ScopedField(slug_field="code", queryset=Division.objects.all(), required=False)


class ChangeCandidate(CandidateAct):
    """All facts of the outlet are as given."""

    body_class = ChangedCandidate

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        division = values.pop("division", None)
        return recruiting.change_candidate(self.record, facts=values, division=division, actor=self.request.user)


class Talk(StrictSerializer):
    """What was said; a next step has its day. contact: the id of one of the candidate's contacts."""

    channel = serializers.ChoiceField(choices=TalkChannel.choices)
    summary = StrictText(max_length=2_000)
    contact = StrictInteger(min_value=1, allow_null=True, default=None)
    talked_at = StrictMoment(required=False)
    next_step = StrictText(max_length=200, allow_blank=True, default="")
    next_step_on = StrictDay(allow_null=True, default=None)


class LogTalk(CandidateAct):
    """The talk stands in the log for ever."""

    body_class = Talk

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        known = CandidateContact.objects.visible_to(self.request.user)
        contact = values.pop("contact")
        if contact is not None:
            values["contact"] = known.filter(candidate=self.record, pk=contact).first()
            if values["contact"] is None:
                raise serializers.ValidationError({"contact": [str(recruiting.StrangeContact(contact=contact))]})
        recruiting.log_talk(self.record, actor=self.request.user, **values)
        return self.record  # type: ignore[no-any-return]


class Note(StrictSerializer):
    """A remark."""

    note = StrictText(max_length=500, allow_blank=True, default="")


class Negotiate(CandidateAct):
    """One negotiates."""

    body_class = Note

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        return recruiting.negotiate(self.record, actor=self.request.user, **values)


class MoreContact(NewContact):
    """One more person; a main contact replaces the one before."""

    is_main = StrictBoolean(default=False)


class AddContact(CandidateAct):
    """One more person of the outlet is known."""

    body_class = MoreContact

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        recruiting.add_contact(self.record, actor=self.request.user, **values)
        return self.record  # type: ignore[no-any-return]


class Carer(StrictSerializer):
    """Who cares for the candidate, by user name."""

    owner = StrictText(max_length=150)


class AssignCandidate(CandidateAct):
    """This person of the region or center cares for the candidate."""

    permission = "stations.assign_candidate"
    body_class = Carer

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        held = Membership.objects.filter(recruiting.carers(self.record.center, clock.today()))
        known = User.objects.filter(pk__in=held.values("user_id")).order_by("username")
        owner = known.filter(username=values["owner"]).first()
        if owner is None:
            names = ", ".join(known.values_list("username", flat=True)[:20])
            raise serializers.ValidationError({"owner": unexpected(values["owner"], names).detail})
        return recruiting.assign_candidate(self.record, owner=owner, actor=self.request.user)


class InviteCandidate(CandidateAct):
    """The outlet has a link by which it applies."""

    permission = "stations.invite_applicant"

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        recruiting.invite_candidate(self.record, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]


class Loss(StrictSerializer):
    """Why it was lost."""

    reason = serializers.ChoiceField(choices=LostReason.choices)
    note = StrictText(max_length=200, allow_blank=True, default="")


class LoseCandidate(CandidateAct):
    """The outlet will not become a station."""

    body_class = Loss

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        return recruiting.lose_candidate(self.record, actor=self.request.user, **values)


class TakeUpAgain(CandidateAct):
    """A lost candidate is contacted once more."""

    body_class = Note

    def operate(self, values: dict[str, Any]) -> CandidateOutlet:
        return recruiting.take_up_again(self.record, actor=self.request.user, **values)
