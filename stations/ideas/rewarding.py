"""Rewards: small ones are granted by who judges, large ones by another. Not here: how money gets on a statement."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.money import round_money
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, lock, move
from stations.ideas.incentives import grant_incentive
from stations.ideas.points import post_points
from stations.ideas.refusals import NothingToReward, OwnIdea, RewardWaiting, SameApprover
from stations.models import Idea, IdeaReward, IdeaStatus, RewardStatus


@transaction.atomic
def propose_reward(
    idea: Idea,
    *,
    points: int = 0,
    amount: Decimal = Decimal(0),
    reason: str,
    actor: Any,
    at: datetime | None = None,
) -> IdeaReward:
    """An accepted idea has its reward: granted at once up to the limits, above one of them it waits for another approver.

    amount: CNY, tax excluded. Raises OwnIdea, NothingToReward, RewardWaiting, TransitionNotAllowed. Writes IdeaReward,
    Events, and what grant_reward writes. Source: rules.md 3.0 (nobody approves what they created), 3.8.
    """
    at = at or clock.now()
    idea = lock(idea)
    if idea.author_id == actor.pk:
        raise OwnIdea
    if idea.rewards.exclude(status=RewardStatus.REFUSED).exists():
        raise RewardWaiting(number=idea.number)
    if idea.status != IdeaStatus.ACCEPTED:
        raise TransitionNotAllowed(record=str(idea), before=idea.get_status_display(), after=IdeaStatus.REWARDED.label)
    amount = round_money(amount)
    if points < 0 or amount < 0 or not (points or amount):
        raise NothingToReward(points=points, amount=amount, field="amount")
    above = amount > param("stations.idea_reward_limit", at) or points > param("stations.idea_points_limit", at)
    reward = IdeaReward.objects.create(
        idea=idea, proposed_by=actor, proposed_at=at, points=points, amount=amount, reason=reason.strip()[:300],
        needs_approver=above,
    )  # fmt: skip
    data = {"points": points, "amount": str(amount), "needs_approver": above}
    events.record(idea, "idea.reward_proposed", actor=actor, at=at, note=reward.reason, data=data)
    if not above:
        return _grant(reward, actor=actor, at=at, note="")
    approvers = RoleGrant.objects.in_force().filter(role__in=[Role.SERVICE_MANAGER, Role.FINANCE]).values("user")
    people = User.objects.filter(pk__in=approvers).exclude(pk__in=[actor.pk, idea.author_id]).order_by("pk")
    facts = {"number": idea.number}
    notify(people, "idea.reward_to_approve", facts, url=idea.get_absolute_url(), subject=idea, at=at)
    return reward


@transaction.atomic
def grant_reward(reward: IdeaReward, *, note: str = "", actor: Any, at: datetime | None = None) -> IdeaReward:
    """Another approver grants it: points are entered, money becomes an incentive, the idea is rewarded.

    Raises SameApprover, OwnIdea, TransitionNotAllowed. Writes PointEntry, Incentive, Events and a notification.
    """
    at = at or clock.now()
    lock(reward.idea)
    reward = lock(reward, "idea__station", "idea__author")
    if actor.pk == reward.proposed_by_id:
        raise SameApprover
    return _grant(reward, actor=actor, at=at, note=note)


@transaction.atomic
def refuse_reward(reward: IdeaReward, *, note: str, actor: Any, at: datetime | None = None) -> IdeaReward:
    """The proposed reward is off; the idea stays accepted, and another may be proposed. Raises SameApprover, OwnIdea."""
    at = at or clock.now()
    lock(reward.idea)
    reward = lock(reward, "idea__station", "idea__author")
    if actor.pk == reward.proposed_by_id:
        raise SameApprover
    reward = _decide(reward, RewardStatus.REFUSED, actor=actor, at=at, note=note)
    events.record(reward.idea, "idea.reward_refused", actor=actor, at=at, note=note)
    return reward


def _decide(reward: IdeaReward, to: str, *, actor: Any, at: datetime, note: str) -> IdeaReward:
    if actor.pk == reward.idea.author_id:
        raise OwnIdea
    reward.decided_by, reward.decided_at, reward.decision_note = actor, at, note.strip()[:300]
    reward.save(update_fields=["decided_by", "decided_at", "decision_note"])
    return move(reward, to, actor=actor, at=at, note=note)


def _grant(reward: IdeaReward, *, actor: Any, at: datetime, note: str) -> IdeaReward:
    reward = _decide(reward, RewardStatus.GRANTED, actor=actor, at=at, note=note)
    idea = reward.idea
    if reward.points:
        post_points(idea, reward.points, at=at)
    if reward.amount:
        grant_incentive(idea.station, source=idea.number, text=idea.title, amount=reward.amount, actor=actor, at=at)
    data = {"points": reward.points, "amount": str(reward.amount)}
    move(idea, IdeaStatus.REWARDED, actor=actor, at=at, data=data)
    facts = {"number": idea.number, "points": reward.points, "amount": str(reward.amount)}
    notify(idea.author, "idea.rewarded", facts, url=idea.get_absolute_url(), subject=idea, at=at)
    return reward
