"""Documents to read, ideas and rewards that wait; hits of the search."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.show import money
from portal.core.tones import tone_of
from stations.models import Bulletin, Idea, IdeaReward, IdeaStatus, RewardStatus

HITS = 3


def worklists(user: Any) -> Iterator[Worklist]:
    """The user's groups of work: a reader's documents, headquarters' ideas."""
    held = roles_of(user)
    if user.has_perm("stations.read_bulletin"):
        unread = Bulletin.objects.visible_to(user).in_force().unread_by(user)
        url = f"{reverse('bulletin_list')}?unread=true"
        rows = unread.order_by("-must_read", "read_by", "-published_at")
        yield Worklist("documents_to_read", _("Documents to read"), rows, _document, url, "wait")
    if user.has_perm("stations.judge_idea"):
        yield _ideas(user, IdeaStatus.FILED, _("Ideas to take up"))
        yield _ideas(user, IdeaStatus.IN_JUDGMENT, _("Ideas to judge"))
    if Role.SERVICE_MANAGER in held:
        rewarded = IdeaReward.objects.exclude(status=RewardStatus.REFUSED).values("idea")
        accepted = Idea.objects.visible_to(user).filter(status=IdeaStatus.ACCEPTED).exclude(pk__in=rewarded)
        url = f"{reverse('idea_list')}?status={IdeaStatus.ACCEPTED}"
        yield Worklist("ideas_to_reward", _("Ideas to reward"), _loaded(accepted, user), _idea, url, "wait")
    if user.has_perm("stations.decide_reward"):
        yield _rewards(user)


def _loaded(rows: QuerySet[Idea], user: Any) -> QuerySet[Idea]:
    return rows.exclude(author=user.pk).select_related("station").order_by("filed_at", "pk")


def _ideas(user: Any, status: str, label: Any) -> Worklist:
    rows = Idea.objects.visible_to(user).filter(status=status)
    url = f"{reverse('idea_list')}?status={status}"
    return Worklist(f"ideas_{status}", label, _loaded(rows, user), _idea, url, "wait")


def _idea(row: Idea) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.title,
        url=row.get_absolute_url(),
        detail=str(row.station),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "idea"),
    )


def _document(row: Bulletin) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.local_title,
        url=row.get_absolute_url(),
        detail=str(row.get_kind_display()),
        status=gettext("must be read") if row.must_read else "",
        tone="wait" if row.must_read else "calm",
        due_at=clock.end_of(row.read_by) if row.read_by else None,
        due_label=gettext("read by"),
    )


def _rewards(user: Any) -> Worklist:
    """Rewards that somebody else proposed."""
    rows = IdeaReward.objects.visible_to(user).filter(status=RewardStatus.PROPOSED).exclude(proposed_by=user.pk)
    rows = rows.exclude(idea__author=user.pk).select_related("idea__station", "proposed_by").order_by("proposed_at")
    url = f"{reverse('idea_list')}?status={IdeaStatus.ACCEPTED}"
    return Worklist("rewards_to_grant", _("Rewards to grant"), rows, _reward, url, "wait")


def _reward(row: IdeaReward) -> WorkItem:
    return WorkItem(
        number=row.idea.number,
        title=row.idea.title,
        url=row.get_absolute_url(),
        detail=f"{row.idea.station} · {row.proposed_by}",
        status=money(row.amount),
        tone="wait",
    )


def search(user: Any, text: str) -> Iterator[Hit]:
    """Documents and ideas by part of their number or title."""
    if user.has_perm("stations.view_bulletin"):
        found = Bulletin.objects.visible_to(user).in_force()
        found = found.filter(Q(number__holds=text) | Q(title__holds=text) | Q(title_en__holds=text))
        for row in found.order_by("-published_at")[:HITS]:
            yield Hit(_("Document"), row.number, row.local_title, row.get_absolute_url(), row.get_kind_display())
    if user.has_perm("stations.view_idea"):
        ideas = Idea.objects.visible_to(user).filter(Q(number__holds=text) | Q(title__holds=text))
        for idea in ideas.select_related("station").order_by("-filed_at")[:HITS]:
            yield Hit(_("Idea"), idea.number, idea.title, idea.get_absolute_url(), str(idea.station))
