"""Headquarters' desk for documents and ideas: read-only rows, and the acts that are legal now."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import bulletins, ideas
from stations.forms.bulletins import BulletinForm, WithdrawForm
from stations.forms.ideas import AnswerForm, GrantForm, PublishIdeaForm, RefuseForm, RewardForm
from stations.models import (
    Bulletin,
    BulletinReading,
    BulletinRecipient,
    BulletinStatus,
    Idea,
    IdeaReward,
    IdeaStatus,
    Incentive,
    PointEntry,
    PublishedIdea,
    RewardStatus,
)


def _audience(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values as the operation takes them."""
    given = dict(values)
    audience = bulletins.Audience(
        regions=tuple(row.code for row in given.pop("regions")), kinds=tuple(given.pop("station_kinds")),
        grades=tuple(given.pop("grades")), families=tuple(row.code for row in given.pop("families")),
    )  # fmt: skip
    return given | {"audience": audience}


def _edit(row: Bulletin, values: dict[str, Any], actor: Any) -> None:
    bulletins.edit_bulletin(row, actor=actor, **_audience(values))


def _publish(row: Bulletin, _values: dict[str, Any], actor: Any) -> None:
    bulletins.publish_bulletin(row, actor=actor)


def _revise(row: Bulletin, _values: dict[str, Any], actor: Any) -> str:
    made = bulletins.revise_bulletin(row, actor=actor)
    return f"/admin/stations/bulletin/{made.pk}/change/"


def _withdraw(row: Bulletin, values: dict[str, Any], actor: Any) -> None:
    bulletins.withdraw_bulletin(row, actor=actor, **values)


class RecipientInline(ScopedTabularInline):
    """The stations that have it."""

    model = BulletinRecipient
    fields = ["station", "addressed_at", "due_on"]
    max_num = 0


@admin.register(Bulletin)
class BulletinAdmin(ReadOnlyAdmin):
    """Documents by version."""

    list_display = ["number", "version", "title", "kind", "status", "must_read", "read_by", "published_at"]
    list_filter = ["status", "kind", "must_read"]
    search_fields = ["number", "title", "title_en"]
    ordering = ["-pk"]
    detail_template = "stations/admin_bulletin.html"
    operations = [
        OperationButton(
            "publish", _("Publish"), _publish, permission="stations.publish_bulletin", style="primary",
            shown=lambda row: row.is_draft, success=_("Published."),
            intro=_("It reaches its stations at once and is never edited afterwards."),
        ),
        OperationButton(
            "edit", _("Edit the draft"), _edit, permission="stations.write_bulletin", form=BulletinForm,
            shown=lambda row: row.is_draft, success=_("Saved."),
        ),
        OperationButton(
            "revise", _("New version"), _revise, permission="stations.write_bulletin",
            shown=lambda row: row.published_at is not None and row.status != BulletinStatus.SUPERSEDED,
            intro=_("A draft with the same text, files and readers; this version stays as it is until the new one is published."),
        ),
        OperationButton(
            "withdraw", _("Withdraw"), _withdraw, permission="stations.publish_bulletin", form=WithdrawForm,
            shown=lambda row: can_move(row, BulletinStatus.WITHDRAWN), style="danger", success=_("Withdrawn."),
            intro=_("Nobody goes by it any more. Its readers are told, and still see it with the reason."),
        ),
    ]  # fmt: skip

    def extra_detail(self, request: HttpRequest, row: Bulletin) -> dict[str, Any]:
        """Its files, and how far it was read."""
        share = bulletins.shares_of_documents([row.pk]).get(row.pk)
        return {"files": bulletins.files_of(row), "share": share}


@admin.register(BulletinReading)
class BulletinReadingAdmin(ReadOnlyAdmin):
    """Who confirmed what, and when."""

    list_display = ["bulletin", "station", "user", "read_at"]
    list_select_related = ["bulletin", "station", "user"]
    search_fields = ["bulletin__number", "bulletin__title", "station__code", "station__name", "user__display_name"]
    ordering = ["-read_at"]


def _begin(row: Idea, _values: dict[str, Any], actor: Any) -> None:
    ideas.begin_judgment(row, actor=actor)


def _accept(row: Idea, values: dict[str, Any], actor: Any) -> None:
    ideas.accept_idea(row, actor=actor, **values)


def _decline(row: Idea, values: dict[str, Any], actor: Any) -> None:
    ideas.decline_idea(row, actor=actor, **values)


def _reward(row: Idea, values: dict[str, Any], actor: Any) -> None:
    ideas.propose_reward(row, actor=actor, **values)


def _tell_all(row: Idea, values: dict[str, Any], actor: Any) -> None:
    ideas.publish_idea(row, actor=actor, **values)


def _is_unrewarded(row: Idea) -> bool:
    return row.status == IdeaStatus.ACCEPTED and not row.rewards.exclude(status=RewardStatus.REFUSED).exists()


class RewardInline(ScopedTabularInline):
    """Rewards proposed, granted and refused."""

    model = IdeaReward
    fields = ["status", "points", "amount", "reason", "proposed_by", "decided_by", "decision_note"]


@admin.register(Idea)
class IdeaAdmin(ReadOnlyAdmin):
    """The queue of ideas with its decisions."""

    list_display = ["number", "title", "station", "status", "filed_at", "judge", "judged_at"]
    list_filter = ["status", "station__center__region"]
    list_select_related = ["station", "judge"]
    search_fields = ["number", "title", "station__name", "station__code"]
    ordering = ["-filed_at"]
    inlines = [RewardInline]
    operations = [
        OperationButton(
            "begin", _("Take it up"), _begin, permission="stations.judge_idea", style="primary",
            shown=lambda row: row.status == IdeaStatus.FILED, success=_("Taken up."),
            intro=_("The author sees that somebody looks into it."),
        ),
        OperationButton(
            "accept", pgettext_lazy("idea", "Accept"), _accept, permission="stations.judge_idea", form=AnswerForm, style="primary",
            shown=lambda row: can_move(row, IdeaStatus.ACCEPTED),
            success=_("Accepted, and the author was told. Next: the reward."),
        ),
        OperationButton(
            "decline", _("Do not adopt the idea"), _decline, permission="stations.judge_idea", form=AnswerForm,
            shown=lambda row: can_move(row, IdeaStatus.NOT_ADOPTED), style="danger", success=_("Answered."),
            intro=_("Thank the author and say why; the answer is all they get."),
        ),
        OperationButton(
            "reward", _("Reward"), _reward, permission="stations.reward_idea", form=RewardForm, style="primary",
            shown=_is_unrewarded, success=_("Done."),
            intro=_("Up to the limits it is granted at once; above them another person grants it."),
        ),
        OperationButton(
            "publish", _("Publish"), _tell_all, permission="stations.publish_idea", form=PublishIdeaForm,
            shown=lambda row: row.status in ideas.PUBLISHABLE and not hasattr(row, "published"),
            success=_("Published."), intro=_("All stations read it, in their language. It cannot be changed afterwards."),
        ),
    ]  # fmt: skip


def _grant(row: IdeaReward, values: dict[str, Any], actor: Any) -> None:
    ideas.grant_reward(row, actor=actor, **values)


def _refuse(row: IdeaReward, values: dict[str, Any], actor: Any) -> None:
    ideas.refuse_reward(row, actor=actor, **values)


@admin.register(IdeaReward)
class IdeaRewardAdmin(ReadOnlyAdmin):
    """Rewards; those above a limit wait for another approver."""

    list_display = ["idea", "points", "amount", "status", "proposed_by", "proposed_at", "decided_by"]
    list_filter = ["status", "needs_approver"]
    list_select_related = ["idea", "proposed_by", "decided_by"]
    search_fields = ["idea__number", "idea__title"]
    ordering = ["-proposed_at"]
    operations = [
        OperationButton(
            "grant", _("Grant"), _grant, permission="stations.decide_reward", form=GrantForm, style="primary",
            shown=lambda row: row.status == RewardStatus.PROPOSED, success=_("Granted."),
            intro=_("Points are entered at once; money is credited by the next statement of the station."),
        ),
        OperationButton(
            "refuse", _("Refuse"), _refuse, permission="stations.decide_reward", form=RefuseForm, style="danger",
            shown=lambda row: row.status == RewardStatus.PROPOSED, success=_("Refused."),
            intro=_("The idea stays accepted, and another reward may be proposed."),
        ),
    ]  # fmt: skip


@admin.register(Incentive)
class IncentiveAdmin(ReadOnlyAdmin):
    """Money for stations beside their claims, and the statement that credits it."""

    list_display = ["number", "source", "station", "amount", "approved_by", "approved_at", "statement_number"]
    list_select_related = ["station", "approved_by"]
    search_fields = ["number", "source", "text", "station__code", "station__name", "statement_number"]


@admin.register(PointEntry)
class PointEntryAdmin(ReadOnlyAdmin):
    """The points ledger."""

    list_display = ["source", "station", "user", "points", "posted_at"]
    list_select_related = ["station", "user"]
    search_fields = ["source", "station__code", "station__name", "user__display_name"]


@admin.register(PublishedIdea)
class PublishedIdeaAdmin(ReadOnlyAdmin):
    """What all stations read."""

    list_display = ["headline", "headline_en", "station", "published_by", "published_at"]
    list_select_related = ["station", "published_by"]
    search_fields = ["headline", "headline_en"]
