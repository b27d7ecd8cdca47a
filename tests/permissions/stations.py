"""Pages of the network. Applications and invitations hang on center A in the East, records of stations on station A."""

from collections.abc import Callable
from typing import Any

from portal.core import clock
from stations import applications, duties, inspections, opening, recruiting
from tests.factories.recruiting import make_dealer_class, make_talked
from tests.factories.station_applications import at_region_review, passed
from tests.factories.visits import planned_visit, rectified
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, SUPPLIERS, Expected, Row, everybody, only

NOBODY = ("outsider", *SUPPLIERS)
REGION = "region_manager"
MANAGER = "service_manager"
OFFICE_A, OFFICE_B = ("owner_a", "clerk_a"), ("owner_b", "clerk_b")
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


def application(cast: Any) -> list[Any]:
    return [at_region_review(center=cast.center_a).pk]


def inspection(cast: Any) -> list[Any]:
    return [passed(center=cast.center_a)[0].inspections.get().pk]


def visit(cast: Any) -> list[Any]:
    return [planned_visit(cast.station_a, actor=cast.region_manager).pk]


def visit_under_way(cast: Any) -> list[Any]:
    row = planned_visit(cast.station_a, actor=cast.region_manager)
    return [inspections.begin_visit(row, actor=cast.region_manager).pk]


def rectification_order(cast: Any) -> list[Any]:
    return [rectified(cast.station_a, actor=cast.region_manager).pk]


def finding(cast: Any) -> list[Any]:
    return [rectified(cast.station_a, actor=cast.region_manager).lines.first().pk]


def invitation(cast: Any) -> list[Any]:
    return [applications.invite_applicant(cast.center_a, kind="dealer", actor=cast.service_manager).pk]


def link(cast: Any) -> list[Any]:
    made = applications.invite_applicant(cast.center_a, kind="dealer", actor=cast.service_manager)
    return [applications.token_of(made)]


def form(name: str, may: Expected, wrong: Expected, args: Callable[[Any], list[Any]]) -> Row:
    """A form page: GET shows it, an empty POST is refused with 422 by who may send it."""
    return Row(name, args=args, get=may, post=wrong)


def candidate(cast: Any) -> list[Any]:
    return [make_talked(center=cast.center_a).pk]


def lost_candidate(cast: Any) -> list[Any]:
    row = make_talked(center=cast.center_a)
    return [recruiting.lose_candidate(row, reason="competitor", actor=cast.region_manager).pk]


def closed_days(cast: Any) -> list[Any]:
    day = clock.today()
    row = opening.add_closed_days(cast.station_a, first_day=day, last_day=day, reason="盘点", actor=cast.owner_a)
    return [row.pk]


def duty(cast: Any) -> list[Any]:
    kind = make_dealer_class()
    row = duties.set_duty(
        cast.dealer_a, dealer_class=kind, center=cast.center_a, build_by=clock.today(), actor=cast.service_manager
    )
    return [row.pk]


APPLICATION_READERS = (*WATCH, *FIELD)
ACCOUNT_READERS = (*WATCH, "finance", "owner_a")
ROWS = [
    Row("station_list", get=only(*HQ, *FIELD, *STATION_A, *STATION_B)),
    Row("station_detail", args=station, get=at_station(*HQ, *FIELD, *STATION_A), post=None),
    form("station_grade", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("contract_renew", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_suspend", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_resume", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    form("station_terminate", at_station(MANAGER), at_station(MANAGER, ok=422), station),
    Row("contract_detail", args=contract, get=at_station(*WATCH, "finance", *FIELD, "owner_a", "clerk_a")),
    form("contract_deposit", at_station("finance"), at_station("finance", ok=422), contract),
    Row("application_list", get=only(*APPLICATION_READERS, "owner_a", "owner_b")),
    Row("application_detail", args=application, get=in_region(*APPLICATION_READERS)),
    Row("application_check", args=application, get=in_region(*FIELD)),
    Row("application_approve", args=application, get=in_region(REGION)),
    Row("application_inspect", args=application, get=in_region(*FIELD), post=in_region(*FIELD, ok=409)),
    Row("application_withdraw", args=application, get=in_region(MANAGER, *FIELD)),
    Row("visit_list", get=only(*WATCH, *FIELD, *OFFICE_A, *OFFICE_B)),
    Row("visit_plan", get=only(MANAGER, REGION), post=only(MANAGER, REGION, ok=422)),
    Row("visit_begin", args=visit, get=at_station(*FIELD)),
    Row("visit_fill", args=visit_under_way, get=at_station(REGION), post=at_station(REGION, ok=409)),
    form("visit_cancel", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), visit),
    Row("rectification_list", get=only(*WATCH, *FIELD, *OFFICE_A, *OFFICE_B)),
    Row("rectification_detail", args=rectification_order, get=at_station(*WATCH, *FIELD, *OFFICE_A)),
    form("rectification_verification", at_station(REGION), at_station(REGION, ok=422), rectification_order),
    form("rectification_revisit", at_station(REGION), at_station(REGION, ok=422), rectification_order),
    form("finding_answer", at_station(*OFFICE_A), at_station(*OFFICE_A, ok=422), finding),
    Row("finding_accept", args=finding, get=at_station(REGION), post=at_station(REGION, ok=409)),
    form("finding_return", at_station(REGION), at_station(REGION, ok=422), finding),
    Row("application_decide", args=application, get=in_region(MANAGER), post=in_region(MANAGER, ok=409)),
    form("application_sign", in_region(MANAGER), in_region(MANAGER, ok=422), application),
    form("application_send_back", in_region(REGION), in_region(REGION, ok=422), application),
    form("application_refuse", in_region(REGION), in_region(REGION, ok=422), application),
    Row("inspection_detail", args=inspection, get=in_region(*APPLICATION_READERS)),
    Row("invitation_list", get=only(*APPLICATION_READERS)),
    Row("application_invite", get=only(MANAGER, *FIELD), post=only(MANAGER, *FIELD, ok=422)),
    Row("invitation_detail", args=invitation, get=in_region(*APPLICATION_READERS)),
    Row("invitation_revoke", args=invitation, get=in_region(MANAGER, *FIELD)),
    Row("network_tree", get=only(*APPLICATION_READERS)),
    Row("white_spots", get=only(*APPLICATION_READERS)),
    form("station_area", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), station),
    Row("station_hours", args=station, get=at_station("owner_a"), post=at_station("owner_a", ok=302)),
    form("station_close", at_station("owner_a"), at_station("owner_a", ok=422), station),
    Row("closed_days_remove", args=closed_days, get=at_station("owner_a")),
    Row("candidate_list", get=only(*APPLICATION_READERS)),
    Row("candidate_add", get=only(MANAGER, *FIELD), post=only(MANAGER, *FIELD, ok=422)),
    Row("candidate_detail", args=candidate, get=in_region(*APPLICATION_READERS)),
    form("candidate_change", in_region(MANAGER, *FIELD), in_region(MANAGER, *FIELD, ok=422), candidate),
    form("candidate_contact", in_region(MANAGER, *FIELD), in_region(MANAGER, *FIELD, ok=422), candidate),
    form("candidate_talk", in_region(MANAGER, *FIELD), in_region(MANAGER, *FIELD, ok=422), candidate),
    form("candidate_assign", in_region(MANAGER, REGION), in_region(MANAGER, REGION, ok=422), candidate),
    Row("candidate_negotiate", args=candidate, get=in_region(MANAGER, *FIELD)),
    Row("candidate_invite", args=candidate, get=in_region(MANAGER, *FIELD)),
    form("candidate_lose", in_region(MANAGER, *FIELD), in_region(MANAGER, *FIELD, ok=422), candidate),
    Row("candidate_reopen", args=lost_candidate, get=in_region(MANAGER, *FIELD)),
    Row("duty_list", get=only(*HQ, *FIELD, "owner_a", "owner_b")),
    Row("duty_add", get=only(MANAGER), post=only(MANAGER, ok=422)),
    Row("duty_detail", args=duty, get=at_dealer(*HQ, *FIELD, "owner_a")),
    form("duty_change", at_dealer(MANAGER), at_dealer(MANAGER, ok=422), duty),
    Row("dealer_account_list", get=only(*ACCOUNT_READERS, "owner_b")),
    Row("dealer_account_detail", args=account, get=at_dealer(*ACCOUNT_READERS)),
    form("dealer_account_limit", at_dealer("finance"), at_dealer("finance", ok=422), account),
    form("dealer_account_override", at_dealer("finance"), at_dealer("finance", ok=422), account),
    Row("product_list", get=only(*HQ, *FIELD, *STATION_A, *STATION_B, *SUPPLIERS)),
    Row("apply_places", get=everybody(), query={"division": "南山"}),
    Row("apply", args=link, get=everybody(), post=everybody(302), data={"company_name": "某公司"}),
]
