"""Documents and ideas. Documents go to the East, ideas come from station A."""

from typing import Any

from stations.bulletins import Audience
from tests.factories.library import make_accepted, make_bulletin, make_idea, make_published, make_waiting_reward
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, Row, only
from tests.permissions.stations import MANAGER, NETWORK, NOBODY, at_station, form

EAST = Audience(regions=("EAST",))
WRITERS = (MANAGER, "quality")
ON_LOOKERS = (*WRITERS, "auditor", *FIELD)
LOCAL = (*STATION_A, *STATION_B, *NOBODY)


def document(cast: Any) -> list[Any]:
    return [make_published(audience=EAST).pk]


def draft(cast: Any) -> list[Any]:
    return [make_bulletin(audience=EAST, actor=cast.service_manager).pk]


def idea(cast: Any) -> list[Any]:
    return [make_idea(cast.station_a).pk]


def judged(cast: Any) -> list[Any]:
    return [make_accepted(cast.station_a).pk]


def idea_number(cast: Any) -> list[Any]:
    return [make_idea(cast.station_a).number]


def judged_number(cast: Any) -> list[Any]:
    return [make_accepted(cast.station_a).number]


def reward(cast: Any) -> list[Any]:
    return [make_waiting_reward(cast.station_a).pk]


def at_headquarters(*members: str, ok: int = 200) -> Any:
    """A draft: out of sight for all others."""
    return only(*members, ok=ok, hidden=(*LOCAL, *FIELD))


ROWS = [
    Row("bulletin_list", get=only(*NETWORK)),
    Row("bulletin_write", get=only(*WRITERS), post=only(*WRITERS, ok=422)),
    Row("bulletin_shares", get=only(*ON_LOOKERS)),
    Row("bulletin_detail", args=document, get=at_station(*HQ, *FIELD, *STATION_A)),
    Row("bulletin_detail", args=draft, get=at_headquarters(*HQ), label="bulletin_detail of a draft"),
    Row("bulletin_edit", args=draft, get=at_headquarters(*WRITERS), post=at_headquarters(*WRITERS, ok=422)),
    Row("bulletin_publish", args=draft, get=at_headquarters(MANAGER)),
    Row("bulletin_revise", args=document, get=at_station(*WRITERS)),
    form("bulletin_withdraw", at_station(MANAGER), at_station(MANAGER, ok=422), document),
    Row("bulletin_read", args=document, get=at_station(*STATION_A)),
    Row("bulletin_readers", args=document, get=at_station(*ON_LOOKERS)),
    Row("idea_list", get=only(*NETWORK)),
    Row("idea_file", get=only(*STATION_A, *STATION_B), post=only(*STATION_A, *STATION_B, ok=422)),
    Row("idea_board", get=only(*NETWORK)),
    Row("point_list", get=only(*NETWORK)),
    Row("idea_detail", args=idea, get=at_station(*HQ, *FIELD, *STATION_A)),
    Row("idea_begin", args=idea, get=at_station(*WRITERS)),
    form("idea_accept", at_station(*WRITERS), at_station(*WRITERS, ok=422), idea),
    form("idea_decline", at_station(*WRITERS), at_station(*WRITERS, ok=422), idea),
    form("idea_reward", at_station(MANAGER), at_station(MANAGER, ok=422), judged),
    form("idea_publish", at_station(*WRITERS), at_station(*WRITERS, ok=422), judged),
    Row("reward_grant", args=reward, get=at_station(MANAGER, "finance")),
    form("reward_refuse", at_station(MANAGER, "finance"), at_station(MANAGER, "finance", ok=422), reward),
]
