"""Documents to read and confirm, ideas to file and judge, incentives."""

from decimal import Decimal
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictDecimal, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import FromDay, ToDay, by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, Files, TakesFiles
from stations import bulletins, ideas
from stations.forms.ideas import MOST_FILES
from stations.models import Bulletin, BulletinKind, BulletinStatus, Idea, IdeaReward, IdeaStatus, Incentive, Station
from stations.models.ideas import MOST_POINTS


class BulletinRow(RowSerializer):
    """A version of a document as lists show it; the audience as codes, empty for all."""

    class Meta:
        model = Bulletin
        fields = [
            "id", "number", "version", "status", "kind", "title", "title_en", "must_read", "read_by", "published_at",
        ]  # fmt: skip


class BulletinRecord(BulletinRow):
    """A version with its text."""

    files = serializers.SerializerMethodField()

    class Meta(BulletinRow.Meta):
        fields = [
            *BulletinRow.Meta.fields, "body", "body_en", "change_note", "change_note_en", "region_codes",
            "station_kinds", "grades", "family_codes", "withdraw_reason", "files",
        ]  # fmt: skip

    @extend_schema_field(FileRow(many=True))
    def get_files(self, row: Bulletin) -> Any:
        """Their bytes are at files/<id>/."""
        return FileRow(bulletins.files_of(row), many=True).data


class BulletinFilter(ScopedFilterSet):
    """By state, kind, number, and day of publication."""

    status = django_filters.ChoiceFilter(choices=BulletinStatus.choices)
    kind = django_filters.ChoiceFilter(choices=BulletinKind.choices)
    number = django_filters.CharFilter(max_length=30)
    published_from = FromDay(field_name="published_at")
    published_to = ToDay(field_name="published_at")


class Bulletins(ListEndpoint):
    """Documents that the caller's stations were sent, the latest first."""

    model = Bulletin
    permission = "stations.view_bulletin"
    row_class = BulletinRow
    filterset_class = BulletinFilter
    ordering = ("-pk",)


class OneBulletin(RecordEndpoint):
    """One version."""

    model = Bulletin
    permission = "stations.view_bulletin"
    row_class = BulletinRecord


class ReadBulletin(OperationEndpoint):
    """The caller confirms to have read the version in force, for their stations."""

    model = Bulletin
    permission = "stations.read_bulletin"
    row_class = BulletinRecord

    def operate(self, values: dict[str, Any]) -> Bulletin:
        bulletins.confirm_reading(self.record, actor=self.request.user)
        found: Bulletin = self.record
        return found


class PublishBulletin(OperationEndpoint):
    """A draft is published to its audience."""

    model = Bulletin
    permission = "stations.publish_bulletin"
    row_class = BulletinRecord

    def operate(self, values: dict[str, Any]) -> Bulletin:
        return bulletins.publish_bulletin(self.record, actor=self.request.user)


class WithdrawalReason(StrictSerializer):
    """Why."""

    reason = StrictText(max_length=300)


class WithdrawBulletin(OperationEndpoint):
    """Nobody goes by the document any more."""

    model = Bulletin
    permission = "stations.publish_bulletin"
    row_class = BulletinRecord
    body_class = WithdrawalReason

    def operate(self, values: dict[str, Any]) -> Bulletin:
        return bulletins.withdraw_bulletin(self.record, actor=self.request.user, **values)


class IdeaRow(RowSerializer):
    """An idea as lists show it."""

    station = serializers.CharField(source="station.code")
    author = serializers.CharField(source="author.display_name")

    class Meta:
        model = Idea
        fields = ["id", "number", "station", "author", "status", "title", "filed_at", "judged_at"]


class RewardRow(serializers.ModelSerializer[IdeaReward]):
    """Points, and CNY without tax."""

    class Meta:
        model = IdeaReward
        fields = ["id", "status", "points", "amount", "reason"]


class IdeaRecord(IdeaRow):
    """All of an idea."""

    rewards = RewardRow(many=True)
    files = serializers.SerializerMethodField()

    class Meta(IdeaRow.Meta):
        fields = [
            *IdeaRow.Meta.fields, "problem", "proposal", "expected_benefit", "names_station", "answer", "rewards",
            "files",
        ]  # fmt: skip

    @extend_schema_field(FileRow(many=True))
    def get_files(self, row: Idea) -> Any:
        """Photos and papers of the author."""
        return FileRow(ideas.photos_of(row), many=True).data


class IdeaFilter(ScopedFilterSet):
    """By state, station and day of filing."""

    status = django_filters.ChoiceFilter(choices=IdeaStatus.choices)
    station = by_code(Station.objects.all())
    filed_from = FromDay(field_name="filed_at")
    filed_to = ToDay(field_name="filed_at")


class NewIdea(StrictSerializer):
    """An idea to file for one of the caller's stations."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    title = StrictText(max_length=80)
    problem = StrictText(max_length=4_000)
    proposal = StrictText(max_length=4_000)
    expected_benefit = StrictText(max_length=2_000, allow_blank=True, default="")
    names_station = StrictBoolean(default=False)
    files = Files(most=MOST_FILES)


class Ideas(TakesFiles, ListEndpoint):
    """Ideas of the caller's stations, the latest first; POST files one, a form with photos."""

    model = Idea
    permission = "stations.view_idea"
    create_permission = "stations.file_idea"
    row_class = IdeaRow
    body_class = NewIdea
    made_class = IdeaRecord
    filterset_class = IdeaFilter
    ordering = ("-pk",)
    select_related = ("station", "author")

    def operate(self, values: dict[str, Any]) -> Idea:
        return ideas.file_idea(values.pop("station"), actor=self.request.user, **values)


class OneIdea(RecordEndpoint):
    """One idea."""

    model = Idea
    permission = "stations.view_idea"
    row_class = IdeaRecord
    select_related = ("station", "author")
    prefetch_related = ("rewards",)


class IdeaOperation(OperationEndpoint):
    """What the acts on an idea share."""

    model = Idea
    row_class = IdeaRecord
    select_related = ("station", "author")
    prefetch_related = ("rewards",)


class BeginJudgment(IdeaOperation):
    """Headquarters takes the idea up."""

    permission = "stations.judge_idea"

    def operate(self, values: dict[str, Any]) -> Idea:
        return ideas.begin_judgment(self.record, actor=self.request.user)


class Judgment(StrictSerializer):
    """Yes or no, and the answer to the author."""

    accepts = StrictBoolean()
    answer = StrictText(max_length=2_000)


class JudgeIdea(IdeaOperation):
    """The idea is accepted or not adopted."""

    permission = "stations.judge_idea"
    body_class = Judgment

    def operate(self, values: dict[str, Any]) -> Idea:
        act = ideas.accept_idea if values.pop("accepts") else ideas.decline_idea
        return act(self.record, actor=self.request.user, **values)


class NewReward(StrictSerializer):
    """Points, money (CNY, tax excluded) or both."""

    points = StrictInteger(min_value=0, max_value=MOST_POINTS, default=0)
    amount = StrictDecimal(max_digits=9, decimal_places=2, min_value=0, max_value=1_000_000, default=Decimal(0))
    reason = StrictText(max_length=300)


class RewardIdea(IdeaOperation):
    """An accepted idea is rewarded; above the limits another approver grants it."""

    permission = "stations.reward_idea"
    body_class = NewReward

    def operate(self, values: dict[str, Any]) -> Idea:
        return ideas.propose_reward(self.record, actor=self.request.user, **values).idea


class IncentiveRow(RowSerializer):
    """Money beside claims (CNY, tax excluded); statement_number is empty until an issued statement carries it."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = Incentive
        fields = ["id", "number", "station", "source", "text", "amount", "approved_at", "statement_number"]


class IncentiveFilter(ScopedFilterSet):
    """By station and day of approval."""

    station = by_code(Station.objects.all())
    approved_from = FromDay(field_name="approved_at")
    approved_to = ToDay(field_name="approved_at")


class Incentives(ListEndpoint):
    """Incentives of the caller's stations, the latest first."""

    model = Incentive
    permission = "stations.view_incentive"
    row_class = IncentiveRow
    filterset_class = IncentiveFilter
    ordering = ("-pk",)
    select_related = ("station",)
