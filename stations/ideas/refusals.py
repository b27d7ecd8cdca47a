"""Why something is not done to an idea."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class OwnIdea(Refusal):
    """Nobody judges or rewards what they filed."""

    message = _("Nobody judges or rewards an idea of their own.")
    code = "own_idea"


class AnswerMissing(Refusal):
    """Who had an idea gets an answer."""

    message = _("Answer the author in at least %(length)s characters.")
    code = "answer_missing"


class NothingToReward(Refusal):
    """Points, money or both, for an accepted idea."""

    message = _("A reward for an accepted idea is points, money or both; got %(points)s points and %(amount)s CNY.")
    code = "nothing_to_reward"


class RewardWaiting(Refusal):
    """One reward at a time, once."""

    message = _("A reward for idea %(number)s was proposed or granted already.")
    code = "reward_waiting"


class SameApprover(Refusal):
    """Above the limit two people decide."""

    message = _("This reward is above the limit; somebody other than who proposed it grants it.")
    code = "same_approver"


class NotPublishable(Refusal):
    """What headquarters has not accepted is not shown to others."""

    message = _("Idea %(number)s is “%(status)s”; only accepted ideas are published.")
    code = "not_publishable"


class AlreadyPublished(Refusal):
    """Once, in both languages."""

    message = _("Idea %(number)s is published already.")
    code = "already_published"
