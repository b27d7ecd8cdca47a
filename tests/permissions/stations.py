"""Pages of the network. Applications and invitations hang on center A in the East, records of stations on station A."""

from collections.abc import Callable
from typing import Any

from stations import applications
from tests.factories.station_applications import at_region_review, passed
from tests.factories.stations import make_technician
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, SUPPLIERS, Expected, Row, everybody, only

NOBODY = ("outsider", *SUPPLIERS)
REGION = "region_manager"
MANAGER = "service_manager"
WATCH = (MANAGER, "admin", "auditor")
NETWORK = (*HQ, *FIELD, *STATION_A, *STATION_B)


def at_station(*members: str, ok: int = 200) -> Expected:
    """A record of station A: out of scope is 404, in scope without the permission 403."""
    return only(*members, ok=ok, hidden=(*STATION_B, *NOBODY))


def at_dealer(*members: str, ok: int = 200) -> Expected:
    """A record of dealer A: its station's own staff do not see it."""
    return only(*members, ok=ok, hidden=(*STATION_B, *NOBODY, "clerk_a", "technician_a"))


def in_region(*members: str, ok: int = 200) -> Expected:
    """A record of the East before there is a station."""
    return only(*members, ok=ok, hidden=(*STATION_A, *STATION_B, *NOBODY))


def station(cast: Any) -> list[Any]:
    return [cast.station_a.pk]


def contract(cast: Any) -> list[Any]:
    return [cast.station_a.contracts.get().pk]


def account(cast: Any) -> list[Any]:
    return [cast.dealer_a.accounts.get().pk]


def technician(cast: Any) -> list[Any]:
    return [make_technician(station=cast.station_a).pk]


def application(cast: Any) -> list[Any]:
    return [at_region_review(center=cast.center_a).pk]


def inspection(cast: Any) -> list[Any]:
    return [passed(center=cast.center_a)[0].inspections.get().pk]


def invitation(cast: Any) -> list[Any]:
    return [applications.invite_applicant(cast.center_a, kind="dealer", actor=cast.service_manager).pk]


def membership(cast: Any) -> list[Any]:
    return [cast.clerk_a.memberships.get().pk]


def link(cast: Any) -> list[Any]:
    made = applications.invite_applicant(cast.center_a, kind="dealer", actor=cast.service_manager)
    return [applications.token_of(made)]


def form(name: str, may: Expected, wrong: Expected, args: Callable[[Any], list[Any]]) -> Row:
    """A form page: GET shows it, an empty POST is refused with 422 by who may send it."""
    return Row(name, args=args, get=may, post=wrong)


APPLICATION_READERS = (*WATCH, *FIELD)
ACCOUNT_READERS = (*WATCH, "finance", "owner_a")
ROWS = [
    Row("station_list", get=only(*HQ, *FIELD, *STATION_A, *STATION_B)),
    Row("station_detail", args=station, get=at_station(*HQ, *FIELD, *STATION_A), post=None),
    form("station_invite_owner", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), station),
    form("station_invite_clerk", at_station("owner_a"), at_station("owner_a", ok=422), station),
    form("technician_add", at_station("owner_a"), at_station("owner_a", ok=422), station),
    form("station_grade", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("contract_renew", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_suspend", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_resume", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_terminate", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("technician_certify", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), technician),
    Row("membership_end", args=membership, get=at_station("owner_a")),
    Row("contract_detail", args=contract, get=at_station(*WATCH, "finance", *FIELD, "owner_a", "clerk_a")),
    form("contract_deposit", at_station("finance"), at_station("finance", ok=422), contract),
    Row("application_list", get=only(*APPLICATION_READERS, "owner_a", "owner_b")),
    Row("application_detail", args=application, get=in_region(*APPLICATION_READERS)),
    Row("application_check", args=application, get=in_region(*FIELD)),
    Row("application_approve", args=application, get=in_region(REGION)),
    form("application_inspect", in_region(*FIELD), in_region(*FIELD, ok=409), application),
    Row("application_decide", args=application, get=in_region(MANAGER), post=in_region(MANAGER, ok=409)),
    form("application_sign", in_region(MANAGER), in_region(MANAGER, ok=422), application),
    form("application_send_back", in_region(REGION), in_region(REGION, ok=422), application),
    form("application_refuse", in_region(REGION), in_region(REGION, ok=422), application),
    Row("inspection_detail", args=inspection, get=in_region(*APPLICATION_READERS)),
    Row("invitation_list", get=only(*APPLICATION_READERS)),
    Row("application_invite", get=only(MANAGER, *FIELD), post=only(MANAGER, *FIELD, ok=422)),
    Row("invitation_detail", args=invitation, get=in_region(*APPLICATION_READERS)),
    Row("invitation_revoke", args=invitation, get=in_region(MANAGER, *FIELD)),
    Row("dealer_account_list", get=only(*ACCOUNT_READERS, "owner_b")),
    Row("dealer_account_detail", args=account, get=at_dealer(*ACCOUNT_READERS)),
    form("dealer_account_limit", at_dealer("finance"), at_dealer("finance", ok=422), account),
    form("dealer_account_override", at_dealer("finance"), at_dealer("finance", ok=422), account),
    Row("product_list", get=only(*HQ, *FIELD, *STATION_A, *STATION_B, *SUPPLIERS)),
    Row("apply_places", get=everybody(), query={"division": "南山"}),
    Row("apply", args=link, get=everybody(), post=everybody(302), data={"company_name": "某公司"}),
]
