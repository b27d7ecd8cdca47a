"""Budgets, authorities and authorizations of goodwill, brought there by the operations."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from tests.factories.claims import make_unit
from tests.factories.stations import LONG_AGO, make_user
from warranty import campaigns, goodwill, goodwill_budgets
from warranty.models import Campaign, GoodwillAuthorization, GoodwillBudget

_next = count(1)
SHARES = {"part_share_percent": 50, "labor_share_percent": 0, "travel_share_percent": 0}


def make_budget(*, year: int | None = None, amount: str = "100000", **subject: Any) -> GoodwillBudget:
    """The year's budget for all regions and products unless told otherwise."""
    proposed = goodwill_budgets.propose_budget(
        year=year or clock.today().year, amount=Decimal(amount), reason="年度预算", actor=make_user(), **subject
    )
    return goodwill_budgets.release_budget(proposed, actor=make_user(Role.FINANCE))


def make_giver(*, limit: str = "20000", role: Role = Role.APPROVER, giver: User | None = None) -> User:
    """Somebody, or this person, who authorizes alone up to this."""
    giver = giver or make_user(role)
    proposed = goodwill_budgets.propose_authority(
        user=giver, limit=Decimal(limit), valid_from=LONG_AGO, actor=make_user()
    )
    goodwill_budgets.release_authority(proposed, actor=make_user(Role.FINANCE))
    return giver


def make_asked(*, station: Any, amount: str = "500", **given: Any) -> GoodwillAuthorization:
    """A station's request."""
    defaults = {"unit": make_unit(), "station": station, "reason": "老客户，过保 10 天", "actor": make_user()}
    return goodwill.request_goodwill(**defaults | given, amount=Decimal(amount))


def authorize(
    asked: GoodwillAuthorization, *, actor: Any, until: date | None = None, **given: Any
) -> GoodwillAuthorization:
    """Half of the parts, up to what was asked, for 30 days."""
    defaults: dict[str, Any] = {"budget": asked.budget, "shares": SHARES}
    return goodwill.authorize_request(
        asked, actor=actor, expires_on=until or clock.today() + timedelta(days=30), **defaults | given
    )


def make_campaign(*, actor: Any, **given: Any) -> Campaign:
    """A draft without units."""
    defaults = {"code": f"SC-{next(_next)}", "name": "服务活动", "valid_from": LONG_AGO, "operations": []}
    return campaigns.draw_up_campaign(actor=actor, **defaults | given)
