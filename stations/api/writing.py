"""Writing documents, who has read them; ideas published, points, rewards decided."""

from dataclasses import replace
from typing import Any

from django.db.models import Min, OuterRef, Subquery
from django.http import Http404
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictDay, StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import Files, TakesFiles
from stations import bulletins, ideas
from stations.api.library import BulletinRecord, Bulletins, IdeaOperation, IdeaRecord
from stations.models import (
    Bulletin,
    BulletinKind,
    BulletinReading,
    BulletinRecipient,
    GradeLetter,
    IdeaReward,
    PointEntry,
    ProductFamily,
    PublishedIdea,
    Region,
    Station,
    StationKind,
)

MOST_FILES = 40
AUDIENCE = ("regions", "kinds", "grades", "families")


class Codes(serializers.ListField):
    """Records named by their code; empty for all."""

    def __init__(self, rows: Any) -> None:
        super().__init__(child=ScopedField(slug_field="code", queryset=rows), max_length=200, required=False)

    def to_internal_value(self, data: Any) -> Any:
        return tuple(row.code for row in super().to_internal_value(data))


class DraftBody(StrictSerializer):
    """What is named of a draft; an audience that is left out, or empty, leaves nobody out."""

    kind = serializers.ChoiceField(choices=BulletinKind.choices, required=False)
    title = StrictText(max_length=120, required=False)
    title_en = StrictText(max_length=160, allow_blank=True, required=False)
    body = StrictText(max_length=20_000, allow_blank=True, required=False)
    body_en = StrictText(max_length=20_000, allow_blank=True, required=False)
    must_read = StrictBoolean(required=False)
    read_by = StrictDay(allow_null=True, required=False)
    regions = Codes(Region.objects.all())
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=StationKind.choices), required=False, max_length=10
    )
    grades = serializers.ListField(
        child=serializers.ChoiceField(choices=GradeLetter.choices), required=False, max_length=10
    )
    families = Codes(ProductFamily.objects.all())
    files = Files(most=MOST_FILES)


class NewBulletin(DraftBody):
    """A first version."""

    kind = serializers.ChoiceField(choices=BulletinKind.choices)
    title = StrictText(max_length=120)


class ChangedBulletin(DraftBody):
    """A draft; a further version says what has changed. removed_files: ids of files to take off."""

    change_note = StrictText(max_length=300, allow_blank=True, required=False)
    change_note_en = StrictText(max_length=300, allow_blank=True, required=False)
    removed_files = serializers.ListField(child=StrictInteger(min_value=1), required=False, max_length=MOST_FILES)


def facts(values: dict[str, Any], before: bulletins.Audience) -> dict[str, Any]:
    """The arguments of write_bulletin and edit_bulletin."""
    named = {name: tuple(values.pop(name)) for name in AUDIENCE if name in values}
    return values | {"audience": replace(before, **named)}


class WrittenBulletins(TakesFiles, Bulletins):
    """Documents that the caller's stations were sent, the latest first; POST writes a draft, a form with its files."""

    create_permission = "stations.write_bulletin"
    body_class = NewBulletin
    made_class = BulletinRecord

    def operate(self, values: dict[str, Any]) -> Bulletin:
        return bulletins.write_bulletin(actor=self.request.user, **facts(values, bulletins.Audience()))


class EditBulletin(TakesFiles, OperationEndpoint):
    """The draft says what is named; files of a form join it."""

    model = Bulletin
    permission = "stations.write_bulletin"
    row_class = BulletinRecord
    body_class = ChangedBulletin

    def operate(self, values: dict[str, Any]) -> Bulletin:
        given = facts(values, bulletins.Audience.of(self.record))
        return bulletins.edit_bulletin(self.record, actor=self.request.user, **given)


class ReviseBulletin(OperationEndpoint):
    """The next version stands as a draft; answers it."""

    model = Bulletin
    permission = "stations.write_bulletin"
    row_class = BulletinRecord

    def operate(self, values: dict[str, Any]) -> Bulletin:
        return bulletins.revise_bulletin(self.record, actor=self.request.user)


class ReaderRow(RowSerializer):
    """A station that has the document, and when somebody there first confirmed it."""

    station = serializers.CharField(source="station.code")
    first_read_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = BulletinRecipient
        fields = ["id", "station", "addressed_at", "due_on", "first_read_at"]


class Readers(ListEndpoint):
    """The stations of a document, as far as the caller sees them."""

    model = BulletinRecipient
    permission = "stations.view_readers"
    about_record = True
    row_class = ReaderRow
    ordering = ("station__code",)
    select_related = ("station",)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Of a document that the caller may see. Raises Http404, PermissionDenied."""
        super().initial(request, *args, **kwargs)
        document = Bulletin.objects.visible_to(request.user).filter(pk=self.kwargs["pk"]).first()
        if document is None:
            raise Http404
        self.check_object_permissions(request, document)

    def get_queryset(self) -> Any:
        read = BulletinReading.objects.filter(bulletin=OuterRef("bulletin"), station=OuterRef("station"))
        first = read.order_by().values("bulletin").annotate(first=Min("read_at")).values("first")
        rows = super().get_queryset().filter(bulletin=self.kwargs.get("pk"))
        return rows.annotate(first_read_at=Subquery(first))


# Ideas


class Headlines(StrictSerializer):
    """What all stations read, in both languages."""

    headline = StrictText(max_length=80)
    headline_en = StrictText(max_length=120)
    summary = StrictText(max_length=2_000)
    summary_en = StrictText(max_length=2_000)


class PublishedRow(RowSerializer):
    """A published idea; its station where the author agreed."""

    idea = serializers.CharField(source="idea.number")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)

    class Meta:
        model = PublishedIdea
        fields = ["id", "idea", "station", "headline", "headline_en", "summary", "summary_en", "published_at"]


class PublishIdea(IdeaOperation):
    """All stations read the idea; answers what they read."""

    permission = "stations.publish_idea"
    body_class = Headlines
    made_class = PublishedRow

    def operate(self, values: dict[str, Any]) -> PublishedIdea:
        return ideas.publish_idea(self.record, actor=self.request.user, **values)


class PublishedIdeas(ListEndpoint):
    """Published ideas, the latest first."""

    model = PublishedIdea
    permission = "stations.view_publishedidea"
    row_class = PublishedRow
    select_related = ("idea", "station")


class PointRow(RowSerializer):
    """Points of a person for an idea."""

    station = serializers.CharField(source="station.code")
    person = serializers.CharField(source="user.display_name")
    idea = serializers.CharField(source="idea.number")

    class Meta:
        model = PointEntry
        fields = ["id", "source", "station", "person", "idea", "points", "posted_at"]


class PointFilter(ScopedFilterSet):
    """By station."""

    station = by_code(Station.objects.all())


class PointEntries(ListEndpoint):
    """Points of the caller's stations, the latest first."""

    model = PointEntry
    permission = "stations.view_pointentry"
    row_class = PointRow
    filterset_class = PointFilter
    select_related = ("station", "user", "idea")


class RewardAct(OperationEndpoint):
    """Another approver's word on a large reward; answers the idea."""

    model = IdeaReward
    permission = "stations.decide_reward"
    row_class = IdeaRecord
    select_related = ("idea__station", "idea__author")


class GrantNote(StrictSerializer):
    """A remark."""

    note = StrictText(max_length=300, allow_blank=True, default="")


class GrantReward(RewardAct):
    """Points are entered, money becomes an incentive."""

    body_class = GrantNote

    def operate(self, values: dict[str, Any]) -> Any:
        return ideas.grant_reward(self.record, actor=self.request.user, **values).idea


class RefusalNote(StrictSerializer):
    """Why not."""

    note = StrictText(max_length=300)


class RefuseReward(RewardAct):
    """The reward is off; another may be proposed."""

    body_class = RefusalNote

    def operate(self, values: dict[str, Any]) -> Any:
        return ideas.refuse_reward(self.record, actor=self.request.user, **values).idea
