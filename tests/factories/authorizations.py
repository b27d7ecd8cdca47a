"""Prior authorizations at each stage, brought there by the operations."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.accounts.roles import Role
from portal.core import clock
from service.models import InstalledUnit
from stations.models import Station
from tests.factories.claims import make_unit
from tests.factories.stations import make_user
from warranty import authorizations
from warranty.authorizations import Wanted
from warranty.models import PriorAuthorization

REASON = "需要委外加工散热支架，站内没有设备"


def make_request(
    *, station: Station, unit: InstalledUnit | None = None, amount: str = "800.00", actor: Any = None, **given: Any
) -> PriorAuthorization:
    """Asked for outside service of this amount."""
    lines = [Wanted("outside", "委外加工散热支架", amount=Decimal(amount))]
    return authorizations.request_authorization(
        **{
            "station": station,
            "unit": unit or make_unit(),
            "reason": REASON,
            "lines": lines,
            "actor": actor or make_user(),
        }
        | given
    )


def make_grant(
    *, amount: str = "800.00", granted: str = "", until: date | None = None, **given: Any
) -> PriorAuthorization:
    """The same, granted in full or up to `granted`, for 30 days unless told otherwise."""
    asked = make_request(amount=amount, **given)
    return authorizations.grant_authorization(
        asked, amount=Decimal(granted or amount), valid_until=until or clock.today() + timedelta(days=30),
        actor=make_user(Role.APPROVER),
    )  # fmt: skip
