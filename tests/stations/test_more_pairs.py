"""Every state × move × role of candidates, documents, ideas, rewards and training sessions: who may ask, and what goes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from portal.core import clock
from portal.core.errors import Refusal
from stations import applications, bulletins, ideas, recruiting, training
from stations.models import Bulletin, CandidateOutlet, CandidateStatus, Idea, IdeaReward, TrainingSession
from tests.cast import EVERYBODY, Cast
from tests.factories.library import ANSWER, make_bulletin, make_idea
from tests.factories.recruiting import TALK, make_candidate
from tests.factories.station_applications import complete_application
from tests.factories.training import make_session

type Acts = dict[str, tuple[Callable[[Any], Any], str, set[str], set[str]]]  # the act, its permission, states, roles
C = CandidateStatus
WHY = "逐项核对每一步"
NETWORK = {"service_manager", "region_manager", "center_clerk"}


class Undone(Exception):
    """Takes back what a tried act did."""


def goes(act: Callable[[], Any]) -> bool:
    """Whether the act is let; nothing of it stays."""
    try:
        with transaction.atomic():
            act()
            raise Undone
    except Undone:
        return True
    except Refusal:
        return False


def tried(row: Any, status: str, acts: Acts, cast: Cast) -> None:
    """Each act goes in exactly the states named, and exactly the roles named may ask for it."""
    assert row.status == status
    for name, (act, permission, states, roles) in acts.items():
        fresh = type(row)._base_manager.get(pk=row.pk)
        assert goes(lambda act=act, fresh=fresh: act(fresh)) == (status in states), (status, name)
        may = {who for who in EVERYBODY if (user := cast.get(who)) and user.has_perm(permission, fresh)}
        assert may == roles, (status, name)


def candidate_in(status: str, cast: Cast) -> CandidateOutlet:
    """A candidate of the East that came there by operations."""
    manager = cast.region_manager
    row = make_candidate(center=cast.center_a, actor=manager)
    if status == C.LOST:
        recruiting.lose_candidate(row, reason="competitor", actor=manager)
    elif status != C.IDENTIFIED:
        recruiting.log_talk(row, **TALK, actor=manager)
    if status == C.NEGOTIATING:
        recruiting.negotiate(row, actor=manager)
    if status in {C.INVITED, C.APPLIED}:
        link = recruiting.invite_candidate(row, actor=manager)
        if status == C.APPLIED:
            applications.submit_application(complete_application(center=cast.center_a, invitation=link))
            recruiting.follow_application(link.application)
    return CandidateOutlet.objects.get(pk=row.pk)


@pytest.mark.parametrize("status", C.values)
def test_every_move_of_a_candidate_by_every_role(status: str, cast: Cast) -> None:
    by, open_states = cast.service_manager, set(C.values) - {C.LOST}
    acts: Acts = {
        "talk": (lambda row: recruiting.log_talk(row, **TALK, actor=by), "stations.recruit_candidate", open_states, NETWORK),
        "negotiate": (
            lambda row: recruiting.negotiate(row, actor=by), "stations.recruit_candidate", {C.CONTACTED, C.INVITED}, NETWORK,
        ),
        "invite": (
            lambda row: recruiting.invite_candidate(row, actor=by), "stations.invite_applicant",
            {C.CONTACTED, C.NEGOTIATING}, NETWORK,
        ),
        "lose": (
            lambda row: recruiting.lose_candidate(row, reason="competitor", actor=by), "stations.recruit_candidate",
            open_states - {C.APPLIED}, NETWORK,
        ),
        "reopen": (lambda row: recruiting.take_up_again(row, actor=by), "stations.recruit_candidate", {C.LOST}, NETWORK),
        "assign": (
            lambda row: recruiting.assign_candidate(row, owner=cast.center_clerk, actor=by), "stations.assign_candidate",
            open_states, NETWORK - {"center_clerk"},
        ),
    }  # fmt: skip

    tried(candidate_in(status, cast), status, acts, cast)


def bulletin_in(status: str, cast: Cast) -> Bulletin:
    """A document that came there by operations."""
    row = make_bulletin(actor=cast.service_manager)
    if status in {"published", "superseded"}:
        bulletins.publish_bulletin(row, actor=cast.service_manager)
    if status == "superseded":
        following = bulletins.revise_bulletin(row, actor=cast.service_manager)
        bulletins.edit_bulletin(
            following, change_note="新增排查步骤", change_note_en="Steps added", actor=cast.service_manager
        )
        bulletins.publish_bulletin(following, actor=cast.service_manager)
    if status == "withdrawn":
        bulletins.withdraw_bulletin(row, reason=WHY, actor=cast.service_manager)
    return Bulletin.objects.get(pk=row.pk)


@pytest.mark.parametrize("status", ["draft", "published", "superseded", "withdrawn"])
def test_every_move_of_a_document_by_every_role(status: str, cast: Cast) -> None:
    by, writers = cast.service_manager, {"service_manager", "quality"}
    acts: Acts = {
        "publish": (
            lambda row: bulletins.publish_bulletin(row, actor=by), "stations.publish_bulletin", {"draft"}, {"service_manager"},
        ),
        "withdraw": (
            lambda row: bulletins.withdraw_bulletin(row, reason=WHY, actor=by), "stations.publish_bulletin",
            {"draft", "published"}, {"service_manager"},
        ),
        "edit": (
            lambda row: bulletins.edit_bulletin(row, title="改名", actor=by), "stations.write_bulletin", {"draft"}, writers,
        ),
        "revise": (lambda row: bulletins.revise_bulletin(row, actor=by), "stations.write_bulletin", {"published"}, writers),
    }  # fmt: skip

    tried(bulletin_in(status, cast), status, acts, cast)


def idea_in(status: str, cast: Cast) -> Idea:
    """An idea of station A that came there by operations."""
    row, judge = make_idea(cast.station_a, actor=cast.clerk_a), cast.quality
    if status != "filed":
        ideas.begin_judgment(row, actor=judge)
    if status == "not_adopted":
        ideas.decline_idea(row, answer=ANSWER, actor=judge)
    if status in {"accepted", "rewarded"}:
        ideas.accept_idea(row, answer=ANSWER, actor=judge)
    if status == "rewarded":
        ideas.propose_reward(row, points=5, reason=WHY, actor=cast.service_manager)
    return Idea.objects.get(pk=row.pk)


@pytest.mark.parametrize("status", ["filed", "in_judgment", "accepted", "not_adopted", "rewarded"])
def test_every_move_of_an_idea_by_every_role(status: str, cast: Cast) -> None:
    by, judges = cast.service_manager, {"service_manager", "quality"}
    acts: Acts = {
        "begin": (lambda row: ideas.begin_judgment(row, actor=by), "stations.judge_idea", {"filed"}, judges),
        "accept": (
            lambda row: ideas.accept_idea(row, answer=ANSWER, actor=by), "stations.judge_idea", {"in_judgment"}, judges,
        ),
        "decline": (
            lambda row: ideas.decline_idea(row, answer=ANSWER, actor=by), "stations.judge_idea", {"in_judgment"}, judges,
        ),
        "reward": (
            lambda row: ideas.propose_reward(row, points=5, reason=WHY, actor=by), "stations.reward_idea", {"accepted"},
            {"service_manager"},
        ),
    }  # fmt: skip

    tried(idea_in(status, cast), status, acts, cast)


@pytest.mark.parametrize("status", ["proposed", "granted", "refused"])
def test_every_move_of_a_reward_by_every_role(status: str, cast: Cast) -> None:
    idea = idea_in("accepted", cast)
    row: IdeaReward = ideas.propose_reward(idea, amount=5_000, reason=WHY, actor=cast.service_manager)
    if status == "granted":
        ideas.grant_reward(row, actor=cast.finance)
    if status == "refused":
        ideas.refuse_reward(row, note=WHY, actor=cast.finance)
    acts: Acts = {
        "grant": (
            lambda row: ideas.grant_reward(row, actor=cast.finance), "stations.decide_reward", {"proposed"}, {"finance"},
        ),
        "refuse": (
            lambda row: ideas.refuse_reward(row, note=WHY, actor=cast.finance), "stations.decide_reward", {"proposed"},
            {"finance"},
        ),
    }  # fmt: skip

    tried(IdeaReward.objects.get(pk=row.pk), status, acts, cast)


@pytest.mark.parametrize("status", ["planned", "open", "held", "cancelled"])
def test_every_move_of_a_training_session_by_every_role(status: str, cast: Cast) -> None:
    later, by = clock.now() + timedelta(days=12), cast.service_manager
    row = make_session(is_open=status in {"open", "held"})
    if status == "held":
        training.hold_session(row, attended=set(), actor=by, at=later)
    if status == "cancelled":
        training.cancel_session(row, reason=WHY, actor=by)
    who = {"service_manager"}
    acts: Acts = {
        "open": (lambda row: training.open_session(row, actor=by), "stations.manage_training", {"planned"}, who),
        "hold": (
            lambda row: training.hold_session(row, attended=set(), actor=by, at=later), "stations.manage_training", {"open"},
            who,
        ),
        "cancel": (
            lambda row: training.cancel_session(row, reason=WHY, actor=by), "stations.manage_training", {"planned", "open"},
            who,
        ),
    }  # fmt: skip

    tried(TrainingSession.objects.get(pk=row.pk), status, acts, cast)
