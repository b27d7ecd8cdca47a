"""Who may decide a claim: another one than had a hand in it, within the route of its amount. And that reasons have words.

Here: the refusals, for every operation of headquarters on a claim. Not here: the permissions (rules.py), which ask the same.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock, show
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed
from warranty.models import ClaimStatus, Route, WarrantyClaim
from warranty.rules import Belongs, hand_in
from warranty.wording import ROUTES


class OwnClaim(Refusal):
    """Four eyes: nobody decides what they drafted or submitted."""

    message = _("You drafted or submitted %(claim)s; somebody else has to decide it.")
    code = "own_claim"


class HadAHand(Refusal):
    """Four eyes: nor what they repaired, what they authorized goodwill for, or what their own station claims."""

    message = _("You had a hand in %(claim)s (%(how)s); somebody else has to decide it.")
    code = "had_a_hand"


class NotYourRoute(Refusal):
    """The amount is above what one's role decides."""

    message = _("%(claim)s claims %(claimed)s: that is decided by %(route)s.")
    code = "not_your_route"


class TextTooShort(Refusal):
    """A question or reason has to say something."""

    message = _("Write at least %(least)s characters.")
    code = "text_too_short"


HOW = {
    "repaired": _("you did the repair"),
    "goodwill": _("you authorized its goodwill"),
    "station": _("you belong to its station"),
}


def require_another(claim: WarrantyClaim, actor: Any, *, belongs: Belongs | None = None) -> None:
    """Raises OwnClaim, HadAHand."""
    how = hand_in(actor, claim, belongs)
    if how == "claimed":
        raise OwnClaim(claim=claim.number)
    if how:
        raise HadAHand(claim=claim.number, how=HOW[how])


def require_decider(claim: WarrantyClaim, actor: Any, *, route: bool = True, belongs: Belongs | None = None) -> None:
    """The claim is in review, and this person's to decide; without `route` whoever reviews may act.

    belongs: rules.belongs_to(actor), where it was asked for many claims at once.
    Raises OwnClaim, HadAHand, TransitionNotAllowed, NotYourRoute.
    """
    require_another(claim, actor, belongs=belongs)
    if claim.status != ClaimStatus.IN_REVIEW:
        raise TransitionNotAllowed(
            record=str(claim), before=claim.get_status_display(), after=str(_("decided")) if route else str(_("asked"))
        )
    roles = roles_of(actor)
    if route and Role.APPROVER not in roles and not (Role.REVIEWER in roles and claim.route == Route.REVIEWER):
        raise NotYourRoute(claim=claim.number, claimed=show.money(claim.claimed_total), route=ROUTES[claim.route])


def require_words(text: str, field: str, at: datetime | None = None) -> None:
    """Raises TextTooShort."""
    if least := words_missing(text, at):
        raise TextTooShort(least=least, field=field)


def words_missing(text: str, at: datetime | None = None) -> int:
    """How many characters (D) a reason has at least, where this one has fewer; else 0."""
    least: int = param("warranty.text_length", at or clock.now())
    return least if len(text.strip()) < least else 0
