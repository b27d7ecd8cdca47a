"""What messages about documents and ideas say."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.core.registries import Wording


def _titled(text: Promise) -> Callable[[Mapping[str, Any]], str]:
    """A sentence with the title in the reader's language."""

    def say(facts: Mapping[str, Any]) -> str:
        english = (get_language() or "").startswith("en")
        return str(text) % {**facts, "title": facts["title_en"] if english else facts["title"]}

    return say


def _answered(facts: Mapping[str, Any]) -> str:
    accepted = facts["outcome"] == "accepted"
    text = _("Your idea %(number)s was accepted") if accepted else _("Your idea %(number)s was not adopted; see why")
    return str(text) % facts


def _rewarded(facts: Mapping[str, Any]) -> str:
    given = [_("%(points)s points"), _("¥%(amount)s on the next statement")]
    owed = [facts["points"], Decimal(facts["amount"])]
    reward = gettext(" and ").join(str(text) % facts for text, number in zip(given, owed, strict=True) if number)
    return str(_("Your idea %(number)s was rewarded: %(reward)s")) % {**facts, "reward": reward}


MESSAGES: dict[str, Wording] = {
    "bulletin.must_read": _titled(_("To be read by %(day)s: %(title)s (%(number)s, version %(version)s)")),
    "bulletin.reminder": _titled(_("You have not read this yet: %(title)s (%(number)s, version %(version)s)")),
    "bulletin.withdrawn": _titled(_("Withdrawn, do not go by it any more: %(title)s (%(number)s). %(reason)s")),
    "idea.answered": _answered,
    "idea.rewarded": _rewarded,
    "idea.reward_to_approve": _("A reward for idea %(number)s waits for another approver"),
}
