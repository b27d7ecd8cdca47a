"""Who learns of an appeal: those who may decide it when it is filed, the station when it is decided."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core import show
from portal.core.notifications import notify
from portal.core.registries import Wording
from warranty.appeals.people import may_decide
from warranty.models import Appeal
from warranty.settlement_people import role_users, station_users

NOTICES: dict[str, Wording] = {
    "appeal.filed": _("Appeal %(number)s against the decision on %(claim)s: decide by %(day)s"),
    "appeal.first_decision": _(
        "Appeal %(number)s against the decision on %(claim)s: a second person has to agree by %(day)s"
    ),
    "appeal.upheld": _("Appeal %(number)s upheld: CNY %(amount)s more for %(claim)s on the next statement"),
    "appeal.partly_upheld": _(
        "Appeal %(number)s partly upheld: CNY %(amount)s more for %(claim)s on the next statement"
    ),
    "appeal.dismissed": _("Appeal %(number)s against the decision on %(claim)s was dismissed"),
}


def tell_headquarters(appeal: Appeal) -> None:
    """The approvers know that an appeal waits, those who decided the claim first left out."""
    people = [user for user in role_users(Role.APPROVER) if may_decide(user, appeal)]
    notify(people, "appeal.filed", _facts(appeal), url=appeal.get_absolute_url(), subject=appeal)


def tell_second(appeal: Appeal) -> None:
    """The other approvers who may decide the appeal know that it waits for the second of two."""
    people = [user for user in role_users(Role.APPROVER) if may_decide(user, appeal)]
    others = [user for user in people if user.pk != appeal.first_decided_by_id]
    notify(others, "appeal.first_decision", _facts(appeal), url=appeal.get_absolute_url(), subject=appeal)


def tell_station(appeal: Appeal) -> None:
    """The station's office knows how it ended."""
    people = station_users(appeal.station)
    notify(people, f"appeal.{appeal.status}", _facts(appeal), url=appeal.get_absolute_url(), subject=appeal)


def _facts(appeal: Appeal) -> dict[str, Any]:
    return {
        "number": appeal.number,
        "claim": appeal.claim.number,
        "day": appeal.due_on.isoformat(),
        "amount": show.amount(appeal.granted_total or 0),
    }
