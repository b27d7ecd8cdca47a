"""Ideas: four eyes from the first look to the reward; money stands on the next statement once."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from portal.accounts.roles import Role
from portal.core import jobs
from portal.core.models import Event, Notification
from portal.core.parameters import set_parameter
from portal.core.states import TransitionNotAllowed
from stations import ideas
from stations.models import Idea, IdeaReward, Incentive, PointEntry, PublishedIdea
from tests.cast import Cast
from tests.conftest import race
from tests.factories.library import ANSWER, make_accepted, make_idea, make_waiting_reward
from tests.factories.stations import make_member, make_station, make_user

pytestmark = pytest.mark.django_db


def test_the_story_of_an_idea_rewarded_with_points_and_money(cast: Cast) -> None:
    idea = make_idea(cast.station_a, actor=cast.technician_a)
    ideas.begin_judgment(idea, actor=cast.quality)
    ideas.accept_idea(idea, answer=ANSWER, actor=cast.quality)
    reward = ideas.propose_reward(idea, points=50, amount=Decimal("800"), reason="已推广", actor=cast.service_manager)

    idea.refresh_from_db()
    assert (idea.status, idea.judge, reward.status, reward.needs_approver) == (
        "rewarded",
        cast.quality,
        "granted",
        False,
    )
    assert ideas.points_of(cast.technician_a) == 50
    assert ideas.points_of_stations([cast.station_a.pk, cast.station_b.pk]) == {cast.station_a.pk: 50}
    incentive = Incentive.objects.get()
    assert (incentive.source, incentive.amount, incentive.statement_number) == (idea.number, Decimal("800.00"), "")
    kinds = list(Event.objects.filter(root=idea.number).order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "idea.filed", "idea.in_judgment", "idea.accepted", "idea.reward_proposed", "ideareward.granted",
        "incentive.granted", "idea.rewarded",
    ]  # fmt: skip
    told = Notification.objects.filter(user=cast.technician_a).order_by("pk")
    assert [row.kind for row in told] == ["idea.answered", "idea.rewarded"]
    assert "800" in told[1].text


def test_nobody_judges_or_rewards_their_own_idea(cast: Cast) -> None:
    manager = make_member(Role.STATION_OWNER, user=make_user(Role.SERVICE_MANAGER), station=cast.station_a)
    idea = make_idea(cast.station_a, actor=manager)

    with pytest.raises(ideas.OwnIdea):
        ideas.begin_judgment(idea, actor=manager)
    ideas.begin_judgment(idea, actor=cast.quality)
    with pytest.raises(ideas.OwnIdea):
        ideas.accept_idea(idea, answer=ANSWER, actor=manager)
    ideas.accept_idea(idea, answer=ANSWER, actor=cast.quality)
    with pytest.raises(ideas.OwnIdea):
        ideas.propose_reward(idea, points=5, reason="好", actor=manager)
    reward = ideas.propose_reward(idea, amount=Decimal(2_000), reason="好", actor=cast.service_manager)
    with pytest.raises(ideas.OwnIdea):
        ideas.grant_reward(reward, actor=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(judge=manager)
    for permission, record in (("judge_idea", idea), ("reward_idea", idea), ("decide_reward", reward)):
        assert not manager.has_perm(f"stations.{permission}", record)


def test_an_answer_is_owed_and_states_keep_their_order(cast: Cast) -> None:
    idea = make_idea(cast.station_a)
    with pytest.raises(TransitionNotAllowed):
        ideas.accept_idea(idea, answer=ANSWER, actor=cast.quality)
    ideas.begin_judgment(idea, actor=cast.quality)
    with pytest.raises(ideas.AnswerMissing):
        ideas.decline_idea(idea, answer="不行", actor=cast.quality)
    ideas.decline_idea(idea, answer="该功能已在新版本中实现", actor=cast.quality)
    with pytest.raises(TransitionNotAllowed):
        ideas.propose_reward(idea, points=5, reason="好", actor=cast.service_manager)
    with pytest.raises(TransitionNotAllowed):
        ideas.begin_judgment(idea, actor=cast.quality)
    assert Notification.objects.get().user == idea.author


@pytest.mark.parametrize(
    ("points", "amount", "waits"), [(500, "1000.00", False), (501, "0", True), (0, "1000.01", True), (1, "0", False)]
)
def test_above_a_limit_another_approver_is_needed(cast: Cast, points: int, amount: str, waits: bool) -> None:
    idea = make_accepted(cast.station_a)

    reward = ideas.propose_reward(idea, points=points, amount=Decimal(amount), reason="好", actor=cast.service_manager)

    assert (reward.needs_approver, reward.status) == (waits, "proposed" if waits else "granted")
    assert Incentive.objects.exists() == (not waits and amount != "0")


def test_the_limit_is_a_dated_parameter(cast: Cast) -> None:
    set_parameter("stations.idea_reward_limit", "100", actor=None)

    reward = ideas.propose_reward(
        make_accepted(cast.station_a), amount=Decimal(101), reason="好", actor=cast.service_manager
    )

    assert reward.status == "proposed"


def test_a_large_reward_is_granted_by_another_or_refused_and_proposed_anew(cast: Cast) -> None:
    reward = make_waiting_reward(cast.station_a)
    with pytest.raises(ideas.SameApprover):
        ideas.grant_reward(reward, actor=reward.proposed_by)
    with pytest.raises(ideas.RewardWaiting):
        ideas.propose_reward(reward.idea, points=1, reason="好", actor=cast.service_manager)
    assert Notification.objects.filter(user=cast.finance, kind="idea.reward_to_approve").exists()

    ideas.refuse_reward(reward, note="金额过高", actor=cast.finance)
    second = ideas.propose_reward(reward.idea, amount=Decimal(3_000), reason="好", actor=cast.service_manager)
    ideas.grant_reward(second, actor=cast.finance)

    assert [row.status for row in IdeaReward.objects.order_by("pk")] == ["refused", "granted"]
    assert Incentive.objects.get().amount == Decimal("3000.00")
    with pytest.raises(TransitionNotAllowed):
        ideas.grant_reward(second, actor=cast.finance)
    with pytest.raises(ideas.RewardWaiting):
        ideas.propose_reward(reward.idea, points=1, reason="好", actor=cast.service_manager)


@pytest.mark.parametrize(("points", "amount"), [(0, "0"), (-1, "5"), (5, "-1")])
def test_a_reward_gives_something(cast: Cast, points: int, amount: str) -> None:
    with pytest.raises(ideas.NothingToReward):
        ideas.propose_reward(
            make_accepted(cast.station_a),
            points=points,
            amount=Decimal(amount),
            reason="好",
            actor=cast.service_manager,
        )


def test_points_and_incentives_are_entered_once_and_stay(cast: Cast) -> None:
    idea = make_accepted(cast.station_a)
    ideas.propose_reward(idea, points=5, amount=Decimal(5), reason="好", actor=cast.service_manager)

    again = ideas.grant_incentive(
        cast.station_a, source=idea.number, text="x", amount=Decimal(9), actor=cast.service_manager
    )

    assert again.amount == Decimal("5.00")
    for rows, change in (
        (PointEntry.objects, {"points": 500}),
        (Incentive.objects, {"amount": 500}),
        (PublishedIdea.objects, {"headline": "x"}),
    ):
        if rows.exists():
            with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
                rows.update(**change)


def test_published_ideas_name_the_station_only_as_agreed(cast: Cast) -> None:
    words: Any = {
        "headline": "旧件分格",
        "headline_en": "Sorted boxes",
        "summary": "按机型分格",
        "summary_en": "By model",
    }
    open_one, shy = make_accepted(cast.station_a, names_station=True), make_accepted(cast.station_a)

    named = ideas.publish_idea(open_one, actor=cast.quality, **words)
    unnamed = ideas.publish_idea(shy, actor=cast.quality, **words)

    assert (named.station, unnamed.station) == (cast.station_a, None)
    assert set(PublishedIdea.objects.visible_to(cast.clerk_b)) == {named, unnamed}
    assert not Idea.objects.visible_to(cast.clerk_b).exists()
    assert not Idea.objects.visible_to(cast.outsider).exists()
    with pytest.raises(ideas.AlreadyPublished):
        ideas.publish_idea(shy, actor=cast.quality, **words)
    with pytest.raises(ideas.NotPublishable):
        ideas.publish_idea(make_idea(cast.station_a), actor=cast.quality, **words)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_grant_once() -> None:
    reward = make_waiting_reward(make_station())
    approvers = [make_user(Role.FINANCE), make_user(Role.FINANCE)]

    outcomes = race(2, lambda number: ideas.grant_reward(reward, actor=approvers[number]))

    assert sum(isinstance(each, TransitionNotAllowed) for each in outcomes) == 1
    assert Incentive.objects.count() == 1
    jobs.drain()
