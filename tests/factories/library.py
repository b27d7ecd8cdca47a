"""Documents, bulletins and ideas for tests."""

from typing import Any

from portal.accounts.roles import Role
from stations import bulletins, ideas
from stations.models import Bulletin, Idea, IdeaReward, Station
from tests.factories.stations import make_member, make_user

ANSWER = "很好的建议，总部将在下月推广"


def make_bulletin(**kw: Any) -> Bulletin:
    """A draft for everybody."""
    facts = {
        "kind": "technical",
        "title": "网关重启排查手册",
        "title_en": "Gateway restart manual",
        "body": "先断电。\n再上电。",
    }
    return bulletins.write_bulletin(**{"actor": kw.pop("actor", None) or make_user(Role.SERVICE_MANAGER)} | facts | kw)


def make_published(**kw: Any) -> Bulletin:
    """A document in force; there must be a station."""
    bulletin = make_bulletin(**kw)
    return bulletins.publish_bulletin(bulletin, actor=bulletin.written_by)


def make_idea(station: Station, **kw: Any) -> Idea:
    """An idea of somebody of the station."""
    author = kw.pop("actor", None) or make_member(Role.STATION_CLERK, station=station)
    facts = {"title": "旧件箱分格", "problem": "旧件混放，回收时找不到。", "proposal": "旧件箱按机型分格并贴标签。"}
    return ideas.file_idea(station, **facts | kw, actor=author)


def make_accepted(station: Station, **kw: Any) -> Idea:
    """An accepted idea."""
    idea = make_idea(station, **kw)
    judge = make_user(Role.SERVICE_MANAGER)
    ideas.begin_judgment(idea, actor=judge)
    return ideas.accept_idea(idea, answer=ANSWER, actor=judge)


def make_waiting_reward(station: Station, **kw: Any) -> IdeaReward:
    """A reward above the limit, which waits for another approver."""
    given = {"amount": 5_000, "reason": "每年节约返工"} | kw
    return ideas.propose_reward(make_accepted(station), actor=make_user(Role.SERVICE_MANAGER), **given)
