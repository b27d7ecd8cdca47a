"""Improvement ideas: filed, judged, rewarded with points or money, published. Not here: statements (warranty)."""

from stations.ideas.filing import PHOTO, file_idea, photos_of
from stations.ideas.incentives import grant_incentive, note_statement
from stations.ideas.judging import PUBLISHABLE, accept_idea, begin_judgment, decline_idea, publish_idea
from stations.ideas.points import Points, points_of, points_of_stations
from stations.ideas.refusals import (
    AlreadyPublished,
    AnswerMissing,
    NothingToReward,
    NotPublishable,
    OwnIdea,
    RewardWaiting,
    SameApprover,
)
from stations.ideas.rewarding import grant_reward, propose_reward, refuse_reward

__all__ = [
    "PHOTO",
    "PUBLISHABLE",
    "AlreadyPublished",
    "AnswerMissing",
    "NotPublishable",
    "NothingToReward",
    "OwnIdea",
    "Points",
    "RewardWaiting",
    "SameApprover",
    "accept_idea",
    "begin_judgment",
    "decline_idea",
    "file_idea",
    "grant_incentive",
    "grant_reward",
    "note_statement",
    "photos_of",
    "points_of",
    "points_of_stations",
    "propose_reward",
    "publish_idea",
    "refuse_reward",
]
