"""Candidate outlets at each stage, brought there by the operations; classes of dealers."""

from decimal import Decimal
from itertools import count
from typing import Any

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core.models import Division
from stations import recruiting
from stations.models import CandidateOutlet, DealerClass, OperationCenter
from tests.factories.stations import make_center, make_member

_next = count(1)
TALK = {"channel": "visit", "summary": "店主愿意看看合作条件"}


def make_candidate(
    *, center: OperationCenter | None = None, actor: User | None = None, division: str = "330106", **facts: Any
) -> CandidateOutlet:
    """An identified outlet in Hangzhou with one contact."""
    number = next(_next)
    center = center or make_center()
    given = {
        "name": f"西湖电器商行{number}", "kind": "dealer", "address": f"杭州市西湖区文三路{number}号",
        "longitude": Decimal("120.130000"), "latitude": Decimal("30.280000"), "premises_square_meters": 120,
        "staff_count": 6, "brands_sold": "美的、海尔",
    }  # fmt: skip
    return recruiting.add_candidate(
        center=center,
        division=Division.objects.get(code=division),
        facts=given | facts,
        contacts=[{"name": "周老板", "position": "店主", "phone": f"137{number:08d}"}],
        actor=actor or make_member(Role.REGION_MANAGER, region=center.region),
    )


def make_talked(*, actor: User | None = None, **kw: Any) -> CandidateOutlet:
    """Contacted once."""
    candidate = make_candidate(actor=actor, **kw)
    actor = actor or make_member(Role.REGION_MANAGER, region=candidate.center.region)
    recruiting.log_talk(candidate, actor=actor, **TALK)
    candidate.refresh_from_db()
    return candidate


def make_dealer_class(*, must_build: bool = True, **kw: Any) -> DealerClass:
    """A class that must build a station."""
    number = next(_next)
    return DealerClass.objects.create(
        **{"code": f"K{number}", "name": f"经销商类别{number}", "must_build": must_build, "obligations": "按期建站"}
        | kw
    )
